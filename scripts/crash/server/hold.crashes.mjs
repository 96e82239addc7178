import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { freePort, startHalf } from './halves.mjs';
import { startStreamVendor } from './stream-vendor.mjs';

/** @typedef {import('./server-crash.types.ts').HoldReport} HoldReport */

const leaseMs = 2_000;
const lookEveryMs = 50;
/** How long after a lease its job is told at the latest. It is looked for four times a second; the rest is what a busy machine takes. */
const graceMs = 10_000;
const patienceMs = 60_000;

/** @param {number} port */
const pageOf = port =>
  /** @type {typeof remoteBackend<{ prompt: string }, string>} */ (remoteBackend)({
    baseUrl: `http://127.0.0.1:${port}/api/generations/image`,
    durable: true,
  });

/** @param {() => boolean} isSo */
async function until(isSo) {
  for (const endsAt = Date.now() + patienceMs; !isSo(); await sleep(lookEveryMs))
    if (Date.now() > endsAt) throw new Error('What had to happen has not happened.');
}

/**
 * Kills processes that hold a job that is its own stream, and tells what another process on the same file says of it.
 *
 * @param {object} options
 * @param {string} options.script of such a process
 * @param {readonly number[]} options.killsAt ms after the vendor has heard the submit, one for each job
 * @param {number} options.answerMs how long the vendor takes to answer the submit
 * @param {number} options.runMs how long the job runs after that
 * @returns {Promise<HoldReport[]>}
 */
export async function crashHolders({ script, killsAt, answerMs, runMs }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-hold-'));
  const file = path.join(folder, 'jobs.db');
  const vendor = await startStreamVendor();
  const start = async () => {
    const port = await freePort();
    const half = await startHalf(script, { file, vendorUrl: vendor.url, port, leaseMs });
    return { ...half, page: pageOf(port) };
  };
  const steady = await start();
  const store = sqliteJobs({ url: `file:${file}` });
  const call = () => ({ signal: AbortSignal.timeout(patienceMs) });

  /** @param {string} key @param {number} killAt @returns {Promise<HoldReport>} */
  const crash = async (key, killAt) => {
    const holder = await start();
    const job = vendor.jobOf(key);
    const submit = (/** @type {typeof holder.page} */ page) =>
      page.submit({ prompt: key }, { ...call(), idempotencyKey: key });
    submit(holder.page).catch(() => {});
    await until(() => job.posts.length > 0);
    const timers = [
      setTimeout(() => vendor.accept(key), answerMs),
      setTimeout(() => vendor.end(key), answerMs + runMs),
    ];
    await sleep(killAt);
    const { isEnded } = job;
    await holder.kill();
    for (const timer of timers) clearTimeout(timer);
    const { leaseUntil } = (await store.findByKey('ada', key)) ?? { leaseUntil: null };
    /** @type {import('generation-lifecycle').JobUpdate<string> | undefined} */
    let update;
    for (const endsAt = Date.now() + patienceMs; Date.now() < endsAt; await sleep(lookEveryMs)) {
      update = (await steady.page.find?.(key, call()))?.update;
      if (update && update.kind !== 'pending') break;
    }
    const row = await store.findByKey('ada', key);
    // Whoever has the wish still asks again.
    await submit(steady.page).catch(() => {});
    const isMaybe = update?.kind === 'failed' && update.failure.charged === 'maybe';
    return {
      key,
      killAt,
      isEnded,
      posts: job.posts.length,
      result: update?.kind === 'succeeded' ? 'picture' : isMaybe ? 'maybe' : 'wrong',
      lateMs: leaseUntil === null ? undefined : Number(row?.endedAt) - leaseUntil,
      words: JSON.stringify(update),
    };
  };

  try {
    /** @type {HoldReport[]} */
    const reports = [];
    for (const [at, killAt] of killsAt.entries()) reports.push(await crash(`stream-${at + 1}`, killAt));
    return reports;
  } finally {
    await steady.kill();
    await store.close();
    vendor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line for each broken rule. @param {readonly HoldReport[]} reports */
export function problemsOfHolders(reports) {
  return reports.flatMap(({ key, killAt, isEnded, posts, result, lateMs = 0, words }) => {
    const isTimely = lateMs >= 0 && lateMs < graceMs;
    /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
    const rules = [
      [posts !== 1, `submitted ${posts} times`],
      [result === 'wrong', `ended as ${words}`],
      [result === 'picture' && !isEnded, 'has a picture although its stream had not ended'],
      [result === 'maybe' && !isTimely, `told as maybe ${lateMs} ms after its lease`],
    ];
    return rules.flatMap(([isBroken, problem]) => (isBroken ? [`${key}, killed at ${killAt} ms: ${problem}`] : []));
  });
}
