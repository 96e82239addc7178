import { throwIfAborted } from '../../machines/abort.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { discard, type Fetch, type GivenHeaders } from './exchange.js';
import { type RequestContext, toRequestError } from './request-error.js';

/**
 * Headers for every request: fixed, or a function that is called before each request. Only a function can renew them:
 * if a read or an event stream is answered with 401 or 403, it is called again and the request is repeated once. A
 * submit is never repeated.
 *
 * If the function throws, the error gets the code `network`, because a sign-in service that is briefly down must not
 * end a paid job. A `GenerationError` is passed on unchanged.
 *
 * @example
 * const headers: HeadersSource = async () => ({ Authorization: `Bearer ${await session.token()}` });
 */
export type HeadersSource = GivenHeaders | (() => GivenHeaders | Promise<GivenHeaders>);

/** Like {@link HeadersSource}. Its function knows which request the headers are for, so that its errors can name it. */
export type CredentialsSource = GivenHeaders | ((context: RequestContext) => GivenHeaders | Promise<GivenHeaders>);

/** Parts of a header value that are too long to be an ordinary word by chance: tokens, keys, passwords. */
const secretParts = /[^\s,;="]{6,}/g;

/** Each part, and of a key such as `id:secret` both halves: a backend may quote one of them. */
export const toSecrets = (value: string): readonly string[] =>
  (value.match(secretParts) ?? []).flatMap(part => [part, ...part.split(':').filter(({ length }) => length >= 6)]);

/**
 * Makes a `fetch` for each request that sends the headers of `source`. The `fetch` of a read or a stream renews them once
 * after a 401 or 403.
 *
 * @param canRenew whether the function of `source` can give other headers than before
 */
export function createCredentials(
  fetch: Fetch,
  source: CredentialsSource | undefined,
  canRenew = typeof source === 'function',
): (context: RequestContext) => Fetch {
  let lastRenewal: Promise<GivenHeaders> | undefined;

  return context => async (url, init) => {
    const getHeaders = async () => (typeof source === 'function' ? source(context) : (source ?? {}));
    const send = async (given: Promise<GivenHeaders>) => {
      const headers = await mergeHeaders(given, init.headers, context);
      throwIfAborted(init.signal);
      return fetch(url, { ...init, headers });
    };
    const renewalBefore = lastRenewal;
    const response = await send(getHeaders());
    const isUnauthorized = response.status === 401 || response.status === 403;
    // A submit is never sent twice: the backend may have charged for the one that it refused.
    if (!isUnauthorized || !canRenew || context.action === 'submit') return response;
    discard(response);
    // Many requests may get a 401 at the same time. One that was sent before the last renewal uses that renewal.
    if (!lastRenewal || lastRenewal === renewalBefore) lastRenewal = getHeaders();
    return send(lastRenewal);
  };
}

async function mergeHeaders(
  given: Promise<GivenHeaders>,
  ours: GivenHeaders | undefined,
  context: RequestContext,
): Promise<Headers> {
  try {
    const headers = new Headers(await given);
    // The body decides the content type: only fetch knows the boundary of a multipart body.
    headers.delete('content-type');
    context.secrets ??= [];
    for (const value of headers.values()) context.secrets.push(...toSecrets(value));
    new Headers(ours).forEach((value, name) => {
      headers.set(name, value);
    });
    return headers;
  } catch (error) {
    if (isGenerationError(error)) throw error;
    // The error is not passed on as the cause: the platform quotes the header value in it, which may be a token.
    throw toRequestError(context, 'network', 'the headers option threw, or gave headers that cannot be sent', {
      isCertainlyNotStarted: true,
      advice: 'Nothing was sent. Check the headers option, or try again later',
    });
  }
}
