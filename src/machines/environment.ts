/**
 * What the page learns about itself and its network. `asleep`: hidden for good, frozen, or in the back-forward cache;
 * the next fact of such a page is `woke`.
 */
export type EnvironmentEvent = 'online' | 'offline' | 'woke' | 'asleep';

/**
 * Everything the chart knows of the world besides its adapter. Nothing else reads the clock, chance or the window.
 *
 * @example
 * // In a test: a clock of your own, and no chance.
 * const environment: Environment = { now: () => clock.now(), random: () => 0.5, isOnline: () => true, subscribe: () => () => {} };
 */
export interface Environment {
  /** ms since the epoch. */
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
  return { now: () => Date.now(), random: Math.random, isOnline: () => true, subscribe: () => () => {} };
}
