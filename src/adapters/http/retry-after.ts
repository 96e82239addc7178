const longestWaitMs = 300_000;

/**
 * How long a response asks to wait, in ms: whole seconds, or any of the three HTTP dates measured against the
 * response's own `Date`, so that a wrong local clock does not matter. At most 5 minutes. `undefined` where there is no
 * usable `Retry-After`: absent, negative, fractional, or a date without a `Date` beside it.
 *
 * @example
 * const waitMs = toRetryAfterMs(response.headers) ?? 1_000;
 */
export function toRetryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? '';
  const now = toTime(headers.get('date') ?? '');
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1_000 : toTime(value) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), longestWaitMs);
}

// RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
function toTime(value: string): number {
  const isAsctime = /^\w+ \w+ [ \d]\d [\d:]{8} \d{4}$/.test(value);
  if (!isAsctime && !/^\w+, \d\d[ -]\w+[ -]\d\d(?:\d\d)? [\d:]{8} GMT$/.test(value)) return Number.NaN;
  // Without a zone Date.parse would take it for local time, and a leap second is no second to it.
  const time = Date.parse((isAsctime ? `${value} GMT` : value).replace(':60 ', ':59 '));
  return value.includes(':60 ') ? time + 1_000 : time;
}
