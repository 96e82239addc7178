import { assertKnownOptions } from './options.js';

/** The parts of a view that say when a result is expected. Views of generations and clients have them. */
export type ExpectedView = {
  /** ms since the epoch */
  readonly expectedAt?: number | undefined;
  /** ms since the epoch */
  readonly highAt?: number | undefined;
  readonly isLate?: boolean | undefined;
};

/** How much longer a generation takes, as a page shows it. */
export type TimeLeft = {
  /**
   * In ms; 0 between the expected time and the end of its range. `undefined` if nothing is expected, or the range has passed.
   */
  readonly remainingMs: number | undefined;
  /** It takes longer than usual. */
  readonly isLate: boolean;
  /** A text for the user, such as "about 12 s left"; `undefined` if there is nothing to say. */
  readonly text: string | undefined;
};

/** The phrases of {@link formatTimeLeft}, in your language. */
export type TimeLeftPhrases = {
  /** Around a time such as "12 s". */
  readonly left: (time: string) => string;
  /** A second or two. */
  readonly soon: string;
  readonly late: string;
};

/** How {@link formatTimeLeft} writes. */
export type TimeLeftOptions = {
  /** A BCP 47 language tag, for the numbers and the units. @defaultValue `'en'` */
  readonly locale?: string | undefined;
  /** @defaultValue "about 12 s left", "almost done" and "longer than usual" */
  readonly phrases?: TimeLeftPhrases | undefined;
};

const english: TimeLeftPhrases = {
  left: time => `about ${time} left`,
  soon: 'almost done',
  late: 'longer than usual',
};

/** Less is soon. */
const soonMs = 2_500;

/** From so many seconds on, the time is rounded to so many: an estimate is not exact, and a text that changes less is calmer. */
const roundings = [
  { from: 90 * 60, to: 3_600, unit: 'hour', display: 'short' },
  { from: 95, to: 60, unit: 'minute', display: 'short' },
  { from: 60, to: 10, unit: 'second', display: 'narrow' },
  { from: 20, to: 5, unit: 'second', display: 'narrow' },
  { from: 0, to: 1, unit: 'second', display: 'narrow' },
] as const;

const secondsIn = { second: 1, minute: 60, hour: 3_600 } as const;

function formatTime(ms: number, locale: string): string {
  const seconds = ms / 1_000;
  const { to, unit, display } = roundings.find(({ from }) => seconds >= from) ?? roundings[4];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: display });
  const parts = format.formatToParts((Math.round(seconds / to) * to) / secondsIn[unit]);
  // Narrow English is "12s".
  const isSpaced = parts.some(({ type }) => type === 'literal');
  return parts.map(({ value }) => value).join(isSpaced ? '' : ' ');
}

/**
 * A text for the user: "about 12 s left", "almost done", "longer than usual", or both; `undefined` if there is nothing
 * to say. The locale formats numbers and units; pass the words as `phrases`.
 *
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
 * @example
 * formatTimeLeft({ remainingMs: 12_400, isLate: false }); // "about 12 s left"
 *
 * @example
 * const phrases = { left: (time: string) => `noch etwa ${time}`, soon: 'gleich fertig', late: 'dauert länger als sonst' };
 * formatTimeLeft({ remainingMs: 180_000, isLate: true }, { locale: 'de', phrases }); // "dauert länger als sonst, noch etwa 3 Min."
 */
export function formatTimeLeft(
  { remainingMs, isLate }: Pick<TimeLeft, 'remainingMs' | 'isLate'>,
  options: TimeLeftOptions = {},
): string | undefined {
  assertKnownOptions('formatTimeLeft', options, ['locale', 'phrases']);
  const { locale = 'en', phrases = english } = options;
  const words: string[] = isLate ? [phrases.late] : [];
  if (remainingMs !== undefined) {
    words.push(remainingMs < soonMs ? phrases.soon : phrases.left(formatTime(remainingMs, locale)));
  }
  return words.length > 0 ? words.join(', ') : undefined;
}

/**
 * How much longer a generation takes, at a given time. Pure: call it again as time passes; once a second is enough. In
 * React, `useTimeLeft` does that.
 *
 * @param now ms since the epoch; without it, only whether the generation is late is known
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
 * @example
 * const { text } = toTimeLeft(viewGeneration(actor.getSnapshot()), Date.now());
 */
export function toTimeLeft(
  { expectedAt = Number.NaN, highAt = expectedAt, isLate = false }: ExpectedView,
  now: number | undefined,
  options: TimeLeftOptions = {},
): TimeLeft {
  // Nothing is before a time that is not known.
  const at = now ?? Number.NaN;
  const remainingMs = at < Math.max(expectedAt, highAt) ? Math.max(0, expectedAt - at) : undefined;
  return { remainingMs, isLate, text: formatTimeLeft({ remainingMs, isLate }, options) };
}
