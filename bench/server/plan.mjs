import { readFileSync } from 'node:fs';

/** @import { EngineName, Scenario } from './bench.types.ts' */

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const hasBullmq = './server/bullmq' in JSON.parse(manifest).exports;

/** @type {readonly (readonly [EngineName, Scenario['store']])[]} */
const engines = [
  ['in-process', 'sqlite'],
  ['in-process', 'postgres'],
  ['pg-boss', 'postgres'],
  ...(hasBullmq ? [/** @type {const} */ (['bullmq', 'postgres'])] : []),
];

/**
 * These on each engine. What is compared stands together, because the speed of a machine changes with time.
 *
 * @param {readonly number[]} processes @param {readonly Omit<Scenario, 'engine' | 'store' | 'processes'>[]} compared
 * @returns {Scenario[]}
 */
const onEach = (processes, ...compared) =>
  engines.flatMap(([engine, store]) =>
    processes.flatMap(count => compared.map(rest => ({ engine, store, processes: count, ...rest }))),
  );

/**
 * What is measured. 1,000 jobs with a step each 4 s and 10,000 with one each 40 s are the same number of steps: only the jobs differ. Two cores hold
 * that over HTTP beside the vendor, the database and any engine. With a step each 20 s, they do not with each engine.
 *
 * @param {boolean} isQuick
 * @returns {readonly Scenario[]}
 */
export function toPlan(isQuick) {
  const measuredMs = isQuick ? 4_000 : 10_000;
  const [few, many] = isQuick ? [100, 1_000] : [1_000, 10_000];
  const both = isQuick ? [2] : [1, 2];
  const all = isQuick ? [2] : [1, 2, 4];
  const http = /** @type {const} */ ({ group: 'http', measuredMs });
  const own = /** @type {const} */ ({ group: 'function', measuredMs });
  const fewOverHttp = { ...http, jobs: few, stepEveryMs: 4_000 };
  const manyOverHttp = { ...http, jobs: many, stepEveryMs: 40_000 };
  const atTheLimit = [
    ...onEach([1], { group: 'http-often', measuredMs, jobs: many, stepEveryMs: 20_000 }),
    ...onEach([2], { group: 'saturated', measuredMs, jobs: many, stepEveryMs: 2_000 }),
  ];
  return [
    ...onEach(all, fewOverHttp, manyOverHttp),
    ...(isQuick ? [] : atTheLimit),
    ...onEach(all, { ...own, jobs: few, stepEveryMs: 2_000 }, { ...own, jobs: many, stepEveryMs: 20_000 }),
    ...onEach(both, { group: 'pages', measuredMs, jobs: few, stepEveryMs: 5_000 }),
  ];
}
