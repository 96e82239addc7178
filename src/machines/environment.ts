/**
 * What the page learns about itself and its network. `asleep`: hidden for good, frozen, or in the back-forward cache;
 * the next fact of such a page is `woke`.
 */
export type SurroundingsFact = 'online' | 'offline' | 'woke' | 'asleep';

/**
 * Everything the chart knows of the world besides its adapter. Nothing else reads the clock, chance or the window.
 *
 * @example
 * // In a test: a clock of your own, and no chance.
 * const surroundings: Surroundings = { now: () => clock.now(), random: () => 0.5, isOnline: () => true, watch: () => () => {} };
 */
export interface Surroundings {
  /** ms since the epoch. */
  now(): number;
  /** 0 ≤ n < 1 */
  random(): number;
  isOnline(): boolean;
  /** Tells each fact as it happens, until the returned function is called. */
  watch(tell: (fact: SurroundingsFact) => void): () => void;
}

/**
 * The surroundings of a process that neither sleeps nor loses its network: a server, a script.
 *
 * @example
 * createGenerationMachine(adapter, { surroundings: inertSurroundings() });
 */
export function inertSurroundings(): Surroundings {
  return { now: () => Date.now(), random: Math.random, isOnline: () => true, watch: () => () => {} };
}
