import { setTimeout as sleep } from 'node:timers/promises';
import { readKept } from './stored.mjs';

/**
 * @typedef {import('./crash.types.ts').Autopsy} Autopsy
 * @typedef {import('./crash.types.ts').BrowserContext} BrowserContext
 * @typedef {import('./crash.types.ts').Death} Death
 * @typedef {import('./crash.types.ts').Kept} Kept
 * @typedef {import('./crash.types.ts').Life} Life
 * @typedef {import('./crash.types.ts').Page} Page
 * @typedef {import('./crash.types.ts').Shown} Shown
 * @typedef {import('./crash.types.ts').Site} Site
 */

/** A generation that is over, or stuck, is not waited for any longer. */
const longestMs = 20_000;
/** What would come late has come by then. */
const lingerMs = 300;

/** @param {Page} page @returns {Promise<Shown>} */
const look = page => page.evaluate(() => Reflect.get(globalThis, 'look')());

/** Opens the page, and generates once. @param {BrowserContext} context @param {Site} site @returns {Promise<Life>} */
export async function beginLife(context, site) {
  const { death, url } = site;
  const { keeping, instant } = death;
  const isHeld = instant.mark !== undefined && instant.afterMs === 0;
  const page = await context.newPage();
  /** @type {string[]} */
  const marks = [];
  /** @type {string[]} */
  const told = [];
  /** @type {() => void} */
  let wake = () => {};
  /** @type {Promise<void>} */
  const marked = new Promise(resolve => {
    wake = resolve;
  });
  await page.exposeFunction('tellMark', (/** @type {string} */ name) => {
    marks.push(name);
    if (!isHeld && name === (instant.mark ?? 'asked')) wake();
    // The instant may be one that this run does not have.
    if (name === 'removal.kept' || name === 'told') setTimeout(wake, lingerMs);
  });
  await page.exposeFunction('tellNews', (/** @type {string} */ what) => told.push(what));
  if (isHeld) {
    const session = await context.newCDPSession(page);
    await session.send('Debugger.enable');
    session.once('Debugger.paused', () => {
      if (!marks.includes(instant.mark ?? '')) marks.push(instant.mark ?? '');
      wake();
    });
  }
  const hold = isHeld ? `&hold=${encodeURIComponent(instant.mark ?? '')}` : '';
  await page.goto(`${url}/?keeping=${keeping}${hold}`);
  await page.waitForFunction(() => Reflect.get(globalThis, 'look')?.().isSettled);
  // It ends with its page.
  page.evaluate(() => Reflect.get(globalThis, 'generate')()).catch(() => {});
  const reached = Promise.race([
    marked.then(() => sleep(instant.afterMs)),
    sleep(longestMs, undefined, { ref: false }),
  ]);
  return { site, page, marks, told, reached };
}

/** Waits until nothing runs and nothing is on record. @param {Page} page @returns {Promise<{ shown: Shown, kept: Kept }>} */
async function settle(page) {
  const deadline = performance.now() + longestMs;
  for (;;) {
    const kept = await page.evaluate(readKept);
    const shown = await look(page);
    if ((shown.isSettled && kept.records.length === 0) || performance.now() > deadline) break;
    await sleep(50);
  }
  await sleep(lingerMs);
  return { shown: await look(page), kept: await page.evaluate(readKept) };
}

/**
 * Reads what a life has left that has ended, and lives twice more.
 * @param {BrowserContext} context @param {Life} life @returns {Promise<Autopsy>}
 */
export async function liveOn(context, { site, marks, told }) {
  const { death, url } = site;
  const page = await context.newPage();
  await page.goto(`${url}/nobody.html`);
  const left = await page.evaluate(readKept);
  const open = async () => {
    await page.goto(`${url}/?keeping=${death.keeping}`);
    await page.waitForFunction(() => Reflect.get(globalThis, 'look') !== undefined);
    return settle(page);
  };
  const { shown, kept } = await open();
  const { shown: later } = await open();
  await page.close();
  return { death, marks, told, left, shown, kept, later, posts: site.posts(), charges: site.charges() };
}
