import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { browserRuntime } from '../../scripts/faults/browser.runtime.mjs';
import { bundlePage } from '../../scripts/faults/bundle-page.mjs';
import type { Runtime } from '../../scripts/faults/fault.types.js';
import { s } from '../../scripts/faults/scale.mjs';
import { expectRowToPass } from '../support/fault-row.js';
import { type Backend, startBackend } from '../support/studio-server.js';

let backend: Backend;
let runtime: Runtime;
let pages: Awaited<ReturnType<typeof bundlePage>>;
beforeAll(async () => {
  [backend, runtime, pages] = await Promise.all([
    startBackend({ pingMs: s(15) }),
    browserRuntime(inject('engine')),
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

// The tabs of WebKit that are not in front are slow.
const each = inject('engine') === 'WebKit' ? it.each(names) : it.concurrent.each(names);

describe('a generation in a browser over real sockets', () => {
  each('passes when %s', name => expectRowToPass(name, runtime, backend.url, pages));
});
