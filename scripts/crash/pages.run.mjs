import { loadStudio } from '../build-studio.mjs';
import { inParallel } from '../faults/pool.mjs';
import { crashBrowsers } from './browser.crashes.mjs';
import { bundleCrashPage } from './bundle.mjs';
import { crashPage, launchCrashBrowser } from './page.crashes.mjs';
import { planBrowserCrashes, planPageCrashes } from './plan.mjs';
import { printReports, problemsOf } from './report.mjs';
import { crashFaults, siteAt } from './sites.mjs';

const atOnce = 6;

/**
 * Kills pages and browsers, and prints what became of their generations.
 * @param {() => number} random from 0 to 1 @param {string | undefined} only one kind of page
 * @returns {Promise<{ count: number, problems: string[] }>}
 */
export async function runPageCrashes(random, only) {
  /** @param {readonly import('./crash.types.ts').PageKind[]} all */
  const chosen = all => all.filter(name => name === (only ?? name));
  const pageKinds = chosen(['localStore', 'indexedStore', 'drop-in']);
  if (pageKinds.length === 0) throw new Error(`--only is localStore, indexedStore or drop-in, not ${only}`);

  const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`), ['library', 'server']);
  const { staticDir, remove } = await bundleCrashPage();
  const pageCrashes = planPageCrashes(random, pageKinds);
  const browserCrashes = planBrowserCrashes(random, chosen(['localStore', 'indexedStore']));

  /** @type {import('./crash.types.ts').CrashReport[]} */
  const reports = [];
  /** Each serves one crash at a time, so that its counts belong to that crash. @param {number} count */
  const startBackends = count =>
    Promise.all(Array.from({ length: count }, () => startBackend({ staticDir, faults: crashFaults })));

  const crashPages = async () => {
    const idle = await startBackends(atOnce);
    const backends = [...idle];
    const browser = await launchCrashBrowser(staticDir);
    try {
      await inParallel(pageCrashes, atOnce, async (crash, index) => {
        const backend = idle.pop();
        if (!backend) throw new Error('No backend is idle.');
        reports.push(await crashPage(browser, siteAt(backend, crash, `page-${index}`)));
        idle.push(backend);
      });
    } finally {
      await browser.close();
      for (const backend of backends) await backend.close();
    }
  };

  const crashAllBrowsers = async () => {
    const backends = await startBackends(2);
    try {
      await crashBrowsers(
        browserCrashes,
        (crash, index, name) => {
          const backend = backends[index];
          if (!backend) throw new Error(`The browser has no page ${index}.`);
          return siteAt(backend, crash, name);
        },
        report => reports.push(report),
      );
    } finally {
      for (const backend of backends) await backend.close();
    }
  };

  try {
    await Promise.all([crashPages(), crashAllBrowsers()]);
  } finally {
    remove();
  }

  printReports(reports);
  return { count: reports.length, problems: problemsOf(reports) };
}
