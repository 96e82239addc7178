import { checkRow } from './check-row.mjs';
import { maxLatenessMs, measureLateness } from './lateness.mjs';
import { startPeer } from './peer.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Result} Result
 */

/** Ten times as long as the longest row. */
const limitMs = 90_000;
/** A job takes 12 s unless the row says otherwise: longer than the page waits for its stream. */
const defaultFaults = { renderMs: s(12) };
/** Small, but six tiles: six progress events. */
const strip = { width: 384, height: 16 };

/** @param {FaultRow} row @param {string} baseUrl @returns {import('./fault.types.js').RunOptions} */
export const toRunOptions = ({ name, policy = {}, faults, tab = [], generations = 1, token = 'none' }, baseUrl) => ({
  baseUrl,
  name,
  policy,
  faults: { ...defaultFaults, ...faults },
  tab,
  generations,
  resolution: strip,
  token,
});

/**
 * Runs a row over real sockets, with its own peer in front of the reference backend.
 *
 * @param {FaultRow} row
 * @param {import('./fault.types.js').Runtime} runtime
 * @param {string} backendUrl
 * @param {ReadonlyMap<string, { type: string, body: string }>} [pages]
 * @returns {Promise<Result>}
 */
export async function runRow(row, runtime, backendUrl, pages) {
  const { where } = runtime;
  const lateness = measureLateness();
  const peer = await startPeer({ backendUrl, planOf: () => row.plan ?? {}, pages });
  try {
    const seenByClient = await withinLimit(runtime.follow(toRunOptions(row, peer.url)));
    const latenessMs = Math.max(seenByClient.latenessMs, lateness());
    const observed = { ...seenByClient, latenessMs, requests: [...peer.records], openAfter: peer.openConnections() };
    return { row, where, observed, problems: checkRow(row, observed), attempt: 1 };
  } catch (error) {
    return { row, where, problems: [String(error)], attempt: 1 };
  } finally {
    lateness();
    await peer.close();
  }
}

/** Whether a run may have failed because the machine was slow. @param {Result} result */
const isLate = ({ observed, problems }) => problems.length > 0 && (observed?.latenessMs ?? 0) > maxLatenessMs;

/**
 * Runs a row again that failed on a slow machine: many rows depend on timing. A failure on a fast machine is final.
 * @param {Result} result @param {() => Promise<Result>} again @param {number} [attempts]
 */
export async function repeatIfLate(result, again, attempts = 4) {
  let last = result;
  for (let attempt = 2; attempt <= attempts && isLate(last); attempt += 1) last = { ...(await again()), attempt };
  return last;
}

/** A row without an outcome fails. @template T @param {Promise<T>} promise @returns {Promise<T>} */
async function withinLimit(promise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no outcome within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
