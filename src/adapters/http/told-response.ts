import type { GenerationError } from '../../machines/generation/generation.errors.js';
import { isObject } from '../../machines/json.js';
import { toErrorResponse } from './error-response.js';
import { toBody } from './refusal.js';
import type { RequestContext } from './request-error.js';

// What a vendor's own client tells of an answer, where it does not give the answer itself.

/** An answer as its client tells it. */
export type ToldAnswer = {
  readonly status: number;
  readonly headers?: unknown;
  /** The text of its body. */
  readonly text?: unknown;
  /** What the client made of the body, or its own words, if there is no text. */
  readonly said?: unknown;
  /** The client says that the connection broke within the body. */
  readonly isBroken?: boolean | undefined;
};

/** The error of a refused request. A submit whose good answer cannot be read may have started a job. */
export function toToldError(told: ToldAnswer, context: RequestContext): GenerationError {
  const { status, text, said, isBroken } = told;
  const isStatus = status >= 200 && status < 600;
  const response = new Response(null, { status: isStatus ? status : 500, headers: toToldHeaders(told.headers) });
  const body = (typeof text === 'string' ? toBody(text, response.headers) : undefined) ?? said;
  if (!response.ok) return toErrorResponse(body, response, context);
  const code = isBroken ? 'network' : 'invalid-response';
  return toErrorResponse(said, response, context, { code, charged: 'maybe' });
}

export function toToldHeaders(given: unknown): Headers {
  try {
    if (given instanceof Headers) return given;
    return new Headers(Object.entries(isObject(given) ? given : {}).map(([name, value]) => [name, String(value)]));
  } catch {
    return new Headers();
  }
}

const statusByPhrase: ReadonlyMap<string, number> = new Map([
  ['bad request', 400],
  ['unauthorized', 401],
  ['payment required', 402],
  ['forbidden', 403],
  ['not found', 404],
  ['request timeout', 408],
  ['gone', 410],
  ['unprocessable entity', 422],
  ['unprocessable content', 422],
  ['too early', 425],
  ['too many requests', 429],
  ['internal server error', 500],
  ['bad gateway', 502],
  ['service unavailable', 503],
  ['gateway timeout', 504],
]);

/**
 * The status that a reason phrase stands for. Some clients throw an error that says no more than this phrase.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15
 */
export const statusOfPhrase = (text: string): number | undefined => statusByPhrase.get(text.toLowerCase());
