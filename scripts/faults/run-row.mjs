import { judge } from './judge.mjs';
import { latestMs, watchLateness } from './lateness.mjs';
import { startPeer } from './peer.mjs';
import { s, scaledPolicy } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Result} Result
 */

/** The longest row takes a tenth of it. */
const limitMs = 90_000;
/** A job of 12 s, unless the row says otherwise: longer than the page waits for its stream. */
const usual = { renderMs: s(12) };
/** Six tiles, and so six events of progress, of few pixels. */
const strip = { width: 384, height: 16 };

/** @param {FaultRow} row @param {string} baseUrl @returns {import('./fault.types.js').Order} */
export const toOrder = ({ name, policy, faults, tab = [], generations = 1, token = 'none' }, baseUrl) => ({
  baseUrl,
  name,
  policy: { ...scaledPolicy, ...policy },
  faults: { ...usual, ...faults },
  tab,
  generations,
  resolution: strip,
  token,
});

/**
 * Runs a row over real sockets: a peer of its own, in front of the reference backend.
 *
 * @param {FaultRow} row
 * @param {import('./fault.types.js').Client} client
 * @param {string} backendUrl
 * @param {ReadonlyMap<string, { type: string, body: string }>} [pages]
 * @returns {Promise<Result>}
 */
export async function runRow(row, client, backendUrl, pages) {
  const { where } = client;
  const lateness = watchLateness();
  const peer = await startPeer({ backendUrl, planOf: () => row.plan ?? {}, pages });
  try {
    const told = await withinLimit(client.follow(toOrder(row, peer.url)));
    const latenessMs = Math.max(told.latenessMs, lateness());
    const seen = { ...told, latenessMs, requests: [...peer.records], openAfter: peer.openConnections() };
    return { row, where, seen, complaints: judge(row, seen), attempt: 1 };
  } catch (error) {
    return { row, where, complaints: [String(error)], attempt: 1 };
  } finally {
    lateness();
    await peer.close();
  }
}

/** Whether a wrong run may be the machine's fault. @param {Result} result */
const isLate = ({ seen, complaints }) => complaints.length > 0 && (seen?.latenessMs ?? 0) > latestMs;

/**
 * A result, or that of another run where the machine was late: lateness is what many rows are about. A wrong run on a
 * machine that was in time stands.
 * @param {Result} result @param {() => Promise<Result>} again @param {number} [attempts]
 */
export async function settle(result, again, attempts = 4) {
  let settled = result;
  for (let attempt = 2; attempt <= attempts && isLate(settled); attempt += 1) settled = { ...(await again()), attempt };
  return settled;
}

/** An outcome that never comes is a verdict, too. @template T @param {Promise<T>} promise @returns {Promise<T>} */
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
