import type { ArmedDelay, ExploredEffect } from './explore.types.js';

/** The children and delays that effects have started and not ended. */
export type Active = { readonly children: readonly string[]; readonly delays: readonly ArmedDelay[] };

export const nothingActive: Active = { children: [], delays: [] };

const byId = (one: ArmedDelay, other: ArmedDelay) => (one.id < other.id ? -1 : 1);

/** What is active after a step. A delay that is armed again replaces itself. A child that is spawned again is listed twice. */
export function activeAfter(
  { children: running, delays: armed }: Active,
  fired: string | undefined,
  effects: readonly ExploredEffect[],
): Active {
  if (fired === undefined && effects.length === 0) return { children: running, delays: armed };
  const children = [...running];
  const delays = new Map(armed.map(delay => [delay.id, delay]));
  if (fired !== undefined) delays.delete(fired);
  for (const effect of effects) {
    if (effect.type === 'spawn') children.push(effect.child);
    else if (effect.type === 'stop' && children.includes(effect.child)) {
      children.splice(children.indexOf(effect.child), 1);
    } else if (effect.type === 'arm') delays.set(effect.delay, { id: effect.delay, event: effect.event });
    else if (effect.type === 'disarm') delays.delete(effect.delay);
  }
  return { children: children.sort(), delays: [...delays.values()].sort(byId) };
}
