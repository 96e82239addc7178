import { isOpen } from '../durable/open-key.js';
import type { Settings } from '../settings.js';
import { toJobState } from '../steps/job-state.js';
import { isEnded, type JobStore, type StoredJob } from '../store/job-store.js';
import type { InputStore } from './input-store.js';
import { unusedMs } from './wish-inputs.js';

/** A submit holds its files a moment before it has a row. */
const marginMs = 600_000;
const sweepEveryMs = 60_000;

/** Ends what jobs hold, and removes what nobody wants any more. Nothing here fails a job: what is left over goes with the next sweep. */
export function createHolds(inputs: InputStore, jobs: JobStore, { backends, log }: Pick<Settings, 'backends' | 'log'>) {
  const working = new Set<Promise<unknown>>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const report = (error: unknown) => log.report('inputs.failed', error);

  /** Whether its files are of no more use: it has ended, and neither runs on unseen nor may be submitted again with its key. */
  function isOver(row: StoredJob, now: number): boolean {
    if (!isEnded(row)) return false;
    const backend = backends.get(row.backend);
    const mayGoOn = toJobState(row).isAssumed === true || (backend !== undefined && isOpen(row, backend, now));
    return !mayGoOn || row.updatedAt + unusedMs <= now;
  }

  async function releaseAll(row: StoredJob): Promise<void> {
    for (const id of toJobState(row).inputs ?? []) {
      await inputs.release(id, row.id);
      // It stays as long as another job holds it.
      await inputs.remove(id);
    }
  }

  async function sweepAll(): Promise<void> {
    const now = await jobs.now();
    if (now - sweptAt < sweepEveryMs) return;
    sweptAt = now;
    for await (const { input, heldBy } of inputs.list()) {
      const isOld = input.createdAt + unusedMs + marginMs <= now;
      const rows = new Map((await jobs.getMany(heldBy)).map(row => [row.id, row]));
      for (const id of heldBy) {
        const row = rows.get(id);
        if (row ? isOver(row, now) : isOld) await inputs.release(input.id, id);
      }
      if (input.createdAt + unusedMs <= now) await inputs.remove(input.id);
    }
  }

  return {
    /** A row was written. */
    written(row: StoredJob): void {
      if (!isEnded(row) || (toJobState(row).inputs ?? []).length === 0) return;
      const work: Promise<void> = jobs
        .now()
        .then(now => (isOver(row, now) ? releaseAll(row) : undefined))
        .catch(report)
        .finally(() => working.delete(work));
      working.add(work);
    },

    /** Removes what is left over, once a minute at most. */
    async sweep(): Promise<void> {
      await sweepAll().catch(report);
    },

    async settled(): Promise<void> {
      await Promise.allSettled([...working]);
    },
  };
}
