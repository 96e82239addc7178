/**
 * The time of day at the first call, and from then on the time that has passed: it does not jump when somebody sets the clock
 * of the device. ms since the epoch. While the device sleeps it may stand still.
 *
 * @see https://www.w3.org/TR/hr-time-3/#sec-monotonic-clock
 */
export function steadyClock(): () => number {
  let origin: number | undefined;
  let lastMs = 0;
  return () => {
    const ms = performance.now();
    // It only goes back where a test replaces it.
    if (origin === undefined || ms < lastMs) origin = Date.now() - ms;
    lastMs = ms;
    return Math.round(origin + ms);
  };
}
