import path from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { inspectAfterCrash, startSession } from './sessions.mjs';

/** A browser for pages that crash. @param {string} folder for the crash dumps */
export function launchCrashBrowser(folder) {
  // Without it the dumps pile up in the user's own configuration folder.
  const env = { ...process.env, BREAKPAD_DUMP_LOCATION: path.join(folder, 'dumps') };
  return launchChromium({ env });
}

/** @param {import('./crash.types.ts').Page} page @param {import('./crash.types.ts').Kill} kill */
async function end(page, kill) {
  if (kill === 'crash') {
    const crashed = new Promise(resolve => page.once('crash', resolve));
    const debuggerSession = await page.context().newCDPSession(page);
    // The page crashes before it can answer.
    debuggerSession.send('Page.crash').catch(() => {});
    await crashed;
  }
  await page.close({ runBeforeUnload: false });
}

/**
 * Crashes or closes one page of a browser that goes on running, and reports the result.
 * @param {import('playwright-core').Browser} browser @param {import('./crash.types.ts').Site} site
 * @returns {Promise<import('./crash.types.ts').CrashReport>}
 */
export async function crashPage(browser, site) {
  const context = await browser.newContext();
  try {
    const session = await startSession(context, site);
    await session.reached;
    await end(session.page, site.crash.kill);
    return await inspectAfterCrash(context, session);
  } finally {
    await context.close();
  }
}
