import { addDuration } from 'generation-lifecycle';

/**
 * @typedef {import('generation-lifecycle').ReadSchedule} ReadSchedule
 * @typedef {import('generation-lifecycle').DurationHistory} DurationHistory
 * @typedef {() => number} Random 0 ≤ n < 1
 * @typedef {(random: Random, index: number) => number} Draw The duration of a job in ms. `index` counts from the job that is measured: -1 is the one before
 * @typedef {{ readonly p50: number, readonly p95: number, readonly requests: number }} Result Latency in s, reads for each job
 */

/** Numbers that look random, and are the same for the same seed (mulberry32). @param {number} seed @returns {Random} */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param {Random} random */
const normal = random => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** @param {number} medianMs @param {number} sigma @returns {Draw} */
export const lognormal = (medianMs, sigma) => random => medianMs * Math.exp(sigma * normal(random));

/** From so many ms to 2 s more. @param {readonly number[]} fromMs @returns {Draw} */
export const oneOf =
  (...fromMs) =>
  random =>
    (fromMs[Math.floor(random() * fromMs.length)] ?? 0) + 2_000 * random();

/** Mostly one, sometimes the other. @param {number} share of the first @param {Draw} first @param {Draw} second @returns {Draw} */
const either = (share, first, second) => (random, index) =>
  random() < share ? first(random, index) : second(random, index);

/** The second from so many jobs before the measured one on. @param {number} count @param {Draw} first @param {Draw} second @returns {Draw} */
const since = (count, first, second) => (random, index) =>
  index < -count ? first(random, index) : second(random, index);

/**
 * Reads one job until it has ended, as the chart does: at once, then after each gap, ±20 %, and at least `minGapMs`.
 *
 * @param {ReadSchedule} schedule @param {number} durationMs @param {Random} random
 * @param {{ readonly history?: DurationHistory | undefined, readonly minGapMs?: number, readonly jitter?: number }} [options]
 */
function readJob(schedule, durationMs, random, { history, minGapMs = 1_000, jitter = 0.2 } = {}) {
  let lastMs = 0;
  let nowMs = 0;
  let readCount = 1;
  while (nowMs < durationMs) {
    lastMs = nowMs;
    const gapMs = schedule(nowMs, { readCount, history }) * (1 - jitter + 2 * jitter * random());
    nowMs += Math.max(minGapMs, gapMs);
    readCount += 1;
  }
  return { latencyMs: nowMs - durationMs, requests: readCount, seen: /** @type {const} */ ([lastMs, nowMs]) };
}

/** @param {readonly number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

/**
 * Measures a schedule on many jobs. With `learnsFrom`, each has a history of so many earlier jobs, as the schedule itself saw
 * them: between two reads.
 *
 * @param {ReadSchedule} schedule @param {Draw} draw
 * @param {{ readonly jobs?: number, readonly seed?: number, readonly learnsFrom?: number, readonly jitter?: number }} [options]
 * @returns {Result}
 */
export function simulate(schedule, draw, { jobs = 1_000, seed = 7, learnsFrom = 0, jitter = 0.2 } = {}) {
  const random = seededRandom(seed);
  const runs = Array.from({ length: jobs }, () => {
    /** @type {DurationHistory | undefined} */
    let history;
    for (let index = -learnsFrom; index < 0; index += 1) {
      history = addDuration(history, readJob(schedule, draw(random, index), random, { history, jitter }).seen);
    }
    return readJob(schedule, draw(random, 0), random, { history, jitter });
  });
  const latencies = runs.map(({ latencyMs }) => latencyMs / 1_000).sort((a, b) => a - b);
  const requests = runs.reduce((sum, run) => sum + run.requests, 0) / jobs;
  return { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), requests };
}

/** The durations that are measured. @type {{ readonly [name: string]: Draw }} */
export const distributions = {
  'the mix of the benchmark: 3, 8 or 20 s, and 0 to 2 s more': oneOf(3_000, 8_000, 20_000),
  '3 to 5 s': oneOf(3_000),
  '8 to 10 s': oneOf(8_000),
  '20 to 22 s': oneOf(20_000),
  '90 s': () => 90_000,
  'images: lognormal, median 12 s, σ 0.35': lognormal(12_000, 0.35),
  'films: lognormal, median 90 s, σ 0.5': lognormal(90_000, 0.5),
  'warm 4 s, one of five cold 60 s': either(0.8, lognormal(4_000, 0.3), lognormal(60_000, 0.4)),
  'drift: 12 s, and 20 s since 10 jobs': since(10, lognormal(12_000, 0.35), lognormal(20_000, 0.35)),
};
