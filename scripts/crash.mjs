import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { crashBrowsers } from './crash/browser.crashes.mjs';
import { bundleCrashPage } from './crash/bundle.mjs';
import { crashPage, launchCrashBrowser } from './crash/page.crashes.mjs';
import { planBrowserCrashes, planPageCrashes } from './crash/plan.mjs';
import { printReports, problemsOf } from './crash/report.mjs';
import { crashFaults, siteAt } from './crash/sites.mjs';
import { inParallel } from './faults/pool.mjs';
import { seededRandom } from './faults/seeded-random.mjs';

/** `--seed` repeats the crash points of a run; `--only` runs one kind of page: localStore, indexedStore, drop-in. */
const { values } = parseArgs({ options: { seed: { type: 'string' }, only: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const atOnce = 6;

/** @param {readonly import('./crash/crash.types.ts').PageKind[]} all */
const chosen = all => all.filter(name => name === (values.only ?? name));
const pageKinds = chosen(['localStore', 'indexedStore', 'drop-in']);
if (pageKinds.length === 0) throw new Error(`--only is localStore, indexedStore or drop-in, not ${values.only}`);

const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`), ['library', 'server']);
const { staticDir, remove } = await bundleCrashPage();
console.log(`crash: --seed ${seed}`);
const random = seededRandom(seed);
const pageCrashes = planPageCrashes(random, pageKinds);
const browserCrashes = planBrowserCrashes(random, chosen(['localStore', 'indexedStore']));
const began = performance.now();

/** @type {import('./crash/crash.types.ts').CrashReport[]} */
const reports = [];
/** Each serves one crash at a time, so that its counts belong to that crash. @param {number} count */
const startBackends = count =>
  Promise.all(Array.from({ length: count }, () => startBackend({ staticDir, faults: crashFaults })));

const runPageCrashes = async () => {
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

const runBrowserCrashes = async () => {
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
  await Promise.all([runPageCrashes(), runBrowserCrashes()]);
} finally {
  remove();
}

printReports(reports);
const problems = problemsOf(reports);
for (const problem of problems) console.log(`failed: ${problem}`);
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
console.log(
  `${reports.length} crashes in ${seconds} s, --seed ${seed}: ${problems.length === 0 ? 'all passed' : `${problems.length} problems`}`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
