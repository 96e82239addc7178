import { launchChromium } from '../chromium.mjs';
import { bundlePage } from './bundle-page.mjs';
import { collectedHeap, countTimers } from './page.probes.mjs';
import { startPeer } from './peer.mjs';
import { allRows } from './rows.mjs';
import { toRunOptions } from './run-row.mjs';
import { s } from './scale.mjs';
import { seededRandom } from './seeded-random.mjs';

const generations = 200;
/** Generations before the first heap measurement: what is compiled and cached once is not a leak. So many reach nearly every row. */
const warmUps = 120;
/** A browser allows six connections per origin, and a generation takes two. */
const atOnce = 3;

/** Rows with one job that ends within a minute. */
const rows = allRows.filter(
  ({ plan, tab, policy, token, generations, faults, outcome }) =>
    !plan?.connection &&
    plan?.downMs === undefined &&
    !tab &&
    !policy &&
    !token &&
    !generations &&
    (faults?.renderMs ?? 0) <= s(60) &&
    outcome !== 'unreachable',
);

/**
 * Runs 200 generations with random faults in one page.
 * @param {import('../../examples/studio/server/index.js').Backend} backend @param {number} seed
 */
export async function runSoak(backend, seed) {
  const random = seededRandom(seed);
  const runs = Array.from({ length: warmUps + generations }, (_, index) => {
    const row = rows[Math.floor(random() * rows.length)];
    if (!row) throw new Error('There are no rows to choose from.');
    return { id: `soak-${seed}-${index}`, name: row.name, faults: JSON.stringify(toRunOptions(row, '').faults), row };
  });
  const planOf = new Map(rows.map(({ name, plan = {} }) => [name, plan]));
  const peer = await startPeer({
    backendUrl: backend.url,
    planOf: name => planOf.get(name) ?? {},
    pages: await bundlePage('soak.page.mjs'),
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const timers = await countTimers(page);
    await page.goto(peer.url);
    /** @param {typeof runs} part @returns {Promise<{ id: string, outcomes: string[] }[]>} */
    const soak = part =>
      page.evaluate(({ all, atOnce, lingerMs }) => Reflect.get(globalThis, 'soak')(all, atOnce, lingerMs), {
        all: part.map(({ id, name, faults }) => ({ id, name, faults })),
        atOnce,
        lingerMs: s(12),
      });
    await soak(runs.slice(0, warmUps));
    const heapBefore = await collectedHeap(page);
    const soaked = runs.slice(warmUps);
    const began = performance.now();
    const ended = await soak(soaked);
    const seconds = (performance.now() - began) / 1_000;
    const heapAfter = await collectedHeap(page);
    const unexpected = ended.flatMap(({ outcomes }, index) => {
      const { name = '', outcome } = soaked[index]?.row ?? {};
      return outcomes[0] === outcome ? [] : [`${name}: ended as ${outcomes[0]}, not as ${outcome}`];
    });
    return {
      seed,
      faults: new Set(soaked.map(({ name }) => name)).size,
      outcomes: ended.filter(({ outcomes }) => outcomes.length > 0).length,
      duplicates: ended.filter(({ outcomes }) => outcomes.length > 1).length,
      submits: peer.records.filter(({ kind }) => kind === 'submit').length - warmUps,
      requests: peer.records.length,
      sockets: peer.openConnections() + backend.openStreams(),
      timers: await timers(),
      heapBefore,
      heapAfter,
      seconds,
      unexpected,
    };
  } finally {
    await browser.close();
    await peer.close();
  }
}

/** @param {Awaited<ReturnType<typeof runSoak>>} soaked @returns {readonly import('./scale.run.mjs').Check[]} */
export function checkSoak({ outcomes, duplicates, submits, sockets, timers, heapBefore, heapAfter, unexpected }) {
  const growth = heapAfter / heapBefore - 1;
  return [
    ['outcomes', `${outcomes}`, `${generations}`, outcomes === generations],
    ['submits', `${submits}`, `${generations}`, submits === generations],
    ['outcomes other than the expected one', `${unexpected.length}`, '0', unexpected.length === 0],
    ['duplicates', `${duplicates}`, '0', duplicates === 0],
    ['open sockets', `${sockets}`, '0', sockets === 0],
    ['timers', `${timers}`, '0', timers === 0],
    ['heap growth after garbage collection', `${(growth * 100).toFixed(1)} %`, 'at most 10 %', growth <= 0.1],
  ];
}
