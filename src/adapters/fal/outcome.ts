import type { Failure, JobOutcome, JobRef } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';

export type Members = { readonly [name: string]: unknown };
type Ended = Extract<JobOutcome<never>, { readonly kind: 'failed' | 'cancelled' }>;

const nameOf = (members: Members) => (typeof members['error_type'] === 'string' ? members['error_type'] : '');

/** What never ran to its end is not charged: the runner's faults, and time-outs. */
const isOfRunner = (type: string) => /^runner_|_timeout$|^internal/.test(type);

/** `Request was cancelled`. Words of the model may be about another thing that was cancelled, such as a download. */
const isCancelled = (error: unknown) =>
  typeof error === 'string' && /^(?:(?:the )?(?:request|job) )?(?:(?:was|is|has been) )?cancell?ed\b/i.test(error);

/** How a job has ended whose status is COMPLETED, if the status says that it went wrong. There is no FAILED. */
export function toStatusOutcome(job: JobRef, said: Members, jobFailed: Exchange['jobFailed']): Ended | undefined {
  const { error } = said;
  const type = nameOf(said);
  if (!error && !type) return undefined;
  if (type ? /cancel/i.test(type) : isCancelled(error)) return { kind: 'cancelled' };
  return jobFailed(job, { error, error_type: said['error_type'] }, { charged: isOfRunner(type) ? 'no' : undefined });
}

/** Whether the refusal of a result is the model's: a proxy on the way has neither words nor headers of fal, and answers pages. */
export const isModelsAnswer = ({ status, headers, members, body }: JsonAnswer): boolean =>
  headers.has('x-fal-error-type') ||
  'detail' in members ||
  nameOf(members) !== '' ||
  status === 410 ||
  (status < 500 && (isObject(body) || headers.has('x-fal-request-id')));

/** The model's own error, which fal answers to the request for the result. */
export function toResultOutcome(job: JobRef, answer: JsonAnswer, jobFailed: Exchange['jobFailed']): Ended {
  const { status, headers, members, body } = answer;
  const type = nameOf(members) || (headers.get('x-fal-error-type') ?? '');
  if (/cancel/i.test(type)) return { kind: 'cancelled' };
  const charged: Failure['charged'] | undefined = status >= 500 ? 'no' : undefined;
  const { kind, failure } = jobFailed(job, body, { charged, status, code: status === 410 ? 'expired' : undefined });
  // The same input is refused again.
  const isRefused = status === 422 || headers.get('x-fal-retryable') === 'false';
  return { kind, failure: { ...failure, retryable: failure.retryable && !isRefused } };
}

/** Whether the result is not there yet, although the status says so. */
export const isStillRunning = ({ status, members }: JsonAnswer): boolean =>
  status === 202 || (status === 400 && /in progress/i.test(String(members['detail'])));

/** What fal says beside a result: how long the model ran, and what it cost. */
export function toAccount(
  { metrics }: Members,
  { headers }: JsonAnswer,
): Pick<Extract<JobOutcome<never>, { readonly kind: 'succeeded' }>, 'durationMs' | 'cost'> {
  const seconds = isObject(metrics) ? Number(metrics['inference_time']) : Number.NaN;
  const units = headers.get('x-fal-billable-units') ?? '';
  return {
    ...(seconds >= 0 && { durationMs: seconds * 1_000 }),
    ...(/^\d+(?:\.\d+)?$/.test(units) && { cost: { amount: Number(units), unit: 'billable units' } }),
  };
}
