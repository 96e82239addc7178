import type { JobUpdate } from '../../machines/generation/generation.port.js';
import { withPageUrls } from '../media/page-urls.js';
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

export const toToldJob = (row: StoredJob, settings: Settings, now: number): ToldJob => ({
  job: { id: row.id },
  version: row.version,
  update: toPageUpdate(row, updateOf(toJobState(row), now), settings),
});

/** What a page gets of an update of this job. */
function toPageUpdate(
  { id, backend: name }: Pick<StoredJob, 'id' | 'backend'>,
  update: JobUpdate<unknown>,
  { showBackendErrors, basePath, backends }: Settings,
): JobUpdate<unknown> {
  const backend = backends.get(name);
  return toToldUpdate(backend ? withPageUrls(update, { basePath, backend, id }) : update, { id }, showBackendErrors);
}
