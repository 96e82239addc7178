import type { JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { longestWaitMs, toRetryAfterMs } from './retry-after.js';

/** A wait is told near the top, and not in a log. */
const maxDepth = 5;
const maxMembers = 100;
const maxTextLength = 2_000;

/** Members that name a wait, and how many ms their unit has. Names are compared in lower case without separators. */
const unitByName = new Map([
  ['retryafterms', 1],
  ['retryafter', 1_000],
  ['retryafterseconds', 1_000],
  ['retrydelay', 1_000],
]);

/** `Please try again in 20s.`, `Your rate limit resets in ~30s.` */
const words =
  /\b(?:try again|retry|wait|resets?|available)(?: again| for)?(?: in| after)? (?:about |~)?(\d{1,6}(?:\.\d{1,6})?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?)\b/i;

/** The statuses by which a backend asks to come back. Elsewhere such words are about something else. */
const askingStatuses: readonly number[] = [425, 429, 503, 529];

/**
 * How long a response asks to wait, in ms, at most 5 minutes: by its headers, or by its body. Google says
 * `retryDelay: "34s"` and others `retry_after: 30`, and some say it in words only.
 */
export function toWaitMs(response: Pick<Response, 'headers' | 'status'>, body: unknown): number | undefined {
  const waitMs = toRetryAfterMs(response.headers) ?? toMemberMs(body, maxDepth);
  if (waitMs !== undefined) return waitMs;
  return askingStatuses.includes(response.status) ? toSpokenMs(body, maxDepth) : undefined;
}

/** An update of a job that goes on, with when the backend asks to be read next. */
export const withWait = <TOutput>(update: JobUpdate<TOutput>, waitMs: number | undefined): JobUpdate<TOutput> =>
  update.kind === 'pending' && waitMs !== undefined ? { ...update, readAfterMs: waitMs } : update;

function toMemberMs(value: unknown, depth: number): number | undefined {
  return firstIn(value, depth, (name, member) => {
    const unitMs = unitByName.get(name.replace(/[^a-z]/gi, '').toLowerCase());
    if (unitMs === undefined) return toMemberMs(member, depth - 1);
    // `"34s"` is how Google writes a duration as JSON, and `"30"` is a number in quotes.
    const text = typeof member === 'string' ? member.replace(/s$/, '') : member;
    const isAmount = typeof text === 'number' || (typeof text === 'string' && /^\d{1,9}(?:\.\d{1,9})?$/.test(text));
    return isAmount ? toMs(Number(text), unitMs) : undefined;
  });
}

function toSpokenMs(value: unknown, depth: number): number | undefined {
  if (typeof value !== 'string') return firstIn(value, depth, (_, member) => toSpokenMs(member, depth - 1));
  const [, amount, unit = ''] = words.exec(value.slice(0, maxTextLength)) ?? [];
  if (amount === undefined) return undefined;
  const isMs = /^m(?:s|illi)/i.test(unit);
  return toMs(Number(amount), isMs ? 1 : /^m/i.test(unit) ? 60_000 : 1_000);
}

/** Ten minutes in the past are no wait, and NaN is no time. */
const toMs = (amount: number, unitMs: number): number | undefined =>
  amount >= 0 && Number.isFinite(amount) ? Math.min(Math.ceil(amount * unitMs), longestWaitMs) : undefined;

function firstIn(
  value: unknown,
  depth: number,
  read: (name: string, member: unknown) => number | undefined,
): number | undefined {
  if (depth === 0 || !(Array.isArray(value) || isObject(value))) return undefined;
  for (const [name, member] of Object.entries(value).slice(0, maxMembers)) {
    const found = read(name, member);
    if (found !== undefined) return found;
  }
  return undefined;
}
