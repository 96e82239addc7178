/** How many bytes of a text of the backend are shown, and stored. */
const maxShownBytes = 2_000;

/** The rest of an absolute URL, from its `://` on. */
const urlRest = /:\/\/[^\s"'<>]*/g;
const userInfo = /^:\/\/[^/@]*@/;
const queryOrFragment = /[?#].*$/s;

/** A parameter of a relative URL that signs it, or is a credential. */
const secretParameter =
  /([?&;][\w.-]{0,40}(?:sig|token|key|secret|credential|password|policy|auth)[\w.-]{0,40}=)[^\s&"'<>#;]+/gi;

/** The value of an `Authorization` header. Basic credentials are Base64, unlike the words of "a basic plan". */
const credential = /\b(bearer (?=\S)|basic (?=\S{0,200}[\d=+/]))\S+/gi;

/** Content within a URL, such as an image. */
const dataUrl = /(\bdata:[\w/+.-]{1,80}(?:;[\w=-]{1,40}){0,5},)[^\s"'<>]+/gi;

const colorCode = /\p{Cc}\[[\d;]{0,20}m/gu;
const controls = /[\p{Cc}\u2028\u2029]+/gu;
const directionControls = /[\u202a-\u202e\u2066-\u2069]/g;
const loneSurrogates = /\p{Cs}/gu;

/**
 * A text of the backend as it may be shown, logged and stored: without the header values that were sent, signatures and
 * credentials, control characters and content within URLs, on one line, and cut to a number of bytes of UTF-8. Some
 * backends answer with a whole log that quotes the request.
 *
 * Every pattern is linear in the length of the text.
 */
export function toShownText(text: string, secrets: readonly string[] = [], maxBytes = maxShownBytes): string {
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
  const withoutSecrets = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  const cleaned = withoutSecrets
    .replace(colorCode, '')
    .replace(controls, ' ')
    .replace(directionControls, '')
    .replace(loneSurrogates, '\ufffd')
    .replace(dataUrl, '$1…')
    .replace(urlRest, rest => rest.replace(userInfo, '://').replace(queryOrFragment, ''))
    .replace(secretParameter, '$1…')
    .replace(credential, '$1…');
  return cutText(cleaned.replace(/ {2,}/g, ' ').trim(), maxBytes);
}

const ellipsis = '…';
const ellipsisBytes = 3;

/** Cuts a text to a number of bytes of UTF-8: between two characters, never within one. */
export function cutText(text: string, maxBytes: number): string {
  // One unit of UTF-16 is at most three bytes of UTF-8.
  if (text.length * 3 <= maxBytes) return text;
  const encoder = new TextEncoder();
  if (encoder.encodeInto(text, new Uint8Array(maxBytes)).read === text.length) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes - ellipsisBytes));
  return text.slice(0, read) + ellipsis;
}
