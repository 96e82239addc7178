import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { Failure, FailureCode, JobRef, JsonValue } from '../../machines/generation/generation.port.js';
import { missingApis, toPlatformError } from '../../machines/platform.js';
import { toRetryAfterMs } from './retry-after.js';
import { cutText } from './shown-text.js';

/** What a request does, and for which job. Error messages use it. */
export type RequestContext = {
  /**
   * `submit` is the paid request and the only one that is never sent twice. `prepare` precedes it. `find` and `forbid`
   * ask about its key. `store` saves what a page keeps at the backend. `verify` loads what verifies deliveries. `check`
   * sends nothing.
   */
  readonly action:
    | 'prepare'
    | 'submit'
    | 'read'
    | 'follow'
    | 'download'
    | 'cancel'
    | 'find'
    | 'forbid'
    | 'verify'
    | 'store'
    | 'check';
  /** The request's job. A submit has one only if its refusal names it. */
  readonly job?: JobRef | undefined;
  /** A further id in the refusal of a submit, which cannot be used for reads. */
  readonly taskId?: string | undefined;
  /** The submit's key, by which a developer can find it at the backend. */
  readonly idempotencyKey?: string | undefined;
  /** Parts of the header values that were sent. They are removed from the backend's texts. */
  secrets?: string[];
};

type ErrorDetails = {
  readonly response?: Response | undefined;
  readonly details?: JsonValue | undefined;
  readonly cause?: unknown;
  /** The request cannot have started a job: nothing was sent, or the backend refused it. */
  readonly isCertainlyNotStarted?: boolean | undefined;
  /** @defaultValue by `isCertainlyNotStarted` */
  readonly charged?: Failure['charged'] | undefined;
  /** What the developer or user can do, as a sentence without its full stop. @defaultValue by the code */
  readonly advice?: string | undefined;
  /** @defaultValue by the headers of the response */
  readonly retryAfterMs?: number | undefined;
};

const checkUrl = 'Check that the URL of the backend is right';

const adviceByCode: Partial<Record<FailureCode, string>> = {
  'bad-input': 'Correct the request',
  unauthorized: 'Sign in again, and check the headers option',
  'payment-required': 'Add credits, then submit again',
  'not-found': checkUrl,
  'invalid-response': checkUrl,
  'event-too-large': 'Raise maxEventBytes',
  'job-failed': 'Submit again',
  moderated: 'Change the prompt or the image, then submit again',
  busy: 'Submit again later',
  expired: 'Submit again to generate it anew',
};

function toLostSubmitAdvice({ job, taskId }: RequestContext, isResumable: boolean): string {
  const id = cutText(job?.id ?? taskId ?? '', maxIdBytes);
  const what = id ? `${job ? 'Job' : 'Task'} ${id}` : 'The job';
  return isResumable
    ? `${what} may be running and may have been charged: resume it, which costs nothing`
    : `${what} may be running and may have been charged: check at the backend before you submit again`;
}

const retryableSubmitCodes: readonly FailureCode[] = ['network', 'rate-limited', 'busy', 'job-failed'];

/** A submit that names its job is no reason to pay again, as long as the job may be charged. */
function isNewSubmitSensible(
  { action, job, taskId }: RequestContext,
  code: FailureCode,
  charged: Failure['charged'],
  hasJobEnded: boolean,
): boolean {
  if (action !== 'submit' && job) return hasJobEnded && code !== 'moderated';
  const mayRun = (job !== undefined || taskId !== undefined) && charged !== 'no';
  return retryableSubmitCodes.includes(code) && !mayRun;
}

/** The codes that say that the job is over, and whether a new one makes sense. */
const endedCodes: readonly FailureCode[] = ['not-found', 'job-failed', 'moderated', 'expired'];

/**
 * The error of one request, with the flags that follow from its code and from what the request does.
 *
 * @param reason what happened, as a clause without its full stop
 */
