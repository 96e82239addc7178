import { faultNames, faults } from '../server/faults.mjs';

/** @import { Start } from '../clients/main.mjs' */
/** @import { PlannedJob } from '../server/job-server.mjs' */

/**
 * @typedef {object} Size how large a run is
 * @property {readonly number[]} classesMs how long the jobs without a fault take
 * @property {number} jobsPerClass
 * @property {number} jobsPerFault
 * @property {number} longestMs no job of a fault takes longer
 * @property {number} patienceMs a client that has delivered nothing so long after the job's end is not waited for any longer
 * @property {number} calmAtOnce so many clients are measured at once without a fault
 * @property {number} faultsAtOnce so many clients meet the faults at once: a few ms more do not matter there
 */

/** @type {Readonly<Record<'whole' | 'quick', Size>>} */
export const sizes = {
  whole: {
    classesMs: [3_000, 8_000, 20_000],
    jobsPerClass: 48,
    jobsPerFault: 8,
    longestMs: Infinity,
    patienceMs: 40_000,
    calmAtOnce: 1,
    faultsAtOnce: 3,
  },
  quick: {
    classesMs: [3_000, 8_000],
    jobsPerClass: 8,
    jobsPerFault: 2,
    longestMs: 10_000,
    patienceMs: 32_000,
    calmAtOnce: 4,
    faultsAtOnce: 4,
  },
};

/**
 * Jobs of a class take up to a second more or less, evenly spread. Otherwise they would end together with every read of a client
 * that reads each 2 s, or always just before it.
 */
const spreadMs = 2_000;

/** @param {number} classMs @param {number} n @param {number} count */
const spread = (classMs, n, count) =>
  classMs < spreadMs ? classMs : Math.round(classMs + spreadMs * ((n + 0.5) / count - 0.5));

/** After this, what comes after an abort has come: the job would have ended 4 s after it. */
const afterAbortMs = 6_000;

/** The first jobs of a process run code that nobody has run before, and are not counted. */
export const warmUpMs = 500;
const warmUpJobs = 20;
const warmUpPatienceMs = 3_000;

/** @typedef {{ jobs: PlannedJob[], starts: Start[] }} Plan */

/** @param {PlannedJob[]} jobs @param {number} apartMs @param {Size} size @returns {Plan} */
function toPlan(jobs, apartMs, { patienceMs }) {
  const starts = jobs.map(({ key, fault, classMs, durationMs }, index) => {
    const { abortsAfterMs } = faults[fault];
    const giveUpAfterMs = durationMs + (classMs === warmUpMs ? warmUpPatienceMs : patienceMs);
    return {
      key,
      classMs,
      startAfterMs: index * apartMs,
      abortsAfterMs,
      giveUpAfterMs: abortsAfterMs === undefined ? giveUpAfterMs : afterAbortMs,
    };
  });
  return { jobs, starts };
}

/**
 * Jobs without a fault. They start one after the other, so that few of them end in the same moment.
 *
 * @param {string} prefix of the keys
 * @param {Size} size
 */
export function planCalm(prefix, size) {
  const { classesMs, jobsPerClass } = size;
  const toJob = (/** @type {number} */ classMs, /** @type {number} */ n) => ({
    key: `${prefix}-${classMs}-${n}`,
    fault: /** @type {const} */ ('no fault'),
    classMs,
    durationMs: spread(classMs, n, jobsPerClass),
  });
  const warmUp = Array.from({ length: warmUpJobs }, (_, n) => toJob(warmUpMs, n));
  const jobs = Array.from({ length: jobsPerClass }, (_, n) => classesMs.map(ms => toJob(ms, n))).flat();
  return toPlan([...warmUp, ...jobs], 23, size);
}

/** Jobs of all faults. @param {string} prefix of the keys @param {Size} size */
export function planFaults(prefix, size) {
  const { jobsPerFault, longestMs } = size;
  const jobs = Array.from({ length: jobsPerFault }, (_, n) =>
    faultNames.map((fault, index) => {
      const classMs = Math.min(faults[fault].durationMs, longestMs);
      return { key: `${prefix}-${index}-${n}`, fault, classMs, durationMs: spread(classMs, n, jobsPerFault) };
    }),
  ).flat();
  return toPlan(jobs, 31, size);
}
