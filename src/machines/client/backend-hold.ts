import { type EventObject, fromCallback } from 'xstate';
import type { GenerationAdapter } from '../generation/generation.port.js';

/** Sent by a client whose submit was refused for now: until when the backend asks to wait, in ms since the epoch. */
export type HoldMessage = { readonly type: 'hold.set'; readonly until: number };

/** Another client of this backend was asked to wait. */
export type HoldReport = { readonly type: 'queue.held'; readonly until: number };

type Hold = { until: number; readonly listeners: Set<(until: number) => void> };

/** By adapter: what one client of a page is told holds for all that submit to the same backend. */
const holds = new WeakMap<object, Hold>();

function holdOf(adapter: object): Hold {
  const hold = holds.get(adapter) ?? { until: 0, listeners: new Set() };
  holds.set(adapter, hold);
  return hold;
}

/** Tells the other clients of the adapter of a wait, and this one of theirs. */
export const backendHold = (adapter: GenerationAdapter<never, unknown>, now: () => number) =>
  fromCallback<EventObject, undefined>(({ sendBack, receive }) => {
    const hold = holdOf(adapter);
    const report = (until: number) => sendBack({ type: 'queue.held', until } satisfies HoldReport);
    hold.listeners.add(report);
    receive(event => {
      hold.until = (event as HoldMessage).until;
      for (const listener of hold.listeners) if (listener !== report) listener(hold.until);
    });
    if (hold.until > now()) report(hold.until);
    return () => hold.listeners.delete(report);
  });
