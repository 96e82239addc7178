import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage, chromiumClient } from '../../scripts/faults/chromium.client.mjs';
import { allRows } from '../../scripts/faults/rows.mjs';
import { runRow, settle } from '../../scripts/faults/run-row.mjs';
import { s } from '../../scripts/faults/scale.mjs';
import { type Backend, startBackend } from '../support/studio-server.js';

let backend: Backend;
let client: Awaited<ReturnType<typeof chromiumClient>>;
let pages: Awaited<ReturnType<typeof bundlePage>>;
beforeAll(async () => {
  [backend, client, pages] = await Promise.all([
    startBackend({ pingMs: s(15) }),
    chromiumClient(),
    bundlePage('page.mjs'),
  ]);
});
afterAll(async () => {
  await client.close();
  await backend.close();
});

/** What a browser's network stack might do otherwise than Node's. */
const names = [
  'every stream is reset in the middle of a chunk',
  'the stream is compressed',
  'the answer to the submit is lost by a reset',
  'the first two reads are cut after half a JSON',
];

describe('over real sockets, a generation of a page ends as it should', () => {
  it.concurrent.each(names)('when %s', async name => {
    const row = allRows.find(row => row.name === name);
    if (!row) return expect.unreachable('There is no such row.');
    const run = () => runRow(row, client, backend.url, pages);
    expect((await settle(await run(), run)).complaints).toEqual([]);
  });
});
