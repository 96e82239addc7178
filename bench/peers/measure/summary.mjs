import { isRight } from './outcome.mjs';

/** @import { Outcome } from './outcome.mjs' */

/**
 * @typedef {object} Summary
 * @property {number} jobs
 * @property {number} right jobs of which the app got exactly what it should
 * @property {number} none jobs of which the app got nothing
 * @property {number} several jobs of which the app got more than one result
 * @property {number | undefined} p50 ms
 * @property {number | undefined} p95 ms
 * @property {number} requests mean of a job
 * @property {number} requestsAfterEnd mean of a job
 * @property {number} openAfterEnd mean of a job
 * @property {number} cancelled jobs that the backend was asked to stop
 * @property {string | undefined} error one of the client's errors
 */

/**
 * The smallest of the values that at least this share of them does not exceed (nearest rank).
 *
 * @param {readonly number[]} values
 * @param {number} share 0..1
 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** @param {readonly number[]} values */
const mean = values => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);

/** @param {readonly Outcome[]} outcomes @returns {Summary} */
export function summarize(outcomes) {
  const latencies = outcomes.flatMap(({ latencyMs }) => latencyMs ?? []);
  return {
    jobs: outcomes.length,
    right: outcomes.filter(isRight).length,
    none: outcomes.filter(({ deliveries }) => deliveries === 0).length,
    several: outcomes.filter(({ deliveries }) => deliveries > 1).length,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    requests: mean(outcomes.map(({ requests }) => requests)),
    requestsAfterEnd: mean(outcomes.map(({ requestsAfterEnd }) => requestsAfterEnd)),
    openAfterEnd: mean(outcomes.map(({ openAfterEnd }) => openAfterEnd)),
    cancelled: outcomes.filter(({ isCancelled }) => isCancelled).length,
    error: outcomes.find(({ error }) => error !== undefined)?.error,
  };
}
