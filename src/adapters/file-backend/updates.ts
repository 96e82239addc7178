import { safeParse } from 'valibot';
import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toBase } from '../http/page-base.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState } from './files.js';
import { toFileIds } from './ids.js';
import { toSharedKnowledge, withToldReason } from './job-memory.js';
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
 * Turns an array of file objects into updates of {@link fileBackend} jobs, by job id. Use it in the `readMany` of
 * {@link sharedReads} if the backend has a route that returns many files.
 *
 * A job without a valid file object gets a `GenerationError` with the code `invalid-response`. A single missing file of
 * a batch counts as pending. Never throws.
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
    const ids = toFileIds(job);
    const told = ids.map((id): FileState | undefined => {
      const known = filesById.get(id);
      return known && toFileState(known.file, context, known.whole);
    });
    const [only] = told.filter(state => state !== undefined);
    if (!only) return toInvalidResponse(job, 'the answer has no file object for it');
    if (told.length === 1 && only.kind === 'unusable') return toInvalidResponse(job, only.reason.text);

    // A backend may delete the first file of a batch before the last one is done.
    const { done } = toSharedKnowledge(job, context.base);
    for (const state of told) if (ids.length > 1 && state?.kind === 'done') done.set(state.file.id, state);
    const states = told.map((state, at): FileState => state ?? done.get(ids[at] ?? '') ?? { kind: 'pending' });
    const update = toJobUpdate(withToldReason(states, job, context.base), job);
    if (update.kind !== 'pending') done.clear();
    return update;
  };
  return new Map(jobs.map(job => [job.id, toUpdate(job)]));
}

const toInvalidResponse = (job: JobRef, reason: string) =>
  toRequestError({ action: 'read', job }, 'invalid-response', reason);
