import { steadyClock } from './steady-clock.js';
import { warn } from './warning.js';

/**
 * An event of the page or its network. `asleep`: the page is closing, frozen, or in the back/forward cache; its next
 * event is `woke`. A page that is only hidden is not asleep.
 */
export type EnvironmentEvent = 'online' | 'offline' | 'woke' | 'asleep';

/**
 * Everything that the chart knows besides its adapter: clock, random numbers, network and page lifecycle. A function
 * that throws or returns something invalid ends no generation: the platform's is used instead, and the console says so
 * once.
 *
 * @example
 * // In a test: a clock of your own, and no randomness.
 * const environment: Environment = { now: () => clock.now(), random: () => 0.5, isOnline: () => true, subscribe: () => () => {} };
 */
export interface Environment {
  /**
   * ms since the epoch, by a clock that does not jump when the device's clock is set. The chart measures waits with it.
   */
  now(): number;
  /** 0 ≤ n < 1 */
  random(): number;
  isOnline(): boolean;
  /** Calls the listener with each event until the returned function is called. */
  subscribe(listener: (event: EnvironmentEvent) => void): () => void;
}

/**
 * The environment of a process that neither sleeps nor loses its network: a server, a script.
 *
 * @example
 * createGenerationMachine(adapter, { environment: serverEnvironment() });
 */
export function serverEnvironment(): Environment {
  return { now: steadyClock(), random: Math.random, isOnline: () => true, subscribe: () => () => {} };
}

let isToldOfPage = false;

/** For who passes none. In a page that is a mistake, which is told once. */
export function defaultEnvironment(): Environment {
  const isPage = Reflect.get(globalThis, 'document') !== undefined;
  if (isPage && !isToldOfPage) {
    isToldOfPage = true;
    warn(
      'createGenerationMachine() got no environment in a page, so it does not notice when the page is closed, sleeps or goes offline. Pass { environment: browserEnvironment() }.',
    );
  }
  return serverEnvironment();
}
