import type { JobUpdate } from '../../machines/generation/generation.port.js';
import { toToldUpdate } from '../request/failures.js';
import type { Settings } from '../settings.js';
import { toJobState, updateOf } from '../steps/job-state.js';
import type { StoredJob } from '../store/job-store.js';

/** What a page is told of a stored job. */
export type ToldJob = {
  readonly job: { readonly id: string };
  /** Counts the changes of this job. */
  readonly version: number;
  readonly update: JobUpdate<unknown>;
};

export function toToldJob(row: StoredJob, { showBackendErrors }: Settings, now: number): ToldJob {
  const job = { id: row.id };
  const update = toToldUpdate(updateOf(toJobState(row), now), job, showBackendErrors);
  return { job, version: row.version, update };
}
