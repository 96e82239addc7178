import type { Environment, EnvironmentEvent } from '../machines/environment.js';

/** What a test decides about the world. */
export type VirtualEnvironmentOptions = {
  /** ms since the epoch; `() => clock.now()` with a `SimulatedClock`. @defaultValue `Date.now`, a faked one included */
  readonly now?: (() => number) | undefined;
  /** @defaultValue true */
  readonly isOnline?: boolean | undefined;
  /** Begins a series of numbers that is the same in every run. @defaultValue no chance: always one half, so no jitter */
  readonly seed?: number | undefined;
};

/** A world in which nothing happens by itself. */
export type VirtualEnvironment = Environment & {
  /** Tells a fact to all who watch. `offline` and `online` also switch `isOnline()`. */
  tell(fact: EnvironmentEvent): void;
  /** Switches `isOnline()` and tells nobody, as networks do. */
  setOnline(isOnline: boolean): void;
  /** How many watch; 0 once all generations have ended. */
  readonly watcherCount: number;
};

/** mulberry32: a whole series of 2³² numbers from one seed, which is chance enough for jitter. */
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
 * Clock, chance, network and page in the hands of a test.
 *
 * @example
 * const environment = virtualEnvironment();
 * const machine = createGenerationMachine(scripted(scenarios.healthy('1.png')), { environment });
 * // …
 * environment.tell('asleep');
 * await vi.advanceTimersByTimeAsync(60_000);
 * environment.tell('woke');
 */
export function virtualEnvironment({
  now = () => Date.now(),
  isOnline: isOnlineAtFirst = true,
  seed,
}: VirtualEnvironmentOptions = {}): VirtualEnvironment {
  // One subscription each, even with the same function.
  const subscriptions = new Set<{ readonly tell: (fact: EnvironmentEvent) => void }>();
  let isOnline = isOnlineAtFirst;
  return {
    now,
    random: seed === undefined ? () => 0.5 : seededRandom(seed),
    isOnline: () => isOnline,
    subscribe(listener) {
      const subscription = { tell: listener };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },
    tell(fact) {
      if (fact === 'online' || fact === 'offline') isOnline = fact === 'online';
      // Whoever leaves because of it is not told any more, and whoever comes is not told yet.
      for (const watcher of [...subscriptions]) if (subscriptions.has(watcher)) watcher.tell(fact);
    },
    setOnline(is) {
      isOnline = is;
    },
    get watcherCount() {
      return subscriptions.size;
    },
  };
}
