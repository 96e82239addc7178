import type { Observe } from '../observe/observe.js';
import { isEnded, type StoredJob } from '../store/job-store.js';
import { toJobState } from './job-state.js';

/** Tells that a write has ended a job, or has put the truth in the place of an end that was only assumed. */
export function tellEnd(observe: Pick<Observe, 'event'>, before: StoredJob, after: StoredJob): void {
  const { outcome, isAssumed } = toJobState(after);
  const { id, backend, status } = after;
  if (!outcome || status === 'submitting' || status === 'running') return;
  if (isEnded(before) && (!toJobState(before).isAssumed || isAssumed)) return;
  const ms = after.updatedAt - after.createdAt;
  const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
  const charged =
    outcome.kind === 'succeeded' ? 'yes' : outcome.kind === 'cancelled' ? outcome.charged : failure?.charged;
  observe.event({ type: 'end', backend, id, status, code: failure?.code, charged, ms });
}
