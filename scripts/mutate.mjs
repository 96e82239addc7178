import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeDocument } from './mutation/document.mjs';
import { hashesOf, readFound, stateOf, toFound, toResult, writeFound } from './mutation/found.mjs';
import { parts, sourcesOf } from './mutation/parts.mjs';
import { describeSurvivor, scoreOf, staleIn, toFileResult, toRow } from './mutation/results.mjs';
import { incrementalFileOf, install, mutate } from './mutation/stryker.mjs';

/** @import { Part } from './mutation/parts.mjs' */
/** @import { FileResult } from './mutation/results.mjs' */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string' },
    patience: { type: 'string' },
    workers: { type: 'string' },
    'changed-tests': { type: 'string', default: 'run' },
    force: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {'budget' | 'patience' | 'workers'} name @param {number} otherwise */
function toNumber(name, otherwise) {
  const number = Number(values[name] ?? otherwise);
  if (number >= 0) return number;
  throw new Error(`--${name} is ${values[name]}. It must be a number of 0 or more.`);
}

const endsAt = performance.now() + toNumber('budget', Infinity) * 60_000;
const options = {
  // A worker has a process for StrykerJS and a thread for Vitest.
  workers: toNumber('workers', Math.min(2, availableParallelism())),
  /** s that a mutant, and each of its tests, may wait in vain. A machine that is busy with something else needs more: it would take every mutant for one that hangs. */
  patience: values.patience === undefined ? undefined : toNumber('patience', 0),
  force: values.force,
  isVerbose: values.verbose,
};
const changedTests = values['changed-tests'];
if (changedTests !== 'run' && changedTests !== 'keep')
  throw new Error(`--changed-tests is ${changedTests}. It must be run or keep.`);
/** So many lines are mutated in one go: each go runs the tests once without a mutant, and a budget ends between two. */
const linesAtOnce = 1_500;

const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');
const accepted = JSON.parse(read('scripts/mutation/accepted.json'));

/** Neighbours that are mutated in one go. @param {readonly string[]} files @returns {string[][]} */
function toBatches(files) {
  /** @type {string[][]} */
  const batches = [];
  let lines = linesAtOnce;
  for (const file of files) {
    const more = read(file).split('\n').length;
    if (lines + more > linesAtOnce) {
      batches.push([]);
      lines = 0;
    }
    batches.at(-1)?.push(file);
    lines += more;
  }
  return batches;
}

/**
 * Adds what StrykerJS has written about some files of a part to what is kept.
 *
 * @param {Part} part
 * @param {readonly (readonly [file: string, hashes: { source: string, tests: string }])[]} tried
 */
function keep(part, tried) {
  const report = JSON.parse(readFileSync(incrementalFileOf(part.name), 'utf8'));
  // A file of types has no mutants, and is not in the report.
  const none = { source: '', mutants: [] };
  const found = tried.map(([file, hashes]) => [
    file,
    toFound(toFileResult(file, report.files[file] ?? none, accepted), hashes),
  ]);
  // Another run may have added its own meanwhile.
  writeFound({ ...readFound(), ...Object.fromEntries(found) });
  writeDocument(accepted);
}

/**
 * Mutates what has changed of a part, as far as the budget goes.
 *
 * @param {Part} part
 * @param {readonly string[]} files
 * @returns {Promise<readonly string[]>} the files that the budget did not reach
 */
async function mutatePart(part, files) {
  const hashes = hashesOf(part);
  const before = readFound();
  const isKnown = (/** @type {string} */ file) => {
    const state = stateOf(before[file], hashes(file));
    return !options.force && (state === 'same' || (state === 'tests changed' && changedTests === 'keep'));
  };
  const left = new Set(files.filter(file => !isKnown(file)));
  if (values.list) return [...left];
  for (const batch of toBatches([...left])) {
    if (performance.now() >= endsAt) break;
    console.error(`${part.name}: ${batch.join(', ')}`);
    const tried = batch.map(file => /** @type {const} */ ([file, hashes(file)]));
    const failure = await mutate(part.name, batch, options);
    if (failure !== undefined) throw new Error(`StrykerJS failed on ${batch.join(', ')}.\n${failure}`);
    keep(part, tried);
    for (const file of batch) left.delete(file);
  }
  return [...left];
}

if (!values.list) install();

const isChosen = (/** @type {string} */ file) =>
  positionals.length === 0 || positionals.some(given => file === given || file.startsWith(given.replace(/\/?$/, '/')));
const chosen = parts
  .map(part => ({ part, files: sourcesOf(part).filter(isChosen) }))
  .filter(({ files }) => files.length > 0);
if (chosen.length === 0) throw new Error(`No source that is mutated is in ${positionals.join(', ')}.`);

/** @type {string[]} */
const unreached = [];
for (const { part, files } of chosen) unreached.push(...(await mutatePart(part, files)));
writeDocument(accepted);

const found = readFound();
/** @type {ReturnType<typeof toRow>[]} */
const table = [];
/** @type {FileResult[]} */
const all = [];
for (const { part, files } of chosen) {
  const results = files.flatMap(file => (found[file] ? [toResult(file, found[file], accepted)] : []));
  table.push(...results.map(result => toRow(result.file, [result])));
  if (results.length > 0) table.push(toRow(`${part.name}: all`, results));
  all.push(...results);
}

const survivors = all.flatMap(result => result.survivors);
for (const survivor of survivors) console.log(describeSurvivor(survivor));
if (table.length > 0) console.table(Object.fromEntries(table.map(({ name, ...row }) => [name, row])));
const unlisted = survivors.filter(({ why }) => why === undefined);
const stale = all.flatMap(result => staleIn(result, accepted));
for (const { file, mutator, line } of stale) console.log(`stale: ${file} ${mutator} in ${line}`);
if (unreached.length > 0) console.log(`left to try: ${unreached.join(', ')}`);
if (all.length > 0)
  console.log(
    `score ${scoreOf(all).toFixed(1)} % in ${all.length} files; ${survivors.length} survived, ${unlisted.length} of them are not in scripts/mutation/accepted.json`,
  );
process.exitCode = unlisted.length > 0 ? 1 : 0;
