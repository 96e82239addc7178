import type { ScriptedClock } from '../scripted.types.js';
import type { VendorAction, VendorFault, VendorScenario } from './double.types.js';

/** Finds what goes wrong with a request, and counts how often it has. */
export function createFaults(clock: ScriptedClock) {
  const counts = new Map<VendorFault, number>();

  return (action: VendorAction, { faults = [] }: VendorScenario, since: number): VendorFault | undefined => {
    const passed = clock.now() - since;
    const fault = faults.find(one => {
      const { on, fromMs = 0, untilMs = Number.POSITIVE_INFINITY, times = Number.POSITIVE_INFINITY } = one;
      const isMeant = typeof on === 'string' ? on === action : on.includes(action);
      return isMeant && passed >= fromMs && passed < untilMs && (counts.get(one) ?? 0) < times;
    });
    if (fault) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    return fault;
  };
}
