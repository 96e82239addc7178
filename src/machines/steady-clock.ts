/** What all clocks of a page share, so that they agree: when it was at 0 ms of the platform's own one, and which that is. */
let shared: { readonly source: Performance['now']; readonly originMs: number; lastMs: number } | undefined;

/**
 * The time of day at the first call of any such clock, and from then on the time that has passed: it does not jump when somebody
 * sets the clock of the device. ms since the epoch. While the device sleeps it may stand still.
 *
 * @see https://www.w3.org/TR/hr-time-3/#sec-monotonic-clock
 */
export function steadyClock(): () => number {
  return () => {
    const ms = performance.now();
    // It is replaced, and goes back, only in a test.
    if (shared?.source !== performance.now || ms < shared.lastMs) {
      shared = { source: performance.now, originMs: Date.now() - ms, lastMs: ms };
    }
    shared.lastMs = ms;
    return Math.round(shared.originMs + ms);
  };
}
