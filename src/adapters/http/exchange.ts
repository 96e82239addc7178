import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { type Errand, toError } from './failure.js';

/** The part of `fetch` that adapters use. The global one fits, and so does a fake. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Waits for a part of an exchange. An abort and our own errors pass as they are; anything else is `network`. */
export async function arrival<T>(part: () => Promise<T>, errand: Errand, signal: AbortSignal): Promise<T> {
  try {
    const value = await part();
    signal.throwIfAborted();
    return value;
  } catch (cause) {
    signal.throwIfAborted();
    if (isGenerationError(cause)) throw cause;
    throw toError(errand, 'network', 'the connection broke', { cause });
  }
}

/** `JSON.parse`, with `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lets go of a body that nobody will read, so that its connection is free. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
