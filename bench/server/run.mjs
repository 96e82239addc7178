import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../scripts/services/postgres.mjs';
import { startRedis } from '../../scripts/services/redis.mjs';
import { circumstances, load } from '../report/circumstances.mjs';
import { watchDatabase } from './database.mjs';
import { measure } from './measure.mjs';
import { toPlan } from './plan.mjs';
import { toCost, toSection, toVerdicts, withSection } from './report.mjs';

/** @import { Measured, Scenario } from './bench.types.ts' */

const page = 'docs/benchmarks.md';
const foundFile = new URL('found.json', import.meta.url);
/** @returns {readonly Measured[]} */
const readFound = () => JSON.parse(readFileSync(foundFile, 'utf8'));

const { values } = parseArgs({
  options: {
    /** Few jobs, for a few seconds: shows that everything runs. Writes nothing. */
    quick: { type: 'boolean', default: false },
    /** Only scenarios whose description contains one of these, such as `pg-boss` or `http 10000,function`. The page keeps what it has of the others. */
    only: { type: 'string', default: '' },
  },
});

/** @param {Scenario} scenario */
const describe = ({ group, jobs, engine, store, processes }) => `${group} ${jobs} ${engine} ${store} ${processes}`;

const wanted = values.only.split(',').map(text => text.trim());
const plan = toPlan(values.quick).filter(scenario => wanted.some(text => describe(scenario).includes(text)));
if (plan.length === 0)
  throw new Error(`No scenario has ${values.only} in its description. One is "http 1000 pg-boss postgres 2".`);
const postgres = await startPostgres({
  settings: { shared_preload_libraries: 'pg_stat_statements', max_connections: '300' },
});
const redis = plan.some(({ engine }) => engine === 'bullmq') ? await startRedis() : undefined;
// Their services end with the process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const database = watchDatabase(postgres);
await database.open();

const { date, machine } = circumstances([]);
const loadBefore = load();
const startedAt = performance.now();
/** @type {Measured[]} */
const rows = [];

/** The page with what is measured by now, so that a run that is stopped has been worth something. */
function write() {
  const found = readFound();
  const kept = toPlan(false).flatMap(scenario => {
    const isSame = (/** @type {Measured} */ row) => describe(row.scenario) === describe(scenario);
    return rows.find(isSame) ?? found.find(isSame) ?? [];
  });
  writeFileSync(foundFile, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), toSection(kept)));
}

for (const scenario of plan) {
  const row = { ...(await measure(scenario, { postgres, redis, database })), date, machine, loadBefore };
  rows.push(row);
  if (!values.quick) write();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5);
  const pages = row.pages ? `, to pages ${row.pages.p50} / ${row.pages.p99} ms (${row.pages.events})` : '';
  console.log(
    `${seconds} s  ${describe(scenario).padEnd(38)} ${row.stepsPerSecond.toFixed(0).padStart(5)} steps/s, late ${row.lateP50.toFixed(0)} / ${row.lateP95.toFixed(0)} ms, ${toCost(row).toFixed(2)} ms (database ${(row.databaseMs ?? 0).toFixed(2)}), ${row.statements.toFixed(2)} statements, ${row.rssMiB.toFixed(0)} MiB, heap a job ${row.heapKiB.toFixed(2)} KiB, load ${row.load.toFixed(1)}${pages}`,
  );
}
await database.end();
await postgres.stop();
await redis?.stop();

if (!values.quick) console.log(`Written: ${page}`);
for (const { what, seen, isHeld } of toVerdicts(rows))
  console.log(`${isHeld ? 'ok  ' : 'FAIL'} ${seen.padStart(8)} ${what}`);
