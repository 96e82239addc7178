import { type GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toShownText } from '../http/shown-text.js';
import { toToldError } from '../http/told-response.js';

/** Errors of the AI SDK that are thrown before a request is sent. */
const unsent = /^AI_(?:LoadSetting|InvalidArgument|InvalidPrompt|UnsupportedFunctionality|NoSuch\w+)Error$/;
/** Some packages throw plain errors for a key that is missing. */
const missingKey = /\b(?:key|token) is missing\b/i;

const maxWordsBytes = 800;

/** A member of any value, also one that it inherits. */
export const memberOf = (value: unknown, name: string | symbol): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** The name of an error of the AI SDK, in any copy and any version of it; nothing of another error. */
export const sdkNameOf = (error: unknown): string =>
  memberOf(error, Symbol.for('vercel.ai.error')) === true ? String(memberOf(error, 'name')) : '';

/** The words of an error, without keys and without the stop at their end. */
export const wordsOf = (error: unknown, { secrets }: RequestContext): string =>
  toShownText(String(memberOf(error, 'message') ?? error), secrets, maxWordsBytes).replace(/\.$/, '');

/**
 * The error of a call of a model. Errors are known by what they have, and not by their class: a provider package brings its own copy.
 * They are not kept as the cause, because they quote the request.
 */
export function toSdkError(error: unknown, context: RequestContext, isSent = true): GenerationError {
  if (isGenerationError(error)) return error;
  const statusCode = memberOf(error, 'statusCode');
  const words = wordsOf(error, context);
  if (typeof statusCode === 'number') {
    // The error of a gateway has the answer in its cause.
    const told = (name: string) => memberOf(error, name) ?? memberOf(memberOf(error, 'cause'), name);
    const isBroken = told('isRetryable') === true;
    const [headers, text] = [told('responseHeaders'), told('responseBody')];
    return toToldError({ status: statusCode, headers, text, said: told('data') ?? words, isBroken }, context);
  }
  const name = sdkNameOf(error);
  const isKeyMissing = name === 'AI_LoadAPIKeyError' || (!name && missingKey.test(words));
  const isCertainlyNotStarted = !isSent || isKeyMissing || unsent.test(name);
  const code = isKeyMissing
    ? 'unauthorized'
    : isCertainlyNotStarted
      ? 'bad-input'
      : !name || name === 'AI_APICallError'
        ? 'network'
        : 'invalid-response';
  const reason = `${isCertainlyNotStarted ? 'nothing was sent' : 'the model gave no answer'}: ${words}`;
  const advice = isKeyMissing ? 'Give the key to the provider package' : undefined;
  return toRequestError(context, code, reason, { isCertainlyNotStarted, advice });
}