export function toRequestError(
  context: RequestContext,
  code: FailureCode,
  reason: string,
  {
    response,
    details,
    cause,
    isCertainlyNotStarted: isRefused,
    advice,
    retryAfterMs = response && toRetryAfterMs(response.headers),
    ...given
  }: ErrorDetails = {},
): GenerationError {
  const { action, taskId } = context;
  const isNamed = context.job !== undefined || taskId !== undefined;
  const isCertainlyNotStarted = isRefused || action === 'store';
  const isBeforeSubmit = action === 'prepare' || isCertainlyNotStarted;
  const charged = given.charged ?? (isBeforeSubmit && !isNamed ? 'no' : 'maybe');
  const isLostSubmit = action === 'submit' && charged !== 'no';
  const { job } = context;
  // A command that is refused says nothing about the end of the job.
  const hasJobEnded = action === 'submit' ? code === 'moderated' : action !== 'cancel' && endedCodes.includes(code);
  const isResumable = job !== undefined && !hasJobEnded && (action !== 'submit' || isLostSubmit);
  return new GenerationError(
    {
      code,
      message: `${toSubject(context)} failed: ${reason}. ${advice ?? (isLostSubmit ? toLostSubmitAdvice(context, isResumable) : toAdvice(context, code))}.`,
      // As long as the job may be running, a request that failed is no reason to pay again.
      retryable: isNewSubmitSensible(context, code, charged, hasJobEnded),
      resumable: isResumable,
      charged,
      job: job ?? (taskId === undefined ? undefined : { id: taskId }),
      status: response?.status,
      details,
    },
    { cause, retryAfterMs },
  );
}

/** Throws, before anything is sent, if the platform lacks one of these globals. */
export function assertPlatform(names: readonly string[], context: RequestContext): void {
  const missing = missingApis(...names);
  if (missing.length > 0) throw toPlatformError(missing, toSubject(context));
}

/** The error of a request that was answered with an error status, or with something else than was asked for. */
export function toResponseError(
  context: RequestContext,
  response: Response,
  { code = toCode(response.status), reason, details, charged, advice, retryAfterMs }: ResponseErrorDetails,
): GenerationError {
  // A backend that refuses a submit has not started a job. After any other answer nobody knows.
  const isCertainlyNotStarted = code !== 'network' && code !== 'invalid-response';
  return toRequestError(context, code, `the backend answered ${response.status}${reason}`, {
    response,
    details,
    charged: charged ?? (context.job && code === 'expired' ? 'yes' : undefined),
    isCertainlyNotStarted,
    advice,
    retryAfterMs,
  });
}

type ResponseErrorDetails = {
  /** @defaultValue by the status */
  readonly code?: FailureCode | undefined;
  /** Continues "the backend answered 500"; may be empty. */
  readonly reason: string;
} & Pick<ErrorDetails, 'details' | 'charged' | 'advice' | 'retryAfterMs'>;

function toAdvice({ job }: RequestContext, code: FailureCode): string {
  if (code === 'not-found' && job) return 'Check that the job still exists and that the URL of the backend is right';
  return adviceByCode[code] ?? 'Try again later';
}

/** What to do about a job that has failed with this code. */
export function adviceFor(code: FailureCode): string {
  return code === 'job-failed' ? 'Submit again to start a new job' : (adviceByCode[code] ?? 'Try again later');
}

/** An id is as long as the backend or the page has made it. */
const maxIdBytes = 200;

function toSubject({ action, ...context }: RequestContext): string {
  const jobId = cutText(context.job?.id ?? '', maxIdBytes);
  const key = cutText(context.idempotencyKey ?? '', maxIdBytes);
  switch (action) {
    case 'prepare':
      return `The request before the submit with idempotency key ${key}`;
    case 'submit':
      return `The submit with idempotency key ${key}`;
    case 'read':
      return `The read of job ${jobId}`;
    case 'follow':
      return jobId ? `The event stream of job ${jobId}` : 'The event stream';
    case 'download':
      return `The request for a result of job ${jobId}`;
    case 'cancel':
      return `The cancel of job ${jobId}`;
    case 'find':
      return `The lookup of idempotency key ${key}`;
    case 'forbid':
      return `The cancel by idempotency key ${key}`;
    case 'verify':
      return 'The request for what verifies deliveries';
    case 'store':
      return 'The request of the store';
    case 'check':
      return 'The check of the adapter';
  }
}

const codeByStatus: Readonly<Record<number, FailureCode>> = {
  401: 'unauthorized',
  402: 'payment-required',
  403: 'unauthorized',
  404: 'not-found',
  // 408 and 425 say "not now", as a 5xx does.
  408: 'network',
  410: 'not-found',
  425: 'network',
  429: 'rate-limited',
};

/** The code of an error status, where nothing else is known. */
export function toCode(status: number): FailureCode {
  const code = codeByStatus[status];
  if (code) return code;
  if (status < 400) return 'invalid-response';
  return status < 500 ? 'bad-input' : 'network';
}
