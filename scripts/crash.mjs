import { parseArgs } from 'node:util';
import { seededRandom } from './faults/seeded-random.mjs';

/**
 * `--part` is pages or server. `--seed` repeats the crash points of a run. `--only` runs one kind of page: localStore, indexedStore,
 * drop-in.
 */
const { values } = parseArgs({
  options: { part: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const part = values.part ?? (values.only && 'pages');
if (part !== undefined && !['pages', 'server'].includes(part))
  throw new Error(`--part is pages or server, not ${part}`);

/** @type {Record<string, () => Promise<{ count: number, problems: string[] }>>} */
const parts = {
  async pages() {
    const { runPageCrashes } = await import('./crash/pages.run.mjs');
    return runPageCrashes(seededRandom(seed), values.only);
  },
  async server() {
    const { runServerCrashes } = await import('./crash/server/server.run.mjs');
    return runServerCrashes(seededRandom(seed));
  },
};

console.log(`crash: --seed ${seed}`);
for (const [name, run] of Object.entries(parts)) {
  if ((part ?? name) !== name) continue;
  const began = performance.now();
  const { count, problems } = await run();
  for (const problem of problems) console.log(`failed: ${problem}`);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  const verdict = problems.length === 0 ? 'all passed' : `${problems.length} problems`;
  console.log(`${name}: ${count} crashes in ${seconds} s, --seed ${seed}: ${verdict}`);
  if (problems.length > 0) process.exitCode = 1;
}
