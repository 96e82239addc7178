import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { explore, exploreModel, runTests } from './mutants/detectors.mjs';
import { runMutants } from './mutants/run.mjs';
import { compile, makeSandbox } from './mutants/sandbox.mjs';

/**
 * One line of the table. `violations` also counts a part that could not run.
 * @typedef {{ part: string, states?: number, edges?: number, monitors?: number, violations: number, mutants?: string, runs?: number }} Row
 */

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const raceRuns = Number(process.env['RACE_RUNS'] ?? 10_000);
const raceSeed = Number(process.env['RACE_SEED'] ?? Date.now() % 2 ** 31);

/** @param {string} evidence */
function fail(evidence) {
  console.error(evidence);
  process.exitCode = 1;
}

/** Explores every reachable state of the generation machine. @param {string} sandbox @returns {Promise<Row[]>} */
async function proveExploration(sandbox) {
  const compileErrors = await compile(sandbox);
  const {
    kind,
    evidence,
    monitorCount,
    explorations = [],
  } = compileErrors ? { kind: 'not-compiled', evidence: compileErrors, monitorCount: 0 } : await explore(sandbox);
  if (kind !== 'held') fail(evidence);
  const rows = explorations.map(({ port, arrivals, states, edges, runs }) => ({
    part: `explored: ${port}, ${arrivals} events`,
    states,
    edges,
    monitors: monitorCount ?? 0,
    violations: 0,
    runs,
  }));
  return kind === 'held' ? rows : [{ part: 'exploration', violations: 1 }];
}

/** Explores the client within bounds. Each generation is replaced by a model with the properties proved for it. @param {string} sandbox @returns {Promise<Row[]>} */
async function proveClient(sandbox) {
  console.log('client: assumes that a tab gets no command while two of its store calls are pending');
  return proveModel(sandbox, 'client');
}

/** @param {string} sandbox @param {'client' | 'server'} model @returns {Promise<Row[]>} */
async function proveModel(sandbox, model) {
  const { kind, evidence, explorations = [] } = await exploreModel(sandbox, model, 'full');
  if (kind !== 'held') fail(evidence);
  for (const { name, bounds } of explorations) console.log(`${model}, ${name}: ${bounds}`);
  const rows = explorations.map(({ name, states, edges, monitors }) => ({
    part: `${model}: ${name}`,
    states,
    edges,
    monitors,
    violations: 0,
  }));
  return kind === 'held' ? rows : [{ part: model, violations: 1 }];
}

/**
 * Runs the test files of a part. A part without test files fails.
 * @param {string} sandbox
 * @param {{ part: string, pattern: RegExp, runs?: number, env?: Record<string, string> }} tested
 * @returns {Promise<Row>}
 */
async function proveByTests(sandbox, { part, pattern, runs, env = {} }) {
  const files = ['test/model', 'test/browser', 'test/browser/studio']
    .flatMap(folder => readdirSync(path.join(sandbox, folder)).map(name => `${folder}/${name}`))
    .filter(file => pattern.test(file));
  if (files.length === 0) {
    fail(`No test file matches ${pattern}.`);
    return { part: `${part}: missing`, violations: 1 };
  }
  const { kind, evidence, details, passed, paths } = await runTests(sandbox, files, {
    bail: false,
    env,
    timeoutMs: 900_000,
  });
  if (kind === 'held') return { part, violations: 0, runs: runs ?? (paths || passed) };
  fail(`${evidence}\n${details ?? ''}`);
  return { part, violations: 1 };
}

/** @returns {Promise<Row>} */
async function proveMutants() {
  // An error here must not hide the other parts of the table.
  const { seeded, caught, missed } = await runMutants().catch(error => {
    fail(String(error));
    return { seeded: 0, caught: 0, missed: [] };
  });
  for (const line of missed) fail(line);
  return { part: 'mutants', violations: seeded > 0 ? 0 : 1, mutants: `${caught} of ${seeded}` };
}

/** @type {Record<string, (sandbox: string) => Promise<Row | Row[]>>} */
const parts = {
  exploration: proveExploration,
  client: proveClient,
  server: sandbox => proveModel(sandbox, 'server'),
  races: sandbox => {
    console.log(`races: RACE_SEED=${raceSeed} RACE_RUNS=${raceRuns}`);
    const env = { RACE_RUNS: String(raceRuns), RACE_SEED: String(raceSeed) };
    return proveByTests(sandbox, { part: 'races', pattern: /\/races[\w-]*\.test\.ts$/, runs: raceRuns, env });
  },
  paths: sandbox => proveByTests(sandbox, { part: 'generated paths', pattern: /\/[\w-]*paths[\w.-]*\.test\.tsx?$/ }),
  mutants: proveMutants,
};

const columns = /** @type {const} */ ([
  'part',
  'states',
  'edges',
  'monitors',
  'violations',
  'mutants',
  'runs',
  'seconds',
]);

/** @param {readonly (Row & { seconds: string })[]} rows */
function printTable(rows) {
  const lines = [
    columns.map(column => (column === 'mutants' ? 'mutants caught' : column)),
    ...rows.map(row => columns.map(column => (row[column] === undefined ? '' : row[column].toLocaleString('en')))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  for (const line of lines) {
    const cells = line.map((cell, index) =>
      index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    console.log(cells.join('  '));
  }
}

const chosen = values.only ?? Object.keys(parts);
const unknown = chosen.filter(name => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`--only is one of ${Object.keys(parts).join(', ')}, not ${unknown}`);

const sandbox = makeSandbox();
/** @type {(Row & { seconds: string })[]} */
const table = [];
for (const name of chosen) {
  const began = performance.now();
  const rows = [(await parts[name]?.(sandbox)) ?? []].flat();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  // The rows of one part are timed together.
  for (const [index, row] of rows.entries()) table.push({ ...row, seconds: index === rows.length - 1 ? seconds : '' });
}
/** @param {'states' | 'edges' | 'violations'} column */
const total = column => table.reduce((sum, row) => sum + (row[column] ?? 0), 0);
const seconds = table.reduce((sum, row) => sum + Number(row.seconds), 0).toFixed(1);
table.push({ part: 'all', states: total('states'), edges: total('edges'), violations: total('violations'), seconds });
console.log();
printTable(table);
