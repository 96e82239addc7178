import { steadyClock } from './steady-clock.js';
import { warn } from './warning.js';

/**
 * What the page learns about itself and its network. `asleep`: the page is closing, frozen, or in the back-forward cache. The
 * next event of such a page is `woke`. A page that is only hidden is not asleep.
 */
export type EnvironmentEvent = 'online' | 'offline' | 'woke' | 'asleep';

/**
 * Everything the chart knows of the world besides its adapter: clock, random numbers, network and page lifecycle. A function
 * that throws or returns something else ends no generation: it is replaced by the platform's, and the console says so once.
 *
 * @example
 * // In a test: a clock of your own, and no randomness.
 * const environment: Environment = { now: () => clock.now(), random: () => 0.5, isOnline: () => true, subscribe: () => () => {} };
 */
export interface Environment {
  /**
   * ms since the epoch, by a clock that does not jump when somebody sets the clock of the device: the chart measures with it
   * how long it waits.
   */
  now(): number;
  /** 0 ≤ n < 1 */
  random(): number;
  isOnline(): boolean;
  /** Calls the listener with each event as it happens, until the returned function is called. */
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
