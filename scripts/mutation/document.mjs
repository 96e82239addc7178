import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashesOf, readFound, stateOf, toResult } from './found.mjs';
import { parts, sourcesOf } from './parts.mjs';
import { scoreOf, toRow } from './results.mjs';

/** @import { AllFound, State } from './found.mjs' */
/** @import { AcceptedMutant, FileResult, Survivor } from './results.mjs' */

/** How a row is marked. The test of the document leaves these out: a change of a source is no reason to write the document anew. */
const marks = /** @type {const} */ ({
  same: '',
  'tests changed': ' ¹',
  'source changed': ' ²',
  'not measured': '',
});
export const anyMark = / [¹²](?= \|)/g;

const columns = /** @type {const} */ ([
  'killed',
  'survived',
  'not reached',
  'accepted',
  'timed out',
  'crashed',
  'score %',
]);

const intro = `# What the tests notice

Written by \`npm run mutate\`; do not edit. [StrykerJS](https://stryker-mutator.io) changes every operator, condition, literal and block of the machines, the file backend and the stores, one at a time, and runs the tests that reach the change. No mutator and
no line is left out. [Why](decisions/0023-mutation-testing.md)

- *Killed*: a test failed. *Survived*: all tests passed. *Not reached*: no test runs the code.
- *Accepted*: survivors that no test could notice, each with its reason below. They still count as survived.
- *Timed out*, *crashed*: a test ran out of time, or an error came from outside a test. Neither counts in the score.
- *Score*: the killed, in percent of the killed, the survived and the not reached.
- ¹ The tests of the part have changed since. ² The code of the file has changed since. \`npm run mutate -- --list\` updates both marks.
`;

/** @param {readonly string[]} cells */
const toLine = cells => `| ${cells.join(' | ')} |`;

/** @param {string} name @param {readonly FileResult[]} results @param {string} date */
function resultLine(name, results, date) {
  const row = toRow(name, results);
  return toLine([
    name,
    ...columns.map(column => (column === 'score %' ? row[column].toFixed(1) : `${row[column]}`)),
    date,
  ]);
}

/** @param {string} text */
function code(text) {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** @param {Survivor} survivor */
function survivorLines({ line, mutator, original, replacement, isReached, why }) {
  const change = `${code(original)} → ${replacement ? code(replacement) : 'nothing'}`;
  const place = line === original ? '' : `, in ${code(line)}`;
  return [
    `- ${mutator}: ${change}${place}${isReached ? '' : '; no test runs it'}`,
    ...(why ? [`  - Accepted: ${why}`] : []),
  ];
}

/** @param {FileResult} result */
const fileLines = ({ file, survivors }) =>
  survivors.length === 0 ? [] : [`### ${file}`, '', ...survivors.flatMap(survivorLines), ''];

/**
 * The document, from what was found.
 *
 * @param {AllFound} found
 * @param {readonly AcceptedMutant[]} accepted
 * @param {(file: string) => State} toState
 */
export function toDocument(found, accepted, toState) {
  /** @type {string[]} */
  const table = [toLine(['file', ...columns, 'tried on']), toLine(['---', ...columns.map(() => '---:'), '---'])];
  /** @type {string[]} */
  const missing = [];
  /** @type {FileResult[]} */
  const all = [];
  for (const part of parts) {
    /** @type {FileResult[]} */
    const results = [];
    for (const file of sourcesOf(part)) {
      const one = found[file];
      if (!one) {
        missing.push(file);
        continue;
      }
      const result = toResult(file, one, accepted);
      results.push(result);
      table.push(resultLine(file, [result], `${one.date}${marks[toState(file)]}`));
    }
    if (results.length > 0) table.push(resultLine(`**${part.name}**`, results, ''));
    all.push(...results);
  }
  if (all.length > 0) table.push(resultLine('**all**', all, ''));
  const survivors = all.flatMap(result => result.survivors);
  const open = survivors.filter(({ why }) => why === undefined);
  return [
    intro,
    `${all.length} of ${all.length + missing.length} files are measured.${all.length > 0 ? ` Score: ${scoreOf(all).toFixed(1)} %.` : ''}`,
    '',
    ...table,
    '',
    ...(missing.length > 0 ? ['## Not measured yet', '', ...missing.map(file => `- ${file}`), ''] : []),
    '## Survivors',
    '',
    `${survivors.length} survived. ${survivors.length - open.length} are accepted with a reason; ${open.length} are open: a test should notice them, or somebody should say why none can.`,
    '',
    ...all.flatMap(fileLines),
  ]
    .join('\n')
    .replace(/\n*$/, '\n');
}

export const documentFile = fileURLToPath(new URL('../../docs/mutation.md', import.meta.url));

/** Writes `docs/mutation.md`. @param {readonly AcceptedMutant[]} accepted */
export function writeDocument(accepted) {
  const found = readFound();
  const states = new Map(
    parts.flatMap(part => {
      const hashes = hashesOf(part);
      return sourcesOf(part).map(file => /** @type {const} */ ([file, stateOf(found[file], hashes(file))]));
    }),
  );
  writeFileSync(
    documentFile,
    toDocument(found, accepted, file => states.get(file) ?? 'same'),
  );
  return path.relative(process.cwd(), documentFile);
}
