import { assertKnownOptions } from '../options.js';
import { assertTime, type ReadSchedule } from './schedule.js';

/** Options of {@link proportional}. */
export type ProportionalOptions = {
  /** The gap as a share of the job's age, above 0. @defaultValue 0.15 */
  readonly share?: number | undefined;
  /** The shortest gap. @defaultValue 1_000 */
  readonly minMs?: number | undefined;
  /** The longest gap. @defaultValue 10_000 */
  readonly maxMs?: number | undefined;
};

/** Found by the simulation of `npm run bench:reads`: see docs/guide/reads.md. */
export const defaultGaps = { share: 0.15, minMs: 1_000, maxMs: 10_000 } as const;

/**
 * Gaps that grow with the job's age: a result is seen about 8 % of the job's duration late. A short job is read often,
 * a long one rarely, without knowing anything about either.
 *
 * @throws TypeError for an unknown option, or one that is out of range
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
