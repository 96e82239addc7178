import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.mjs';

/** @import { HalfFigures, HalfInput, Measured, PagesFigures, Scenario } from './bench.types.ts' */

/** @param {readonly number[]} sorted @param {number} share */
const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const sum = (/** @type {readonly number[]} */ values) => values.reduce((all, value) => all + value, 0);

/** How long it takes to come into step, beside the first step of each job, in ms. */
const warmUpMs = 2_000;
/** In which the engine of JavaScript compiles what is used most, in ms. */
const compiledMs = 10_000;

let count = 0;

/**
 * @typedef {{
 *   postgres: { url: string },
 *   redis: { port: number } | undefined,
 *   database: ReturnType<typeof import('./database.mjs').watchDatabase>,
 * }} Services
 */

/**
 * Runs one scenario, in processes of its own.
 *
 * @param {Scenario} scenario
 * @param {Services} services
 * @returns {Promise<Omit<Measured, 'date' | 'machine' | 'loadBefore'>>}
 */
export async function measure(scenario, { postgres, redis, database }) {
  const { group, engine, processes, jobs, stepEveryMs, measuredMs } = scenario;
  count += 1;
  const schema = `bench_${count}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-bench-'));
  /** @type {{ end: () => Promise<void> }[]} */
  const started = [];
  /** @param {string} name @param {unknown} [input] */
  const start = async (name, input) => {
    const child = await startChild(name, input);
    started.push(child);
    return child;
  };
  try {
    const vendor = group.startsWith('http') ? await start('vendor') : undefined;
    /** @type {HalfInput} */
    const input = {
      store:
        scenario.store === 'sqlite'
          ? { kind: 'sqlite', file: path.join(folder, 'jobs.db') }
          : { kind: 'postgres', url: postgres.url, schema },
      engine,
      redisPort: redis?.port,
      vendorUrl: vendor?.first.url,
      stepEveryMs,
    };
    // In a process of its own, whose memory is not counted.
    const seeder = await start('half', input);
    await seeder.ask({ do: 'migrate' });
    const { firstDueAt } = await seeder.ask({ do: 'seed', jobs, overMs: stepEveryMs });
    await seeder.ask({ do: 'stop' });
    const halves = [];
    for (let at = 0; at < processes; at += 1) halves.push(await start('half', input));
    const [first, second = first] = halves;
    if (!first || !second) throw new Error('A scenario needs a process.');
    /** @type {{ heapKiB: number }[]} */
    const empty = [];
    for (const half of halves) empty.push(await half.ask({ do: 'weigh' }));
    for (const half of halves) await half.ask({ do: 'start' });

    // Pages look at another process than the one that mostly steps, where there is one.
    const urls = group === 'pages' ? [await second.ask({ do: 'serve' })] : [];
    const pages =
      urls.length === 0 ? undefined : await start('pages', { urls: urls.map(({ url }) => url), clients: jobs });

    // One step of each first, and long enough for the code to be compiled.
    await sleep(firstDueAt + Math.max(stepEveryMs, compiledMs) + warmUpMs - Date.now());
    const before = await database.figures();
    for (const half of halves) await half.ask({ do: 'begin' });
    await pages?.ask('begin');
    const begunAt = performance.now();
    await sleep(measuredMs);
    /** @type {PagesFigures | undefined} */
    const seen = await pages?.ask('end');
    /** @type {readonly HalfFigures[]} */
    const figures = await Promise.all(halves.map(half => half.ask({ do: 'end' })));
    const ms = performance.now() - begunAt;
    const after = await database.figures();
    await pages?.end();
    for (const half of halves) await half.ask({ do: 'stop' });

    const steps = sum(figures.map(figure => figure.steps));
    const late = figures.flatMap(figure => figure.lateMs).sort((a, b) => a - b);
    const calls = sum(figures.flatMap(figure => Object.values(figure.calls)));
    const isPostgres = scenario.store === 'postgres';
    return {
      scenario,
      stepsPerSecond: (steps * 1_000) / ms,
      lateP50: quantile(late, 0.5),
      lateP95: quantile(late, 0.95),
      cpuMs: sum(figures.map(figure => figure.cpuMs)) / steps,
      databaseMs: isPostgres ? (after.cpuMs - before.cpuMs) / steps : undefined,
      statements: (isPostgres ? after.statements - before.statements : calls) / steps,
      rssMiB: sum(figures.map(figure => figure.rssMiB)) / processes,
      heapKiB: Math.max(0, sum(figures.map(({ heapKiB }, at) => heapKiB - (empty[at]?.heapKiB ?? 0))) / jobs),
      load: loadavg()[0] ?? Number.NaN,
      ...(seen && {
        pages: { clients: jobs, events: seen.events, p50: quantile(seen.ms, 0.5), p99: quantile(seen.ms, 0.99) },
      }),
    };
  } finally {
    for (const child of started) await child.end();
    rmSync(folder, { recursive: true, force: true });
    await database.drop(schema);
  }
}
