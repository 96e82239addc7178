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

/** Anything can be thrown, also a value without a message. */
export const unknownErrorMessage = (call: string, error: unknown): string => {
  const text = error instanceof Error ? error.message.trim() : typeof error === 'string' ? error.trim() : '';
  const what = text === '' ? 'an error without a message' : `an error that is no GenerationError: ${text}`;
  return `The adapter's ${call}() threw ${what}. The request may have reached the backend.`;
};

export const invalidJobMessage = (id: string, job: Partial<JobRef> | null | undefined): string => {
  const jobId: unknown = job?.id;
  const found =
    !job || jobId === undefined
      ? 'no `job.id`'
      : typeof jobId !== 'string'
        ? `a \`job.id\` of type ${typeof jobId}`
        : jobId.trim() === ''
          ? 'an empty `job.id`'
          : `a job that cannot be written as JSON, ${jobId}`;
  return `The adapter answered the submit of generation ${id} with ${found}, so the job cannot be followed. It may be running and may have been charged. Return { job: { id } } with JSON members and a text as id.`;
};
