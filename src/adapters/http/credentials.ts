import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { discard, type Fetch } from './exchange.js';
import { type Errand, toError } from './failure.js';

/**
 * Headers for every request: fixed, or a function that is asked before each one. Only a function can renew them, and
 * is asked once more when a read or a stream is answered with 401 or 403. What it throws counts as `network`, since a
 * sign-in service that is down for a moment must not end a paid job; a `GenerationError` is passed on as it is.
 *
 * @example
 * const headers: HeadersSource = async () => ({ Authorization: `Bearer ${await session.token()}` });
 */
export type HeadersSource = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

/** Gives each errand a `fetch` that sends the headers of `source`, and renews them once unless the errand is paid for. */
export function createCredentials(fetch: Fetch, source: HeadersSource | undefined): (errand: Errand) => Fetch {
  let newest: Promise<HeadersInit> | undefined;
  const ask = async () => (typeof source === 'function' ? source() : (source ?? {}));

  return errand => async (url, init) => {
    const attempt = async (asked: Promise<HeadersInit>) => {
      const headers = await merge(asked, init.headers, errand);
      init.signal?.throwIfAborted();
      return fetch(url, { ...init, headers });
    };
    const seen = newest;
    const response = await attempt(ask());
    // A submit is never sent twice: what was refused to us may yet have been charged.
    if (![401, 403].includes(response.status) || typeof source !== 'function' || !errand.job) return response;
    discard(response);
    // Many jobs may meet the same 401 at once: who was sent before the last renewal shares it.
    if (!newest || newest === seen) newest = ask();
    return attempt(newest);
  };
}

async function merge(asked: Promise<HeadersInit>, ours: HeadersInit | undefined, errand: Errand): Promise<Headers> {
  try {
    const headers = new Headers(await asked);
    // The body decides it: the boundary of a multipart one is known to fetch alone.
    headers.delete('content-type');
    // Each part of a value that is too long to be a word by chance.
    errand.secrets ??= [];
    errand.secrets.push(...([...headers.values()].join().match(/[^\s,;="]{6,}/g) ?? []));
    new Headers(ours).forEach((value, name) => {
      headers.set(name, value);
    });
    return headers;
  } catch (cause) {
    if (isGenerationError(cause)) throw cause;
    // The platform's error quotes the header, which may be a token: it is not passed on as the cause.
    throw toError(errand, 'network', 'it has no headers', { isRefused: true });
  }
}
