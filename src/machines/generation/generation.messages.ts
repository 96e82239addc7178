import { describeValue, typeName } from '../described.js';
import { isObject } from '../json.js';
import type { Failure, JobRef } from './generation.port.js';

/** After the word "job", which says enough where none is known. */
const idOf = (job: JobRef | undefined): string => (job ? ` ${job.id}` : '');

/** The messages of the failures that the chart itself decides: what happened, to which job, what to do. */

export const tokenMismatchMessage = (id: string, tokenId: string): string =>
  `The resume token belongs to generation ${tokenId}, not to ${id}. Pass the token's own id: { id: token.id, resume: token }.`;

export const newerTokenMessage = (id: string, version: number, job: JobRef | undefined): string => {
  const what = job
    ? `Job ${job.id} is charged and may still be running`
    : 'Its job may be running and may have been charged';
  return `The resume token of generation ${id} has version ${version}: a newer version of the library made it, and this one cannot read it. ${what}. Update this page or the library, then resume it with the same token, which costs nothing.`;
};

/** @param found what is wrong with it, as a clause */
export const invalidTokenMessage = (id: string, found: string): string =>
  `The resume token of generation ${id} cannot be read: ${found}. Its job may be running and may have been charged. Pass the token as toResumeToken() made it; isResumeToken() tells whether it is whole.`;

export const invalidInputMessage = (member: 'id' | 'idempotencyKey', value: unknown, id?: string): string =>
  `The input of ${id === undefined ? 'a generation' : `generation ${id}`} has ${describeValue(value)} as \`${member}\`. Nothing is submitted. Pass a text that is not empty.`;

export const unansweredSubmitMessage = (id: string): string =>
  `The backend did not answer the submit of generation ${id} in time. The job may be running and may have been charged; check at the backend before you generate again.`;

export const stoppedFollowingMessage = (
  id: string,
  job: JobRef | undefined,
  reason: string,
  lastFailure: Failure | undefined,
): string => {
  const message = `Job${idOf(job)} of generation ${id} ${reason}. It may still be running: resume it with its token, which costs nothing.`;
  return lastFailure ? `${message} The last read failed: ${lastFailure.message}` : message;
};

/** The message of an error. Its getters may throw, and its message may be no text. */
function textOf(error: unknown): string {
  try {
    const text: unknown = error instanceof Error ? error.message : error;
    return typeof text === 'string' ? text.trim().slice(0, 2_000) : '';
  } catch {
    return '';
  }
}

/** Anything can be thrown, also a value without a message. */
export const unknownErrorMessage = (call: string, error: unknown): string => {
  const text = textOf(error);
  // The sentence has its own full stop.
  const what =
    text === '' ? 'an error without a message' : `an error that is no GenerationError: ${text.replace(/\.$/, '')}`;
  return `The adapter's ${call}() threw ${what}. The request may have reached the backend.`;
};

/** What a `job` is that nobody can follow. */
export const describeJob = (job: unknown): string => {
  if (!isObject(job)) return `a \`job\` of type ${typeName(job)}`;
  const { id } = job;
  return typeof id === 'string' ? 'an empty `job.id`' : `a \`job.id\` of type ${typeName(id)}`;
};

export const invalidJobMessage = (id: string, job: unknown): string =>
  `The adapter answered the submit of generation ${id} with ${describeJob(job)}, so the job cannot be followed. It may be running and may have been charged. Return { job: { id } } with a text as id.`;

export const invalidUpdateMessage = (call: string, job: JobRef | undefined, update: unknown): string => {
  const kind: unknown = isObject(update) ? update['kind'] : undefined;
  const found = !isObject(update)
    ? `a value of type ${typeName(update)}`
    : typeof kind === 'string'
      ? `an update of the unknown \`kind\` "${kind.slice(0, 100)}"`
      : `an update whose \`kind\` is of type ${typeName(kind)}`;
  return `The adapter's ${call}() answered for job${idOf(job)} with ${found}. Correct the adapter: an update has the kind pending, changed, ignored, succeeded, failed or cancelled.`;
};

export const unnamedFailureMessage = (call: string): string =>
  `The adapter's ${call}() reported a failure without a message. Look at the backend for the reason before you generate again.`;

export const restoredSnapshotMessage =
  'A generation cannot be restored from a snapshot of XState: it would submit again, or wait for timers that never run. Store its resume token, toResumeToken(actor.getSnapshot()), and pass it as the input: { id: token.id, resume: token }.';

export const lostStreamJobMessage = (id: string, job: JobRef | undefined): string =>
  `The stream of job${idOf(job)} of generation ${id} was lost, and the job with it. It may have been charged; check at the backend before you generate again.`;
