import type { JobUpdate, Preview } from '../../machines/generation/generation.port.js';
import { withPageUrls } from '../media/page-urls.js';
import { toToldUpdate } from '../request/failures.js';
import type { Settings } from '../settings.js';
import { type JobState, toJobState, updateOf } from '../steps/job-state.js';
import type { StoredJob } from '../store/job-store.js';

/** What a page is told of a stored job. */
export type ToldJob = {
  readonly job: { readonly id: string };
  /** Counts the changes of this job. */
  readonly version: number;
  readonly update: JobUpdate<unknown>;
};

/** @param previews early pictures of a job that runs, which its row does not have */
export function toToldJob(
  row: StoredJob,
  settings: Settings,
  now: number,
  previews?: readonly Preview[] | undefined,
): ToldJob {
  const state = toJobState(row);
  const known = withWebhook(updateOf(state, now), row, state, settings);
  const update = known.kind === 'pending' && previews ? { ...known, previews } : known;
  return { job: { id: row.id }, version: row.version, update: toPageUpdate(row, update, state, settings) };
}

/** What a page gets of an update of this job. */
function toPageUpdate(
  { id, backend: name }: Pick<StoredJob, 'id' | 'backend'>,
  update: JobUpdate<unknown>,
  { copy }: JobState,
  { showBackendErrors, basePath, backends }: Settings,
): JobUpdate<unknown> {
  const backend = backends.get(name);
  const told = backend ? withPageUrls(update, { basePath, backend, id, copy }) : update;
  return toToldUpdate(told, { id }, showBackendErrors);
}

/** The job of a submit whose answer was lost may still be brought by a webhook: to look again costs nothing. */
function withWebhook(
  update: JobUpdate<unknown>,
  { backend }: StoredJob,
  { token }: JobState,
  { publicUrl, backends }: Settings,
): JobUpdate<unknown> {
  if (update.kind !== 'failed' || update.failure.charged !== 'maybe' || token.job) return update;
  const isTold = publicUrl !== undefined && backends.get(backend)?.adapter.webhook !== undefined;
  return isTold ? { ...update, failure: { ...update.failure, resumable: true } } : update;
}
