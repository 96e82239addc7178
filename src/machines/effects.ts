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

/** What the parameters of XState's own actions have. A child that is stopped is itself the parameter, and has its id. */
type Params = {
  readonly id?: string | undefined;
  readonly input?: unknown;
  readonly event: EventObject;
  readonly delay?: number | undefined;
  readonly sendId?: string | undefined;
};

/** Converts an action of XState. */
export function toEffect({ type, params }: Action): TransitionEffect {
  const { id, input, event, delay, sendId }: Params = Object(params);
  if (type === 'xstate.spawnChild') return { type: 'spawn', child: String(id), input };
  if (type === 'xstate.stopChild') return { type: 'stop', child: String(id) };
  if (type === 'xstate.cancel') return { type: 'disarm', delay: String(sendId) };
  if (type === 'xstate.emit') return { type: 'emit', event };
  // Without a delay, the event has been handled in the transition itself.
  if (type === 'xstate.raise' && delay !== undefined) return { type: 'arm', delay: id ?? event.type, event, ms: delay };
  return { type: 'act', name: type };
}
