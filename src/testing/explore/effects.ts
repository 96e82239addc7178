import type { EventObject } from 'xstate';
import type { ArmedDelay, ExploredEffect } from './explore.types.js';

/** The children and delays that effects have started and not ended. */
export type Active = { readonly children: readonly string[]; readonly delays: readonly ArmedDelay[] };

export const nothingActive: Active = { children: [], delays: [] };

type Action = { readonly type: string; readonly params: unknown };

const getMember = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const isEvent = (value: unknown): value is EventObject => typeof getMember(value, 'type') === 'string';

/** Converts an action of XState. */
export function toEffect({ type, params }: Action): ExploredEffect {
  const id = String(getMember(params, 'id'));
  const event = getMember(params, 'event');
  const delayMs = getMember(params, 'delay');
  if (type === 'xstate.spawnChild') return { type: 'spawn', child: id, input: getMember(params, 'input') };
  // Its parameter is the child.
  if (type === 'xstate.stopChild') return { type: 'stop', child: id };
  if (type === 'xstate.cancel') return { type: 'disarm', delay: String(getMember(params, 'sendId')) };
  if (type === 'xstate.emit' && isEvent(event)) return { type: 'emit', event };
  if (type === 'xstate.raise' && isEvent(event) && typeof delayMs === 'number') {
    const delay = getMember(params, 'id') === undefined ? event.type : id;
    return { type: 'arm', delay, event, ms: delayMs };
  }
  return { type: 'act', name: type };
}

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
