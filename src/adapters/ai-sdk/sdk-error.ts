import { type GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toShownText } from '../http/shown-text.js';
import { type ToldAnswer, toToldError } from '../http/told-response.js';

/** Errors of the AI SDK that are thrown before a request is sent. */
const unsent = /^AI_(?:LoadSetting|InvalidArgument|InvalidPrompt|UnsupportedFunctionality|NoSuch\w+)Error$/;
/** Some packages throw plain errors for a key that is missing. */
const missingKey = /\b(?:key|token) is missing\b/i;

/** A member of any value, also one that it inherits. */
export const memberOf = (value: unknown, name: string | symbol): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** The name of an error of the AI SDK, in any copy and any version of it; nothing of another error. */
export const sdkNameOf = (error: unknown): string =>
  memberOf(error, Symbol.for('vercel.ai.error')) === true ? String(memberOf(error, 'name')) : '';

/** The words of an error, without keys and without the stop at their end. */
export const wordsOf = (error: unknown, { secrets }: RequestContext): string =>
  toShownText(String(memberOf(error, 'message') ?? error), secrets).replace(/\.$/, '');

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
    const answer: ToldAnswer = {
      status: statusCode,
      headers: told('responseHeaders'),
      text: told('responseBody'),
      said: told('data') ?? words,
      isBroken: told('isRetryable') === true,
    };
    return toToldError(answer, context);
  }
  const name = sdkNameOf(error);
  const isKeyMissing = name === 'AI_LoadAPIKeyError' || (!name && missingKey.test(words));
  if (isKeyMissing || !isSent || unsent.test(name)) {
    const code = isKeyMissing ? 'unauthorized' : /NoSuch/.test(name) ? 'not-found' : 'bad-input';
    return toRequestError(context, code, `nothing was sent: ${words}`, {
      isCertainlyNotStarted: true,
      advice: 'Check the key, the model and the input',
    });
  }
  const code = !name || name === 'AI_APICallError' ? 'network' : 'invalid-response';
  return toRequestError(context, code, `the model gave no answer: ${words}`);
}
