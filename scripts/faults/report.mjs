import { deliveries } from './judge.mjs';

/**
 * @typedef {import('./fault.types.js').Result} Result
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {{ heading: string, rows: readonly FaultRow[] }} Section
 */

/** What came out of a row, in a word. @param {Result} result */
const outcomeOf = ({ seen }) => [...new Set(seen?.ends.map(({ type, code }) => code ?? type))].join(', ') || 'none';

/** @param {Result} result */
const verdictOf = ({ complaints }) => (complaints.length > 0 ? `WRONG: ${complaints.join('; ')}` : 'right');

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

/** The table as text. @param {readonly Result[]} results */
export function printResults(results) {
  const lines = [columns, ...results.map(cellsOf)];
  const widths = columns.map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line.map((cell, index) => (index < columns.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell)).join('  '),
    );
  }
}

/** The same as a part of `docs/faults.md`. @param {readonly Section[]} table @param {readonly Result[]} results */
export function tellResults(table, results) {
  return table.flatMap(({ heading, rows }) => [
    `## ${heading}`,
    '',
    `| ${columns.join(' | ')} |`,
    `|${' --- |'.repeat(columns.length)}`,
    ...rows.flatMap(({ name }) =>
      results
        .filter(({ row }) => row.name === name)
        .map(
          result =>
            `| ${cellsOf(result)
              .map(cell => cell.replaceAll('|', '\\|'))
              .join(' | ')} |`,
        ),
    ),
    '',
  ]);
}
