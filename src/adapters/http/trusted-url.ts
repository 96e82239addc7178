import type { JsonValue } from '../../machines/generation/generation.port.js';
import { toAbsoluteUrl } from './result-url.js';

/**
 * Returns a URL from a backend if it is on one of these origins, otherwise `undefined`. Jobs are stored by the page, so
 * their URLs are untrusted input, and your key must not be sent to them unchecked.
 *
 * An origin is `https://queue.example.com`, or `https://*.example.com` for every host below `example.com`. A relative
 * URL is resolved against the first origin. A URL with a user name or a password is refused.
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

/** A part of a path that is `.` or `..`, also encoded. */
const dotSegment = /[\\/](?:\.|%2e){1,2}(?:[\\/]|$)/i;

/**
 * Whether a URL leads to another path than it shows, because a part of it is `.` or `..`: an id that was put there, and no encoding
 * keeps it from that. How a relative URL begins is your own.
 *
 * @see https://url.spec.whatwg.org/#double-dot-path-segment
 */
export const hasDotSegment = (url: string): boolean =>
  dotSegment.test(url.replace(/[?#].*$/s, '').replace(/^(?:\.{1,2}\/)+/, ''));

const nowhere = 'https://nowhere.invalid';
/** What no platform sends a request to stays a text, such as `video:41`. */
const requestable = /^(?:https?|wss?|ftp|file|data|blob|about):$/;
/** A part of a path that leads out of it: some clients put ids into paths as they are. */
const dots = /(?:^|[\\/])(?:\.|%2e){2}(?:[\\/]|$)/i;

/** The texts and numbers in JSON, in their order. */
export function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Whether JSON that comes back from a page has a URL to another place than these origins, or a path that leads out of its folder. For
 * what is handed to a vendor's own client, which may send your key to the URLs in it.
 */
export const leadsElsewhere = (value: JsonValue, origins: readonly string[]): boolean =>
  textsIn(value).some(text => {
    // As `fetch` reads it: `https:evil.test`, and a tab within a scheme, are URLs, too.
    const absolute = toAbsoluteUrl(text, undefined);
    const isUrl = absolute !== undefined && requestable.test(new URL(absolute).protocol);
    if (isUrl) return toTrustedUrl(absolute, origins) === undefined;
    return text.includes('://') || dots.test(text) || (absolute === undefined && !isPath(text));
  });

/** `//evil.test` and `\\evil.test` are none. */
function isPath(text: string): boolean {
  const absolute = toAbsoluteUrl(text, nowhere);
  return absolute === undefined || new URL(absolute).origin === nowhere;
}
