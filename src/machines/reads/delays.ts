/** The longest a timer of the platform can wait; a longer one fires at once. */
export const longestDelayMs = 2 ** 31 - 1;

/** Whatever a backend asks for, the next request goes out after this long. */
const longestHintMs = 300_000;

/** The time as a timer of the platform can wait for it. */
export const toTimerMs = (ms: number): number => Math.min(Math.max(0, ms), longestDelayMs);

/** The wait that a backend asks for; 0 where it asks for none, or for something that is no time. */
export const toHintMs = (ms: number | undefined): number => Math.min(Math.max(0, Number(ms)) || 0, longestHintMs);

/** The delay, ± 20 %, so that many pages do not ask at the same moment. @param random 0 ≤ n < 1 */
export const toJitteredMs = (ms: number, random: number): number => ms * (0.8 + 0.4 * random);

/** The delay after so many attempts, the first being 1. The last of the list repeats. */
export const toDelayMs = (delaysMs: readonly number[], attempts: number): number =>
  delaysMs[Math.min(attempts, delaysMs.length) - 1] ?? 0;
