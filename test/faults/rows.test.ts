import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeClient } from '../../scripts/faults/node.client.mjs';
import { allRows } from '../../scripts/faults/rows.mjs';
import { runRow, settle } from '../../scripts/faults/run-row.mjs';
import { s } from '../../scripts/faults/scale.mjs';
import { type Backend, startBackend } from '../support/studio-server.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: s(15) });
});
afterAll(() => backend.close());

/** One of each kind; `npm run faults` has them all, in Chromium too. */
const names = [
  'every stream is reset in the middle of a chunk',
  'the stream is answered with half a header, then a reset',
  'letters are split over the chunks of the stream',
  'the stream is compressed',
  'the stream is a success in text/plain',
  'the first two reads are cut after half a JSON',
  'for 15 s nobody listens',
  'the answer to the submit is lost by a reset',
  'every token is refused',
  'the file is not found five times, and there is no stream',
];

describe('over real sockets, a generation ends as it should', () => {
  it.concurrent.each(names)('when %s', async name => {
    const row = allRows.find(row => row.name === name);
    if (!row) return expect.unreachable('There is no such row.');
    const run = () => runRow(row, nodeClient(), backend.url);
    expect((await settle(await run(), run)).complaints).toEqual([]);
  });

  it.concurrent('and a row that expects something else complains', async () => {
    const { complaints } = await runRow(
      { name: 'all goes well', outcome: 'unreachable', requests: 2, shows: ['cancelling'] },
      nodeClient(),
      backend.url,
    );
    expect(complaints).toEqual([
      'ended as completed, not as unreachable',
      'shows completed at the end',
      expect.stringMatching(/^\d requests, more than 2$/),
      'never showed cancelling',
    ]);
  });
});
