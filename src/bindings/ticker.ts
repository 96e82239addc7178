import { type ActorRefFrom, assign, createActor, setup } from 'xstate';
import { steadyClock } from '../machines/steady-clock.js';
import type { SnapshotSource } from './snapshot-source.js';

// The time as a value that a component subscribes to. A render must not read the clock, and nothing here sets a timer: this chart does.

/** `now` is in ms since the epoch, and absent where nothing ticks. */
type Tick = { readonly now: number | undefined };

const noTime: Tick = { now: undefined };
const now = steadyClock();

const tickingMachine = setup({
  types: {} as { context: Tick },
  actions: { setNow: assign(() => ({ now: now() })) },
}).createMachine({
  id: 'ticker',
  context: () => ({ now: now() }),
  initial: 'waiting',
  states: { waiting: { after: { 1000: { target: 'waiting', reenter: true, actions: 'setNow' } } } },
});

let actor: ActorRefFrom<typeof tickingMachine> | undefined;
const listeners = new Set<{ readonly notify: () => void }>();

/** The time of the last second, in ms since the epoch. All components share it, and it ticks only while one of them listens. */
export const ticker: SnapshotSource<Tick> = {
  subscribe(notify) {
    const listener = { notify };
    listeners.add(listener);
    if (!actor) {
      actor = createActor(tickingMachine);
      actor.subscribe(() => {
        for (const each of [...listeners]) each.notify();
      });
      actor.start();
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      actor?.stop();
      actor = undefined;
    };
  },
  getSnapshot: () => actor?.getSnapshot().context ?? noTime,
  getServerSnapshot: () => noTime,
};

const doNothing = () => {};

/** Does not tick. */
export const stoppedTicker: SnapshotSource<Tick> = {
  subscribe: () => doNothing,
  getSnapshot: () => noTime,
  getServerSnapshot: () => noTime,
};
