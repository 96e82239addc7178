const everyMs = 10;

/** The shortest wait of the scaled policy: with timers later than this, a run measures the machine, not the library. */
export const maxLatenessMs = 50;

/** Measures how late this process's timers are. @returns {() => number} stops, and returns the worst, in ms */
export function measureLateness() {
  let worst = 0;
  let dueAt = performance.now() + everyMs;
  const timer = setInterval(() => {
    worst = Math.max(worst, performance.now() - dueAt);
    dueAt = performance.now() + everyMs;
  }, everyMs);
  return () => {
    clearInterval(timer);
    return Math.max(worst, performance.now() - dueAt);
  };
}
