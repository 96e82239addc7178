import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, IncomingMessage } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HalfResult, HalfRow } from '../../scripts/faults/fault.types.js';
import { startPeer } from '../../scripts/faults/peer.mjs';
import { halfLines } from '../../scripts/faults/report-half.mjs';
import { halfRows } from '../../scripts/faults/rows.half.mjs';
import { checkHalfRow, createKinds, isOfColumn, runHalfRow } from '../../scripts/faults/run-half.mjs';
import { columns, type VendorColumn } from '../adapters/vendors/columns.js';

/** A part of a row's name, or nothing for all of them: see `scripts/faults.mjs`. */
const wanted = process.env['FAULTS_HALF'];
/** A part of a vendor's name. */
const wantedVendor = process.env['FAULTS_VENDOR'] ?? '';
const page = new URL('../../docs/faults-server-half.md', import.meta.url);

/** One of each kind. `npm run faults -- --part half` has all rows with all vendors. */
const chosen: readonly (readonly [vendor: string, between: HalfRow['between'], name: string])[] = [
  ['fal', 'page and half', 'the response to the submit is lost in a reset'],
  ['fal', 'page and half', 'the submit is reset before the server half has it'],
  ['fal', 'half and vendor', 'the response to the submit is lost in a reset'],
  ['fal', 'half and vendor', 'the first two reads are cut after half of the JSON'],
  ['Gradio', 'page and half', 'every stream is reset in the middle of a chunk'],
  ['Gradio', 'half and vendor', 'the stream is reset in the middle of a chunk'],
  ['OpenAI', 'half and vendor', 'the response to the submit is half of its JSON'],
  ['OpenAI, images', 'half and vendor', 'the stream is closed in the middle of a chunk'],
  ['OpenAI, images', 'half and vendor', 'the stream is answered with 502'],
];

type Cell = { readonly title: string; readonly row: HalfRow; readonly column: VendorColumn };
const cells: readonly Cell[] = columns
  .flatMap(column => halfRows.filter(row => isOfColumn(row, column)).map(row => ({ row, column })))
  .filter(({ row: { name, between }, column }) =>
    wanted === undefined
      ? chosen.some(([vendor, place, fault]) => vendor === column.name && place === between && fault === name)
      : name.includes(wanted) && column.name.includes(wantedVendor),
  )
  .map(cell => ({ ...cell, title: `${cell.column.name}, between ${cell.row.between}: ${cell.row.name}` }));
if (cells.length === 0)
  throw new Error(`No row with "${wanted}" in its name has a vendor with "${wantedVendor}" in its name.`);

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
      writeFileSync(page, `${halfLines(halfRows, columns, results, readFileSync(page, 'utf8')).join('\n')}\n`);
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

  it('tells a submit by its method and path, whatever it asks for', () => {
    const toKind = createKinds(/\/responses$/);
    const ask = (method: string, url: string, accept = 'application/json') =>
      toKind(Object.assign(new IncomingMessage(new Socket()), { method, url, headers: { accept } }));
    expect(ask('GET', '/v1/models')).toBeUndefined();
    expect(ask('POST', '/v1/files')).toBeUndefined();
    expect(ask('POST', '/v1/responses?a=b', 'text/event-stream')).toBe('submit');
    expect(ask('POST', '/v1/responses/1/cancel')).toBeUndefined();
    expect(ask('GET', '/v1/responses/1?stream=true', 'text/event-stream')).toBe('events');
    expect(ask('GET', '/v1/responses/1')).toBe('read');
    // A second one would be paid too.
    expect(ask('POST', '/v1/responses')).toBe('submit');
  });

  it('forwards the answer to a submit as it comes, if it is a stream', async () => {
    const endless = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write('data: the job\n\n');
    }).listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const { port } = endless.address() as AddressInfo;
    const peer = await startPeer({
      backendUrl: `http://127.0.0.1:${port}`,
      planOf: () => ({}),
      toKind: createKinds(/x$/),
    });
    onTestFinished(async () => {
      await peer.close();
      endless.closeAllConnections();
      endless.close();
    });
    const { body } = await fetch(`${peer.url}/x`, { method: 'POST' });
    const { value } = (await body?.getReader().read()) ?? expect.unreachable();
    expect(new TextDecoder().decode(value)).toBe('data: the job\n\n');
    expect(peer.records.map(({ kind }) => kind)).toEqual(['submit']);
  });

  it('keeps the columns of vendors that have not run', () => {
    const [row = expect.unreachable()] = halfRows;
    const [first = expect.unreachable(), second = expect.unreachable()] = columns;
    const outcomes = [{ end: 'completed' }];
    const observed = { outcomes, paid: 1, submits: 1, openAfter: 0, askedAfter: 0, hasProgressFallen: false };
    const result = ({ name }: VendorColumn, paid: number) => ({
      ...{ row, column: name, problems: [] },
      observed: { ...observed, paid, isWired: true },
    });
    const written = halfLines([row], [first, second], [result(first, 2), result(second, 3)], '').join('\n');
    const again = halfLines([row], [first, second], [result(second, 4)], written);
    expect(again).toContain(`| ${row.name} | completed, 2 paid | completed, 4 paid | passed |`);
    expect(() => halfLines(halfRows, [first, second], [result(second, 4)], written)).toThrow(/No run of ".+" with fal/);
  });

  it('is complete in docs/faults-server-half.md, else run `npm run faults -- --part half`', () => {
    const documented = [...readFileSync(page, 'utf8').matchAll(/^\| (.+?) \|.*\| passed \|$/gm)].map(
      ([, name]) => name,
    );
    expect(documented.toSorted()).toEqual(halfRows.map(({ name }) => name).toSorted());
  });
});
