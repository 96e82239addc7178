import { toSignedToken } from './signed-token.js';

/** When the first of these URLs stops working; `undefined` if none of them says so. */
export function firstExpiryOf(urls: unknown): number | undefined {
  const times = (Array.isArray(urls) ? urls : [urls]).flatMap(url => toUrlExpiry(url) ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * When a signed URL stops working, in ms since the epoch; `undefined` where it does not say so. It reads the signatures of Azure (`se`), of
 * Amazon and Google (`X-Amz-Date` with `X-Amz-Expires`), of CloudFront (`Expires`), and JSON Web Tokens (`_jwt`).
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function toUrlExpiry(url: unknown): number | undefined {
  const parameters = new URLSearchParams(typeof url === 'string' ? /^[^?#]*\?([^#]*)/.exec(url)?.[1] : '');
  const of = (...names: readonly string[]) => names.map(name => parameters.get(name)).find(Boolean) ?? '';
  const since = toTime(of('X-Amz-Date', 'X-Goog-Date'));
  const times = [
    of('sig') ? Date.parse(of('se')) : Number.NaN,
    since + Number(of('X-Amz-Expires', 'X-Goog-Expires') || Number.NaN) * 1_000,
    Number(of('Expires') || Number.NaN) * 1_000,
    toClaimedTime(of('_jwt')),
  ];
  return times.find(time => time > 0);
}

/** `20261129T031500Z`: in the basic format, which `Date.parse` does not know. */
const toTime = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** The `exp` of a JSON Web Token, in ms. @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
const toClaimedTime = (token: string): number => Number(toSignedToken(token)?.claims['exp']) * 1_000;
