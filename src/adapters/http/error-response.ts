import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { Failure, FailureCode, JsonValue } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { type Refusal, readRefusal } from './refusal.js';
import { meaningsOfJob, meaningsOfSubmit, type RefusalMeaning, toMeaning } from './refusal-code.js';
import { type RequestContext, toCode, toResponseError } from './request-error.js';
import { toShownDetails } from './shown-details.js';
import { toShownText } from './shown-text.js';
import { toWaitMs } from './wait.js';

/** The message around it makes a sentence of it, and of both no more than 2 kB. */
const maxReasonBytes = 1_600;

/** What an adapter knows better than the backend's own words. */
export type GivenVerdict = {
  readonly code?: FailureCode | undefined;
  readonly charged?: Failure['charged'] | undefined;
  /** What the developer or the user can do, as a sentence without its full stop. @defaultValue by the code */
  readonly advice?: string | undefined;
};

/**
 * The error for a response that refuses a request: an error status, or a 200 with a refusal in its body.
 *
 * @param body parsed JSON, or the text of a body that is not JSON
 * @param given the code, whether it is charged, and the advice, in place of what the backend's words mean
 * @example
 * const body: unknown = await response.json();
 * throw toErrorResponse(body, response, { action: 'read', job });
 */
export function toErrorResponse(
  body: unknown,
  response: Response,
  context: RequestContext,
  given: GivenVerdict = {},
): GenerationError {
  const refusal = readRefusal(body);
  const { code, charged } = given.code ? { code: given.code } : toVerdict(refusal, body, response, context);
  const { status } = response;
  const isAboutCredentials = code === 'unauthorized';
  const text = status === 401 ? '' : toReason(refusal, context, isAboutCredentials);
  return toResponseError(context, response, {
    code,
    charged:
      given.charged ??
      toldCharge(body) ??
      (context.action === 'submit' ? toSubmitCharge(code, charged, context) : charged),
    reason: text && `: ${text}`,
    advice: given.advice,
    retryAfterMs: toWaitMs(response, body),
    details: isAboutCredentials ? toCredentialDetails(body) : toRefusalDetails(body, refusal, context),
  });
}

/** A refusal that names a job has begun one, unless it is for money. */
function toSubmitCharge(code: FailureCode, charged: Verdict['charged'], { job, taskId }: RequestContext) {
  if (code === 'payment-required') return 'no';
  return job || taskId !== undefined ? 'maybe' : charged;
}

/** The backend's own explanation, as a clause without its full stop. */
export function toReason(refusal: Refusal, { secrets }: RequestContext, isAboutCredentials = false): string {
  const text = toShownText(refusal.text, secrets, maxReasonBytes).replace(/\.$/, '');
  return isAboutCredentials ? text.replace(longWord, '…') : text;
}

