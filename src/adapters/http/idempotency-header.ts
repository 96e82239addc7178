/** What every server takes in a header as it is. `%` marks what is encoded. */
const plain = /^[\x21-\x24\x26-\x7e]+$/;

const loneSurrogate = /\p{Cs}/gu;

/**
 * Encodes an idempotency key as a header value: unchanged if it consists of visible ASCII characters without `%`,
 * otherwise as percent-encoded UTF-8. The encoding is unique and the same on every page. `ask` sends the key this way,
 * so encode it the same way in a route that takes the key; otherwise the backend does not recognize it.
 *
 * @see https://url.spec.whatwg.org/#string-utf-8-percent-encode
 * @example
 * const url = `/api/songs/by-key/${encodeURIComponent(toHeaderKey(idempotencyKey))}`;
 */
export function toHeaderKey(key: string): string {
  if (plain.test(key)) return key;
  const parts = key.split(loneSurrogate).map(encodeURIComponent);
  // Half of a surrogate pair has no UTF-8. `%u` occurs in no other key.
  const surrogates = (key.match(loneSurrogate) ?? []).map(half => `%u${half.charCodeAt(0).toString(16)}`);
  return parts.map((part, at) => part + (surrogates[at] ?? '')).join('');
}
