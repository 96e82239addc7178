import type { EventObject } from 'xstate';
import type { ArmedDelay, Effect } from './explore.types.js';

/** What effects have left alive. */
export type Standing = { readonly children: readonly string[]; readonly delays: readonly ArmedDelay[] };

export const nothingStands: Standing = { children: [], delays: [] };

type Requested = { readonly type: string; readonly params: unknown };

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const isEvent = (value: unknown): value is EventObject => typeof member(value, 'type') === 'string';

/** An action of XState as one of the few effects that matter here. */
export function toEffect({ type, params }: Requested): Effect {
  const id = String(member(params, 'id'));
  const event = member(params, 'event');
  const delayMs = member(params, 'delay');
  if (type === 'xstate.spawnChild') return { type: 'spawn', child: id, input: member(params, 'input') };
  // Its parameter is the child.
  if (type === 'xstate.stopChild') return { type: 'stop', child: id };
  if (type === 'xstate.cancel') return { type: 'disarm', delay: String(member(params, 'sendId')) };
  if (type === 'xstate.emit' && isEvent(event)) return { type: 'emit', event };
  if (type === 'xstate.raise' && isEvent(event) && typeof delayMs === 'number') {
    const delay = member(params, 'id') === undefined ? event.type : id;
    return { type: 'arm', delay, event, ms: delayMs };
  }
  return { type: 'act', name: type };
}

const byId = (one: ArmedDelay, other: ArmedDelay) => (one.id < other.id ? -1 : 1);

/** What stands after a step. A delay that is armed again is one delay; a child that is spawned again is two. */
export function standingAfter(
  { children: living, delays: armed }: Standing,
  fired: string | undefined,
  effects: readonly Effect[],
): Standing {
  if (fired === undefined && effects.length === 0) return { children: living, delays: armed };
  const children = [...living];
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
