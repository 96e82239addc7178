import { toAbsoluteUrl } from './result-url.js';

/**
 * A URL that a backend has given, if it leads to one of these origins; otherwise `undefined`. A job is stored by the page and
 * comes back from it, so that the URLs in it are data from outside: your key must not follow them anywhere.
 *
 * An origin is `https://queue.example.com`, or `https://*.example.com` for every host below `example.com`. A relative URL is
 * resolved against the first origin. A URL with a user name or a password is refused.
 *
 * @see https://url.spec.whatwg.org/#concept-url-origin
 * @example
 * toTrustedUrl('https://queue.example.com/jobs/1', ['https://queue.example.com']); // as it is
 * toTrustedUrl('/jobs/1', ['https://queue.example.com']); // 'https://queue.example.com/jobs/1'
 * toTrustedUrl('https://queue.example.com.evil.test/', ['https://queue.example.com']); // undefined
 */
export function toTrustedUrl(url: unknown, origins: readonly string[]): string | undefined {
  const [first] = origins;
  const absolute = typeof url === 'string' ? toAbsoluteUrl(url, first?.replace('*.', '')) : undefined;
  if (absolute === undefined) return undefined;
  const { username, password, origin, protocol } = new URL(absolute);
  // Other schemes have the origin "null", and all of them the same one.
  const isWeb = protocol === 'https:' || protocol === 'http:' || protocol === 'wss:' || protocol === 'ws:';
  if (!isWeb || username || password) return undefined;
  return origins.some(allowed => isMeant(origin, allowed)) ? absolute : undefined;
}

function isMeant(origin: string, allowed: string): boolean {
  const [scheme, domain] = allowed.split('://*.');
  if (domain === undefined)
    return toAbsoluteUrl(allowed, undefined) !== undefined && new URL(allowed).origin === origin;
  return origin.startsWith(`${scheme}://`) && origin.endsWith(`.${domain.replace(/\/.*$/, '')}`);
}
