import { isOfColumn } from './run-half.mjs';

/**
 * @typedef {import('./fault.types.js').HalfRow} HalfRow
 * @typedef {import('../../test/adapters/vendors/columns.js').VendorColumn} VendorColumn
 * @typedef {import('./fault.types.js').HalfResult} HalfResult
 */

const titles = { 'page and half': 'the page and the server half', 'half and vendor': 'the server half and the vendor' };

/** What was seen of a row with a vendor. @param {HalfResult} result */
function cellOf({ observed }) {
  const [outcome] = observed?.outcomes ?? [];
  if (!outcome) return 'no outcome';
  const charged = outcome.charged && outcome.end !== 'completed' ? `, charged \`${outcome.charged}\`` : '';
  return `${outcome.end}, ${observed?.paid} paid${charged}`;
}

/** The cell of a row and a vendor in a page that an earlier run has written, if it is there. @param {string} text of the page @param {HalfRow} row @param {VendorColumn} column */
function earlierCell(text, row, { name }) {
  const [, table = ''] = text.split(`## Between ${titles[row.between]}\n`);
  const lines = (table.split('\n## ')[0] ?? '').split('\n').map(line => line.slice(2, -2).split(' | '));
  const at = lines.find(([first]) => first === 'fault')?.indexOf(name) ?? -1;
  return lines.find(([first]) => first === row.name)?.[at];
}

/**
 * The page `docs/faults-server-half.md`. Vendors that have not run keep their columns.
 *
 * @param {readonly HalfRow[]} rows @param {readonly VendorColumn[]} columns @param {readonly HalfResult[]} results
 * @param {string} earlier the page as it is
 * @returns {string[]}
 */
export const halfLines = (rows, columns, results, earlier) =>
  [
    '# The fault table, through the server half',
    '',
    'Written by `npm run faults -- --part half`; do not edit. Every row runs over real sockets, in Node: a page’s machine with `remoteBackend`, a server',
    'half with a store, the vendor’s adapter, and the vendor’s double. One TCP peer is between the page and the server half, and another between',
    'the server half and the vendor. One of them causes the fault of the row. [The fault table](faults.md) is about adapters in a page.',
    '',
    'A cell says how the generation ended on the page, and how many jobs the vendor has accepted. If there is no result, it also says what the page reports about money. `–` means that the row tests nothing with this vendor:',
    'a server half follows a job that is its own stream by that stream alone, and any other job by reads. (Other streams only add previews while a page watches.)',
    '',
    'A row has *passed* if all of this holds with each vendor: the page gets one outcome, the right one; the vendor has seen at most one submit; a failure says what happened and what to do, without the key;',
    'a paid job is not reported as free; progress never falls; after the outcome the page sends no request and has no open connection.',
    '',
    'Both APIs of OpenAI answer a submit with a stream. Half of such an answer is half of its first event. The Images API has no other stream, so a fault of the stream is a fault of the submit: if the submit does not reach the vendor, nothing is paid.',
    '',
    ...[...new Set(rows.map(({ between }) => between))].flatMap(place => [
      `## Between ${titles[place]}`,
      '',
      `| fault | ${columns.map(({ name }) => name).join(' | ')} | verdict |`,
      `| --- |${columns.map(() => ' --- |').join('')} --- |`,
      ...rows
        .filter(({ between }) => between === place)
        .map(row => {
          const ofRow = results.filter(result => result.row === row);
          const cells = columns.map(column => {
            if (!isOfColumn(row, column)) return '–';
            const result = ofRow.find(({ column: name }) => name === column.name);
            const cell = result ? cellOf(result) : earlierCell(earlier, row, column);
            if (cell === undefined) throw new Error(`No run of "${row.name}" with ${column.name}: run it too.`);
            return cell;
          });
          const hasPassed = ofRow.every(({ problems }) => problems.length === 0);
          return `| ${row.name} | ${cells.join(' | ')} | ${hasPassed ? 'passed' : 'failed'} |`;
        }),
      '',
    ]),
  ].slice(0, -1);
