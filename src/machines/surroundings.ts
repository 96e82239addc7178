/** What the page learns about itself and its network. `asleep`: hidden for good, frozen, or in the back-forward cache. */
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
  return { now: () => Date.now(), random: () => Math.random(), isOnline: () => true, watch: () => () => {} };
}

/**
 * The surroundings of a page: its visibility, its page lifecycle and the browser's idea of being online. Safe to make
 * where there is no window; it looks for one when it is asked.
 *
 * @see https://html.spec.whatwg.org/multipage/document-lifecycle.html and https://wicg.github.io/page-lifecycle/
 * @example
 * createGenerationMachine(adapter, { surroundings: browserSurroundings() });
 */
export function browserSurroundings(): Surroundings {
  return {
    ...inertSurroundings(),
    // Absent outside of a page; only an explicit `false` means offline.
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    watch: tell => {
      if (typeof document === 'undefined') return () => {};
      const controller = new AbortController();
      const on = (target: EventTarget, type: string, fact: () => SurroundingsFact | undefined) =>
        target.addEventListener(
          type,
          () => {
            const told = fact();
            if (told) tell(told);
          },
          { signal: controller.signal },
        );
      on(window, 'online', () => 'online');
      on(window, 'offline', () => 'offline');
      on(window, 'pagehide', () => 'asleep');
      on(window, 'pageshow', () => 'woke');
      on(document, 'freeze', () => 'asleep');
      on(document, 'resume', () => 'woke');
      on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'woke' : undefined));
      return () => controller.abort();
    },
  };
}
