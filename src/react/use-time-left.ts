import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { isSame } from '../machines/equality.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { useSnapshot } from './use-snapshot.js';

/**
 * How much longer a generation takes: "about 12 s left", "longer than usual". The component renders once a second while
 * a result is expected, and not at all otherwise; all components share one timer. There is no time on a server, and
 * until the page has hydrated.
 *
 * @param view a view of `useGeneration`, a generation of `useGenerations`, or the `generationStatus` of a drop-in;
 *   `undefined` for none
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
 * @example
 * function Wait() {
 *   const generation = useGeneration(machine);
 *   const { text } = useTimeLeft(generation);
 *   return <p>{generation.status} {text}</p>;
 * }
 */
export function useTimeLeft(view: ExpectedView | undefined, options: TimeLeftOptions = {}): TimeLeft {
  return useSnapshot(
    view?.expectedAt === undefined ? stoppedTicker : ticker,
    ({ now }) => toTimeLeft(view ?? {}, now, options),
    isSame,
  );
}
