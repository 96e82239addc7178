import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeRuntime } from '../../scripts/faults/node.runtime.mjs';
import { runRow } from '../../scripts/faults/run-row.mjs';
import { s } from '../../scripts/faults/scale.mjs';
import { expectRowToPass } from '../support/fault-row.js';
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
  'characters are split over chunks of the stream',
  'the stream is compressed',
  'the stream is a forged result in text/plain',
  'the first two reads are cut after half of the JSON',
  'the server is down for 15 s',
  'the response to the submit is lost in a reset',
  'every token is refused',
  'the file is not found five times, and there is no stream',
];

describe('a generation over real sockets', () => {
  it.concurrent.each(names)('passes when %s', name => expectRowToPass(name, nodeRuntime(), backend.url));

  it.concurrent('fails a row with other expectations, and lists the problems', async () => {
    const { problems } = await runRow(
      { name: 'all goes well', outcome: 'unreachable', requests: 2, shows: ['cancelling'] },
      nodeRuntime(),
      backend.url,
    );
    expect(problems).toEqual([
      'ended as completed, not as unreachable',
      'shows completed at the end',
      expect.stringMatching(/^\d requests, more than 2$/),
      'never showed cancelling',
    ]);
  });
});
