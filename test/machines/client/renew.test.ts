import { GenerationError, isExpired, type JobUpdate } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, vi } from 'vitest';
import { clientBench, type Item, type Output } from '../../support/client-bench.js';

const start = 1_800_000_000_000;
const minute = 60_000;

/** What the job has at a time: URLs of that time, and when they expire. */
const signed = (name: string, expiresAt: number | undefined, count = 1): JobUpdate<Output> => ({
  kind: 'succeeded',
  output: { urls: Array.from({ length: count }, (_, index) => `https://files.test/${name}-${index}`) },
  expiresAt,
});

/** A page with the items of generation `g`, whose urls expire in an hour. */
async function shownItems(options: Parameters<typeof clientBench>[0] = {}, count = 1) {
  const bench = clientBench(options);
  const page = await bench.open();
  bench.finish('job-1', signed('old', start + 60 * minute, count));
  await page.generate('g');
  await bench.advance(5_000);
  const urls = () => page.view().items.map(({ url }) => url);
  return { bench, page, urls, reads: () => bench.reads.length };
}

describe('renew', () => {
  it('gives an item whose new answer has no expiry none, here, in other tabs and in the store', async () => {
    const { bench, page, urls } = await shownItems();
    const other = await bench.open();
    bench.finish('job-1', signed('fresh', undefined));
    const renewed = page.client.renew('g/0');
    await bench.advance(1_000);
    await renewed;
    expect(urls()).toEqual(['https://files.test/fresh-0']);
    for (const item of [...page.view().items, ...other.view().items, ...(await bench.store.readItems())]) {
      expect(item.url).toBe('https://files.test/fresh-0');
      expect(item).not.toHaveProperty('expiresAt');
      expect(isExpired(item, start + 61 * minute)).toBe(false);
    }
  });

  it('M10: reads the job again, and replaces the item everywhere', async () => {
    const { bench, page, urls, reads } = await shownItems();
    const other = await bench.open();
    await bench.advance(1_000);
    const [item] = page.view().items;
    expect([item && isExpired(item, start), item && isExpired(item, start + 60 * minute)]).toEqual([false, true]);
    expect(isExpired({ id: 'a' }, start)).toBe(false);
    const before = reads();
    bench.finish('job-1', signed('fresh', start + 120 * minute));
    const renewed = page.client.renew('g/0');
    await bench.advance(1_000);
    await expect(renewed).resolves.toMatchObject({
      id: 'g/0',
      url: 'https://files.test/fresh-0',
      expiresAt: start + 120 * minute,
    });
    expect([reads() - before, urls(), page.generation('g')?.items[0]?.url]).toEqual([
      1,
      ['https://files.test/fresh-0'],
      'https://files.test/fresh-0',
    ]);
    expect(other.view().items).toEqual(page.view().items);
    expect(await bench.store.readItems()).toEqual(page.view().items);
    expect(page.emittedNames().at(-1)).toBe('item.renewed g');
    expect(other.emittedNames()).toEqual([]);
    await page.close();
    await other.close();

    bench.finish('job-1', signed('again', start + 180 * minute));
    const next = await bench.open();
    await bench.advance(1_000);
    const again = next.client.renew('g/0');
    await bench.advance(1_000);
    await expect(again).resolves.toMatchObject({ url: 'https://files.test/again-0', prompt: 'a lighthouse' });
    expect(bench.submits).toHaveLength(1);
  });

  it('M10: makes one read of all renewals of one job, and brings no removed item back', async () => {
    const { bench, page, urls, reads } = await shownItems({}, 3);
    await page.send({ type: 'REMOVE', id: 'g/1' });
    const before = reads();
    bench.finish('job-1', signed('fresh', undefined, 3));
    const all = Promise.all(['g/0', 'g/2', 'g/0'].map(id => page.client.renew(id)));
    await bench.advance(1_000);
    expect((await all).map(({ url }) => url)).toEqual([0, 2, 0].map(index => `https://files.test/fresh-${index}`));
    expect(reads() - before).toBe(1);
    expect(urls()).toEqual(['https://files.test/fresh-0', 'https://files.test/fresh-2']);
  });

  it.each<{ what: string; update: JobUpdate<Output>; code: string }>([
    { what: 'still runs', update: { kind: 'pending' }, code: 'busy' },
    { what: 'was cancelled', update: { kind: 'cancelled' }, code: 'job-failed' },
    {
      what: 'has another end',
      update: {
        kind: 'failed',
        failure: { code: 'expired', message: 'Deleted.', retryable: false, resumable: false, charged: 'yes' },
      },
      code: 'expired',
    },
    { what: 'does not have it any more', update: signed('fresh', undefined, 0), code: 'expired' },
  ])('M10: rejects if the job $what, and the item stays', async ({ update, code }) => {
    const { bench, page, urls } = await shownItems();
    bench.finish('job-1', update);
    const renewed = page.client.renew('g/0');
    await bench.advance(1_000);
    await expect(renewed).rejects.toMatchObject({
      name: 'GenerationError',
      code,
      message: expect.stringMatching(/g\/0|generation g|Deleted/),
    });
    expect(urls()).toEqual(['https://files.test/old-0']);
    expect(page.emitted.at(-1)).toMatchObject({ type: 'item.renewFailed', id: 'g/0', failure: { code } });
  });

  it.each([
    ['has deleted it', () => new GenerationError({ code: 'not-found', message: 'No such job.' }), 'expired'],
    ['refuses it', () => new GenerationError({ code: 'unauthorized', message: 'Sign in.' }), 'unauthorized'],
    ['cannot be reached', () => new TypeError('fetch failed'), 'network'],
    ['does not answer', undefined, 'timeout'],
  ])('M10: rejects if the backend %s', async (_, error, code) => {
    let isBroken = false;
    const { bench, page } = await shownItems({
      policy: { requestTimeoutMs: 10_000 },
      script: {
        read: call => {
          if (!isBroken) call.answer(signed('old', undefined));
          else if (error) call.refuse(error());
        },
      },
    });
    isBroken = true;
    const renewed = page.client.renew('g/0');
    await bench.advance(11_000);
    await expect(renewed).rejects.toMatchObject({ code });
  });

  it('M10: rejects for an item that is not there, was stored without its job, or belongs to another backend', async () => {
    const { bench, page, reads } = await shownItems({ origin: 'https://a.test' });
    await bench.store.upsertItems([{ id: 'old', url: 'https://files.test/o.png', prompt: '' }]);
    await bench.advance(1_000);
    const before = reads();
    await expect(page.client.renew('nobody')).rejects.toMatchObject({ code: 'not-found' });
    await expect(page.client.renew('old')).rejects.toMatchObject({ code: 'bad-input' });
    const other = await bench.open({ generation: bench.generationAt('https://b.test') });
    await bench.advance(1_000);
    await expect(other.client.renew('g/0')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/a\.test.*b\.test/),
    });
    expect(reads()).toBe(before);
    const stopped = page.client.renew('g/0');
    await page.close();
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('M10: rejects if the renewal itself stops with an error, and can be asked for again', async () => {
    const { bench, page } = await shownItems();
    let renewed: Promise<Item> | undefined;
    await bench.world.withoutTimers(() => {
      renewed = page.client.renew('g/0');
    });
    await expect(renewed).rejects.toMatchObject({
      code: 'interrupted',
      message: 'The renewal of the items of generation g stopped with an error. Nothing was charged. Renew them again.',
      failure: { charged: 'no' },
    });
    bench.finish('job-1', signed('fresh', undefined));
    const again = page.client.renew('g/0');
    await bench.advance(1_000);
    await expect(again).resolves.toMatchObject({ url: 'https://files.test/fresh-0' });
  });

  it('M10: keeps the fresh url on the page if the store has no room', async () => {
    const store = memoryStore<Item>();
    const upsert = vi.fn(store.upsertItems);
    const { bench, page, urls } = await shownItems({ store: { ...store, upsertItems: items => upsert(items) } });
    upsert.mockRejectedValue(new GenerationError({ code: 'storage-full', message: 'There is no room.' }));
    bench.finish('job-1', signed('fresh', start + 120 * minute));
    const renewed = page.client.renew('g/0');
    await bench.advance(1_000);
    await expect(renewed).resolves.toMatchObject({ url: 'https://files.test/fresh-0' });
    expect(page.view().storageError).toBe('storage-full');
    await store.removeItems(['nobody']);
    await page.send({ type: 'CHECK', id: 'g' });
    await bench.advance(60_000);
    expect(urls()).toEqual(['https://files.test/fresh-0']);
  });
});

