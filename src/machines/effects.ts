import type { EventObject } from 'xstate';

/** An action of a pure transition, as data: whoever runs the transition decides what becomes of it. */
export type TransitionEffect =
  | { readonly type: 'spawn'; readonly child: string; readonly input: unknown }
  | { readonly type: 'stop'; readonly child: string }
  | { readonly type: 'arm'; readonly delay: string; readonly event: EventObject; readonly ms: number }
  | { readonly type: 'disarm'; readonly delay: string }
  | { readonly type: 'emit'; readonly event: EventObject }
  | { readonly type: 'act'; readonly name: string };

type Action = { readonly type: string; readonly params: unknown };

const getMember = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const isEvent = (value: unknown): value is EventObject => typeof getMember(value, 'type') === 'string';

/** Converts an action of XState. */
export function toEffect({ type, params }: Action): TransitionEffect {
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
