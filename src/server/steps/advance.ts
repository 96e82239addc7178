import { newId } from '../../machines/generation/generation.id.js';
import { renewedToken } from '../../machines/generation/generation.token.js';
import type { Durations } from '../durations/learned-durations.js';
import type { ServerLog } from '../log.js';
import { type Observe, toFailedEnd } from '../observe/observe.js';
import type { ServerWorkEnd } from '../observe/observer.types.js';
import { isEnded, type JobStore, type StoredJob, type StoredJobChange } from '../store/job-store.js';
import { type AfterEndTask, runTasks, tasksDueAt, withTasks } from './after-end.js';
import type { Chart, Stance } from './chart.js';
import { type JobState, stanceOf, stateOf, statusOf, toJobState, toStoredState } from './job-state.js';
import { keepLease } from './lease.js';
import { runStep } from './run-step.js';
import { toInterrupted, toStreamLost } from './unanswered.js';

/**
 * Why a step is made. `due`: only if its time has come. `check`: the vendor has something to say, as a webhook thinks. `again`: somebody reads a job that was
 * given up. Both ask once more about such a job.
 */
export type StepReason = 'due' | 'check' | 'again';

/** What the steps of a server half work on. */
export type Steps = {
  readonly store: JobStore;
  readonly chartOf: (backend: string) => Chart | undefined;
  /** What a job leaves to do once its end is known. */
  readonly tasks: readonly AfterEndTask[];
  readonly leaseMs: number;
  readonly log: ServerLog;
  readonly durations: Durations;
  readonly observe: Observe;
  /** Removes what is left over by processes that are gone. Never rejects. */
  readonly tidy?: (() => Promise<void>) | undefined;
  /** Called with each row that a step has written, and with what it was before. Never throws. */
  readonly written: (before: StoredJob, after: StoredJob) => void;
  /** Called with a row that was written while this process had it, when it gives it back without a write. Never throws. */
  readonly givenBack?: ((row: StoredJob) => void) | undefined;
};

/** A step whose time has long passed was not late: nobody was there to make it. */
const asleepMs = 30_000;
const putOffMs = 10_000;
/** What is left after an end has time. */
const endedPutOffMs = 600_000;

/** The change that stores where a chart stands, and when it goes on. */
export function toChange(
  { tasks }: Pick<Steps, 'tasks'>,
  chart: Chart,
  stance: Stance,
  mail: Partial<JobState>,
  now: number,
): StoredJobChange {
  const state = withTasks(tasks, stateOf(stance, chart.form, mail), now);
  const [, nextAt = now] = chart.nextOf(stance) ?? [];
  // Who holds the stream keeps the lease. Whoever gets it afterwards finds a job whose process is gone.
  const isHeld = chart.isStreamJob && !state.outcome && state.token.job !== undefined;
  return {
    state: toStoredState(state),
    status: statusOf(state),
    dueAt: state.outcome ? tasksDueAt(tasks, state) : isHeld || stance.requests.size > 0 ? now : Math.ceil(nextAt),
    release: !isHeld,
  };
}

/**
 * Makes one step of a job, under a lease: safe at any time, any number of times, from anywhere.
 *
 * @returns the job after it, or as it is if there was nothing to do, or somebody else does it
 */
