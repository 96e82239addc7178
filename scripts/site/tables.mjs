/**
 * A table of a page. `section` is the nearest heading of the second level above it, `heading` the nearest of any, and `line` where it ends.
 * @typedef {{ section: string, heading: string, line: number, columns: readonly string[], rows: readonly (readonly string[])[] }} Table
 */

/** Markup that a plot has no use for. @param {string} cell */
const toWords = cell => cell.replace(/\*\*|`/g, '').trim();

/** @param {string} line */
const cellsOf = line => line.split('|').slice(1, -1).map(toWords);

/** The tables of a page, in their order. @param {string} text @returns {Table[]} */
export function tablesOf(text) {
  /** @type {Table[]} */
  const tables = [];
  let section = '';
  let heading = '';
  const lines = text.split('\n');
  lines.forEach((line, at) => {
    const [, marks = '', words = ''] = /^(#+) (.+)$/.exec(line) ?? [];
    if (marks) heading = words;
    if (marks === '##') section = words;
    if (!line.startsWith('| ') || !/^\|[-: |]+\|$/.test(lines[at + 1] ?? '')) return;
    const end = lines.findIndex((each, index) => index > at && !each.startsWith('|'));
    const last = end < 0 ? lines.length : end;
    tables.push({ section, heading, line: last, columns: cellsOf(line), rows: lines.slice(at + 2, last).map(cellsOf) });
  });
  return tables;
}

/** The cells of a column. @param {Table} table @param {string} column @returns {readonly string[]} */
export function columnOf({ columns, rows, heading }, column) {
  const at = columns.indexOf(column);
  if (at < 0) throw new Error(`The table under "${heading}" has no column "${column}", which the site draws.`);
  return rows.map(row => row[at] ?? '');
}

/** A length of time in ms, such as of `997 ms` or `1.91 s`; `undefined` for none. @param {string} cell */
export function toMs(cell) {
  const [, figure, unit] = /^([\d.]+) (ms|s)$/.exec(cell) ?? [];
  return figure === undefined ? undefined : Number(figure) * (unit === 's' ? 1_000 : 1);
}
