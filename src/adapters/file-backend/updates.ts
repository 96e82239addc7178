import { safeParse } from 'valibot';
import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toError } from '../http/failure.js';
import { toBase, toFileIds } from './address.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState, toJobUpdate } from './files.js';
import { toMetadata } from './metadata.js';
import { type FileObject, fileObject } from './wire.js';

/** What a job remembers of itself: a submit has written down its kind, and what was asked for. */
export const toJobContext = (job: JobRef, baseUrl: string | undefined): FileContext => ({
  kind: job['kind'] === 'video' ? 'video' : 'image',
  request: toMetadata(job['request']),
  base: toBase(baseUrl),
});

/**
 * What an array of file objects says of jobs of {@link fileBackend}, by the job's id: for a `readMany` of {@link sharedReads}, where
 * the backend has a route that answers many. A job none of whose files is among them, as an object that fits, has a
 * `GenerationError` with `invalid-response`; one of a batch that is missing counts as going on. Never throws.
 *
 * @example
 * const reads = sharedReads({
 *   async readMany(jobs, { signal }) {
 *     const ids = jobs.flatMap(toFileIds).map(encodeURIComponent);
 *     const response = await fetch(`/api/files?ids=${ids}`, { signal });
 *     return toFileUpdates(await response.json(), jobs);
 *   },
 * });
 */
export function toFileUpdates(
  files: unknown,
  jobs: readonly JobRef[],
  { baseUrl }: { readonly baseUrl?: string | undefined } = {},
): ReadonlyMap<string, JobUpdate<FileOutput> | GenerationError> {
  const known = new Map<string, FileObject>();
  for (const file of Array.isArray(files) ? files : []) {
    const { success, output } = safeParse(fileObject, file);
    if (success) known.set(output.id, output);
  }
  const toUpdate = (job: JobRef) => {
    const context = toJobContext(job, baseUrl);
    const states = toFileIds(job).map((id): FileState | undefined => {
      const file = known.get(id);
      return file && toFileState(file, context);
    });
    const isUsable = (state: FileState | undefined) => state && (states.length > 1 || state.kind !== 'unusable');
    if (states.some(isUsable))
      return toJobUpdate(
        states.map(state => state ?? { kind: 'pending' }),
        job,
      );
    return toError({ doing: 'Reading', job }, 'invalid-response', 'the answer is not its file');
  };
  return new Map(jobs.map(job => [job.id, toUpdate(job)]));
}
