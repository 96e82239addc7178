import { toChange } from '../steps/advance.js';
import type { Chart, Stance } from '../steps/chart.js';
import { type JobState, toJobState } from '../steps/job-state.js';
import { keepLease } from '../steps/lease.js';
import { type Inbox, runStep } from '../steps/run-step.js';
import { isEnded, type JobLease, type StoredJob } from '../store/job-store.js';
import { untilStored } from '../store/until-stored.js';
import type { Durable } from './durable.types.js';

/** How often what a stream tells is stored for pages, in ms. */
const storeEveryMs = 500;

type HeldJob = {
  readonly chart: Chart;
  /** As it was written last, with the lease. */
  readonly row: StoredJob;
  readonly stance: Stance;
  readonly lease: JobLease;
  readonly now: () => number;
};

/**
 * Holds the stream of a job that is its stream, to its end: under a lease that is renewed, so that nobody else takes the job for one whose process
 * is gone. What pages leave in the row, such as a cancel, is told to the chart.
 */
export async function holdJob(
  { store, log, leaseMs, tasks, written: tellWritten }: Durable,
  held: HeldJob,
): Promise<void> {
  const { chart, lease, now } = held;
  const { id, backend } = held.row;
  const report = (error: unknown) => log.report('store.failed', error, { backend, id });
  const kept = keepLease(store, id, lease, log);
  const inbox: Inbox = { events: [], wake: () => {} };
  let { row, stance } = held;
  let isCancelTold = false;
  let stored = stance.snapshot.context.shown;
  let storing: Promise<void> | undefined;
  let storedAt = Number.NEGATIVE_INFINITY;

  function take(mail: JobState): void {
    if (!mail.cancelRequested || isCancelTold) return;
    isCancelTold = true;
    inbox.events.push({ type: 'CANCEL' });
    inbox.wake();
  }

  async function look(): Promise<void> {
    const current = await store.get(id);
    if (!current) return;
    row = current;
    take(toJobState(current));
  }

  /** Writes where the chart stands. Somebody may have left mail meanwhile. */
  async function storeProgress(): Promise<void> {
    stored = stance.snapshot.context.shown;
    storedAt = Date.now();
    const change = toChange({ tasks }, chart, stance, toJobState(row), now());
    const written = await store.write(id, { version: row.version, owner: lease.owner }, change);
    if (written) row = written;
    else await look();
  }

  function onStance(next: Stance): void {
    stance = next;
    const isNew = next.snapshot.context.shown !== stored && next.snapshot.status === 'active';
    if (!isNew || storing || Date.now() - storedAt < storeEveryMs) return;
    storing = storeProgress()
      .catch(report)
      .finally(() => {
        storing = undefined;
      });
  }

  /** The end is what the stream has said, whatever was assumed meanwhile by somebody who thought that this process was gone. */
  async function storeEnd(end: Stance): Promise<void> {
    for (;;) {
      const mail = toJobState(row);
      if (isEnded(row) && !mail.isAssumed) return;
      const { version } = row;
      const change = toChange({ tasks }, chart, end, mail, now());
      const written = await untilStored(() => store.write(id, { version }, change), report);
      if (written) return tellWritten(row, written);
      const current = await untilStored(() => store.get(id), report);
      if (!current) return;
      row = current;
    }
  }

  const stopWatching = store.watch(notice => {
    if (notice.id === id) void look().catch(report);
  });
  // Notices are hints, and one may be missing. What is left over between two of them is stored, too.
  const timer = setInterval(() => {
    void look().catch(report);
    onStance(stance);
  }, leaseMs / 3);
  try {
    take(toJobState(row));
    const end = await runStep(chart, stance, { now, held: { inbox, onStance } });
    await storing;
    await storeEnd(end);
  } finally {
    clearInterval(timer);
    stopWatching();
    kept.end();
  }
}
