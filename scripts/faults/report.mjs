import { deliveries } from './check-row.mjs';

/**
 * @typedef {import('./fault.types.js').Result} Result
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./scale.run.mjs').Check} Check
 * @typedef {import('./scale.run.mjs').Scale} Scale
 * @typedef {{ heading: string, rows: readonly FaultRow[] }} Section
 */

/** @param {Result} result */
const outcomeOf = ({ observed }) =>
  [...new Set(observed?.outcomes.map(({ type, code }) => code ?? type))].join(', ') || 'none';

/** @param {Result} result */
const verdictOf = ({ problems, attempt }) => {
  if (problems.length > 0) return `failed: ${problems.join('; ')}`;
  return attempt === 1 ? 'passed' : `passed, at attempt ${attempt}`;
};

/** @param {Result} result @returns {string[]} */
const cellsOf = ({ row, where, observed, ...rest }) => [
  row.name,
  where,
  outcomeOf({ row, where, observed, ...rest }),
  observed ? String(deliveries(observed)) : '',
  `${observed?.requests.length ?? ''} of ${row.requests}`,
  observed?.seconds.toFixed(1) ?? '',
  verdictOf({ row, where, observed, ...rest }),
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

/** The table in `docs/faults.md`. @param {readonly Section[]} table @param {readonly Result[]} results */
export const resultLines = (table, results) =>
  table.flatMap(({ heading, rows }) => {
    const ofRows = rows.flatMap(({ name }) => results.filter(({ row }) => row.name === name));
    return [`## ${heading}`, '', ...toMarkdown(columns, ofRows.map(cellsOf))];
  });

const checkColumns = ['what', 'measured', 'required', 'verdict'];
/** @param {Check} claim */
const toCheckCells = ([what, measured, bound, isMet]) => [what, measured, bound, isMet ? 'passed' : 'failed'];

/** @param {readonly Check[]} checks */
export const printChecks = checks => print(checkColumns, checks.map(toCheckCells));

/** @param {string} heading @param {string} text @param {readonly Check[]} checks */
export const checkLines = (heading, text, checks) => [
  `## ${heading}`,
  '',
  text,
  '',
  ...toMarkdown(checkColumns, checks.map(toCheckCells)),
];

const scaleColumns = [
  'generations',
  'rounds',
  'peak connections',
  'streams',
  'submits',
  'reads',
  'write to event, p50 ms',
  'p99 ms',
  'work per generation, ms',
  'heap per generation, KiB',
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
export const scaleLines = measured => toMarkdown(scaleColumns, measured.map(toScaleCells));
