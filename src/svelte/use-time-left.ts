import { type MaybeGetter, toGetter, withGetters } from '../bindings/getter.js';
import { ticker } from '../bindings/ticker.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { reactiveSource } from './reactive-source.js';

/** How much longer a generation takes, as reactive members. */
export interface UseTimeLeftReturn extends TimeLeft {}

/**
 * How much longer a generation takes: "about 12 s left", "longer than usual". It updates once a second while a result
 * is expected and something shows it, and not at all otherwise; all components share one timer. There is no time on a
 * server, and while a page hydrates. Its members are reactive in components with runes.
 *
 * @param view what `useGeneration` returns, or a getter of a generation of `useGenerations`; `undefined` for none
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
 * @example
 * // <script>
 * const generation = useGeneration(machine);
 * const timeLeft = useTimeLeft(generation);
 * // </script>
 * // <p>{generation.status} {timeLeft.text}</p>
 */
export function useTimeLeft(
  view: MaybeGetter<ExpectedView | undefined>,
  options: MaybeGetter<TimeLeftOptions> = {},
): UseTimeLeftReturn {
  const readView = toGetter(view);
  const getOptions = toGetter(options);
  const readTick = reactiveSource(ticker);
  const read = () => {
    const shown = readView() ?? {};
    return toTimeLeft(shown, shown.expectedAt === undefined ? undefined : readTick().now, getOptions());
  };
  return withGetters<object, TimeLeft>({}, ['remainingMs', 'isLate', 'text'], key => read()[key]);
}
