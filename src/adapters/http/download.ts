import type { FetchResultCall } from '../../machines/generation/generation.port.js';
import { discard, type Fetch, withNetworkErrors } from './exchange.js';
import { type ToVerdict, toJsonAnswer } from './json-answer.js';
import { toBody } from './refusal.js';
import { type RequestContext, toRequestError } from './request-error.js';
import { toAbsoluteUrl } from './result-url.js';
import { toTrustedUrl } from './trusted-url.js';

/** Who sends, and where the key may go. */
type Downloader = {
  readonly context: RequestContext;
  readonly origins: readonly string[];
  /** With the key. */
  readonly authorized: Fetch;
  /** Without it. */
  readonly bare: Fetch;
  readonly toVerdict: ToVerdict | undefined;
};

const maxRedirects = 5;
const redirects: readonly number[] = [301, 302, 303, 307, 308];
/** The bytes, a part of them, and a range that is beyond their end. */
const answers: readonly number[] = [200, 206, 416];

/**
 * Requests the bytes of a result. Redirects are followed, because storage is elsewhere: the key goes to the backend's own origins only, and
 * what they lead to has to be on the web.
 *
 * @throws GenerationError for a URL that leads elsewhere, and for any other answer than 200, 206 and 416
 */
export async function download(
  first: string,
  { signal, range }: Pick<FetchResultCall, 'signal' | 'range'>,
  { context, origins, authorized, bare, toVerdict }: Downloader,
): Promise<Response> {
  const headers = { accept: '*/*', ...(range && { range }) };
  let url = toTrustedUrl(first, origins);
  if (url === undefined) throw toElsewhere(context, 'its URL leads to another place than the backend');
  for (let count = 0; count <= maxRedirects; count += 1) {
    const target: string = url;
    const send = toTrustedUrl(target, origins) === undefined ? bare : authorized;
    const init: RequestInit = { headers, signal, redirect: 'manual', cache: 'no-store' };
    const response = await withNetworkErrors(context, signal, () => send(target, init));
    if (!redirects.includes(response.status)) return checked(response, context, toVerdict);
    discard(response);
    url = toRedirected(response.headers.get('location'), target, origins);
    if (url === undefined) throw toElsewhere(context, 'the backend redirects it to where no result can be');
  }
  throw toElsewhere(context, `the backend redirects it more than ${maxRedirects} times`);
}

const toElsewhere = (context: RequestContext, reason: string) =>
  toRequestError(context, 'invalid-response', reason, { advice: 'Check where the URL comes from' });

async function checked(
  response: Response,
  context: RequestContext,
  toVerdict: ToVerdict | undefined,
): Promise<Response> {
  if (answers.includes(response.status)) return response;
  const body = toBody(await response.text().catch(() => ''), response.headers);
  const answer = toJsonAnswer({ response, body }, context);
  throw answer.toError(toVerdict?.(answer, context));
}

/** Where a redirect leads, if it may: to the backend, or by https to a host that is not of a private network. */
function toRedirected(location: string | null, from: string, origins: readonly string[]): string | undefined {
  const url = location === null ? undefined : toAbsoluteUrl(location, from);
  if (url === undefined) return undefined;
  const own = toTrustedUrl(url, origins);
  if (own) return own;
  const { protocol, hostname, username, password } = new URL(url);
  if (username || password) return undefined;
  // A backend on your own machine has its storage there, too.
  const isLocal = !isPublicHost(new URL(from).hostname);
  const isAllowed = isLocal ? /^https?:$/.test(protocol) : protocol === 'https:' && isPublicHost(hostname);
  return isAllowed ? url : undefined;
}

/** Private, shared, loopback, link-local and reserved addresses of IPv4, as the URL parser writes them. */
const privateAddress =
  /^(?:0|10|127|2[2-5]\d)\.|^169\.254\.|^192\.(?:168|0\.0)\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^198\.1[89]\./;

/**
 * Whether a host name could be one of the web. Addresses of IPv6 are none: no storage is given by one. What DNS makes of a name is not known
 * here.
 */
const isPublicHost = (hostname: string): boolean =>
  !hostname.startsWith('[') &&
  !privateAddress.test(hostname) &&
  /\./.test(hostname.replace(/\.$/, '')) &&
  !/\.(?:localhost|local|internal|lan|home|arpa)\.?$/i.test(hostname);
