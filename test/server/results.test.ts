import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { memoryJobs, type ResultStore } from 'generation-lifecycle/server';
import { directoryResults } from 'generation-lifecycle/server/results';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loopback } from '../support/loopback.js';
import { png, resultsHalf } from '../support/results-half.js';

async function openFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'results-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Where results are at the vendor, and a folder for their copies. */
async function open(answer: Parameters<typeof loopback>[0] = () => picture) {
  const { url, heard } = await loopback(answer);
  const folder = await openFolder();
  return { url, heard, folder, results: directoryResults(folder, { privateOrigins: [url] }) };
}
const bytes = png();
const picture = (response: import('node:http').ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'image/png' }).end(bytes);

const contentOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** Ends that a store does not reach by itself. */
function gated(store: ResultStore) {
  let release = () => {};
  const opened = new Promise<void>(resolve => {
    release = resolve;
  });
  let count = 0;
  const gate: ResultStore = {
    ...store,
    async put(key, body, info) {
      count += 1;
      await opened;
      return store.put(key, body, info);
    },
  };
  return { gate, release, began: () => count };
}

describe('a result that is copied', () => {
  it('is told once its copy is there, by a url of ours, which asks the vendor for nothing', async () => {
    const { url, heard, results } = await open();
    const { submit, read, server, urlsOf, ask, store } = resultsHalf(results, {
      urls: [`${url}/1.png`, `${url}/1.png`, 'no url at all'],
      expiresAt: Date.now() + 60_000,
      keepMs: 5_000_000,
    });
    const id = await submit();
    expect((await read(id)).update.kind).toBe('pending');
    await expect.poll(async () => (await read(id)).update.kind).toBe('succeeded');
    expect(await server.advance(id)).toBe(true);
    const told = await read(id);
    expect(urlsOf(told)).toEqual([
      `/api/generations/image/jobs/${id}/results/0`,
      `/api/generations/image/jobs/${id}/results/1`,
      'no url at all',
    ]);
    const { endedAt } = (await store.get(id)) ?? {};
    expect(Math.abs(Number(told.update.expiresAt) - Number(endedAt) - 5_000_000)).toBeLessThan(10_000);
    expect(heard).toHaveLength(1);
    for (const each of urlsOf(told).slice(0, 2)) {
      const response = await ask(each);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': '1000',
        'x-content-type-options': 'nosniff',
        'content-disposition': expect.stringMatching(/^inline; filename="[\w-]+\.png"$/),
      });
      expect(await contentOf(response)).toEqual(bytes);
    }
    expect(heard).toHaveLength(1);
  });

  it('is given in parts, to its user only', async () => {
    const { url, results } = await open();
    const { generate, urlsOf, ask } = resultsHalf(results, { urls: [`${url}/1.png`] });
    const [own = ''] = urlsOf(await generate());
    const part = await ask(own, { headers: { range: 'bytes=990-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 990-999/1000']);
    expect(await contentOf(part)).toEqual(bytes.subarray(990));
    expect((await ask(own, { headers: { range: 'bytes=1000-' } })).status).toBe(416);
    const etag = (await ask(own)).headers.get('etag') ?? '';
    expect((await ask(own, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask(own, {}, 'bob')).status).toBe(404);
  });

  it('is told by the vendor’s url after a while, with its expiry, and by ours with a later version', async () => {
    const { url, results } = await open();
    const { gate, release, began } = gated(results);
    const expiresAt = Date.now() + 600_000;
    const { submit, read, server, urlsOf } = resultsHalf(gate, {
      urls: [`${url}/1.png`],
      expiresAt,
      copyPatienceMs: 300,
    });
    const id = await submit();
    const advanced = server.advance(id);
    await expect.poll(began).toBe(1);
    await expect.poll(async () => (await read(id)).update.kind).toBe('succeeded');
    const early = await read(id);
    expect([urlsOf(early), early.update.expiresAt]).toEqual([[`${url}/1.png`], expiresAt]);
    release();
    await advanced;
    const late = await read(id);
    expect(late.version).toBeGreaterThan(early.version);
    expect(urlsOf(late)).toEqual([`/api/generations/image/jobs/${id}/results/0`]);
    expect(late.update.expiresAt).not.toBe(expiresAt);
  });

  it('is shown by a page in place of the vendor’s once it renews it', async () => {
    const { url, results } = await open();
    const { gate, release, began } = gated(results);
    const { page, server } = resultsHalf(gate, {
      urls: [`${url}/1.png`],
      expiresAt: Date.now() + 600_000,
      copyPatienceMs: 1,
    });
    server.start();
    onTestFinished(() => server.stop());
    const client = createGenerationClient({
      name: 'results',
      generation: createGenerationMachine(page(), { policy: { pollDelayMs: [10], minReadGapMs: 5 } }),
      store: memoryStore(),
      toItems: ({ images }) => images.map(({ url: shown }) => ({ url: shown })),
    });
    onTestFinished(() => client.stop());
    const [item] = await client.generate({ prompt: 'a lighthouse' }).items;
    expect(item?.url).toBe(`${url}/1.png`);
    await expect.poll(began).toBe(1);
    release();
    await expect
      .poll(async () => (await client.renew(item?.id ?? '')).url)
      .toMatch(/^https:\/\/app\.test\/api\/generations\/image\/jobs\/[\w-]+\/results\/0$/);
  });

  it('is copied by the next process if the one that copies stops', async () => {
    const { url, results } = await open();
    const { gate, began } = gated(results);
    const store = memoryJobs();
    const first = resultsHalf(gate, { urls: [`${url}/1.png`], store });
    const id = await first.submit();
    const advanced = first.server.advance(id);
    await expect.poll(began).toBe(1);
    await first.server.stop();
    await advanced;
    expect(await store.get(id)).toMatchObject({ owner: null, status: 'running' });
    const second = resultsHalf(results, { urls: [], store });
    expect(await second.server.advance(id)).toBe(true);
    expect(second.urlsOf(await second.read(id))).toEqual([`/api/generations/image/jobs/${id}/results/0`]);
  });

  it('is tried again after a failure, and left to the vendor once its url is dead', async () => {
    let status = 500;
    const { url, results, heard } = await open(() => response => {
      if (status === 200) picture(response);
      else response.writeHead(status).end();
    });
    let aheadMs = 0;
    const store = memoryJobs({ now: () => Date.now() + aheadMs });
    const half = resultsHalf(results, { urls: [`${url}/1.png`], expiresAt: Date.now() + 3_600_000, store });
    const id = await half.submit();
    await half.server.advance(id);
    expect(await store.get(id)).toMatchObject({ status: 'running' });
    aheadMs += 60_000;
    status = 200;
    await half.server.advance(id);
    expect(half.urlsOf(await half.read(id))[0]).toContain('/results/0');
    expect(heard).toHaveLength(2);
    expect(half.events()).toEqual(['copy.failed']);

    status = 500;
    const other = await half.submit();
    for (let at = 0; at < 12; at += 1) {
      await half.server.advance(other);
      aheadMs += 1_000_000;
    }
    expect(half.events()).toContain('copy.given-up');
    expect(half.urlsOf(await half.read(other))).toEqual([`${url}/1.png`]);
    expect(await store.get(other)).toMatchObject({ status: 'completed', dueAt: null });
  });

  it('does not hold back the end if the vendor says that it is gone, and is not asked for again', async () => {
    const { url, results, heard } = await open(() => ({ status: 410 }));
    const { generate, urlsOf, events, server, store } = resultsHalf(results, { urls: [`${url}/1.png`] });
    const told = await generate();
    expect([told.update.kind, urlsOf(told)]).toEqual(['succeeded', [`${url}/1.png`]]);
    expect(events()).toEqual(['copy.refused']);
    expect(await store.get(told.id)).toMatchObject({ dueAt: null });
    await server.advance(told.id);
    expect(heard).toHaveLength(1);
  });

  it('is deleted before its job is forgotten', async () => {
    const { url, results, folder } = await open();
    let aheadMs = 0;
    const store = memoryJobs({ now: () => Date.now() + aheadMs });
    const { generate, server, urlsOf, ask } = resultsHalf(results, {
      urls: [`${url}/1.png`],
      store,
      keepMs: 1_000_000,
    });
    const told = await generate();
    expect(await readdir(folder)).toEqual([told.id]);
    aheadMs += 900_000;
    await server.sweep();
    expect(await readdir(folder)).toEqual([told.id]);
    aheadMs += 200_000;
    await server.sweep();
    expect(await readdir(folder)).toEqual([]);
    aheadMs += 200_000;
    await server.sweep();
    expect(await store.get(told.id)).toBeUndefined();
    expect((await ask(urlsOf(told)[0] ?? '')).status).toBe(404);
  });

  it('is told as gone if somebody has deleted its file', async () => {
    const { url, results, folder } = await open();
    const { generate, urlsOf, ask } = resultsHalf(results, { urls: [`${url}/1.png`] });
    const told = await generate();
    await rm(path.join(folder, told.id), { recursive: true });
    const response = await ask(urlsOf(told)[0] ?? '');
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ error: { code: 'expired' } });
  });

  it('is copied from bytes within the answer, and by the adapter’s key, too', async () => {
    const { results, url } = await open();
    const hidden = 'https://vendor.test/secret/2.png';
    const asked: string[] = [];
    const inline = `data:image/png;base64,${bytes.toString('base64')}`;
    const { generate, urlsOf, ask } = resultsHalf(results, {
      urls: [hidden, `${url}/1.png`, inline],
      adapter: {
        hiddenResults: {
          origins: ['https://vendor.test'],
          async fetch(each) {
            asked.push(each);
            return new Response(png(20), { headers: { 'content-type': 'image/png' } });
          },
        },
      },
    });
    const told = urlsOf(await generate());
    expect(told.map(each => each.split('/').at(-1))).toEqual(['0', '1', '2']);
    const lengths = await Promise.all(told.map(async each => (await contentOf(await ask(each))).length));
    expect(lengths).toEqual([20, 1_000, 1_000]);
    expect(asked).toEqual([hidden]);
  });

  it('ends a stream of its page with our url', async () => {
    const { url, results } = await open();
    const { submit, ask } = resultsHalf(results, { urls: [`${url}/1.png`] });
    const id = await submit();
    const text = await (await ask(`jobs/${id}/events`)).text();
    const updates = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data = '']) => JSON.parse(data));
    expect(updates[0].update.kind).toBe('pending');
    expect(updates.at(-1).update.output.images[0].url).toContain(`/jobs/${id}/results/0`);
  });
});

