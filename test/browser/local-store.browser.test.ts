import { localStore } from 'generation-lifecycle/adapters';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeLocalStore } from '../adapters/stores/local-store-conformance.js';
import { generationOf, type Picture, pictures } from '../adapters/stores/store-conformance.js';

let places = 0;
const newKey = () => `tab-pictures-${++places}`;

const stored = (key: string): unknown => JSON.parse(localStorage.getItem(key) ?? 'null');
const store = (key: string, value: unknown) => localStorage.setItem(key, JSON.stringify(value));

beforeEach(() => localStorage.clear());

describeLocalStore();

describe('localStore, after a page that was closed', () => {
  it('says added, once, for an item that was written but not decided', async () => {
    const key = newKey();
    await localStore<Picture>({ key }).upsertItems(pictures('a'));
    // No other tab gets the mutex as long as this one holds it: as if the page had been closed during its call.
    await navigator.locks.request('generation-lifecycle:mutex', async () => {
      void localStore<Picture>({ key }).upsertItems(pictures('b'));
      expect(stored(key)).toEqual(pictures('b', 'a'));
      const meta = stored(`${key}:meta`);
      expect(meta).toMatchObject({ known: ['a'] });
      store(`${key}-copy`, stored(key));
      store(`${key}-copy:meta`, meta);
    });
    const next = localStore<Picture>({ key: `${key}-copy` });
    expect(await next.upsertItems(pictures('b'))).toEqual(['added']);
    expect(await next.upsertItems(pictures('b'))).toEqual(['known']);
  });
});

describe('localStore, when two tabs call at the same time', () => {
  it('lets one of them decide at a time what is new, and says added to one', async () => {
    const key = newKey();
    const { locks } = navigator;
    const query = locks.query.bind(locks);
    // A call that has waited for too long goes on without the mutex: here it waits as long as a slow machine takes.
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    // Whoever decides asks first which items the others have announced. The answer is held back.
    const deciding = vi.spyOn(locks, 'query').mockImplementation(async () => {
      const found = await query();
      await released;
      return found;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const answers = [1, 2].map(() => localStore<Picture>({ key }).upsertItems(pictures('a')));
    const waiting = async () => (await query()).pending?.length ?? 0;
    await expect.poll(async () => (await waiting()) + deciding.mock.calls.length).toBe(2);
    expect(deciding).toHaveBeenCalledOnce();
    release();
    expect(await Promise.all(answers)).toEqual([['added'], ['known']]);
  });

  /** The event by which a tab learns of another's write. Each tab has its own copy of the storage, so the write may be overwritten by then. */
  const reportWrite = (key: string, value: unknown) =>
    dispatchEvent(new StorageEvent('storage', { key, newValue: JSON.stringify(value), storageArea: localStorage }));

  it('restores an item of the other that it has overwritten', async () => {
    const key = newKey();
    const gallery = localStore<Picture>({ key });
    await gallery.upsertItems(pictures('ours'));
    reportWrite(key, pictures('theirs'));
    // It waits for the mutex, and the next call waits after it.
    await gallery.upsertItems(pictures('ours'));
    expect((await gallery.readItems()).map(({ id }) => id).toSorted()).toEqual(['ours', 'theirs']);
  });

  it('restores a generation of the other that it has overwritten', async () => {
    const key = newKey();
    const gallery = localStore<Picture>({ key });
    await gallery.updateGeneration('ours', () => generationOf('ours'));
    reportWrite(`${key}:generations`, [generationOf('theirs')]);
    await gallery.updateGeneration('ours', found => found);
    const generations = await gallery.readGenerations();
    expect(generations.map(({ token }) => token.id).toSorted()).toEqual(['ours', 'theirs']);
  });
});

describe('localStore, without the mutex', () => {
  it('works where there are no Web Locks', async () => {
    Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
    onTestFinished(() => {
      Reflect.deleteProperty(navigator, 'locks');
    });
    const key = newKey();
    const gallery = localStore<Picture>({ key });
    expect(await gallery.upsertItems(pictures('a'))).toEqual(['added']);
    expect(await gallery.upsertItems(pictures('a'))).toEqual(['known']);
    expect(await gallery.updateGeneration('a', () => generationOf('a'))).toEqual(generationOf('a'));
  });

  it('goes on if another tab does not release the mutex', async () => {
    const key = newKey();
    let giveBack = () => {};
    const held = new Promise<void>(taken => {
      void navigator.locks.request('generation-lifecycle:mutex', () => {
        taken();
        return new Promise<void>(over => {
          giveBack = over;
        });
      });
    });
    await held;
    onTestFinished(() => giveBack());
    expect(await localStore<Picture>({ key }).upsertItems(pictures('a'))).toEqual(['added']);
  });
});
