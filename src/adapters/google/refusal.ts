import { isObject } from '../../machines/json.js';
import type { GivenVerdict } from '../http/error-response.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { RequestContext } from '../http/request-error.js';

/** Of a key that is wrong, has expired or is not allowed here. Google tells it by a 400. */
const badKey = /"API_KEY_\w+"|"message":"API key (?:not valid|expired|not found)/;

/** Names of quotas (`GenerateRequestsPerDayPerProjectPerModel`), and words of limits that no short wait ends. */
const longQuota = /per[ _]?(?:day|week|month)|\ba (?:day|week|month)\b|\bdaily\b|\bmonthly\b/i;
const unpaid = /\bcredits?\b|\bprepa(?:id|y)|\bspend|\blimit: 0\b|"quotaValue":"0"/i;
const billing = /\bbill(?:ing|ed)\b/i;
/** Of what is only for those who pay. */
const needsBilling =
  /BILLING_DISABLED|\bbilled (?:users|accounts|projects)|enable billing|billing (?:to be|is not) enabled/i;
const shortQuota = /per[ _]?(?:second|minute|hour)/i;

/**
 * What a refusal of Google means. Its words are the same for a limit of a minute and for an account without money: the names of the quotas, and
 * whether Google says when to come back, tell them apart.
 *
 * @see https://google.aip.dev/193
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
export function toVerdict(
  { status, body, retryAfterMs }: JsonAnswer,
  { action }: RequestContext,
): GivenVerdict | undefined {
  const said = JSON.stringify(body ?? '');
  if (status === 400 && badKey.test(said))
    return { code: 'unauthorized', advice: 'Check the option apiKey: Google does not take this key' };
  // Files are deleted after two days. Google does not tell one that is gone from one of somebody else.
  if (action === 'download' && (status === 404 || (status === 403 && /may not exist/.test(said))))
    return { code: 'expired' };
  if (action !== 'submit') return undefined;
  if (status === 404) return { advice: 'Check the option model' };
  if ((status === 400 || status === 403) && needsBilling.test(said)) return { code: 'payment-required' };
  if (status !== 429 || !isObject(body)) return undefined;
  const isSoonFree = retryAfterMs !== undefined || shortQuota.test(said);
  const isUsedUp = longQuota.test(said) || unpaid.test(said) || (billing.test(said) && !isSoonFree);
  return isUsedUp ? { code: 'payment-required', advice: usedUp } : { code: 'busy' };
}

const usedUp = 'The quota of your account is used up. Wait until it is renewed, or raise it in Google AI Studio';
