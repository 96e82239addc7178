import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { type RequestContext, toRequestError } from './request-error.js';

/**
 * The part of `fetch` that adapters use. The global `fetch` fits, and so does a fake.
 *
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Waits for one step of an exchange, such as the response or its body. What the step throws becomes an error with the
 * code `network`; an abort and a `GenerationError` stay as they are.
 */
export async function withNetworkErrors<T>(
  context: RequestContext,
  signal: AbortSignal,
  step: () => Promise<T>,
): Promise<T> {
  try {
    const value = await step();
    signal.throwIfAborted();
    return value;
  } catch (cause) {
    signal.throwIfAborted();
    if (isGenerationError(cause)) throw cause;
    throw toRequestError(context, 'network', 'the connection to the backend broke', { cause });
  }
}

/** `JSON.parse`, with `undefined` for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Cancels a body that is not read, so that its connection is free for the next request. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
