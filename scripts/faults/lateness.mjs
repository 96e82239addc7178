const everyMs = 10;

/** Beyond it a run says more of the machine than of the library: the shortest wait of the scaled policy. */
export const latestMs = 50;

/** Watches how late this process's timers are. @returns {() => number} ends it; gives the worst, in ms */
export function watchLateness() {
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
