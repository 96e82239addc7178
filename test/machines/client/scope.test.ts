import type { GenerationStore } from 'generation-lifecycle';
import { localStore, memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, flush, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const hold = { submit: () => {} };
const withoutScopes = (): GenerationStore<Item> => {
  const { withScope: _, erase: __, ...store } = memoryStore<Item>();
  return store;
};

/** A `Storage` whose whole content can be searched. */
function storageOf(): Storage & { readonly whole: () => string } {
  const texts = new Map<string, string>();
  return {
    get length() {
      return texts.size;
    },
    key: index => [...texts.keys()][index] ?? null,
    getItem: key => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: key => void texts.delete(key),
    clear: () => texts.clear(),
    whole: () => JSON.stringify([...texts]),
  };
}

describe('the scope of a client', () => {
  it('M7: keeps what another scope generates, shows and follows out of sight', async () => {
    const bench = clientBench({ idempotentSubmit: true });
    const ann = await bench.open({ scope: 'ann' });
    await ann.generate('g');
    await bench.advance(2_000);
    await ann.close();
    const reads = bench.reads.length;
    for (const scope of ['bob', undefined, '']) {
      const other = await bench.open({ scope });
      await bench.advance(200_000);
      expect([other.statuses(), other.items(), bench.submits.length, bench.reads.length]).toEqual([{}, [], 1, reads]);
      await other.close();
    }
    bench.finish('job-1');
    const again = await bench.open({ scope: 'ann' });
    await bench.advance(10_000);
    expect([again.statuses(), again.items()]).toEqual([{ g: 'completed' }, ['g/0']]);
  });

  it('M7: is part of the names of its locks, so the same id in two scopes is two generations', async () => {
    const bench = clientBench();
    const [ann, bob] = [await bench.open({ scope: 'ann/x' }), await bench.open({ scope: 'bob' })];
    await ann.generate('g');
    await bob.generate('g');
    expect([bench.locks.count('pictures/ann%2Fx/g'), bench.locks.count('pictures/bob/g')]).toEqual([1, 1]);
    expect(bench.submits).toHaveLength(2);
  });

  it('M7: is changed in a living page: nothing of the one before is followed, shown or cancelled', async () => {
    const bench = clientBench();
    const page = await bench.open({ scope: 'ann' });
    const { items } = await page.generate('g');
    await bench.advance(2_000);
    const reads = bench.reads.length;
    page.client.setScope('bob');
    await expect(items).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('another scope'),
    });
    expect(page.statuses()).toEqual({});
    await bench.advance(60_000);
    expect([bench.reads.length, bench.cancels.length, page.view().isReady]).toEqual([reads, 0, true]);
    await page.generate('h');
    await bench.advance(2_000);
    expect(page.statuses()).toEqual({ h: 'polling' });

    page.client.setScope('ann');
    await bench.advance(2_000);
    expect(page.statuses()).toEqual({ g: 'polling' });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect([page.items(), page.emittedNames().at(-1)]).toEqual([['g/0'], 'item.added g/0']);
    page.client.setScope('ann');
    expect(page.items()).toEqual(['g/0']);
  });

  it('M7: does not start a client that was not started', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.close();
    page.client.setScope('ann');
    await bench.advance(1_000);
    expect(page.view().isReady).toBe(false);
  });

  it('M7: needs a store with scopes, and a text', async () => {
    const bench = clientBench({ store: withoutScopes() });
    await expect(bench.open({ scope: 'ann' })).rejects.toThrow(/Client "pictures": its store has no withScope/);
    await expect(clientBench().open({ scope: 7 as never })).rejects.toThrow(TypeError);
    const page = await bench.open();
    await page.generate('g');
    expect(() => page.client.setScope('ann')).toThrow(TypeError);
    expect(page.statuses()).toEqual({ g: 'polling' });
  });
});

