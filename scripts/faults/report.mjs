import { deliveries } from './judge.mjs';

/**
 * @typedef {import('./fault.types.js').Result} Result
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./scale.run.mjs').Claim} Claim
 * @typedef {import('./scale.run.mjs').Scale} Scale
 * @typedef {{ heading: string, rows: readonly FaultRow[] }} Section
 */

/** What came out of a row, in a word. @param {Result} result */
const outcomeOf = ({ seen }) => [...new Set(seen?.ends.map(({ type, code }) => code ?? type))].join(', ') || 'none';

/** @param {Result} result */
const verdictOf = ({ complaints, attempt }) => {
  if (complaints.length > 0) return `WRONG: ${complaints.join('; ')}`;
  return attempt === 1 ? 'right' : `right, at attempt ${attempt}`;
};

/** @param {Result} result @returns {string[]} */
const cellsOf = ({ row, where, seen, ...rest }) => [
  row.name,
  where,
  outcomeOf({ row, where, seen, ...rest }),
  seen ? String(deliveries(seen)) : '',
  `${seen?.requests.length ?? ''} of ${row.requests}`,
  seen?.seconds.toFixed(1) ?? '',
  verdictOf({ row, where, seen, ...rest }),
];

const columns = ['fault', 'where', 'outcome', 'delivered', 'requests', 'seconds', 'verdict'];

/** @param {readonly string[]} columns @param {readonly (readonly string[])[]} rows */
function print(columns, rows) {
  const lines = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line.map((cell, index) => (index < columns.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell)).join('  '),
    );
  }
}

/** @param {readonly string[]} columns @param {readonly (readonly string[])[]} rows */
const toMarkdown = (columns, rows) => [
  `| ${columns.join(' | ')} |`,
  `|${' --- |'.repeat(columns.length)}`,
  ...rows.map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  '',
];

/** @param {readonly Result[]} results */
export const printResults = results => print(columns, results.map(cellsOf));

/** The table as a part of `docs/faults.md`. @param {readonly Section[]} table @param {readonly Result[]} results */
export const tellResults = (table, results) =>
  table.flatMap(({ heading, rows }) => {
    const ofRows = rows.flatMap(({ name }) => results.filter(({ row }) => row.name === name));
    return [`## ${heading}`, '', ...toMarkdown(columns, ofRows.map(cellsOf))];
  });

const claimColumns = ['what', 'measured', 'asked for', 'verdict'];
/** @param {Claim} claim */
const toClaimCells = ([what, measured, bound, isHeld]) => [what, measured, bound, isHeld ? 'right' : 'WRONG'];

/** @param {readonly Claim[]} claims */
export const printClaims = claims => print(claimColumns, claims.map(toClaimCells));

/** @param {string} heading @param {string} text @param {readonly Claim[]} claims */
export const tellClaims = (heading, text, claims) => [
  `## ${heading}`,
  '',
  text,
  '',
  ...toMarkdown(claimColumns, claims.map(toClaimCells)),
];

const scaleColumns = [
  'at once',
  'rounds',
  'connections at most',
  'streams',
  'submits',
  'reads',
  'write to emission, p50 ms',
  'p99 ms',
  'work for one, ms',
  'heap of one, KiB',
];
/** @param {Scale[number]} row */
const toScaleCells = ({ size, rounds, peakConnections, streams, submits, reads, p50, p99, workMs, heapKib }) => [
  ...[size, rounds, peakConnections].map(count => count.toLocaleString('en')),
  ...[streams, submits, reads].map(count => count.toLocaleString('en', { maximumFractionDigits: 1 })),
  ...[p50, p99, workMs, heapKib].map(figure => figure.toFixed(1)),
];

/** @param {Scale} measured */
export const printScale = measured => print(scaleColumns, measured.map(toScaleCells));

/** @param {Scale} measured */
export const tellScale = measured => toMarkdown(scaleColumns, measured.map(toScaleCells));