describe('renewBeforeMs', () => {
  it('M10: renews what is shown and about to expire, once each time', async () => {
    const { bench, urls, reads } = await shownItems({ renewBeforeMs: 10 * minute }, 2);
    const before = reads();
    bench.finish('job-1', signed('fresh', start + 120 * minute, 2));
    await bench.advance(49 * minute);
    expect([reads() - before, urls()[0]]).toEqual([0, 'https://files.test/old-0']);
    await bench.advance(2 * minute);
    expect([reads() - before, urls()]).toEqual([1, ['https://files.test/fresh-0', 'https://files.test/fresh-1']]);
    await bench.advance(50 * minute);
    expect(reads() - before).toBe(1);
  });

  it('M10: renews nothing by default, and an expired item when it is shown', async () => {
    const { bench, page, reads } = await shownItems();
    const before = reads();
    await bench.advance(100 * minute);
    expect(reads()).toBe(before);
    await page.close();
    bench.finish('job-1', signed('fresh', start + 1_000 * minute));
    const next = await bench.open({ renewBeforeMs: 0 });
    await bench.advance(1_000);
    expect(next.view().items.map(({ url }) => url)).toEqual(['https://files.test/fresh-0']);
  });

  it('M10: waits a minute before it tries again, and gives up what the backend has deleted', async () => {
    const { bench, reads, page } = await shownItems({ renewBeforeMs: 10 * minute });
    bench.finish('job-1', { kind: 'pending' });
    const before = reads();
    await bench.advance(50 * minute + 5_000);
    expect(reads() - before).toBe(1);
    await bench.advance(5 * minute);
    expect(reads() - before).toBe(6);
    bench.finish('job-1', {
      kind: 'failed',
      failure: { code: 'expired', message: 'Deleted.', retryable: false, resumable: false, charged: 'yes' },
    });
    await bench.advance(100 * minute);
    expect(reads() - before).toBe(7);
    expect(page.emittedNames().filter(name => name.startsWith('item.renew'))).toEqual([]);
  });

  it('M10: is at most three reads at a time', async () => {
    const store = memoryStore<Item>();
    const renewFrom = (id: string) => ({ job: { id }, startedAt: start });
    await store.upsertItems(
      Array.from({ length: 8 }, (_, n) => ({
        id: `g${n}/0`,
        generationId: `g${n}`,
        url: '',
        prompt: '',
        expiresAt: start,
        renewFrom: renewFrom(`j${n}`),
      })),
    );
    const bench = clientBench({ store, renewBeforeMs: minute, script: { read: () => {} } });
    await bench.open();
    await bench.advance(1_000);
    expect(bench.reads).toHaveLength(3);
    for (let count = 0; count < 8; count += 1) {
      bench.reads[count]?.answer(signed('fresh', start + 60 * minute));
      await bench.advance(1_000);
    }
    expect(bench.reads).toHaveLength(8);
  });

  it('M10: looks at the clock once an hour, because a computer may have slept', async () => {
    const bench = clientBench({ renewBeforeMs: 10 * minute });
    const page = await bench.open();
    bench.finish('job-1', signed('old', start + 300 * minute));
    await page.generate('g');
    await bench.advance(5_000);
    const before = bench.reads.length;
    bench.finish('job-1', signed('fresh', start + 900 * minute));
    await bench.advance(59 * minute);
    bench.world.skip(300 * minute);
    expect(bench.reads).toHaveLength(before);
    await bench.advance(2 * minute);
    expect(page.view().items.map(({ url }) => url)).toEqual(['https://files.test/fresh-0']);
  });

  it('M10: is a number of ms', async () => {
    await expect(clientBench({ renewBeforeMs: -1 }).open()).rejects.toThrow(TypeError);
  });

  it('M10: is one read for all tabs, and each shows the fresh URLs', async () => {
    const { bench, page, urls, reads } = await shownItems({ renewBeforeMs: 10 * minute });
    const other = await bench.open();
    await bench.advance(1_000);
    const before = reads();
    bench.finish('job-1', signed('fresh', start + 120 * minute));
    await bench.advance(51 * minute);
    expect(reads()).toBe(before + 1);
    expect([urls(), other.view().items.map(({ url }) => url)]).toEqual([
      ['https://files.test/fresh-0'],
      ['https://files.test/fresh-0'],
    ]);
    await page.close();
    bench.finish('job-1', signed('fresher', start + 240 * minute));
    await bench.advance(60 * minute);
    expect([reads(), other.view().items.map(({ url }) => url)]).toEqual([before + 2, ['https://files.test/fresher-0']]);
  });

  it('M10: is renewed at once when the user asks while another tab renews it', async () => {
    const { bench, page, reads } = await shownItems({ renewBeforeMs: 10 * minute });
    const other = await bench.open();
    await bench.advance(1_000);
    const before = reads();
    bench.script.read = () => {};
    await bench.advance(50 * minute);
    expect(reads()).toBe(before + 1);
    bench.script.read = call => call.answer(signed('fresh', start + 120 * minute));
    const renewed = other.client.renew('g/0');
    await bench.advance(100);
    await expect(renewed).resolves.toMatchObject({ url: 'https://files.test/fresh-0' });
    await page.close();
  });
});
