import type { Failure, FailureCode, JobOutcome, JobRef } from '../../machines/generation/generation.port.js';
import { toldCharge, toReason, toRefusalDetails } from './error-response.js';
import { readRefusal } from './refusal.js';
import { toMeaning } from './refusal-code.js';
import { adviceFor, type RequestContext } from './request-error.js';
import { cutText } from './shown-text.js';

/** What an adapter knows about a failed job besides the backend's words. */
export type JobFailedOptions = {
  /** @defaultValue `moderated` if the backend says that it refused the content, else `job-failed` */
  readonly code?: Extract<FailureCode, 'job-failed' | 'moderated' | 'expired' | 'busy'> | undefined;
  /** @defaultValue what the backend says, else `maybe`; `yes` for `expired` */
  readonly charged?: Failure['charged'] | undefined;
  /** Whether a new, paid submit makes sense. @defaultValue true, except after `moderated` */
  readonly retryable?: boolean | undefined;
  /** The HTTP status of the answer, if it is an error. */
  readonly status?: number | undefined;
  /** Credentials that the backend may quote. They are removed from its texts. */
  readonly secrets?: readonly string[] | undefined;
};

const untold: Readonly<Record<string, string>> = {
  moderated: 'the backend refused its content',
  expired: 'the backend has deleted its result',
};

/**
 * The outcome of a job that the backend ended without a result, with the backend's words. `said` is the part of the
 * answer that says why, in any common shape: a text, `{ error }`, `{ error: { message, code } }`, `{ detail: […] }`,
 * `{ message }`.
 *
 * @example
 * const outOfMemory = jobFailed(job, { error: { message: 'Out of memory', code: 'oom' } }, { charged: 'no' });
 * const isGone = jobFailed(job, undefined, { code: 'expired' });
 */
export function jobFailed(
  job: JobRef,
  said: unknown,
  { secrets = [], ...given }: JobFailedOptions = {},
): Extract<JobOutcome<never>, { readonly kind: 'failed' }> {
  const context: RequestContext = { action: 'read', job, secrets: [...secrets] };
  const refusal = readRefusal(said);
  const { code = toMeaning(refusal, ['moderated']) ? 'moderated' : 'job-failed' } = given;
  const words = toReason(refusal, context) || (untold[code] ?? 'the backend gave no reason');
  const { charged = toldCharge(said) ?? (code === 'expired' ? 'yes' : 'maybe'), retryable = code !== 'moderated' } =
    given;
  const failure: Failure = {
    code,
    message: `Job ${cutText(job.id, 200)} failed: ${words}. ${adviceFor(code)}.`,
    retryable,
    resumable: false,
    charged,
    job,
    status: given.status,
    details: toRefusalDetails(said, refusal, context),
  };
  return { kind: 'failed', failure };
}
