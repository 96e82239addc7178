import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { directoryResults, pinnedDownload } from 'generation-lifecycle/server/results';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { until } from '../patience.mjs';
import { runtime } from '../runtime.mjs';
import { startVendor } from '../vendor.mjs';

/** @typedef {import('../vendor.mjs').Wish} Wish */
/** @typedef {import('../vendor.mjs').Pictures} Pictures */
/** @typedef {Awaited<ReturnType<typeof startVendor>>} Vendor */
/** @typedef {Partial<import('generation-lifecycle/server').GenerationServerOptions<{ id: string }, { image: Wish }>>} Options */

/** @param {Vendor} vendor @param {Options} options */
function createHalf({ adapter }, options) {
  const server = createGenerationServer({
    store: memoryJobs(),
    authorize: () => ({ id: 'ada' }),
    backends: { image: { adapter, input: wish => /** @type {Wish} */ (wish) } },
    ...options,
  });
  // Each has a store, which the type of the options leaves open.
  return /** @type {import('generation-lifecycle/server').DurableGenerationServer} */ (server);
}

/** @returns {import('generation-lifecycle').GenerationAdapter<Wish, Pictures>} */
const toPage = (/** @type {number | string} */ port) =>
  remoteBackend({ baseUrl: `http://127.0.0.1:${port}/api/generations/image`, durable: true });

/** @param {(folder: string) => Promise<void>} use */
async function inFolder(use) {
  const folder = await mkdtemp(path.join(tmpdir(), 'generation-lifecycle-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a page does with a server half: it follows one to its end, and leaves another one, which ends without it. @param {Vendor} vendor @param {number | string} port */
async function actAsPage(vendor, port) {
  const page = toPage(port);
  /** @type {Set<string>} */
  const seen = new Set();
  const onSnapshot = (/** @type {{ status: string }} */ { status }) => void seen.add(status);
  const { images } = await runGeneration(createGenerationMachine(page), { prompt: 'a castle' }, { onSnapshot });
  assert.equal(images.length, 1);
  assert(seen.has('streaming'), `Seen: ${[...seen]}`);

  const call = { signal: new AbortController().signal };
  const submit = () => page.submit({ prompt: 'a lighthouse' }, { ...call, idempotencyKey: 'key/2 %' });
  const { job } = await submit();
  assert.deepEqual((await submit()).job, job);
  await until('the job has ended without a page', () => vendor.double.openCount === 0);
  await until('the page finds its end', async () => (await page.read(job, call)).kind === 'succeeded');
  assert.equal(vendor.double.chargedCount, 2);
  return images;
}

/** @param {Vendor} vendor @param {Options} [options] */
async function serveItself(vendor, options = {}) {
  const half = createHalf(vendor, options);
  half.start();
  const { port, close } = await runtime.listen(half.handle);
  const images = await actAsPage(vendor, port);
  return {
    port,
    images,
    async close() {
      await half.stop();
      await close();
    },
  };
}

export async function keepsJobsInMemory() {
  const vendor = await startVendor();
  const { close } = await serveItself(vendor);
  await close();
  await vendor.close();
}

export async function keepsJobsInSqlite() {
  await inFolder(async folder => {
    const vendor = await startVendor();
    const store = sqliteJobs({ url: `file:${folder}/generations.db` });
    await store.migrate();
    const { close } = await serveItself(vendor, { store });
    await close();
    await store.close();
    await vendor.close();
  });
}

export async function servesByNodeHttp() {
  const vendor = await startVendor();
  const { url, close } = await serve(createHalf(vendor, {}), { port: 0, handleSignals: false });
  await actAsPage(vendor, new URL(url).port);
  await close();
  await vendor.close();
}

export async function copiesListedResults() {
  await inFolder(async folder => {
    const vendor = await startVendor();
    // In Node, an address of the loopback is none of the public ones.
    const results = directoryResults(folder, { privateOrigins: [vendor.origin] });
    const { images, port, close } = await serveItself(vendor, { results, resultOrigins: [vendor.origin] });
    const copy = new URL(images[0]?.url ?? '', `http://127.0.0.1:${port}`);
    assert.equal(copy.port, `${port}`);
    const response = await fetch(copy);
    assert.equal(response.headers.get('content-type'), 'image/svg+xml');
    assert.match(await response.text(), /^<svg/);
    await close();
    await vendor.close();
  });
}

/** Where an address cannot be checked, results come from the origins that you list, and from nowhere else. */
export async function pinsDownloads() {
  const vendor = await startVendor();
  const init = { headers: {}, signal: AbortSignal.timeout(60_000) };
  if (runtime.name === 'Node') {
    const listed = await pinnedDownload({ privateOrigins: [vendor.origin] })(`${vendor.origin}/picture.svg`, init);
    assert.match(await listed.text(), /^<svg/);
    await assert.rejects(pinnedDownload()(`${vendor.origin}/picture.svg`, init), /not one of https/);
  } else {
    assert.throws(() => pinnedDownload(), /needs Node.*resultOrigins/);
    assert.throws(() => createHalf(vendor, { results: directoryResults('results') }), /resultOrigins/);
  }
  await vendor.close();
}
