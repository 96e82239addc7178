import { createMemo } from 'solid-js';
import { type MaybeGetter, toGetter } from '../bindings/getter.js';
import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { createSource, withMembers } from './create-source.js';

/** How long a generation still takes, as reactive members. */
export interface UseTimeLeftReturn extends TimeLeft {}

/**
 * How long a generation still takes: "about 12 s left", "longer than usual". It counts once a second while a result is expected, and
 * not at all otherwise; all components share one timer. On a server, and until the page has hydrated, there is no time.
 *
 * @param view what `useGeneration` returns, a generation of `useGenerations`, or an accessor of one; `undefined` for none
 * @throws TypeError if there is an unknown option
 * @throws RangeError if the locale is no language tag
 * @example
 * function Wait() {
 *   const generation = useGeneration(machine);
 *   const timeLeft = useTimeLeft(generation);
 *   return <p>{generation.status} {timeLeft.text}</p>;
 * }
 */
export function useTimeLeft(
  view: MaybeGetter<ExpectedView | undefined>,
  options: MaybeGetter<TimeLeftOptions> = {},
): UseTimeLeftReturn {
  const readView = toGetter(view);
  const getOptions = toGetter(options);
  const isExpected = createMemo(() => readView()?.expectedAt !== undefined);
  const tick = createSource(() => (isExpected() ? ticker : stoppedTicker));
  const timeLeft = createMemo(() => toTimeLeft(readView() ?? {}, tick().now, getOptions()));
  return withMembers({}, ['remainingMs', 'isLate', 'text'], timeLeft);
}
