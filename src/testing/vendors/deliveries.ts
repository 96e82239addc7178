import type { ScriptedClock } from '../scripted.types.js';
import type { VendorJob, VendorJobState } from './double.types.js';
import { isOver, nextChangeAfter, stateAt } from './timeline.js';

const lateMs = 20_000;

/** Posts the end of a job to the address that its submit has named, as its scenario says. */
export function scheduleDeliveries(
  job: VendorJob,
  clock: ScriptedClock,
  toDelivery: (state: VendorJobState, isForged: boolean) => Promise<Request>,
  deliver: (request: Request) => Promise<Response>,
): void {
  const { webhook = 'once' } = job.scenario;
  if (webhook === 'missing') return;
  const post = async (state: VendorJobState) => {
    const request = await toDelivery(state, webhook === 'forged');
    // Nobody waits for a delivery: a receiver that fails is the receiver's fault.
    await deliver(request).catch(() => undefined);
  };
  const step = () => {
    // Read once: the end may come between two readings, and would be in neither.
    const now = clock.now();
    const state = stateAt(job, now);
    if (!isOver(state)) {
      const next = nextChangeAfter(job, now);
      if (next !== undefined) clock.setTimeout(step, next - now);
      return;
    }
    if (webhook === 'late') clock.setTimeout(() => void post(state), lateMs);
    else void post(state);
    if (webhook === 'twice') clock.setTimeout(() => void post(state), 1_000);
  };
  step();
}
