import { assertKnownOptions } from '../options.js';
import { durationDistribution } from './duration-distribution.js';
import { defaultGaps, proportional } from './proportional.js';
import type { ReadContext, ReadSchedule } from './schedule.js';

/** Options of {@link learned}. */
export type LearnedOptions = {
  /**
   * How much later you may see a result for fewer requests: gaps grow with its square root. With 4, a job takes about
   * half the requests and is seen twice as late. @defaultValue 1
   */
  readonly patience?: number | undefined;
};

/** What a request costs, in ms of waiting, with a patience of 1. */
const requestCostMs = 90;

/** Of so many jobs, the history counts as much as the proportional schedule. One job shows little, ten show nearly all. */
const doubtfulJobs = 2;

/** How finely the expected waiting is summed up. */
const stepMs = 250;

const { minMs, maxMs } = defaultGaps;

/** When the job ends by what the backend says itself. Its estimate is better than our own one from its progress. */
function toldEndMs(elapsedMs: number, { etaMs, progress = 0 }: ReadContext): number | undefined {
  if (etaMs !== undefined) return etaMs > 0 ? elapsedMs + etaMs : undefined;
  return progress > 0.02 && progress < 1 && elapsedMs > 0 ? elapsedMs / progress : undefined;
}

/**
 * Gaps that suit how long earlier jobs of the same kind took: no reads while the job can hardly be done, short gaps
 * when jobs usually end, long ones after that. The next read comes when the expected time that a result has been
 * waiting is worth a request. If the hazard `h` of the end is steady, that is after `√(2λ / h)`, the optimal inspection
 * policy. The backend's progress and estimate count, too.
 *
 * Each gap is 1 to 10 s. Without a history it is that of {@link proportional}, and with a few jobs a value between
 * both.
 *
 * @throws TypeError for an unknown option, or if `patience` is not a number above 0
 * @see Barlow, Hunter, Proschan: Optimum checking procedures, J. SIAM 11 (4), 1963, https://doi.org/10.1137/0111080
 * @example
 * createGenerationMachine(adapter, { policy: { pollDelayMs: learned({ patience: 4 }) } });
 */
export function learned(options: LearnedOptions = {}): ReadSchedule {
  assertKnownOptions('learned', options, ['patience']);
  const { patience = 1 } = options;
  if (!(patience > 0 && patience < Number.POSITIVE_INFINITY))
    throw new TypeError(`learned(): patience must be a number above 0. It is ${String(patience)}.`);
  const costMs = requestCostMs * patience;
  const unlearned = proportional();

  return (elapsedMs, context) => {
    const proportionalMs = unlearned(elapsedMs, context);
    // The history says how long jobs run, and not how long they wait before.
    if (context.phase === 'queued') return proportionalMs;
    const { jobCount, cdf } = durationDistribution(context.history, toldEndMs(elapsedMs, context));
    const ended = cdf(elapsedMs);
    let gapMs = 0;
    let waitingMs = 0;
    while (gapMs < maxMs && waitingMs < costMs) {
      gapMs += stepMs;
      waitingMs += ((cdf(elapsedMs + gapMs) - ended) / (1 - ended)) * stepMs;
    }
    const trust = jobCount ** 2 / (jobCount ** 2 + doubtfulJobs ** 2);
    return Math.max(minMs, gapMs ** trust * proportionalMs ** (1 - trust));
  };
}
