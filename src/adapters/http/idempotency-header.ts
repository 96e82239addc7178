/** What every server takes in a header as it is. `%` marks what is encoded. */
const plain = /^[\x21-\x24\x26-\x7e]+$/;

const loneSurrogate = /\p{Cs}/gu;

/**
 * An idempotency key as the value of a header: unchanged if it consists of visible ASCII characters without `%`, otherwise
 * with percent-encoded UTF-8. Different keys have different values, and a key has the same one on every page. `ask` sends it
 * like this, so a route that takes the key has to get it like this, too: otherwise the backend does not know the key.
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
