import { getOwn } from '../../machines/json.js';
import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import type { DurationHistory } from '../../machines/reads/duration-history.js';
import { atMost } from '../at-most.js';
import type { ServerLog } from '../log.js';
import { toJobState } from '../steps/job-state.js';
import type { AddedDuration, JobStore, StoredJob } from '../store/job-store.js';

/** How long a process goes on with what it has read, in ms. Other processes learn meanwhile. */
const freshMs = 10_000;
/** How long a step waits for histories that this process has never read, in ms. Without them it reads as with none. */
const patienceMs = 1_000;
/** What waits for the store. More than that is of no use: a history has 24 jobs. */
const maxWaiting = 200;
/** How long the end of the process waits for the last durations, in ms. */
const lastWaitMs = 2_000;

type Known = { histories: DurationHistories; readAt: number; reading: Promise<void> | undefined };

/**
 * How long jobs took, of all users, by backend and label: what steps read their jobs by. Nothing here fails a step or holds one up: without the store,
 * a job is read as if nothing was known, and what it took is forgotten.
 */
export function createDurations(store: JobStore, log: ServerLog) {
  const known = new Map<string, Known>();
  const waiting = new Map<string, AddedDuration[]>();
  let writing: Promise<void> | undefined;
  const report = (backend: string) => (error: unknown) => log.report('durations.failed', error, { backend });

  async function load(backend: string, into: Known): Promise<void> {
    try {
      into.histories = await store.readHistories(backend);
    } catch (error) {
      report(backend)(error);
    } finally {
      into.readAt = Date.now();
      into.reading = undefined;
    }
  }

  function knownOf(backend: string): Known {
    const found = known.get(backend) ?? { histories: {}, readAt: Number.NEGATIVE_INFINITY, reading: undefined };
    known.set(backend, found);
    if (Math.abs(Date.now() - found.readAt) >= freshMs) found.reading ??= load(backend, found);
    return found;
  }

  /** One write at a time: what ends meanwhile goes with the next one. */
  async function write(): Promise<void> {
    for (let [next] = waiting; next; [next] = waiting) {
      const [backend, added] = next;
      waiting.delete(backend);
      await store.addDurations(backend, added).catch(report(backend));
    }
    writing = undefined;
  }

  return {
    /** Of the jobs of a backend with this label. */
    async historyOf(backend: string, label: string | undefined): Promise<DurationHistory | undefined> {
      const found = knownOf(backend);
      const isFirst = found.readAt === Number.NEGATIVE_INFINITY;
      if (isFirst && found.reading) await atMost(patienceMs, found.reading);
      return getOwn(found.histories, toLabel(label));
    },

    /** A row was written. If that was its end, it tells how long its job took. Each job is learned from once. */
    learn(before: StoredJob, after: StoredJob): void {
      try {
        const { duration, durationLabel } = toJobState(after);
        if (!duration || toJobState(before).duration) return;
        const label = toLabel(durationLabel);
        const { histories } = knownOf(after.backend);
        if (!isTelling(getOwn(histories, label), duration)) return;
        const list = waiting.get(after.backend) ?? [];
        waiting.set(after.backend, [...list, { label, duration }].slice(-maxWaiting));
        writing ??= write();
      } catch (error) {
        report(after.backend)(error);
      }
    },

    /** Resolves when what was learned is stored, or after a while. */
    async settled(): Promise<void> {
      await atMost(lastWaitMs, writing);
    },
  };
}

export type Durations = ReturnType<typeof createDurations>;

const toLabel = (label: string | undefined): string => label ?? '-';

/**
 * A job that was given up before any other has ended says nothing of how long such jobs take: it would only push out those that do. So somebody who
 * starts and cancels does not make all others' reads worse.
 */
function isTelling(known: DurationHistory | undefined, [from, to]: AddedDuration['duration']): boolean {
  return (
    to !== null || (known?.jobs.some(([, endedAfterMs]) => endedAfterMs !== null && endedAfterMs <= from) ?? false)
  );
}
