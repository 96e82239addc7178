import type { GenerationError } from '../../machines/generation/generation.errors.js';
import { isObject } from '../../machines/json.js';
import { type GivenVerdict, toErrorResponse, toldCharge } from './error-response.js';
import { isRefusal } from './refusal-code.js';
import { type RequestContext, toRequestError } from './request-error.js';
import type { ReceivedAnswer } from './send.js';
import { toWaitMs } from './wait.js';

/** The answer of a backend to one request. */
export type JsonAnswer = {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  readonly headers: Headers;
  /** Parsed JSON, the text of a plain-text body, or `undefined`. Unchecked. */
  readonly body: unknown;
  /** The members of a JSON object; empty for any other body. */
  readonly members: { readonly [name: string]: unknown };
  /** How long the backend asks to wait, in ms: from `Retry-After`, `Retry-After-Ms`, or the body. */
  readonly retryAfterMs: number | undefined;
  /**
   * The job's id in this member of the body: a text, or a number converted to text.
   *
   * @throws GenerationError with the code `invalid-response` if there is none; after a submit, with `charged: 'maybe'`
   */
  idIn(name: string): string;
  /**
   * The error for an answer that refuses the request. Some backends refuse with 200 and a code of their own, so the
   * status does not matter. `said` is the part of the body that says why; by default the whole body.
   */
  toError(given?: GivenVerdict & { readonly said?: unknown }): GenerationError;
};

/**
 * Interprets a refusal where the backend's format says more than its words, such as a bad key reported with 400.
 * `undefined` uses the status and the words.
 */
export type ToVerdict = (refusal: JsonAnswer, context: RequestContext) => GivenVerdict | undefined;

/** A success without a job that says it is none. Only what is refused for money has certainly begun nothing. */
function toNamelessRefusal(body: unknown, response: Response, context: RequestContext): GenerationError {
  const { failure } = toErrorResponse(body, response, context);
  const charged = toldCharge(body) ?? (failure.code === 'payment-required' ? 'no' : 'maybe');
  return toErrorResponse(body, response, context, { code: failure.code, charged });
}

export function toJsonAnswer({ response, body }: ReceivedAnswer, context: RequestContext): JsonAnswer {
  const { status, ok, headers } = response;
  const members = isObject(body) ? body : {};
  return {
    status,
    ok,
    headers,
    body,
    members,
    retryAfterMs: toWaitMs(response, body),
    idIn(name) {
      const id = members[name];
      if (typeof id === 'string' && id.trim()) return id;
      if (typeof id === 'number') return String(id);
      if (isRefusal(body)) throw toNamelessRefusal(body, response, context);
      const reason = `the backend's answer has no ${name}, so the job cannot be followed`;
      throw toRequestError(context, 'invalid-response', reason, { response });
    },
    toError: ({ said = body, ...given } = {}) => toErrorResponse(said, response, context, given),
  };
}
