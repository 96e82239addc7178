import { longestDelayMs, toDelayMs } from './delays.js';
import type { DurationHistory } from './duration-history.js';

/** What a schedule knows of a job besides its age. */
export type ReadContext = {
  /** Number of reads since polling began, including the last one. */
  readonly readCount: number;
  /** How long earlier jobs of the same kind took. */
  readonly history?: DurationHistory | undefined;
  /** The backend's latest value, 0..1. */
  readonly progress?: number | undefined;
  /** The backend's latest value. */
  readonly phase?: 'queued' | 'running' | undefined;
  /** In how many ms the backend expects the result; negative if that time has passed. */
  readonly etaMs?: number | undefined;
};

/**
 * When to read next: the ms from the end of one read to the start of the next. A pure function of the job's age in ms,
 * without its time in the backend's queue; while the phase is `queued`, of the time in the queue.
 *
 * @example
 * const often: ReadSchedule = (elapsedMs, { progress = 0 }) => (progress > 0.9 ? 1_000 : elapsedMs / 5);
 */
export type ReadSchedule = (elapsedMs: number, context: ReadContext) => number;

/**
 * The same gaps for each job, the first after the first read. The last repeats.
 *
 * @param delaysMs at least one, each 0 to 2³¹−1
 * @throws TypeError if there is none, or one is not a time in ms
 * @example
 * createGenerationMachine(adapter, { policy: { pollDelayMs: fixed(1_000, 2_000, 5_000) } });
 */
export function fixed(...delaysMs: readonly number[]): ReadSchedule {
  if (delaysMs.length === 0) throw new TypeError('fixed() needs at least one time in ms.');
  for (const delayMs of delaysMs) assertTime('fixed(): each delay', delayMs);
  return listed(delaysMs);
}

const listed =
  (delaysMs: readonly number[]): ReadSchedule =>
  (_elapsedMs, { readCount }) =>
    toDelayMs(delaysMs, Math.max(1, readCount));

/** In place of what a schedule of a user throws, or returns that is no time. */
const fallbackMs = 10_000;

/** The schedule of a policy. It never throws, and returns a time. */
export function toSchedule(given: readonly number[] | ReadSchedule): ReadSchedule {
  const schedule = typeof given === 'function' ? given : listed(given);
  return (elapsedMs, context) => {
    try {
      const gapMs = schedule(elapsedMs, context);
      return typeof gapMs === 'number' && gapMs >= 0 ? Math.min(gapMs, longestDelayMs) : fallbackMs;
    } catch (error) {
      console.error(error);
      return fallbackMs;
    }
  };
}

/** @throws TypeError naming the value, and what it must be */
export function assertTime(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= longestDelayMs) return;
  throw new TypeError(`${name} must be a time in ms, from 0 to ${longestDelayMs}. It is ${String(value)}.`);
}
