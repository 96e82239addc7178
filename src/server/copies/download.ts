import { toAbsoluteUrl } from '../../adapters/http/result-url.js';
import { toTrustedUrl } from '../../adapters/http/trusted-url.js';
import { RefusedResultError, type ResultDownload } from './result-store.js';

const maxRedirects = 5;
const redirects: readonly number[] = [301, 302, 303, 307, 308];
// Compressed bytes would have another length than the file, and be more than they look.
const headers = { accept: '*/*', 'accept-encoding': 'identity' };

/** Where results may be. */
export type ResultSources = {
  /** Checks what a name leads to. */
  readonly download: ResultDownload | undefined;
  /** Only these, if there is such a list. */
  readonly origins: readonly string[] | undefined;
};

/** Without a download that checks addresses, `origins` says whom to trust. */
const plainDownload: ResultDownload = (url, init) => fetch(url, { ...init, redirect: 'manual', credentials: 'omit' });

export const isListed = ({ origins }: ResultSources, url: string): boolean =>
  origins === undefined || toTrustedUrl(url, origins) !== undefined;

function checked(url: string | undefined, sources: ResultSources): string {
  if (url === undefined) throw new RefusedResultError('It is redirected to what is no URL.');
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new RefusedResultError('Its URL is none of the web.');
  if (username || password) throw new RefusedResultError('Its URL has a user name or a password.');
  if (!isListed(sources, url)) throw new RefusedResultError('It is at an origin that resultOrigins does not have.');
  return url;
}

/**
 * Requests the bytes of a result, without any key. Each redirect is checked like the first URL.
 *
 * @throws RefusedResultError for a URL that must not be requested
 */
export async function downloadResult(first: string, signal: AbortSignal, sources: ResultSources): Promise<Response> {
  const { download = plainDownload } = sources;
  let url = checked(toAbsoluteUrl(first, undefined), sources);
  for (let count = 0; count <= maxRedirects; count += 1) {
    const response = await download(url, { headers, signal });
    if (!redirects.includes(response.status)) return response;
    void response.body?.cancel().catch(() => undefined);
    const location = response.headers.get('location');
    url = checked(location === null ? undefined : toAbsoluteUrl(location, url), sources);
  }
  throw new RefusedResultError(`It is redirected more than ${maxRedirects} times.`);
}
