import { setTimeout as sleep } from 'node:timers/promises';
import { readStoredData } from './stored-data.mjs';

/**
 * @typedef {import('./crash.types.ts').CrashReport} CrashReport
 * @typedef {import('./crash.types.ts').BrowserContext} BrowserContext
 * @typedef {import('./crash.types.ts').Crash} Crash
 * @typedef {import('./crash.types.ts').StoredData} StoredData
 * @typedef {import('./crash.types.ts').Session} Session
 * @typedef {import('./crash.types.ts').Page} Page
 * @typedef {import('./crash.types.ts').PageState} PageState
 * @typedef {import('./crash.types.ts').Site} Site
 */

/** How long to wait for a crash point or for the end of a generation. */
const maxWaitMs = 60_000;
/** Long enough for late events to arrive. */
const lingerMs = 300;

/** @param {Page} page @returns {Promise<PageState>} */
const readState = page => page.evaluate(() => Reflect.get(globalThis, 'readState')());

/** Opens the page, and generates once. @param {BrowserContext} context @param {Site} site @returns {Promise<Session>} */
export async function startSession(context, site) {
  const { crash, url } = site;
  const { pageKind, point } = crash;
  const pausesAtMark = point.mark !== undefined && point.afterMs === 0;
  const page = await context.newPage();
  /** @type {string[]} */
  const marks = [];
  /** @type {string[]} */
  const outcomes = [];
  /** @type {() => void} */
  let wake = () => {};
  /** @type {Promise<void>} */
  const marked = new Promise(resolve => {
    wake = resolve;
  });
  await page.exposeFunction('reportMark', (/** @type {string} */ name) => {
    marks.push(name);
    if (!pausesAtMark && name === (point.mark ?? 'generate')) wake();
    // This run may have no such mark.
    if (name === 'removal.stored' || name === 'reported') setTimeout(wake, lingerMs);
  });
  await page.exposeFunction('reportOutcome', (/** @type {string} */ outcome) => outcomes.push(outcome));
  if (pausesAtMark) {
    const debuggerSession = await context.newCDPSession(page);
    await debuggerSession.send('Debugger.enable');
    debuggerSession.once('Debugger.paused', () => {
      if (!marks.includes(point.mark ?? '')) marks.push(point.mark ?? '');
      wake();
    });
  }
  const hold = pausesAtMark ? `&hold=${encodeURIComponent(point.mark ?? '')}` : '';
  await page.goto(`${url}/?pageKind=${pageKind}${hold}`);
  await page.waitForFunction(() => Reflect.get(globalThis, 'readState')?.().isSettled);
  // The call ends with its page.
  page.evaluate(() => Reflect.get(globalThis, 'generate')()).catch(() => {});
  const reached = Promise.race([marked.then(() => sleep(point.afterMs)), sleep(maxWaitMs, undefined, { ref: false })]);
  return { site, page, marks, outcomes, reached };
}

/** Waits until no generation runs or is stored. @param {Page} page @returns {Promise<{ state: PageState, stored: StoredData }>} */
async function waitUntilSettled(page) {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const { generations } = await page.evaluate(readStoredData);
    const { isSettled } = await readState(page);
    if ((isSettled && generations.length === 0) || performance.now() > deadline) break;
    await sleep(50);
  }
  await sleep(lingerMs);
  return { state: await readState(page), stored: await page.evaluate(readStoredData) };
}

/**
 * Reads the storage after the first session has ended, and runs two more sessions.
 * @param {BrowserContext} context @param {Session} session @returns {Promise<CrashReport>}
 */
export async function inspectAfterCrash(context, { site, marks, outcomes }) {
  const { crash, url } = site;
  const page = await context.newPage();
  await page.goto(`${url}/empty.html`);
  const storedAfterCrash = await page.evaluate(readStoredData);
  const open = async () => {
    await page.goto(`${url}/?pageKind=${crash.pageKind}`);
    await page.waitForFunction(() => Reflect.get(globalThis, 'readState') !== undefined);
    return waitUntilSettled(page);
  };
  const { state: secondSession, stored: storedAtEnd } = await open();
  const { state: thirdSession } = await open();
  await page.close();
  return {
    crash,
    marks,
    outcomes,
    storedAfterCrash,
    secondSession,
    storedAtEnd,
    thirdSession,
    posts: site.posts(),
    charges: site.charges(),
  };
}
