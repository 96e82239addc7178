import { quantileOf, seenDurations } from './duration-distribution.js';
import type { DurationHistory } from './duration-history.js';

// How long a job still takes, as far as anything says so. Each source says a time and a range:
//
// - The backend's own estimate wins until its moment has passed: it sees its queue and its machines.
// - The history counts only jobs that took longer than this one has taken already (its conditional quantiles): a job that is not
//   done after all warm starts is a cold start. Without time for news, this moves the expectation later, and never sooner.
// - The progress is extended in a straight line from when it began to move. That line is wild at its beginning and good at its
//   end, so it weighs as much as the progress itself, and the history has the rest.

/** What an estimate is made of. */
export type EstimateFacts = {
  /** The job's age, without the time in the backend's queue, in ms. */
  readonly elapsedMs: number;
  /** A job in the backend's queue has not begun: neither a history nor a progress says when it will. */
  readonly isQueued: boolean;
  readonly history: DurationHistory | undefined;
  /** 0..1 */
  readonly progress: number | undefined;
  /** The age at which the progress began to move, in ms. */
  readonly movingSinceMs: number;
  /** In how many ms the backend expects the result; negative when that moment has passed. */
  readonly etaMs: number | undefined;
};

/** How long a job still takes, in ms. */
export type TimeLeft = {
  readonly leftMs: number;
  /** One of ten takes less, and one of ten more. Without `highMs`, nobody knows how long such jobs take at most. */
  readonly lowMs: number;
  readonly highMs: number | undefined;
  /** What it is from. */
  readonly from: 'backend' | 'progress' | 'history';
};

/** What is given up as longer than usual: one of twenty jobs. */
const usualShare = 0.95;
/** The range has eight of ten jobs. */
const lowShare = 0.1;
const highShare = 0.9;
/** A word without a range gets one. Estimates are too short more often than too long. */
const wordLow = 0.75;
const wordHigh = 1.5;
/** Less progress in less time shows no speed. */
export const leastProgress = 0.05;
export const leastMovingMs = 1_000;
/** A longer wait is no estimate, but a mistake. */
const longestEtaMs = 86_400_000;

const toWord = (leftMs: number, from: TimeLeft['from']): TimeLeft => ({
  leftMs,
  lowMs: leftMs * wordLow,
  highMs: leftMs * wordHigh,
  from,
});

function fromHistory({ history, elapsedMs }: EstimateFacts): TimeLeft | undefined {
  const seen = seenDurations(history);
  if (!seen) return undefined;
  const { cdf, reached } = seen;
  const ended = cdf(elapsedMs);
  // What is left are the very longest of them.
  if (reached - ended < 1 - usualShare) return undefined;
  const leftAt = (share: number): number | undefined => {
    const among = ended + share * (1 - ended);
    return among < reached ? Math.max(0, quantileOf(cdf, among) - elapsedMs) : undefined;
  };
  const leftMs = leftAt(0.5);
  if (leftMs === undefined) return undefined;
  return { leftMs, lowMs: leftAt(lowShare) ?? leftMs, highMs: leftAt(highShare), from: 'history' };
}

function fromProgress({ progress = 0, elapsedMs, movingSinceMs }: EstimateFacts): TimeLeft | undefined {
  const movingMs = elapsedMs - movingSinceMs;
  if (!(progress >= leastProgress && progress < 1 && movingMs >= leastMovingMs)) return undefined;
  return toWord((movingMs * (1 - progress)) / progress, 'progress');
}

/** Both ranges. */
const joined = (word: TimeLeft, seen: TimeLeft | undefined): TimeLeft =>
  seen
    ? {
        ...word,
        lowMs: Math.min(word.lowMs, seen.lowMs),
        highMs: seen.highMs === undefined ? undefined : Math.max(Number(word.highMs), seen.highMs),
      }
    : word;

/** A mean, so that it never comes nearer faster than time goes by. */
function blended(word: TimeLeft, seen: TimeLeft, progress: number): TimeLeft {
  const mean = (one: number, other: number) => progress * one + (1 - progress) * other;
  return {
    leftMs: mean(word.leftMs, seen.leftMs),
    lowMs: mean(word.lowMs, seen.lowMs),
    highMs: seen.highMs === undefined ? undefined : mean(Number(word.highMs), seen.highMs),
    from: 'progress',
  };
}

/** How long the job still takes; `undefined` where nothing says so. Pure. */
export function estimateTimeLeft(facts: EstimateFacts): TimeLeft | undefined {
  const { isQueued, progress = 0, etaMs = 0 } = facts;
  const seen = isQueued ? undefined : fromHistory(facts);
  if (etaMs > 0 && etaMs <= longestEtaMs) return joined(toWord(etaMs, 'backend'), seen);
  const word = isQueued ? undefined : fromProgress(facts);
  return word && seen ? blended(word, seen, progress) : (word ?? seen);
}

/**
 * After how many ms a job takes longer than usual: longer than 95 % of those before it. With the flat tail of the distribution, a
 * few jobs claim little: one job makes it half an hour. `undefined` without a job that has ended.
 */
export function usualLimitMs(history: DurationHistory | undefined): number | undefined {
  const seen = seenDurations(history);
  return seen && quantileOf(seen.doubtfulCdf, usualShare);
}
