/**
 * @typedef {import('./fault.types.js').HalfRow} HalfRow
 * @typedef {import('./fault.types.js').HalfResult} HalfResult
 */

/** What was seen of a row with a vendor. @param {HalfResult | undefined} result */
function cellOf(result) {
  const [outcome] = result?.observed?.outcomes ?? [];
  if (!result || !outcome) return '–';
  const charged = outcome.charged && outcome.end !== 'completed' ? `, charged \`${outcome.charged}\`` : '';
  return `${outcome.end}, ${result.observed?.paid} paid${charged}`;
}

/**
 * The page `docs/faults-server-half.md`.
 *
 * @param {readonly HalfRow[]} rows @param {readonly { name: string }[]} columns @param {readonly HalfResult[]} results
 * @returns {string[]}
 */
export const halfLines = (rows, columns, results) =>
  [
    '# The fault table, through the server half',
    '',
    'Written by `npm run faults -- --part half`; do not edit. Every row runs over real sockets, in Node: a page’s machine with `remoteBackend`, a server',
    'half with a store, the vendor’s adapter, and the vendor’s double. A peer that speaks TCP is between the page and the server half, and another between',
    'the server half and the vendor, and one of them does what the row says. The rest of [the fault table](faults.md) is about what a page’s own adapter',
    'does.',
    '',
    'A cell says how the generation ended on the page, how many jobs the vendor has accepted, and what the page is told about money if it is no result. A row has *passed* if, with each vendor, the page',
    'gets one outcome and the right one, the vendor has seen at most one submit, a failure is a sentence that says what happened and what to do, without',
    'the key, a paid job is not told as free, progress never falls, and after the outcome the page asks for nothing and no connection of it is open. `–`: it decides nothing there, because a',
    'server half follows a job that is its own stream by that stream alone, and any other by reads: their streams only show more while a page looks. OpenAI is missing: the answer to its submit is its stream.',
    '',
    ...[...new Set(rows.map(({ between }) => between))].flatMap(place => [
      `## Between ${place === 'page and half' ? 'the page and the server half' : 'the server half and the vendor'}`,
      '',
      `| fault | ${columns.map(({ name }) => name).join(' | ')} | verdict |`,
      `| --- |${columns.map(() => ' --- |').join('')} --- |`,
      ...rows
        .filter(({ between }) => between === place)
        .map(row => {
          const ofRow = results.filter(result => result.row === row);
          const cells = columns.map(({ name }) => cellOf(ofRow.find(({ column }) => column === name)));
          const hasPassed = ofRow.every(({ problems }) => problems.length === 0);
          return `| ${row.name} | ${cells.join(' | ')} | ${hasPassed ? 'passed' : 'failed'} |`;
        }),
      '',
    ]),
  ].slice(0, -1);