describe('the options of copies', () => {
  const { put, get, delete: remove } = directoryResults('nowhere');
  const bare: ResultStore = { put, get, delete: remove };
  it.each([
    [{ results: bare }, /resultOrigins/],
    [{ results: {} as ResultStore }, /no ResultStore/],
    [{ results: bare, resultOrigins: ['cdn.test'] }, /resultOrigins has "cdn.test"/],
    [{ results: bare, resultOrigins: [], resultTypes: ['png'] }, /resultTypes/],
    [{ results: bare, resultOrigins: [], maxResultBytes: 0 }, /maxResultBytes/],
    [{ results: undefined, copyPatienceMs: 5 }, /copyPatienceMs is about copies/],
  ])('are checked when the server is made: %#', (options, message) => {
    expect(() => resultsHalf(bare, { urls: [], ...options } as never)).toThrow(message);
  });

  it('leave what is at another origin than those that are listed', async () => {
    const { url, results, heard } = await open();
    const { generate, urlsOf } = resultsHalf(
      { ...results, download: undefined },
      { urls: [`${url}/1.png`, 'https://elsewhere.test/2.png'], resultOrigins: [url] },
    );
    expect(urlsOf(await generate())[1]).toBe('https://elsewhere.test/2.png');
    expect(heard).toHaveLength(1);
  });

  it('refuse a folder that is none, and what no origin is', () => {
    expect(() => directoryResults('')).toThrow(/path of a folder/);
    expect(() => directoryResults('x', { privateOrigins: ['127.0.0.1'] })).toThrow(/no origin/);
  });
});
