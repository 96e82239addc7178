import { assertKnownOptions } from '../options.js';
import { assertTime, type ReadSchedule } from './schedule.js';

/** The options of {@link proportional}. */
export type ProportionalOptions = {
  /** The gap as a part of the job's age, above 0. @defaultValue 0.15 */
  readonly share?: number | undefined;
  /** The shortest gap. @defaultValue 1_000 */
  readonly minMs?: number | undefined;
  /** The longest gap. @defaultValue 10_000 */
  readonly maxMs?: number | undefined;
};

/** Found by the simulation of `npm run bench:reads`: see docs/guide/reads.md. */
export const defaultGaps = { share: 0.15, minMs: 1_000, maxMs: 10_000 } as const;

/**
 * Gaps that grow with the job's age: the result of a job is seen late by about 8 % of the time that the job took. A short job
 * is read often, a long one rarely, and nothing needs to be known of either.
 *
 * @throws TypeError if there is an unknown option, or one is out of its range
 * @example
 * createGenerationMachine(adapter, { policy: { pollDelayMs: proportional({ maxMs: 5_000 }) } });
 */
export function proportional(options: ProportionalOptions = {}): ReadSchedule {
  assertKnownOptions('proportional', options, Object.keys(defaultGaps));
  const { share = defaultGaps.share, minMs = defaultGaps.minMs, maxMs = defaultGaps.maxMs } = options;
  if (!(share > 0 && share < Number.POSITIVE_INFINITY))
    throw new TypeError(`proportional(): share must be a number above 0. It is ${String(share)}.`);
  assertTime('proportional(): minMs', minMs);
  assertTime('proportional(): maxMs', maxMs);
  return elapsedMs => Math.min(maxMs, Math.max(minMs, share * elapsedMs));
}
