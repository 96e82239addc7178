import { launchChromium } from '../chromium.mjs';
import { bundlePage } from './bundle-page.mjs';
import { collectedHeap } from './page.probes.mjs';
import { startScaleServer } from './scale.server.mjs';

/** Generations at once, and rounds: small sizes need more rounds for a stable figure. */
const sizes = /** @type {const} */ ([
  [1, 30],
  [10, 10],
  [100, 3],
  [1_000, 2],
]);

/** @param {readonly number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/**
 * @param {import('playwright-core').Browser} browser @param {ReadonlyMap<string, { type: string, body: string }>} pages
 * @param {number} size @param {number} rounds
 */
async function measure(browser, pages, size, rounds) {
  const server = await startScaleServer(pages);
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  // Thread ticks exclude the time of other processes.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** CPU time of the page's main thread, in ms. */
  const workMsSoFar = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  /** @param {'start' | 'finish'} name @param {number} [count] */
  const call = (name, count) =>
    page.evaluate(({ name, count }) => Reflect.get(Reflect.get(globalThis, 'scale'), name)(count), { name, count });
  try {
    await page.goto(server.url);
    /** @type {number[]} */
    const latencies = [];
    let workMs = 0;
    let heapKib = 0;
    let before = server.figures();
    // Round -1 lets the engine compile the code.
    for (let round = -1; round < rounds; round += 1) {
      const heapBefore = await collectedHeap(page);
      if (round === 0) before = server.figures();
      const workedBefore = await workMsSoFar();
      await call('start', size);
      const workedToStart = await workMsSoFar();
      // The garbage collection does not count as work.
      heapKib = ((await collectedHeap(page)) - heapBefore) / 1_024 / size;
      const workedAfterHeap = await workMsSoFar();
      const [writtenAt, emittedAt] = await Promise.all([server.deliver(), call('finish')]);
      if (round < 0) continue;
      workMs += (await workMsSoFar()) - workedAfterHeap + workedToStart - workedBefore;
      for (const [id, at] of /** @type {[string, number][]} */ (emittedAt)) {
        latencies.push(at - (writtenAt.get(id) ?? Number.NaN));
      }
    }
    const after = server.figures();
    latencies.sort((one, other) => one - other);
    return {
      size,
      rounds,
      outcomes: latencies.length,
      peakConnections: after.peakConnections,
      streams: (after.events - before.events) / rounds,
      reads: (after.read - before.read) / rounds,
      submits: (after.submit - before.submit) / rounds,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      workMs: workMs / rounds / size,
      heapKib,
    };
  } finally {
    await page.close();
    server.close();
  }
}

/** 1 to 1,000 generations in one page over HTTP/1.1. */
export async function runScale() {
  const pages = await bundlePage('scale.page.mjs');
  const browser = await launchChromium();
  try {
    const measured = [];
    for (const [size, rounds] of sizes) measured.push(await measure(browser, pages, size, rounds));
    return measured;
  } finally {
    await browser.close();
  }
}

/** @typedef {Awaited<ReturnType<typeof runScale>>} Scale */
/** @typedef {readonly [what: string, measured: string, bound: string, isMet: boolean]} Check */

/** The requirements are ratios within the run, because a slow machine is slow at every size. @param {Scale} measured @returns {readonly Check[]} */
export function checkScale(measured) {
  const of = (/** @type {number} */ size) => {
    const found = measured.find(row => row.size === size);
    if (!found) throw new Error(`No run with ${size} generations was measured.`);
    return found;
  };
  /** @param {string} what @param {'workMs' | 'heapKib' | 'p50'} figure @param {number} few @param {number} bound @returns {Check} */
  const ratio = (what, figure, few, bound) => {
    const times = of(1_000)[figure] / of(few)[figure];
    return [`${what}, of 1,000 against ${few}`, times.toFixed(2), `at most ${bound}`, times <= bound];
  };
  const lost = measured.reduce((sum, { size, rounds, outcomes }) => sum + size * rounds - outcomes, 0);
  const most = (/** @type {'streams' | 'peakConnections' | 'reads'} */ figure) =>
    Math.max(...measured.map(row => row[figure]));
  return [
    ['generations without an outcome', `${lost}`, '0', lost === 0],
    ['event streams at once', `${most('streams')}`, '1', most('streams') === 1],
    ['connections at once', `${most('peakConnections')}`, 'at most 6', most('peakConnections') <= 6],
    ['reads per round', most('reads').toFixed(1), 'at most 5', most('reads') <= 5],
    ratio('CPU time per generation', 'workMs', 100, 1.5),
    ratio('heap per generation', 'heapKib', 100, 1.5),
    ratio('write to event, median', 'p50', 10, 3),
  ];
}
