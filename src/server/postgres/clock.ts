import type { StoredJob } from '../store/job-store.js';
import type { Query } from './connection.js';
import { at } from './rows.js';

/** How long a reading of the database's clock is good for, in ms. Clocks drift by less than 1 ms in it. */
const readEveryMs = 5_000;

/**
 * The clock of the database, without a statement for each look at it: its distance from this process's own monotonic one is measured now and then.
 * It is never ahead of the database, and never before a time that the database has told this process.
 */
export function createClock(query: Query) {
  let distance = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  /** The answer has been on its way since: the database is at least this far ahead of our clock. */
  const toDistance = (told: number) => told - performance.now();

  async function read(): Promise<void> {
    const [row] = await query(`with ${at} select ms from at`);
    distance = toDistance(Number(row?.['ms']));
    readAt = performance.now();
  }

  return {
    async now(): Promise<number> {
      if (performance.now() - readAt > readEveryMs) {
        reading ??= read().finally(() => {
          reading = undefined;
        });
        await reading;
      }
      return Math.floor(performance.now() + distance);
    },
    /** What was just claimed is due by the clock of the database, so it has to be due by this one. */
    sawClaim(job: StoredJob | undefined, leaseMs: number): StoredJob | undefined {
      if (job) distance = Math.max(distance, toDistance(Number(job.leaseUntil) - leaseMs));
      return job;
    },
  };
}
