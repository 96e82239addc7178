import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserTestsOf, parts, sourcesOf, testsOf } from './parts.mjs';
import { findWhy } from './results.mjs';

/** @import { Part } from './parts.mjs' */
/** @import { AcceptedMutant, FileResult, Survivor } from './results.mjs' */

/**
 * What was found in a file, and in which text of it and of its tests. It is in the repository, so that results add up.
 *
 * @typedef {Omit<FileResult, 'file' | 'survivors'> & { readonly date: string, readonly source: string, readonly tests: string, readonly survivors: readonly Omit<Survivor, 'file' | 'why'>[] }} Found
 * @typedef {Readonly<Record<string, Found>>} AllFound by file
 * @typedef {'same' | 'tests changed' | 'source changed' | 'not measured'} State of a file, since its mutants were tried
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const foundFile = path.join(root, 'scripts/mutation/found.json');

const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');

/** @param {readonly string[]} texts */
const hashOf = texts => createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);

/** @returns {AllFound} */
export const readFound = () => JSON.parse(readFileSync(foundFile, 'utf8'));

/** Files in the order of their parts, so that two runs change different lines. @param {AllFound} found */
export function writeFound(found) {
  const files = parts.flatMap(sourcesOf).filter(file => found[file] !== undefined);
  const inOrder = Object.fromEntries(files.map(file => [file, found[file]]));
  writeFileSync(foundFile, `${JSON.stringify(inOrder, undefined, 2)}\n`);
}

/** Without lines of comments, which have no mutants: a better docstring makes no result older. @param {string} text */
export const withoutComments = text => text.replace(/^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*)[ \t]*\n/gm, '');

/** The texts that a result of a part is about. @param {Part} part */
export function hashesOf(part) {
  const tests = hashOf([...testsOf(part), ...browserTestsOf(part)].map(read));
  return (/** @type {string} */ file) => ({ source: hashOf([withoutComments(read(file))]), tests });
}

/** @param {FileResult} result @param {{ source: string, tests: string }} hashes @returns {Found} */
export function toFound({ killed, timedOut, crashed, survivors }, { source, tests }) {
  const date = new Date().toISOString().slice(0, 10);
  const kept = survivors.map(({ line, mutator, original, replacement, isReached }) => ({
    line,
    mutator,
    original,
    replacement,
    isReached,
  }));
  return { date, source, tests, killed, timedOut, crashed, survivors: kept };
}

/** @param {string} file @param {Found} found @param {readonly AcceptedMutant[]} accepted @returns {FileResult} */
export function toResult(file, { killed, timedOut, crashed, survivors }, accepted) {
  const named = survivors.map(survivor => {
    const why = findWhy({ file, ...survivor }, accepted);
    return { file, ...survivor, ...(why && { why }) };
  });
  return { file, killed, timedOut, crashed, survivors: named };
}

/** @param {Found | undefined} found @param {{ source: string, tests: string }} now @returns {State} */
export function stateOf(found, now) {
  if (!found) return 'not measured';
  if (found.source !== now.source) return 'source changed';
  return found.tests === now.tests ? 'same' : 'tests changed';
}
