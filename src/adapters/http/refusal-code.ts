import type { FailureCode } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { type Refusal, readRefusal } from './refusal.js';

/** What the words of a refusal mean. `in-progress`: a submit with the same key is still being worked on. */
export type RefusalMeaning = FailureCode | 'in-progress' | 'failed' | 'later';

type Rule = {
  readonly meaning: RefusalMeaning;
  readonly codes?: RegExp;
  readonly words?: RegExp;
  readonly not?: RegExp;
};

/** Codes are in lower case, with `_` between words. The first rule that fits decides. */
const rules: readonly Rule[] = [
  {
    meaning: 'moderated',
    codes:
      /moderat|nsfw|safety|flagged|content_?(?:policy|filter|violation|blocked|refused|safety)|policy_violation|responsible_?ai|prohibited_content|unsafe_content|sensitive_content|blocklist/,
    words:
      /\bnsfw\b|not safe for work|\bflagged\b|\bmoderated\b|content (?:moderation|policy|policies|filter|safety)|moderation (?:system|filter|check|polic)|(?:rejected|blocked|refused|stopped|removed|filtered|denied) (?:by|for|due to|because of) (?:\w+ ){0,3}(?:moderation|safety|content|policy|filter)|safety (?:system|filter|checker|polic|guideline|reason|violation)|violat\w* (?:[\w'’]+ ){0,6}(?:polic\w+|guidelines?|terms|practices)|(?:prompt|content|image|input) (?:was|has been|is|were) (?:\w+ )?(?:blocked|filtered|censored)|(?:inappropriate|prohibited|unsafe|sensitive|explicit|sexual|disallowed) (?:content|material|image|prompt|words?|language)/i,
    // A check that does not work has flagged nothing, and a flagged account is no flagged content.
    not: /(?:moderation|safety|filter|check)\w*[^.]{0,40}(?:unavailable|timed? ?_?out|fail(?:s|ed)? (?:to|with)|service_?error|not reachable|could not be)|(?:account|user|address|organi[sz]ation|payment)\w* (?:\w+ ){0,3}flagged/i,
  },
  {
    meaning: 'payment-required',
    codes:
      /insufficient_?(?:quota|credits?|balance|funds)|payment_required|out_of_credits|billing_(?:hard_limit|not_active)|no_credits|budget_exhausted/,
    words:
      /insufficient (?:\w+ )?(?:credits?|balance|funds|quota)|(?:not enough|n[o']t have enough|out of|no) (?:\w+ )?(?:credits?|balance|funds)\b|balance (?:is )?(?:too low|insufficient|exhausted)|exhausted (?:balance|credits?)|payment required|exceeded your current quota/i,
  },
  {
    meaning: 'in-progress',
    codes: /in_progress|already_(?:processing|running)|concurrent_request|idempotency_(?:conflict|in_use|key_in_use)/,
    words: /(?:still|already|currently) (?:being )?(?:in progress|process\w*|running|handled|pending)|in progress/i,
    not: /too many|limit|maximum|another (?:generation|job)/i,
  },
  {
    meaning: 'busy',
    codes:
      /overload|(?:^|_)busy$|queue_?full|(?:at|no|over|out_of)_?capacity|capacity_(?:exceeded|reached)|concurrency_?limit|too_many_(?:jobs|generations|concurrent)/,
    words:
      /overload|queue is full|queue full|(?:at|over|out of|no|reached) (?:full |max\w* |free |available )?capacity|(?:is|are|too|currently) busy|high (?:load|demand)|no (?:free|available) (?:gpus?|workers?|machines?)|too many (?:jobs|generations|concurrent|pending)|another (?:generation|job) is/i,
  },
  {
    meaning: 'rate-limited',
    codes: /rate_?limit|too_many_requests|throttl/,
    words: /rate limit|too many requests|throttled/i,
  },
  {
    meaning: 'unauthorized',
    codes:
      /^(?:unauthori[sz]ed|unauthenticated|forbidden|authentication_error|permission_(?:denied|error)|access_denied|invalid_api_key|(?:token|session|key)_(?:expired|invalid)|(?:invalid|expired)_(?:token|session|credentials))$/,
    words:
      /\bunauthori[sz]ed\b|not (?:logged in|signed in|authori[sz]ed|authenticated)|(?:token|session|api key|credentials) (?:has |have |is |are )?(?:expired|invalid|missing)|invalid (?:token|session|api key|credentials)|authentication (?:required|failed)|^forbidden\b|access denied/i,
  },
  {
    meaning: 'expired',
    codes:
      /^(?:data_removed|gone|expired|(?:result|file|output|job|asset|data)_?(?:has_|was_)?(?:expired|deleted|removed|purged))$/,
    words:
      /\b(?:file|result|output|job|image|video|audio|asset|data|generation)s? (?:has |have |is |was |were )?(?:been )?(?:\w+ )?(?:expired|deleted|removed|purged)\b|^expired\b/i,
  },
  {
    meaning: 'not-found',
    codes: /not_found$|^(?:no_such|unknown)_(?:file|job|task)$/,
    words: /\bnot found\b|does ?n[o']t exist|no such (?:file|job|task)|unknown (?:file|job|task)/i,
  },
  {
    meaning: 'later',
    codes: /internal|unavailable|timeout|temporar|upstream|gateway|server_error$|maintenance/,
    words:
      /internal (?:server )?error|try again|unavailable|timed? ?out|temporar|upstream|gateway|maintenance|connection|network|server error/i,
  },
  {
    meaning: 'failed',
    codes:
      /^(?:failed|crashed|aborted)$|(?:generation|job|task|render\w*|inference|model|prediction)_(?:failed|error|crashed)|out_of_memory|^oom$/,
    words:
      /(?:generation|job|task|render\w*|inference|prediction|model|worker) (?:has |was |could not |did not )?(?:failed|crashed|aborted|errored)|fail(?:ed|ure) (?:to|of|in|while|during) (?:the )?(?:generat|render|creat|process|inference|model|produce)|could ?n[o']t (?:be )?(?:generat|render|creat|produc|process)|out of memory|\bcrash/i,
  },
  {
    meaning: 'bad-input',
    codes:
      /^(?:bad_request|invalid_(?:request|input|argument|prompt|parameter)\w*|validation_error|value_error\w*|unprocessable_entity)$/,
    words: /^(?:bad request|invalid (?:request|input|argument|parameter))/i,
  },
];

/** What a refusal means by its codes and words, of these meanings; `undefined` if it could be anything. */
export function toMeaning(
  { text, codes, isFlagged }: Refusal,
  of: readonly RefusalMeaning[],
): RefusalMeaning | undefined {
  if (of.includes('moderated') && isFlagged) return 'moderated';
  return rules.find(
    ({ meaning, codes: isCode, words, not }) =>
      of.includes(meaning) &&
      !(not?.test(text) || codes.some(code => not?.test(code))) &&
      (codes.some(code => isCode?.test(code)) || words?.test(text)),
  )?.meaning;
}

/**
 * Whether the body of a successful response says that it is none: by `success: false`, by an error, or by words of one. A
 * message alone may be good news.
 */
export function isRefusal(body: unknown): boolean {
  const refusal = readRefusal(body);
  if (!isObject(body)) return Array.isArray(body) ? false : toMeaning(refusal, badNews) !== undefined;
  const { success, ok, error, errors, detail } = body;
  if (success === false || ok === false || error === true) return true;
  if (isObject(error) && Object.keys(error).length > 0) return true;
  if (readRefusal({ error, errors, detail }).text !== '' || refusal.isFlagged) return true;
  return toMeaning({ ...refusal, codes: [] }, badNews) !== undefined;
}

/** What words of any answer can mean. */
const ofAnyAnswer: readonly RefusalMeaning[] = [
  'moderated',
  'payment-required',
  'busy',
  'rate-limited',
  'unauthorized',
  'failed',
  'later',
];

/** What words of a successful response can mean, if they refuse the submit, or what is asked about a job. */
export const meaningsOfSubmit: readonly RefusalMeaning[] = [...ofAnyAnswer, 'in-progress', 'bad-input'];
export const meaningsOfJob: readonly RefusalMeaning[] = [...ofAnyAnswer, 'expired', 'not-found'];

const badNews: readonly RefusalMeaning[] = [...meaningsOfJob, 'bad-input'];
