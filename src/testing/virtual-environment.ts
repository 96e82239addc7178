import type { Environment, EnvironmentEvent } from '../machines/environment.js';
import { assertKnownOptions } from '../machines/options.js';

/** Clock, network and randomness of a test. */
export type VirtualEnvironmentOptions = {
  /** ms since the epoch; with a `SimulatedClock`, `() => clock.now()`. @defaultValue `Date.now`, also with fake timers */
  readonly now?: (() => number) | undefined;
  /** @defaultValue true */
  readonly isOnline?: boolean | undefined;
  /** Seed of random numbers that repeat in every run. @defaultValue always one half, so no jitter */
  readonly seed?: number | undefined;
};

/** An environment in which nothing happens by itself. */
export type VirtualEnvironment = Environment & {
  /** Sends an event to all subscribers. `offline` and `online` also change `isOnline()`. */
  emit(event: EnvironmentEvent): void;
  /** Changes `isOnline()` without an event, as networks do. */
  setOnline(isOnline: boolean): void;
  /** 0 once all generations have ended. */
  readonly subscriberCount: number;
};

/** mulberry32: 2³² numbers from one seed, which is random enough for jitter. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * An environment that a test controls: clock, randomness, network and page.
 *
 * @throws TypeError for an unknown option
 * @example
 * const environment = virtualEnvironment();
 * const machine = createGenerationMachine(scripted(scenarios.healthy('1.png')), { environment });
 * // …
 * environment.emit('asleep');
 * await vi.advanceTimersByTimeAsync(60_000);
 * environment.emit('woke');
 */
export function virtualEnvironment(options: VirtualEnvironmentOptions = {}): VirtualEnvironment {
  assertKnownOptions('virtualEnvironment', options, ['now', 'isOnline', 'seed']);
  const { now = () => Date.now(), isOnline: isOnlineAtFirst = true, seed } = options;
  // An object for each subscription, because one listener may subscribe twice.
  const subscriptions = new Set<{ readonly listener: (event: EnvironmentEvent) => void }>();
  let isOnline = isOnlineAtFirst;
  return {
    now,
    random: seed === undefined ? () => 0.5 : seededRandom(seed),
    isOnline: () => isOnline,
    subscribe(listener) {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },
    emit(event) {
      if (event === 'online' || event === 'offline') isOnline = event === 'online';
      // A listener may end subscriptions, which then get no event, and start new ones, which get the next event.
      for (const subscription of [...subscriptions]) {
        if (subscriptions.has(subscription)) subscription.listener(event);
      }
    },
    setOnline(is) {
      isOnline = is;
    },
    get subscriberCount() {
      return subscriptions.size;
    },
  };
}
