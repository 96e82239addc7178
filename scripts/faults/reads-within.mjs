import { proportional } from 'generation-lifecycle';

const schedule = proportional();
/** The jitter makes a wait shorter by at most this share. */
const shortestShare = 0.8;

/**
 * How many reads the default schedule makes at most while nothing else tells the job, without a history.
 *
 * @param {number} seconds of real life
 */
export function readsWithin(seconds) {
  let [elapsedMs, readCount] = [0, 1];
  while (elapsedMs < seconds * 1_000) {
    elapsedMs += shortestShare * schedule(elapsedMs, { readCount });
    readCount += 1;
  }
  return readCount;
}
