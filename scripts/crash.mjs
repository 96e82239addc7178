import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { dieAsBrowsers } from './crash/browser.deaths.mjs';
import { bundleCrashPage } from './crash/bundle.mjs';
import { dieAsPage, launchForDeaths } from './crash/page.deaths.mjs';
import { planBrowsers, planPages } from './crash/plan.mjs';
import { complaintsOf, printAutopsies } from './crash/report.mjs';
import { crashFaults, siteAt } from './crash/sites.mjs';
import { chance } from './faults/chance.mjs';
import { inParallel } from './faults/pool.mjs';

/** `--seed` repeats the instants of a run; `--only` takes one kind of page: localStore, indexedStore, drop-in. */
const { values } = parseArgs({ options: { seed: { type: 'string' }, only: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
/** More would wait for each other's processes. */
const atOnce = 6;

/** @param {readonly import('./crash/crash.types.ts').Keeping[]} all */
const chosen = all => all.filter(name => name === (values.only ?? name));
const keepings = chosen(['localStore', 'indexedStore', 'drop-in']);
if (keepings.length === 0) throw new Error(`There is no page that is kept by ${values.only}.`);

const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`), ['library', 'server']);
const { staticDir, remove } = await bundleCrashPage();
console.log(`crash: --seed ${seed}`);
const random = chance(seed);
const pages = planPages(random, keepings);
const browsers = planBrowsers(random, chosen(['localStore', 'indexedStore']));
const began = performance.now();

/** @type {import('./crash/crash.types.ts').Autopsy[]} */
const autopsies = [];
/** Each serves one death at a time, and counts what it is asked for. @param {number} count */
const startBackends = count =>
  Promise.all(Array.from({ length: count }, () => startBackend({ staticDir, faults: crashFaults })));

const diePages = async () => {
  const idle = await startBackends(atOnce);
  const backends = [...idle];
  const browser = await launchForDeaths(staticDir);
  try {
    await inParallel(pages, atOnce, async (death, index) => {
      const backend = idle.pop();
      if (!backend) throw new Error('There are as many backends as deaths at once.');
      autopsies.push(await dieAsPage(browser, siteAt(backend, death, `page-${index}`)));
      idle.push(backend);
    });
  } finally {
    await browser.close();
    for (const backend of backends) await backend.close();
  }
};

const dieWithBrowsers = async () => {
  const backends = await startBackends(2);
  try {
    await dieAsBrowsers(
      browsers,
      (death, place, name) => {
        const backend = backends[place];
        if (!backend) throw new Error('There are as many backends as pages in a browser.');
        return siteAt(backend, death, name);
      },
      autopsy => autopsies.push(autopsy),
    );
  } finally {
    for (const backend of backends) await backend.close();
  }
};

try {
  await Promise.all([diePages(), dieWithBrowsers()]);
} finally {
  remove();
}

printAutopsies(autopsies);
const wrong = complaintsOf(autopsies);
for (const line of wrong) console.log(`WRONG: ${line}`);
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
console.log(
  `${autopsies.length} deaths in ${seconds} s, --seed ${seed}: ${wrong.length === 0 ? 'all is right.' : `${wrong.length} are wrong.`}`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;
