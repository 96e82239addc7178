import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundlePage, chromiumRuntime } from '../../scripts/faults/chromium.runtime.mjs';
import { s } from '../../scripts/faults/scale.mjs';
import { expectRowToPass } from '../support/fault-row.js';
import { type Backend, startBackend } from '../support/studio-server.js';

let backend: Backend;
let runtime: Awaited<ReturnType<typeof chromiumRuntime>>;
let pages: Awaited<ReturnType<typeof bundlePage>>;
beforeAll(async () => {
  [backend, runtime, pages] = await Promise.all([
    startBackend({ pingMs: s(15) }),
    chromiumRuntime(),
    bundlePage('page.mjs'),
  ]);
});
afterAll(async () => {
  await runtime.close();
  await backend.close();
});

/** A browser's network stack may handle these differently from Node's. */
const names = [
  'every stream is reset in the middle of a chunk',
  'the stream is compressed',
  'the response to the submit is lost in a reset',
  'the first two reads are cut after half of the JSON',
];

describe('a generation in Chromium over real sockets', () => {
  it.concurrent.each(names)('passes when %s', name => expectRowToPass(name, runtime, backend.url, pages));
});
