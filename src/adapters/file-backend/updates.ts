import { safeParse } from 'valibot';
import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toBase } from './address.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState } from './files.js';
import { toFileIds } from './ids.js';
import { toJobUpdate } from './job-update.js';
import { toMetadata } from './metadata.js';
import { type FileObject, fileObject } from './wire.js';

/** What the submit has stored in the job: its kind, and what was asked for. */
export const toFileContext = (
  job: JobRef,
  baseUrl: string | undefined,
  requestContext: RequestContext,
): FileContext => ({
  kind: job['kind'] === 'video' ? 'video' : 'image',
  request: toMetadata(job['request']),
  base: toBase(baseUrl),
  requestContext,
});

/**
 * Turns an array of file objects into updates of the jobs of {@link fileBackend}, by job id. Use it in the `readMany` of
 * {@link sharedReads} if the backend has a route that returns many files.
 *
 * A job without a valid file object in the array gets a `GenerationError` with the code `invalid-response`. A single file
 * of a batch that is missing counts as pending. Never throws.
 *
 * @param files the parsed JSON of the response
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
  const filesById = new Map<string, { readonly file: FileObject; readonly whole: unknown }>();
  for (const whole of Array.isArray(files) ? files : []) {
    const { success, output } = safeParse(fileObject, whole);
    if (success) filesById.set(output.id, { file: output, whole });
  }

  const toUpdate = (job: JobRef) => {
    const context = toFileContext(job, baseUrl, { action: 'read', job });
    const states = toFileIds(job).map((id): FileState | undefined => {
      const known = filesById.get(id);
      return known && toFileState(known.file, context, known.whole);
    });
    const known = states.filter(state => state !== undefined);
    const [only] = known;
    if (!only) return toInvalidResponse(job, 'the answer has no file object for it');
    if (states.length === 1 && only.kind === 'unusable') return toInvalidResponse(job, only.reason.text);
    return toJobUpdate(
      states.map(state => state ?? { kind: 'pending' }),
      job,
    );
  };
  return new Map(jobs.map(job => [job.id, toUpdate(job)]));
}

const toInvalidResponse = (job: JobRef, reason: string) =>
  toRequestError({ action: 'read', job }, 'invalid-response', reason);
