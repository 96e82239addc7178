import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { isSame } from '../machines/equality.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { useSnapshot } from './use-snapshot.js';

/**
 * How long a generation still takes: "about 12 s left", "longer than usual". The component renders once a second while a result
 * is expected, and not at all by itself otherwise; all components share one timer. A render reads no clock: on a server, and until
 * the page has hydrated, there is no time.
 *
 * @param view a view of `useGeneration`, a generation of `useGenerations`, or the `generationStatus` of a drop-in; `undefined` for none
 * @throws TypeError if there is an unknown option
 * @throws RangeError if the locale is no language tag
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
