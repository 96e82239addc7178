import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { HalfResult, HalfRow } from '../../scripts/faults/fault.types.js';
import { halfLines } from '../../scripts/faults/report-half.mjs';
import { halfRows } from '../../scripts/faults/rows.half.mjs';
import { checkHalfRow, isOfColumn, runHalfRow } from '../../scripts/faults/run-half.mjs';
import { columns as allColumns, type VendorColumn } from '../adapters/vendors/columns.js';

/** A part of a row's name, or nothing for all of them: see `scripts/faults.mjs`. */
const wanted = process.env['FAULTS_HALF'];
const page = new URL('../../docs/faults-server-half.md', import.meta.url);

/** The answer to a submit of OpenAI is its stream, which the peer does not tell apart from one that is opened. */
const columns = allColumns.filter(({ name }) => !name.startsWith('OpenAI'));

/** One of each kind. `npm run faults -- --part half` has all rows with all vendors. */
const chosen: readonly (readonly [vendor: string, between: HalfRow['between'], name: string])[] = [
  ['fal', 'page and half', 'the response to the submit is lost in a reset'],
  ['fal', 'page and half', 'the submit is reset before the server half has it'],
  ['fal', 'half and vendor', 'the response to the submit is lost in a reset'],
  ['fal', 'half and vendor', 'the first two reads are cut after half of the JSON'],
  ['Gradio', 'page and half', 'every stream is reset in the middle of a chunk'],
  ['Gradio', 'half and vendor', 'the stream is reset in the middle of a chunk'],
];

type Cell = { readonly title: string; readonly row: HalfRow; readonly column: VendorColumn };
const cells: readonly Cell[] = columns
  .flatMap(column => halfRows.filter(row => isOfColumn(row, column)).map(row => ({ row, column })))
  .filter(({ row: { name, between }, column }) =>
    wanted === undefined
      ? chosen.some(([vendor, place, fault]) => vendor === column.name && place === between && fault === name)
      : name.includes(wanted),
  )
  .map(cell => ({ ...cell, title: `${cell.column.name}, between ${cell.row.between}: ${cell.row.name}` }));

describe('a generation through the server half, over real sockets', () => {
  const results: HalfResult[] = [];

  it.concurrent.each(cells)(
    '$title',
    async ({ row, column }) => {
      const result = await runHalfRow(row, column);
      results.push(result);
      expect(result.problems).toEqual([]);
    },
    120_000,
  );

  afterAll(() => {
    const isWhole = wanted === '' && results.length === cells.length;
    if (isWhole && results.every(({ problems }) => problems.length === 0))
      writeFileSync(page, `${halfLines(halfRows, columns, results).join('\n')}\n`);
  });
});

describe('the fault table through the server half', () => {
  it('has unique row names', () => {
    const names = halfRows.map(({ name, between }) => `${between}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('lists each broken rule of a row', () => {
    const row: HalfRow = { name: 'a fault', between: 'half and vendor', plan: {}, ends: ['completed'] };
    const [column = expect.unreachable()] = columns;
    const told = { end: 'network', charged: 'no', message: `The key is ${column.key}.` };
    const observed = {
      outcomes: [told, told],
      hasProgressFallen: true,
      submits: 2,
      paid: 2,
      askedAfter: 1,
      openAfter: 1,
      isWired: false,
    };
    expect(checkHalfRow(row, observed, column)).toEqual([
      'the vendor was not asked over a socket',
      '2 outcomes',
      'ended as network, not as completed',
      '2 paid requests',
      '2 jobs were paid, not 1',
      `is not told in words: The key is ${column.key}.`,
      'tells a paid job as free',
      'progress fell',
      'the page asked 1 times after the outcome',
      '1 connections of the page are open after the outcome',
    ]);
  });

  it('is complete in docs/faults-server-half.md, else run `npm run faults -- --part half`', () => {
    const documented = [...readFileSync(page, 'utf8').matchAll(/^\| (.+?) \|.*\| passed \|$/gm)].map(
      ([, name]) => name,
    );
    expect(documented.toSorted()).toEqual(halfRows.map(({ name }) => name).toSorted());
  });
});