export async function advanceJob(
  { store, chartOf, tasks, leaseMs, log, durations, observe, written: tellWritten, givenBack }: Steps,
  id: string,
  reason: StepReason = 'due',
  claimed?: StoredJob,
): Promise<StoredJob | undefined> {
  const lease = { owner: claimed?.owner ?? newId(), ms: leaseMs };
  const job = claimed ?? (await store.claim(id, lease));
  if (!job) return store.get(id);
  const first = job;
  const { backend } = first;
  const about = { backend, id };
  let end: ServerWorkEnd = {};
  return observe.work({ name: 'step', ...about, reason }, make, () => end);

  async function make(): Promise<StoredJob | undefined> {
    const kept = keepLease(store, id, lease, log);
    try {
      const skew = (await store.now()) - Date.now();
      const now = () => Date.now() + skew;
      const lateMs = first.dueAt === null ? -1 : now() - first.dueAt;
      if (lateMs >= 0) observe.event({ type: 'due', ...about, lateMs });
      return await step(first, now);
    } catch (error) {
      end = toFailedEnd(error);
      log.report('step.failed', error, about);
      return putOff();
    } finally {
      kept.end();
    }
  }

  /** A step that cannot be made is tried again after a while, and not at once. */
  async function putOff(): Promise<StoredJob | undefined> {
    const current = await store.get(id);
    if (current?.owner !== lease.owner) return current;
    const dueAt = current.dueAt === null ? null : (await store.now()) + (isEnded(current) ? endedPutOffMs : putOffMs);
    const change = { dueAt, release: true };
    return (await store.write(id, { version: current.version, owner: lease.owner }, change)) ?? store.get(id);
  }

  async function step(first: StoredJob, now: () => number): Promise<StoredJob | undefined> {
    let row = first;
    for (;;) {
      const change = await toNext(row, now);
      if (!change) {
        await store.release(id, lease.owner);
        const current = await store.get(id);
        if (current && current.version !== first.version) givenBack?.(current);
        return current;
      }
      const written = await store.write(id, { version: row.version, owner: lease.owner }, change);
      if (written) {
        tellWritten(row, written);
        return written;
      }
      const current = await store.get(id);
      // Somebody has left mail in the row, such as a cancel. If the lease is lost, another makes the step.
      if (current?.owner !== lease.owner) return current;
      row = current;
    }
  }

  /** What a step changes; `undefined` if there is none to make. */
  async function toNext(row: StoredJob, now: () => number): Promise<StoredJobChange | undefined> {
    const state = toJobState(row);
    const { token, foundJob, isAssumed, durationLabel, duration, inputs } = state;
    const job = token.job ?? foundJob;
    const historyOf = () => durations.historyOf(row.backend, durationLabel);
    const at = now();
    const chart = chartOf(row.backend);
    if ((isEnded(row) || state.outcome) && !(foundJob && !token.job)) {
      // Of many who read it at once, one asks.
      if (reason === 'again' && chart && at - row.updatedAt < chart.policy.minReadGapMs) return undefined;
      if (reason === 'due' || !isAssumed || !job || !chart || chart.isStreamJob) return afterEnd(row, state, now);
      const earlier = await historyOf();
      return run(
        chart,
        chart.resume(renewedToken({ ...token, job }), now(), earlier),
        { durationLabel, duration, inputs, settlement: state.settlement },
        now,
      );
    }
    if (!chart) throw new TypeError(`There is no backend ${row.backend} here, which job ${id} needs. Add it again.`);
    const isMail = (state.cancelRequested && !token.cancelRequested) || (foundJob !== undefined && !token.job);
    const isDue = row.dueAt !== null && row.dueAt <= at;
    if (!isDue && !isMail && reason !== 'check') return undefined;
    if (chart.isStreamJob && job) return toStreamLost(row, state, job);
    const earlier = await historyOf();
    const stance = stanceOf(chart, state, now(), earlier);
    if (stance.snapshot.value === 'idle') return toInterrupted(row, state);
    const isAsleep = !isMail && row.dueAt !== null && at - row.dueAt > asleepMs;
    const woken = isAsleep ? chart.send(stance, { type: 'page.woke' }, at) : stance;
    return run(chart, reason === 'check' ? chart.send(woken, { type: 'CHECK' }, at) : woken, state, now);
  }

  async function afterEnd(row: StoredJob, state: JobState, now: () => number): Promise<StoredJobChange | undefined> {
    // Only who has time for it: a copy takes as long as its film does.
    if (reason === 'due' && (await runTasks(tasks, { store, row, now }))) return undefined;
    const dueAt = tasksDueAt(tasks, state);
    return row.dueAt === dueAt ? undefined : { dueAt, release: true };
  }

  async function run(
    chart: Chart,
    stance: Stance,
    mail: Partial<JobState>,
    now: () => number,
  ): Promise<StoredJobChange> {
    const { cancelRequested } = stance.snapshot.context;
    const told = mail.cancelRequested && !cancelRequested ? chart.send(stance, { type: 'CANCEL' }, now()) : stance;
    return toChange({ tasks }, chart, await runStep(chart, told, { now }), mail, now());
  }
}
