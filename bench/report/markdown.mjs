/**
 * A table of Markdown. Columns whose name ends with a space are aligned to the left, the others to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function toTable(head, rows) {
  const toRow = (/** @type {readonly string[]} */ cells) => `| ${cells.map(cell => cell.trim()).join(' | ')} |`;
  const rule = head.map(name => (name.endsWith(' ') ? '---' : '---:'));
  return [toRow(head), toRow(rule), ...rows.map(toRow)].join('\n');
}

/** Three digits are what such a measurement is good for. @param {number | undefined} ms */
export function toTime(ms) {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** A count, with one decimal where it is a mean. @param {number} count */
export const toCount = count => (Number.isInteger(count) ? `${count}` : count.toFixed(1));

/**
 * Text from outside as a cell of a table: one line, and nothing that Markdown would read.
 *
 * @param {string} text
 */
export const toCell = text =>
  text
    .replace(/\s+/g, ' ')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '')
    .replace(/[|<>[\]*_`\\]/g, character => `\\${character}`);

/**
 * A page with this in place of what it has between the marks of a benchmark.
 *
 * @param {string} page
 * @param {string} name of the benchmark
 * @param {string} section
 */
export function withMarked(page, name, section) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [head, tail] = [page.split(begin)[0], page.split(end)[1]];
  if (!page.includes(begin) || tail === undefined) throw new Error(`The page has no ${begin}, or no ${end}.`);
  return `${head}${begin}\n\n${section}\n\n${end}${tail}`;
}
