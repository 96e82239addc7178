import type { DurationHistory } from './duration-history.js';

// The distribution of a job's duration, as the history, the backend's progress and its estimate tell it. It is a mixture in log
// time of a hump for each earlier job, so that warm and cold starts stay two humps, and of a flat tail, so that a duration that
// was never seen stays possible.

/** After so many later jobs, a job counts half. */
const halfLife = 10;
/** Of a job that was done at its first read, only so much is possible, in log time. */
const widestGap = 1.4;
/** As many jobs as the flat tail counts for. */
const tailJobs = 0.5;
/** The narrowest hump, in log time: 6 % of the duration. */
const minWidth = 0.06;
/** The widest hump of an estimate, in log time. */
const maxSeenWidth = 0.2;
/** The flat tail, in log time: from 0.5 s to 2 h. */
const tailFrom = Math.log(500);
const tailTo = Math.log(7_200_000);
/** How much the backend's own word counts beside the history, and how exact it is in log time. */
const wordShare = 0.4;
const wordJobs = 2;
const wordWidth = 0.12;

/** A hump around a duration. Logistic in log time, which is close to normal, and cheap. */
type Hump = { readonly weight: number; readonly center: number; readonly width: number };

export type DurationDistribution = {
  /** How many jobs it is worth; 0 if nothing is known. */
  readonly jobCount: number;
  /** The probability that a job takes at most so long. */
  readonly cdf: (ms: number) => number;
};

const logOf = (ms: number): number => Math.log(Math.max(1, ms));

/** How much of the humps' weight lies below a duration. */
const weightBelow = (humps: readonly Hump[], log: number): number =>
  humps.reduce((sum, { weight, center, width }) => sum + weight / (1 + Math.exp((center - log) / (width * 0.55))), 0);

/** The part of the flat tail that lies below it. */
const tailBelow = (log: number): number => Math.min(1, Math.max(0, (log - tailFrom) / (tailTo - tailFrom)));

const weightOf = (humps: readonly { readonly weight: number }[]): number =>
  humps.reduce((sum, { weight }) => sum + weight, 0);

const weightOfAge = (age: number): number => 2 ** (-age / halfLife);

/** A hump reaches as far as its neighbours: dense humps are narrow, and what lies between two stays empty. */
function widthOf(center: number, centers: readonly number[]): number {
  const distances = centers.map(other => Math.abs(other - center)).sort((a, b) => a - b);
  return distances[Math.round(Math.sqrt(centers.length))] ?? 0.3;
}

/** The humps of a history, and the weight of jobs that took longer than all of them. */
type Humps = { readonly humps: readonly Hump[]; readonly beyond: number };

const none: Humps = { humps: [], beyond: 0 };
/** All generations of a kind have the same history, which never changes. */
const knownHumps = new WeakMap<DurationHistory, Humps>();

function humpsOf(history: DurationHistory | undefined): Humps {
  if (!history) return none;
  const humps = knownHumps.get(history) ?? toHumps(history);
  knownHumps.set(history, humps);
  return humps;
}

function toHumps({ jobs }: DurationHistory): Humps {
  const ended: { readonly center: number; readonly blur: number; weight: number }[] = [];
  const givenUp: { readonly center: number; readonly weight: number }[] = [];
  jobs.forEach(([from, to], index) => {
    const weight = weightOfAge(jobs.length - 1 - index);
    if (to === null) givenUp.push({ center: logOf(from), weight });
    else {
      // What was seen between two reads only may be anywhere between them.
      const gap = Math.min(logOf(to) - logOf(from), widestGap);
      ended.push({ center: logOf(to) - gap / 2, blur: gap / 4, weight });
    }
  });
  let beyond = 0;
  // A job that was given up weighs with those that took longer, the last one first (Efron 1967: redistribution to the right).
  for (const { center, weight } of givenUp.sort((a, b) => b.center - a.center)) {
    const longer = ended.filter(job => job.center > center);
    const total = weightOf(longer) + beyond;
    if (total === 0) beyond = weight;
    else {
      const factor = 1 + weight / total;
      for (const job of longer) job.weight *= factor;
      beyond *= factor;
    }
  }
  const centers = ended.map(({ center }) => center);
  const humps = ended.map(({ weight, center, blur }) => ({
    weight,
    center,
    width: Math.max(minWidth, widthOf(center, centers) * 0.8, blur),
  }));
  return { humps, beyond };
}

/** @param endMs when the job ends by the backend's own word, if it says anything */
export function durationDistribution(
  history: DurationHistory | undefined,
  endMs?: number | undefined,
): DurationDistribution {
  const { humps: seen, beyond } = humpsOf(history);
  const seenWeight = weightOf(seen) + beyond;
  const isTold = endMs !== undefined;
  const total = (seenWeight + tailJobs) / (isTold ? 1 - wordShare : 1);
  const told = isTold ? [{ weight: total * wordShare, center: logOf(endMs), width: wordWidth }] : [];
  const humps = [...seen, ...told];
  return {
    jobCount: seenWeight + (isTold ? wordJobs : 0),
    cdf: ms => {
      const log = logOf(ms);
      return ((beyond + tailJobs) * tailBelow(log) + weightBelow(humps, log)) / total;
    },
  };
}

/**
 * The durations that were seen, and nothing else: without the flat tail, the probabilities end at `reached`, below 1 where jobs
 * were given up that had taken longer than all others. `undefined` without a job that has ended.
 */
export function seenDurations(history: DurationHistory | undefined) {
  const { humps: wide, beyond } = humpsOf(history);
  if (wide.length === 0) return undefined;
  // A schedule has to expect what is far from all that it knows. An estimate must not.
  const humps = wide.map(hump => ({ ...hump, width: Math.min(hump.width, maxSeenWidth) }));
  const seen = weightOf(humps);
  const tail = beyond + tailJobs;
  return {
    reached: seen / (seen + beyond),
    cdf: (ms: number): number => weightBelow(humps, logOf(ms)) / (seen + beyond),
    /** With the flat tail, so that few jobs claim little. */
    doubtfulCdf: (ms: number): number => (weightBelow(humps, logOf(ms)) + tail * tailBelow(logOf(ms))) / (seen + tail),
  };
}

/** Three centuries, in log time. */
const longestLog = Math.log(1e13);
/** Halved so often, that is less than a thousandth of the duration. */
const halvings = 15;

/** The duration below which a share of all jobs lies, in ms. @param cdf the probability that a job takes at most so long */
export function quantileOf(cdf: (ms: number) => number, share: number): number {
  let below = 0;
  let above = longestLog;
  for (let count = 0; count < halvings; count += 1) {
    const log = (below + above) / 2;
    if (cdf(Math.exp(log)) < share) below = log;
    else above = log;
  }
  return Math.exp((below + above) / 2);
}
