import { createMemo } from 'solid-js';
import { type MaybeGetter, toGetter } from '../bindings/getter.js';
import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { createSource, withMembers } from './create-source.js';

/** How much longer a generation takes, as reactive members. */
export interface UseTimeLeftReturn extends TimeLeft {}

/**
 * How much longer a generation takes: "about 12 s left", "longer than usual". It updates once a second while a result
 * is expected, and not at all otherwise; all components share one timer. There is no time on a server, and until the
 * page has hydrated.
 *
 * @param view what `useGeneration` returns, a generation of `useGenerations`, or an accessor of one; `undefined` for
 *   none
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
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
