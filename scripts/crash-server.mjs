import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildStudio } from './build-studio.mjs';
import { plans } from './crash/engines/plan.mjs';
import { printFleet, problemsOfFleet } from './crash/engines/report.mjs';
import { seededRandom } from './faults/seeded-random.mjs';

/**
 * Handlers and workers on PostgreSQL, with each engine. `--seed` repeats the moments of a run, `--engine` is pg-boss or bullmq, and `--quick` is a tenth
 * of it. `npm run crash -- --part server` does the same on SQLite, at moments of its own.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, engine: { type: 'string' }, quick: { type: 'boolean' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const engines = /** @type {const} */ (['pg-boss', 'bullmq']).filter(name => (values.engine ?? name) === name);
if (engines.length === 0) throw new Error(`--engine is pg-boss or bullmq, not ${values.engine}`);
const fileOf = (/** @type {string} */ name) => fileURLToPath(new URL(`crash/${name}.mjs`, import.meta.url));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
console.log(`crash:server: --seed ${seed}`);
buildStudio(name => console.log(`Building the ${name}`), ['library']);
// The built library, so it has to be built first.
const { crashFleet } = await import('./crash/engines/fleet.crashes.mjs');
for (const engine of engines) {
  const report = await crashFleet({
    engine,
    scripts: { part: fileOf('engines/processes/part'), vendor: fileOf('server/processes/vendor') },
    plan: plans[values.quick ? 'quick' : 'whole'],
    random: seededRandom(seed),
  });
  printFleet(report);
  const problems = problemsOfFleet(report);
  for (const problem of problems) console.log(`failed: ${problem}`);
  console.log(`${engine}: ${problems.length === 0 ? 'all passed' : `${problems.length} problems`}`);
  if (problems.length > 0) process.exitCode = 1;
}
process.exit();
