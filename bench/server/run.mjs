import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../scripts/services/postgres.mjs';
import { startRedis } from '../../scripts/services/redis.mjs';
import { circumstances, load } from '../report/circumstances.mjs';
import { watchDatabase } from './database.mjs';
import { measure } from './measure.mjs';
import { toPlan } from './plan.mjs';
import { toCost, toSection, toVerdicts, withSection } from './report.mjs';

const { values } = parseArgs({
  options: {
    /** Few jobs, for a few seconds: shows that everything runs. Writes no page. */
    quick: { type: 'boolean', default: false },
    /** Only runs whose description contains this, such as `pg-boss` or `http 10000`. Writes no page. */
    only: { type: 'string', default: '' },
    /** Where the section is written, instead of docs/benchmarks.md. */
    out: { type: 'string' },
  },
});

/** @param {import('./bench.types.ts').Scenario} scenario */
const describe = ({ group, jobs, engine, store, processes }) => `${group} ${jobs} ${engine} ${store} ${processes}`;

const plan = toPlan(values.quick).filter(scenario => describe(scenario).includes(values.only));
const postgres = await startPostgres({
  settings: { shared_preload_libraries: 'pg_stat_statements', max_connections: '300' },
});
const redis = plan.some(({ engine }) => engine === 'bullmq') ? await startRedis() : undefined;
// Their services end with the process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const database = watchDatabase(postgres);
await database.open();

const loadBefore = load();
const startedAt = performance.now();
const rows = [];
for (const scenario of plan) {
  const row = await measure(scenario, { postgres, redis, database });
  rows.push(row);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5);
  const pages = row.pages ? `, to pages ${row.pages.p50} / ${row.pages.p99} ms (${row.pages.events})` : '';
  console.log(
    `${seconds} s  ${describe(scenario).padEnd(38)} ${row.stepsPerSecond.toFixed(0).padStart(5)} steps/s, late ${row.lateP50.toFixed(0)} / ${row.lateP95.toFixed(0)} ms, ${toCost(row).toFixed(2)} ms (database ${(row.databaseMs ?? 0).toFixed(2)}), ${row.statements.toFixed(2)} statements, ${row.rssMiB.toFixed(0)} MiB, heap a job ${row.heapKiB.toFixed(2)} KiB, load ${row.load.toFixed(1)}${pages}`,
  );
}
await database.end();
await postgres.stop();
await redis?.stop();

const { date, machine } = circumstances([]);
const section = toSection(rows, { date, machine, loads: [loadBefore, load()] });
const isPublished = !values.quick && values.only === '';
const out = values.out ?? (isPublished ? 'docs/benchmarks.md' : undefined);
if (out !== undefined) writeFileSync(out, withSection(readFileSync(out, 'utf8'), section));
for (const { what, seen, isHeld } of toVerdicts(rows))
  console.log(`${isHeld ? 'ok  ' : 'FAIL'} ${seen.padStart(8)} ${what}`);
if (out !== undefined) console.log(`Written: ${out}`);
