import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserTestsOf, parts, sourcesOf, testsOf } from './mutation/parts.mjs';
import { describeSurvivor, scoreOf, staleIn, toFileResult, toRow } from './mutation/results.mjs';
import { incrementalFileOf, install, mutate, resultsFolder } from './mutation/stryker.mjs';

/** @import { Part } from './mutation/parts.mjs' */
/** @import { FileResult } from './mutation/results.mjs' */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string' },
    workers: { type: 'string' },
    force: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {'budget' | 'workers'} name @param {number} otherwise */
function toNumber(name, otherwise) {
  const number = Number(values[name] ?? otherwise);
  if (number >= 0) return number;
  throw new Error(`--${name} is ${values[name]}. It must be a number of 0 or more.`);
}

const endsAt = performance.now() + toNumber('budget', Infinity) * 60_000;
const options = {
  // A worker has a process for StrykerJS and a thread for Vitest.
  workers: toNumber('workers', Math.min(2, availableParallelism())),
  force: values.force,
  isVerbose: values.verbose,
};
/** So many lines are mutated in one go: each go runs the tests once without a mutant, and a budget ends between two. */
const linesAtOnce = 500;

const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');
const accepted = JSON.parse(read('scripts/mutation/accepted.json'));

/** Which text of a source, and of its tests, a result is about. @type {Record<string, string>} */
const notes = {};
const notesFile = path.join(resultsFolder, 'notes.json');

/** @param {Part} part @returns {(file: string) => string} */
function fingerprints(part) {
  const tests = [...testsOf(part), ...browserTestsOf(part)].map(read);
  return file =>
    createHash('sha256')
      .update([read(file), ...tests].join('\0'))
      .digest('hex');
}

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

/** @param {Part} part @param {readonly string[]} files @returns {readonly FileResult[]} */
function readResults({ name }, files) {
  if (!existsSync(incrementalFileOf(name))) return [];
  const report = JSON.parse(readFileSync(incrementalFileOf(name), 'utf8'));
  return files.flatMap(file => (report.files[file] ? [toFileResult(file, report.files[file], accepted)] : []));
}

/**
 * Mutates what has changed of a part, as far as the budget goes.
 *
 * @param {Part} part
 * @param {readonly string[]} files
 * @returns {Promise<{ results: readonly FileResult[], left: readonly string[] }>} `left`: files that the budget did not reach
 */
async function mutatePart(part, files) {
  const fingerprintOf = fingerprints(part);
  const isKnown = (/** @type {string} */ file) => !options.force && notes[file] === fingerprintOf(file);
  const left = new Set(files.filter(file => !isKnown(file)));
  for (const batch of toBatches([...left])) {
    if (performance.now() >= endsAt) break;
    console.error(`${part.name}: ${batch.join(', ')}`);
    const found = batch.map(file => /** @type {const} */ ([file, fingerprintOf(file)]));
    const failure = await mutate(part.name, batch, options);
    if (failure !== undefined) throw new Error(`StrykerJS failed on ${batch.join(', ')}.\n${failure}`);
    for (const [file, fingerprint] of found) {
      notes[file] = fingerprint;
      left.delete(file);
    }
    writeFileSync(notesFile, JSON.stringify(notes, undefined, 2));
  }
  return {
    results: readResults(
      part,
      files.filter(file => !left.has(file)),
    ),
    left: [...left],
  };
}

install();
if (existsSync(notesFile)) Object.assign(notes, JSON.parse(readFileSync(notesFile, 'utf8')));

const isChosen = (/** @type {string} */ file) =>
  positionals.length === 0 || positionals.some(given => file === given || file.startsWith(given.replace(/\/?$/, '/')));
/** @type {ReturnType<typeof toRow>[]} */
const table = [];
/** @type {FileResult[]} */
const all = [];
/** @type {string[]} */
const unreached = [];
for (const part of parts) {
  const files = sourcesOf(part).filter(isChosen);
  if (files.length === 0) continue;
  const { results, left } = await mutatePart(part, files);
  table.push(...results.map(result => toRow(result.file, [result])));
  if (results.length > 0) table.push(toRow(`${part.name}: all`, results));
  all.push(...results);
  unreached.push(...left);
}
if (all.length + unreached.length === 0) throw new Error(`No source that is mutated is in ${positionals.join(', ')}.`);

const survivors = all.flatMap(result => result.survivors);
for (const survivor of survivors) console.log(describeSurvivor(survivor));
if (table.length > 0) console.table(Object.fromEntries(table.map(({ name, ...row }) => [name, row])));
const unlisted = survivors.filter(({ why }) => why === undefined);
const stale = all.flatMap(result => staleIn(result, accepted));
for (const { file, mutator, line } of stale) console.log(`stale: ${file} ${mutator} in ${line}`);
if (unreached.length > 0) console.log(`not reached within the budget: ${unreached.join(', ')}`);
if (all.length > 0)
  console.log(
    `score ${scoreOf(all).toFixed(1)} % in ${all.length} files; ${survivors.length} survived, ${unlisted.length} of them are not in scripts/mutation/accepted.json`,
  );
process.exitCode = unlisted.length > 0 ? 1 : 0;
