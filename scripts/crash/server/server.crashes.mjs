import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway } from './gateway.mjs';
import { freePort, startHalf, startVendor } from './halves.mjs';
import { openPage } from './page.mjs';
import { instantOf, isUnanswered } from './plan.mjs';

/**
 * @typedef {import('./server-crash.types.ts').ServerCrash} ServerCrash
 * @typedef {import('./server-crash.types.ts').WishReport} WishReport
 * @typedef {import('./server-crash.types.ts').MarkLine} MarkLine
 * @typedef {import('./halves.mjs').Half} Half
 * @typedef {ReturnType<typeof openPage>} Page
 */

/** How long a process may take to reach its crash point, in ms. */
const reachMs = 60_000;
/** Longer than a loaded machine stops a process. */
const leaseMs = 3_000;
/** How long a user asks again once the vendor has nothing more to say. */
const patienceMs = 4 * leaseMs;

/**
 * Kills processes on one file, each with a wish of its own, while another process lives on. Each page is reloaded once or twice.
 *
 * @param {object} options
 * @param {{ readonly half: string, readonly vendor: string }} options.scripts the files of both kinds of processes
 * @param {readonly ServerCrash[]} options.crashes
 * @param {() => number} options.random from 0 to 1
 * @param {number} options.answerMs how long the vendor takes to answer a submit
 * @param {number} options.slowMs and one whose key begins with `slow`
 * @param {number} [options.lanes] processes that are killed, at once
 * @returns {Promise<{ kills: number, wishes: WishReport[] }>}
 */
export async function crashServers({ scripts, crashes, random, answerMs, slowMs, lanes = 2 }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-crash-'));
  const file = path.join(folder, 'jobs.db');
  const vendor = await startVendor(scripts.vendor, { answerMs, slowMs });
  const ports = await Promise.all(Array.from({ length: lanes + 1 }, freePort));
  /** One for each page, because a connection that is kept leads to where it has led. @type {Awaited<ReturnType<typeof startGateway>>[]} */
  const gateways = [];
  const openGateway = async (/** @type {readonly number[]} */ order) => {
    const gateway = await startGateway(order);
    gateways.push(gateway);
    return gateway.url;
  };
  const steadyFirst = ports.toReversed();
  const publicUrl = await openGateway(steadyFirst);
  /** The process that is never killed is the last one. */
  const steadyPort = Number(ports.at(-1));
  const start = (/** @type {number} */ port, /** @type {ServerCrash['death'] | undefined} */ death) =>
    startHalf(scripts.half, { file, vendorUrl: vendor.url, publicUrl, port, leaseMs, death });
  const steady = await start(steadyPort, undefined);

  /** @type {{ page: Page, half: Half | undefined }[]} */
  const opened = [];
  /** Whether the vendor has nothing more to say, and every process has had the time to take over what others have left. */
  const isHopeless = async () => {
    const { waiting, running } = await vendor.counts();
    if (waiting > 0 || running > 0) quietSince = Date.now();
    return lanesLeft === 0 && Date.now() - quietSince > patienceMs;
  };
  let quietSince = Date.now();
  let lanesLeft = lanes;
  /** @type {Half[]} */
  const dead = [];
  const below = (/** @type {number} */ count) => Math.floor(random() * count);
  /** @param {string} key @param {readonly number[]} order of processes @param {Half} [half] the one that dies with it */
  const open = async (key, order, half) => {
    const reloadsAt = Array.from({ length: 1 + below(2) }, () => 20 + below(1_000));
    const page = openPage({ key, url: await openGateway(order), reloadsAt, isHopeless });
    page.ended.catch(() => {});
    opened.push({ page, half });
    return page;
  };

  /** @param {number} port @param {readonly ServerCrash[]} own */
  const runLane = async (port, own) => {
    for (const crash of own) {
      const half = await start(port, crash.death);
      const page = await open(crash.key, [port, ...ports.filter(other => other !== port)], half);
      // What it was to die in may have been done by another process.
      const isOver = page.ended.then(
        () => sleep(1_000),
        () => undefined,
      );
      await Promise.race([half.dead, isOver, sleep(reachMs, undefined, { ref: false })]);
      await half.kill();
      dead.push(half);
    }
    const last = await start(port, undefined);
    quietSince = Date.now();
    lanesLeft -= 1;
    return last;
  };

  try {
    // Its process lives, so that nothing may be said of it but its picture.
    await open('slow-wish', steadyFirst);
    const halves = await Promise.all(
      ports.slice(0, lanes).map((port, lane) => {
        const own = crashes.filter((_, at) => at % lanes === lane);
        return runLane(port, own);
      }),
    );
    const ends = await Promise.all(opened.map(({ page }) => page.ended));
    const { paid } = await vendor.counts();
    await Promise.all([steady, ...halves].map(half => half.kill()));
    /** @param {MarkLine[] | undefined} lines @param {string} key */
    const marksOf = (lines = [], key) => lines.filter(line => line.key === key).map(({ mark }) => mark);
    const wishes = opened.map(({ page, half }, at) => {
      const unanswered = dead.map(({ marks }) => marksOf(marks, page.key)).find(isUnanswered);
      return {
        ...page.seen,
        key: page.key,
        instant: half && instantOf(marksOf(half.marks, page.key)),
        unansweredAt: unanswered && instantOf(unanswered),
        paid: paid[page.key] ?? 0,
        result: ends[at]?.result ?? 'wrong',
        words: ends[at]?.words,
      };
    });
    return { kills: dead.length, wishes };
  } finally {
    await steady.kill();
    for (const gateway of gateways) gateway.close();
    await vendor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
