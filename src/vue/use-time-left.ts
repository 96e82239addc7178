import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { type ComputedMembers, computedMembers } from './computed-members.js';
import { useSource } from './use-source.js';

/** How long a generation still takes, each member as a ref. */
export interface UseTimeLeftReturn extends ComputedMembers<TimeLeft> {}

/**
 * How long a generation still takes: "about 12 s left", "longer than usual". It counts once a second while a result is
 * expected, and not at all otherwise; all components share one timer. On a server, and until the page has hydrated, there is no
 * time.
 *
 * @param view the `view` of `useGeneration`, or a getter of a generation of `useGenerations`; `undefined` for none
 * @throws TypeError if there is an unknown option
 * @throws RangeError if the locale is no language tag
 * @example
 * export const Wait = defineComponent(() => {
 *   const { view, status } = useGeneration(machine);
 *   const { text } = useTimeLeft(view);
 *   return () => h('p', [status.value, text.value]);
 * });
 */
export function useTimeLeft(
  view: MaybeRefOrGetter<ExpectedView | undefined>,
  options: MaybeRefOrGetter<TimeLeftOptions> = {},
): UseTimeLeftReturn {
  const tick = useSource(() => (toValue(view)?.expectedAt === undefined ? stoppedTicker : ticker));
  const timeLeft = computed(() => toTimeLeft(toValue(view) ?? {}, tick.value.now, toValue(options)));
  return computedMembers(timeLeft, ['remainingMs', 'isLate', 'text']);
}
