import { isObject } from '../../machines/json.js';
import { parseJson } from '../http/exchange.js';

const hourMs = 3_600_000;
/** URLs stop working 24 to 48 hours after they were read. */
const urlsLiveMs = 24 * hourMs;

/**
 * When the first URL of an output stops working, in ms since the epoch: each is signed with its time. A URL without one works for a day at
 * least, which is told as a whole hour, so that two reads say the same.
 */
export function toExpiry(output: unknown): number {
  const urls = (Array.isArray(output) ? output : [output]).filter(url => typeof url === 'string');
  const times = urls.map(toSignedTime).filter(time => time > 0);
  return times.length > 0 ? Math.min(...times) : Math.floor((Date.now() + urlsLiveMs) / hourMs) * hourMs;
}

/** The `exp` of the JSON Web Token in a URL, in ms; `NaN` if there is none. @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
function toSignedTime(url: string): number {
  const [, claims = ''] = /[?&]_jwt=[\w-]+\.([\w-]+)\./.exec(url) ?? [];
  try {
    const said = parseJson(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    return Number(isObject(said) ? said['exp'] : undefined) * 1_000;
  } catch {
    return Number.NaN;
  }
}
