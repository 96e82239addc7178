import { throwIfAborted } from '../../machines/abort.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { type RequestContext, toRequestError } from './request-error.js';

/**
 * The part of `fetch` that adapters use. Pass the global `fetch` or a fake.
 *
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What `new Headers()` takes. The types of Node alone do not have the name `HeadersInit`. */
export type GivenHeaders = NonNullable<RequestInit['headers']>;

/**
 * Waits for one step of an exchange, such as the response or its body. What the step throws becomes an error with the
 * code `network`; an abort and a `GenerationError` stay as they are.
 */
export async function withNetworkErrors<T>(
  context: RequestContext,
  signal: AbortSignal,
  step: () => Promise<T>,
  { advice }: { readonly advice?: string | undefined } = {},
): Promise<T> {
  try {
    const value = await step();
    throwIfAborted(signal);
    return value;
  } catch (cause) {
    throwIfAborted(signal);
    if (isGenerationError(cause)) throw cause;
    throw toRequestError(context, 'network', 'the connection to the backend broke', { cause, advice });
  }
}

/** Strings and numbers of a JSON text. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** Whole numbers that JSON can hold, and a JavaScript number cannot: an id that is rounded is somebody else's. */
const isLong = (token: string) => /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
const quoteLong = (token: string) => (isLong(token) ? `"${token}"` : token);

/** `JSON.parse`, with `undefined` for a text that is not JSON, and texts for whole numbers of too many digits. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(/\d{16}/.test(text) ? text.replace(tokens, quoteLong) : text);
  } catch {
    return undefined;
  }
}

/** Cancels a body that is not read, so that its connection is free for the next request. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
