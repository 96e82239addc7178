import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { launchChromium } from '../scripts/chromium.mjs';
import { median } from './median.mjs';

/** Measures `indexedStore` with a large gallery in Chromium. */

const itemCount = 10_000;
const upsertCount = 200;
const entry = fileURLToPath(new URL('../dist/adapters/index.js', import.meta.url));

/** The adapters as one script, with their exports in the global `lifecycle`. */
async function bundle() {
  const lib = { entry, formats: /** @type {['iife']} */ (['iife']), name: 'lifecycle' };
  const [built] = [
    await build({ configFile: false, logLevel: 'error', publicDir: false, build: { write: false, lib } }),
  ].flat();
  const [chunk] = built && 'output' in built ? built.output : [];
  if (!chunk) throw new Error('Vite returned no output.');
  return chunk.code;
}

const script = await bundle();
const server = createServer((request, response) => {
  const isScript = request.url === '/lifecycle.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? script : '<!doctype html><title>Bench</title><script src="/lifecycle.js"></script>');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' ? address?.port : undefined;
const browser = await launchChromium();
const context = await browser.newContext();

/**
 * @template T
 * @param {(input: { itemCount: number, upsertCount: number }) => T | Promise<T>} work runs in a new page
 */
async function inNewPage(work) {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  const result = await page.evaluate(work, { itemCount, upsertCount });
  await page.close();
  return result;
}

// Functions that run in the page cannot use variables of this file.
await inNewPage(async input => {
  const store = Reflect.get(globalThis, 'lifecycle').indexedStore({ name: 'bench' });
  const prompt = 'a lighthouse at dusk, in fog, seen from the sea, with the lamp lit and gulls about it, oil on canvas';
  const items = Array.from({ length: input.itemCount }, (_, n) => ({
    id: `file-${n}`,
    url: `https://files.test/generated/file-${n}.png?signature=${'0123456789abcdef'.repeat(4)}`,
    prompt,
    timestamp: 1_700_000_000_000 + n,
    settings: { model: 'model-x', style: 'realistic', resolution: '1024x1024', shotSize: 'medium', seed: n },
  }));
  await store.upsertItems(items);
});

const reads = await inNewPage(async input => {
  const store = Reflect.get(globalThis, 'lifecycle').indexedStore({ name: 'bench' });
  /** @param {number} [limit] */
  const timed = async limit => {
    const began = performance.now();
    const { length } = await store.readItems(limit);
    if (length !== (limit ?? input.itemCount)) throw new Error(`Read ${length} items.`);
    return performance.now() - began;
  };
  return { openedMs: await timed(100), newestMs: await timed(100), allMs: await timed() };
});

const upserts = await inNewPage(async input => {
  const store = Reflect.get(globalThis, 'lifecycle').indexedStore({ name: 'bench' });
  await store.readItems(1);
  /** @type {number[]} */
  const times = [];
  for (let n = 0; n < input.upsertCount; n += 1) {
    const item = { id: `new-${n}`, url: `https://files.test/new-${n}.png`, prompt: 'a lighthouse' };
    const began = performance.now();
    const [answer] = await store.upsertItems([item]);
    times.push(performance.now() - began);
    if (answer !== 'added') throw new Error(`The result of a new item is ${answer}, not added.`);
  }
  return times;
});

await browser.close();
server.close();

/** @type {readonly [what: string, ms: number, boundMs: number][]} */
const rows = [
  [`newest 100 of ${itemCount}, opening included`, reads.openedMs, 100],
  [`newest 100 of ${itemCount}`, reads.newestMs, 100],
  [`all ${itemCount}`, reads.allMs, 1_000],
  [`one upsert among ${itemCount}, median of ${upsertCount}`, median(upserts), 10],
];
for (const [what, ms, boundMs] of rows) {
  console.log(`${ms < boundMs ? 'ok  ' : 'FAIL'} ${ms.toFixed(1).padStart(8)} ms  < ${boundMs} ms  ${what}`);
}
process.exit(rows.every(([, ms, boundMs]) => ms < boundMs) ? 0 : 1);
