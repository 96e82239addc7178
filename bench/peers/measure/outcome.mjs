import { faults } from '../server/faults.mjs';

/** @import { Followed } from '../clients/main.mjs' */
/** @import { JobReport, PlannedJob, SeenRequest } from '../server/job-server.mjs' */

/**
 * What became of one job, seen from both sides.
 *
 * @typedef {object} Outcome
 * @property {string} fault
 * @property {number} classMs about how long the job took
 * @property {number} deliveries how often the app got a result
 * @property {number | undefined} latencyMs from the backend's "done" to the app
 * @property {number} requests of all kinds
 * @property {number} cancels
 * @property {number} requestsAfterEnd sent after the app had the result, or after the user stopped the job; a cancel is none
 * @property {number} openAfterEnd requests that are still open a second later
 * @property {boolean} isCancelled the backend was asked to stop the job before it was done
 * @property {string | undefined} error what the client rejected with
 */

/** A request that is open so long after the end is not about to close. */
const closingMs = 1_000;

/** @param {PlannedJob} job @param {JobReport | undefined} report @param {Followed | undefined} followed @returns {Outcome} */
export function toOutcome({ fault, classMs }, report, followed) {
  const { requests = [], doneAt, cancelledAt } = report ?? {};
  const { deliveries = [], abortedAt, error } = followed ?? {};
  const endAt = abortedAt ?? deliveries[0]?.at;
  const firstAt = deliveries[0]?.at;
  const isOpenAt = (/** @type {SeenRequest} */ { at, closedAt }, /** @type {number} */ time) =>
    at <= time && (closedAt === undefined || closedAt > time);
  const isCancel = (/** @type {SeenRequest} */ { kind }) => kind === 'cancel';
  const count = (/** @type {(request: SeenRequest) => boolean} */ is) => requests.filter(is).length;
  return {
    fault,
    classMs,
    deliveries: deliveries.length,
    latencyMs: firstAt !== undefined && doneAt !== undefined ? firstAt - doneAt : undefined,
    requests: requests.length,
    cancels: count(isCancel),
    requestsAfterEnd: endAt === undefined ? 0 : count(request => request.at > endAt && !isCancel(request)),
    openAfterEnd: endAt === undefined ? 0 : count(request => isOpenAt(request, endAt + closingMs)),
    isCancelled: cancelledAt !== undefined,
    error,
  };
}

/** @param {Outcome} outcome whether the app got what it should: one result, or none after an abort */
export const isRight = ({ fault, deliveries }) =>
  deliveries === (faults[/** @type {import('../server/faults.mjs').FaultName} */ (fault)].abortsAfterMs ? 0 : 1);