describe('forget', () => {
  it('M7: erases everything of its scope, in all tabs, and tells what still runs', async () => {
    const bench = clientBench();
    const open = (scope: string) => bench.open({ scope });
    const [a, b, bob] = [await open('ann'), await open('ann'), await open('bob')];
    bench.finish('job-1');
    await a.generate('done');
    await bench.advance(5_000);
    await a.generate('g');
    await bob.generate('h');
    await bench.advance(3_000);
    expect(b.generation('g')?.isFollowedElsewhere).toBe(true);
    const waiting = await b.generate('g');
    const forgotten = await a.client.forget();
    expect(forgotten).toEqual([{ id: 'g', job: { id: 'job-2' }, charged: 'yes', isCancelRequested: false }]);
    await flush();
    const reads = bench.reads.filter(({ about }) => (about as { id: string }).id === 'job-2').length;
    await expect(waiting.items).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('forgotten'),
    });
    await bench.advance(60_000);
    for (const page of [a, b]) expect([page.statuses(), page.items(), page.view().isReady]).toEqual([{}, [], true]);
    expect(bench.reads.filter(({ about }) => (about as { id: string }).id === 'job-2')).toHaveLength(reads);
    expect([bench.cancels.length, bob.statuses()]).toEqual([0, { h: 'polling' }]);
    const store = bench.store.withScope?.('ann') ?? expect.fail();
    expect([await store.readItems(), await store.readGenerations()]).toEqual([[], []]);
  });

  it('M7: cancels only if it is asked to, also what another tab follows and what has no job', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await b.generate('g');
    await bench.advance(3_000);
    expect(await a.client.forget({ cancel: true })).toEqual([
      { id: 'g', job: { id: 'job-1' }, charged: 'yes', isCancelRequested: true },
    ]);
    expect(bench.cancels.map(({ about }) => about)).toEqual([{ id: 'job-1' }]);
    const held = clientBench({ script: hold });
    const page = await held.open();
    await page.generate('h');
    const forgetting = page.client.forget({ cancel: true });
    await held.advance(120_000);
    expect(await forgetting).toEqual([{ id: 'h', job: undefined, charged: 'maybe', isCancelRequested: false }]);
  });

  it('M7: keeps what is generated while it erases', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('g');
    const forgetting = page.client.forget();
    const { items } = page.client.generate({ prompt: 'new' }, { id: 'new' });
    await forgetting;
    await bench.advance(2_000);
    expect([page.statuses(), await bench.storedGenerations()]).toEqual([{ new: 'polling' }, ['new']]);
    bench.finish('job-2');
    await bench.advance(10_000);
    await expect(items).resolves.toMatchObject([{ id: 'new/0' }]);
  });

  it.each([undefined, 'ann'])('M7: leaves no prompt in localStorage (scope: %s)', async scope => {
    const storage = storageOf();
    const bench = clientBench({ store: localStore<Item>({ key: 'pictures', storage }), idempotentSubmit: true, scope });
    const page = await bench.open();
    storage.setItem(scope ? 'pictures:scope:ann:generations' : 'pictures:generations', '[{"lost":"secret words"}]');
    bench.finish('job-1');
    await page.generate('a', 'secret words');
    await bench.advance(5_000);
    await page.generate('b', 'secret words');
    await bench.advance(3_000);
    expect(storage.whole()).toContain('secret words');
    expect(storage.whole()).toContain(':set-aside:1');
    await page.client.forget();
    await bench.advance(5_000);
    expect(storage.whole()).not.toContain('secret');
    expect(storage.whole()).not.toContain('job-');
  });

  it('M7: a dismissed failure that quotes the prompt leaves no text of it', async () => {
    const storage = storageOf();
    const bench = clientBench({ store: localStore<Item>({ key: 'pictures', storage }), idempotentSubmit: true });
    bench.script.submit = call =>
      call.refuse(error('moderated', { message: 'Refused: "secret words".', details: 'secret words' }));
    const page = await bench.open();
    await page.generate('a', 'secret words');
    await bench.advance(5_000);
    expect(page.generation('a')?.failure?.message).toContain('secret');
    await page.send({ type: 'DISMISS', id: 'a' });
    await page.send({ type: 'CLEAR' });
    await bench.advance(5_000);
    expect(storage.whole()).toContain('moderated');
    expect(storage.whole()).not.toContain('secret');
  });

  it('M7: does without erase() what it can, and rejects if the store cannot be erased', async () => {
    const bench = clientBench({ store: withoutScopes() });
    const page = await bench.open();
    bench.finish('job-1');
    await page.generate('a');
    await bench.advance(5_000);
    await page.generate('b');
    await page.client.forget();
    expect([await bench.store.readGenerations(), await bench.storedItems(), page.statuses()]).toEqual([[], [], {}]);
    const broken = clientBench({ store: { ...memoryStore<Item>(), erase: () => Promise.reject(Error('no disk')) } });
    const other = await broken.open();
    await expect(other.client.forget()).rejects.toThrow('no disk');
    await other.generate('c');
    await broken.advance(2_000);
    expect(other.statuses()).toEqual({ c: 'polling' });
  });
});
