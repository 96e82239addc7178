import { readFileSync } from 'node:fs';

/** @import { EngineName, Scenario } from './bench.types.ts' */

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const hasBullmq = './server/bullmq' in JSON.parse(manifest).exports;

/** @type {readonly (readonly [EngineName, Scenario['store']])[]} */
const all = [
  ['in-process', 'sqlite'],
  ['in-process', 'postgres'],
  ['pg-boss', 'postgres'],
  ...(hasBullmq ? [/** @type {const} */ (['bullmq', 'postgres'])] : []),
];

/** @param {Omit<Scenario, 'engine' | 'store' | 'processes'>} rest @param {readonly number[]} processes @returns {Scenario[]} */
const onEach = (rest, processes) =>
  all.flatMap(([engine, store]) => processes.map(count => ({ engine, store, processes: count, ...rest })));

/**
 * What is measured. 1,000 jobs with a step each 2 s and 10,000 with one each 20 s are the same number of steps: only the jobs differ.
 *
 * @param {boolean} isQuick
 * @returns {readonly Scenario[]}
 */
export function toPlan(isQuick) {
  const measuredMs = isQuick ? 4_000 : 10_000;
  const [few, many] = isQuick ? [100, 1_000] : [1_000, 10_000];
  const counts = isQuick ? [2] : [1, 2, 4];
  return [
    ...onEach({ group: 'http', jobs: few, stepEveryMs: 2_000, measuredMs }, counts),
    ...onEach({ group: 'http', jobs: many, stepEveryMs: 20_000, measuredMs }, counts),
    ...onEach({ group: 'function', jobs: few, stepEveryMs: 2_000, measuredMs }, isQuick ? [1] : [1, 2]),
    ...onEach({ group: 'function', jobs: many, stepEveryMs: 20_000, measuredMs }, isQuick ? [1] : [1, 2]),
    ...onEach({ group: 'saturated', jobs: many, stepEveryMs: 2_000, measuredMs }, isQuick ? [] : counts),
    ...onEach({ group: 'pages', jobs: few, stepEveryMs: 5_000, measuredMs }, isQuick ? [2] : [1, 2]),
  ];
}
