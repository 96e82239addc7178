import { isObject } from '../json.js';
import type { Failure, JobRef } from './generation.port.js';
import type { ResumeToken } from './generation.types.js';

/** The messages of the failures that the chart itself decides: what happened, to which job, what to do. */

export const tokenMismatchMessage = (id: string, token: ResumeToken): string =>
  token.id === id
    ? `The resume token of generation ${id} has version ${token.version}, which this version of the library cannot read. Generate again, or update the library.`
    : `The resume token belongs to generation ${token.id}, not to ${id}. Pass the token's own id: { id: token.id, resume: token }.`;

export const unansweredSubmitMessage = (id: string): string =>
  `The backend did not answer the submit of generation ${id} in time. The job may be running and may have been charged; check at the backend before you generate again.`;

export const stoppedFollowingMessage = (
  id: string,
  job: JobRef | undefined,
  reason: string,
  lastFailure: Failure | undefined,
): string => {
  const message = `Job ${job?.id} of generation ${id} ${reason}. It may still be running: resume it with its token, which costs nothing.`;
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

/** The type of a value, as one would say it. */
const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;

export const invalidJobMessage = (id: string, job: unknown): string => {
  const jobId: unknown = isObject(job) ? job['id'] : undefined;
  const found = !isObject(job)
    ? `a \`job\` of type ${typeName(job)}`
    : typeof jobId === 'string'
      ? 'an empty `job.id`'
      : `a \`job.id\` of type ${typeName(jobId)}`;
  return `The adapter answered the submit of generation ${id} with ${found}, so the job cannot be followed. It may be running and may have been charged. Return { job: { id } } with a text as id.`;
};

export const invalidUpdateMessage = (call: string, job: JobRef | undefined, update: unknown): string => {
  const kind: unknown = isObject(update) ? update['kind'] : undefined;
  const found = !isObject(update)
    ? `a value of type ${typeName(update)}`
    : typeof kind === 'string'
      ? `an update of the unknown \`kind\` "${kind.slice(0, 100)}"`
      : `an update whose \`kind\` is of type ${typeName(kind)}`;
  return `The adapter's ${call}() answered for job ${job?.id} with ${found}. Correct the adapter: an update has the kind pending, changed, ignored, succeeded, failed or cancelled.`;
};

export const unnamedFailureMessage = (call: string): string =>
  `The adapter's ${call}() reported a failure without a message. Look at the backend for the reason before you generate again.`;

export const restoredSnapshotMessage =
  'A generation cannot be restored from a snapshot of XState: it would submit again, or wait for timers that never run. Store its resume token, toResumeToken(actor.getSnapshot()), and pass it as the input: { id: token.id, resume: token }.';

export const lostStreamJobMessage = (id: string, job: JobRef | undefined): string =>
  `The stream of job ${job?.id} of generation ${id} was lost, and the job with it. It may have been charged; check at the backend before you generate again.`;