/** A text about credentials may quote some that nobody here has set, such as cookies. The one of a 401 is not shown at all. */
const longWord = /[^\s:,;"']{24,}|[^\s:,;"']*\d[^\s:,;"']{6,}|[^\s:,;"']{6,}\d[^\s:,;"']*/g;

/** What the backend said, and what the content was flagged for under a name that is always the same. */
export function toRefusalDetails(
  body: unknown,
  { categories }: Refusal,
  { secrets }: RequestContext,
): JsonValue | undefined {
  const details = toShownDetails(body, secrets);
  if (categories.length === 0) return details;
  return { ...(isObject(details) && details), categories: categories.map(name => toShownText(name, secrets, 100)) };
}

const toCredentialDetails = (body: unknown): JsonValue | undefined =>
  isObject(body) && body['needsReconnection'] === true ? { needsReconnection: true } : undefined;

type Verdict = GivenVerdict & { readonly code: FailureCode };

function toVerdict(refusal: Refusal, body: unknown, response: Response, context: RequestContext): Verdict {
  const isOfSubmit = context.action === 'submit' || context.action === 'prepare';
  return isOfSubmit ? toSubmitVerdict(refusal, body, response) : toJobVerdict(refusal, body, response);
}

const needsCredits = (body: unknown) => isObject(body) && typeof body['requiredCredits'] === 'number';
const needsReconnection = (body: unknown) => isObject(body) && body['needsReconnection'] === true;

/** By the status, and by the words where the status says less than they do. */
function toSubmitVerdict(refusal: Refusal, body: unknown, response: Response): Verdict {
  const { status, ok, headers } = response;
  const means = (...of: readonly RefusalMeaning[]) => toMeaning(refusal, of);
  const byStatus = { code: toCode(status) };
  if (ok && needsCredits(body)) return { code: 'payment-required' };
  if (ok && needsReconnection(body)) return { code: 'unauthorized' };

  if (ok) {
    const meaning = means(...meaningsOfSubmit);
    // "Timed out" does not say whether the job was started. A file that is named was.
    if (meaning === 'later') return { code: 'network' };
    if (meaning === 'in-progress') return { code: 'busy', charged: 'maybe' };
    return { code: refinedBy(meaning, 'job-failed'), charged: namesFile(body) ? 'maybe' : undefined };
  }
  // 401, 402, 404, 408, 410 and 425 have one meaning.
  if ([401, 402, 404, 408, 410, 425].includes(status)) return byStatus;
  if (status === 429) return { code: refinedBy(means('payment-required', 'busy'), 'rate-limited') };
  if (status >= 500) {
    const meaning = means('moderated', 'payment-required', 'busy');
    if (meaning === 'payment-required') return { code: meaning, charged: 'no' };
    // The content may have been flagged after it was generated.
    if (meaning === 'moderated') return { code: meaning, charged: 'maybe' };
    // Words may be about something that went wrong on the way. A code is the backend's own.
    const isBusyCode = toMeaning({ ...refusal, text: '' }, ['busy']) === 'busy';
    if (status === 529 || isBusyCode) return { code: 'busy', charged: 'no' };
    // A proxy answers 503 also to a request that took too long. The backend itself gives a reason, or a time.
    const isReason = isObject(body) && refusal.text !== '' && !brokenOff.test(refusal.text);
    const isRefusal = meaning === 'busy' || isReason || headers.has('retry-after');
    return status === 503 && isRefusal ? { code: 'busy', charged: 'no' } : byStatus;
  }
  if (status === 409) {
    const meaning = means('moderated', 'payment-required', 'in-progress', 'busy');
    const isAboutKey = /idempoten/i.test(refusal.text) || refusal.codes.some(code => code.includes('idempoten'));
    if (meaning === 'in-progress' || (!meaning && headers.has('retry-after')))
      return { code: 'busy', charged: 'maybe' };
    // An earlier submit with the key may have been charged.
    return { code: refinedBy(meaning, 'bad-input'), charged: isAboutKey && !meaning ? 'maybe' : 'no' };
  }
  return { code: refinedBy(means('moderated', 'payment-required', 'busy', 'rate-limited'), byStatus.code) };
}

/** Words about a request that was begun. */
const brokenOff = /time[ds]? ?out|disconnect|reset|upstream|gateway|\blost\b|crash|internal|aborted/i;

const refinedBy = (meaning: RefusalMeaning | undefined, code: FailureCode): FailureCode =>
  meaning && meaning !== 'in-progress' && meaning !== 'failed' && meaning !== 'later' ? meaning : code;

const namesFile = (body: unknown) => isObject(body) && ['string', 'number'].includes(typeof body['fileId']);

/** What a refused read, stream or cancel says about the job. */
function toJobVerdict(refusal: Refusal, body: unknown, { status, ok, headers }: Response): Verdict {
  const means = (...of: readonly RefusalMeaning[]) => toMeaning(refusal, of);
  if (ok && needsReconnection(body)) return { code: 'unauthorized' };
  if (status === 410) return { code: 'expired' };
  if (status === 404) return { code: refinedBy(means('expired'), 'not-found') };
  // Words of a 403 may be about the account. A code is about the job.
  if (status === 403) return { code: refinedBy(toMeaning({ ...refusal, text: '' }, ['moderated']), 'unauthorized') };
  // A proxy on the way has refused this request. The next one may pass, and the backend has said nothing.
  const isPage = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (isPage && toCode(status) === 'bad-input') return { code: 'invalid-response' };
  if ([400, 409, 422, 451].includes(status)) return { code: refinedBy(means('moderated'), toCode(status)) };
  if (!ok) return { code: toCode(status) };
  const meaning = means(...meaningsOfJob);
  if (meaning === 'failed') return { code: 'job-failed' };
  // Another read may be answered. Words that could mean anything are no answer to it.
  return { code: meaning === 'later' ? 'network' : refinedBy(meaning, 'invalid-response') };
}

/** `charged: false`, `refunded: true`, or the words of this library. */
export function toldCharge(body: unknown): Failure['charged'] | undefined {
  if (!isObject(body)) return undefined;
  const { charged, refunded, billed } = body;
  const told = charged ?? billed;
  if (refunded === true || told === false || told === 'no') return 'no';
  if (told === true || told === 'yes') return 'yes';
  return told === 'maybe' ? 'maybe' : undefined;
}
