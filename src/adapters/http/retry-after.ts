/** In ms. A backend that asks for more is asked again after this. */
export const longestWaitMs = 300_000;

/**
 * How long a response asks to wait, in ms, from 0 to 300,000 (5 minutes). `Retry-After` is either whole seconds or one
 * of the three HTTP date formats. A date is measured against the response's `Date` header, so a wrong local clock does
 * not matter. `undefined` if there is no usable `Retry-After`: it is absent, negative or fractional, or it is a date in
 * a response without `Date`.
 *
 * Some backends also send `Retry-After-Ms`, which is more exact and takes precedence.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 * @example
 * const waitMs = toRetryAfterMs(response.headers) ?? 1_000;
 */
export function toRetryAfterMs(headers: Headers): number | undefined {
  const exactly = headers.get('retry-after-ms') ?? '';
  if (/^\d+(?:\.\d+)?$/.test(exactly)) return Math.min(Math.ceil(Number(exactly)), longestWaitMs);
  const value = headers.get('retry-after') ?? '';
  const now = toTime(headers.get('date') ?? '');
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1_000 : toTime(value) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), longestWaitMs);
}

// RFC 9110 section 5.6.7 names three formats.
/** `Sun Nov  6 08:49:37 1994` */
const asctimeDate = /^\w+ \w+ [ \d]\d [\d:]{8} \d{4}$/;
/** `Sun, 06 Nov 1994 08:49:37 GMT` and `Sunday, 06-Nov-94 08:49:37 GMT` */
const gmtDate = /^\w+, \d\d[ -]\w+[ -]\d\d(?:\d\d)? [\d:]{8} GMT$/;

/** The time of an HTTP date, in ms since the epoch; `NaN` if it is none. */
function toTime(value: string): number {
  const isAsctime = asctimeDate.test(value);
  if (!isAsctime && !gmtDate.test(value)) return Number.NaN;
  // Date.parse takes a date without a time zone for local time.
  const withZone = isAsctime ? `${value} GMT` : value;
  // Date.parse does not know leap seconds.
  const hasLeapSecond = value.includes(':60 ');
  const time = Date.parse(withZone.replace(':60 ', ':59 '));
  return hasLeapSecond ? time + 1_000 : time;
}
