import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { stoppedTicker, ticker } from '../bindings/ticker.js';
import { type ExpectedView, type TimeLeft, type TimeLeftOptions, toTimeLeft } from '../machines/time-left.js';
import { type ComputedMembers, computedMembers } from './computed-members.js';
import { useSource } from './use-source.js';

/** How much longer a generation takes, each member as a ref. */
export interface UseTimeLeftReturn extends ComputedMembers<TimeLeft> {}

/**
 * How much longer a generation takes: "about 12 s left", "longer than usual". It updates once a second while a result
 * is expected, and not at all otherwise; all components share one timer. There is no time on a server, and until the
 * page has hydrated.
 *
 * @param view the `view` of `useGeneration`, or a getter of a generation of `useGenerations`; `undefined` for none
 * @throws TypeError for an unknown option
 * @throws RangeError for an invalid language tag
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
