import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium, launchArguments } from '../chromium.mjs';
import { beginLife, liveOn } from './sessions.mjs';

/** A browser whose pages may die. @param {string} folder where the dumps go that it writes of them */
export function launchForDeaths(folder) {
  // Else they pile up in the user's own configuration.
  const env = { ...process.env, BREAKPAD_DUMP_LOCATION: path.join(folder, 'dumps') };
  return chromium.launch({ executablePath: findChromium(), args: launchArguments, env });
}

/** Ends a page for good. @param {import('./crash.types.ts').Page} page @param {import('./crash.types.ts').Death['kill']} kill */
async function end(page, kill) {
  if (kill === 'crash') {
    const crashed = new Promise(resolve => page.once('crash', resolve));
    const session = await page.context().newCDPSession(page);
    // Nobody is left to answer.
    session.send('Page.crash').catch(() => {});
    await crashed;
  }
  await page.close({ runBeforeUnload: false });
}

/**
 * Lets one page live and die in a browser that goes on, and looks at what came of it.
 * @param {import('playwright-core').Browser} browser @param {import('./crash.types.ts').Site} site
 * @returns {Promise<import('./crash.types.ts').Autopsy>}
 */
export async function dieAsPage(browser, site) {
  const context = await browser.newContext();
  try {
    const life = await beginLife(context, site);
    await life.reached;
    await end(life.page, site.death.kill);
    return await liveOn(context, life);
  } finally {
    await context.close();
  }
}
