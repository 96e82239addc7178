import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { FailureCode, JobRef, JsonValue } from '../../machines/generation/generation.port.js';
import { toRetryAfterMs } from './retry-after.js';

/** What a request is for. Without a job it is the submit, which is paid for. */
export type Errand = {
  readonly doing: string;
  readonly job?: JobRef | undefined;
  /** What its headers were made of, noted as they are sent. */
  secrets?: string[];
};

type Circumstances = {
  readonly response?: Response | undefined;
  readonly details?: JsonValue | undefined;
  readonly cause?: unknown;
  /** The request cannot have started a job: nothing was sent, or the answer says no. */
  readonly isRefused?: boolean | undefined;
};

const advice: Partial<Record<FailureCode, string>> = {
  'bad-input': 'Change the request',
  unauthorized: 'Sign in again',
  'payment-required': 'Add credits',
  'not-found': 'Check baseUrl',
  'invalid-response': 'Check baseUrl',
  'event-too-large': 'Raise maxEventBytes',
  'job-failed': 'Submit again',
};

/** A backend's own words, without what was sent in headers: some backends quote it. */
export const redact = (words: string | undefined, { secrets = [] }: Errand) =>
  secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words ?? '');

/** The error of one errand, with the flags that its code and its kind of request imply. */
export function toError(
  { doing, job }: Errand,
  code: FailureCode,
  what: string,
  { response, details, cause, isRefused }: Circumstances = {},
): GenerationError {
  const isOver = code === 'not-found' || code === 'job-failed';
  const todo = job || isRefused ? (advice[code] ?? 'Try again later') : 'Check for a charge first';
  return new GenerationError(
    {
      code,
      message: `${doing}${job ? ` job ${job.id}` : ''} failed: ${what}. ${todo}.`,
      // While a job may go on, no trouble of following it is a reason to pay again.
      retryable: job ? isOver : ['network', 'rate-limited', 'job-failed'].includes(code),
      resumable: job !== undefined && !isOver,
      charged: isRefused && !job ? 'no' : 'maybe',
      job,
      status: response?.status,
      details,
    },
    { cause, retryAfterMs: response && toRetryAfterMs(response.headers) },
  );
}

/** The error for an answer that is not the one hoped for, with the backend's own words if it has any. */
export function toHttpError(
  errand: Errand,
  response: Response,
  more: { code?: FailureCode | undefined; said: string; details?: JsonValue | undefined },
): GenerationError {
  const { code = toCode(response.status), said, details } = more;
  // Whoever says no to a submit has not started it; after any other answer nobody knows.
  const isRefused = code !== 'network' && code !== 'invalid-response';
  return toError(errand, code, `the backend answered ${response.status}${said ? `: ${said}` : ''}`, {
    response,
    details,
    isRefused,
  });
}

const codes: Readonly<Record<number, FailureCode>> = {
  401: 'unauthorized',
  402: 'payment-required',
  403: 'unauthorized',
  404: 'not-found',
  // "Not now", as a 5xx says.
  408: 'network',
  410: 'not-found',
  425: 'network',
  429: 'rate-limited',
};

function toCode(status: number): FailureCode {
  return codes[status] ?? (status < 400 ? 'invalid-response' : status < 500 ? 'bad-input' : 'network');
}
