import { indexedStore, memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeStore, generationOf, type Picture, pictures } from '../adapters/stores/store-conformance.js';

let places = 0;
const newName = () => `pictures-${Date.now()}-${++places}`;

describeStore('indexedStore', options => {
  const name = newName();
  return [indexedStore<Picture>({ name, ...options }), indexedStore<Picture>({ name, ...options })];
});

/** What a request of IndexedDB comes to. */
const answer = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

describe('indexedStore, beside other tabs', () => {
  it('does not hold up one that deletes the database, and begins anew after it', async () => {
    const name = newName();
    const store = indexedStore<Picture>({ name });
    await store.upsertItems(pictures('a'));
    const deleted = vi.fn();
    void answer(indexedDB.deleteDatabase(name)).then(deleted);
    await expect.poll(() => deleted).toHaveBeenCalled();
    expect(await store.readItems()).toEqual([]);
    expect(await store.upsertItems(pictures('a'))).toEqual(['added']);
  });

  it('does not hold up one that upgrades the database, and then says that it cannot use it', async () => {
    const name = newName();
    const store = indexedStore<Picture>({ name });
    await store.upsertItems(pictures('a'));
    const newer = await answer(indexedDB.open(name, 2));
    onTestFinished(() => newer.close());
    await expect(store.upsertItems(pictures('b'))).rejects.toMatchObject({ name: 'VersionError' });
    await expect(store.readItems()).rejects.toMatchObject({ name: 'VersionError' });
  });
});

describe('indexedStore, without room', () => {
  it('rejects with storage-full, and leaves everything as it was', async () => {
    const store = indexedStore<Picture>({ name: newName() });
    await store.upsertItems(pictures('a'));
    const put = IDBObjectStore.prototype.put;
    let puts = 0;
    // Every row but the first finds no room. The first one is in the transaction that this ends.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...row) {
      puts += 1;
      if (puts > 1) throw new DOMException('There is no room.', 'QuotaExceededError');
      return put.apply(this, row);
    });
    await expect(store.upsertItems(pictures('b', 'c'))).rejects.toMatchObject({ code: 'storage-full' });
    expect(puts).toBeGreaterThan(1);
    vi.restoreAllMocks();
    expect(await store.readItems()).toEqual(pictures('a'));
    expect(await store.upsertItems(pictures('b'))).toEqual(['added']);
  });
});

describe('indexedStore, made from another store', () => {
  it('copies its items and generations once, and leaves it as it is', async () => {
    const name = newName();
    const old = memoryStore<Picture>();
    await old.upsertItems(pictures('b', 'a'));
    await old.updateGeneration('r', () => generationOf('r'));
    const store = indexedStore<Picture>({ name, importFrom: old });
    expect(await store.upsertItems(pictures('c', 'b'))).toEqual(['added', 'known']);
    expect(await store.readItems()).toEqual(pictures('c', 'b', 'a'));
    expect(await store.readGenerations()).toEqual([generationOf('r')]);
    expect(await old.readItems()).toEqual(pictures('b', 'a'));

    await store.removeItems(['a']);
    await store.updateGeneration('r', () => undefined);
    const later = indexedStore<Picture>({ name, importFrom: old });
    expect(await later.readItems()).toEqual(pictures('c', 'b'));
    expect(await later.readGenerations()).toEqual([]);
  });

  it('works where that one does not, and copies it another time', async () => {
    const name = newName();
    const broken = { ...memoryStore<Picture>(), readItems: () => Promise.reject(new Error('Not now.')) };
    const store = indexedStore<Picture>({ name, importFrom: broken });
    expect(await store.upsertItems(pictures('b'))).toEqual(['added']);
    const old = memoryStore<Picture>();
    await old.upsertItems(pictures('a'));
    const later = indexedStore<Picture>({ name, importFrom: old });
    expect(new Set(await later.readItems())).toEqual(new Set(pictures('a', 'b')));
  });
});

describe('indexedStore, what cannot be read', () => {
  it('does not return an entry that is not a generation, and sets it aside before another takes its place', async () => {
    const name = newName();
    const store = indexedStore<Picture>({ name });
    await store.updateGeneration('a', () => generationOf('a'));
    const database = await answer(indexedDB.open(name));
    onTestFinished(() => database.close());
    const write = database.transaction('generations', 'readwrite').objectStore('generations');
    await answer(write.put({ version: 0 }, 'torn'));
    expect(await store.readGenerations()).toEqual([generationOf('a')]);
    await store.updateGeneration('torn', before => generationOf('torn', { createdAt: before ? 0 : 2 }));
    expect(await store.readGenerations()).toEqual([generationOf('a'), generationOf('torn', { createdAt: 2 })]);
    const aside = await answer(database.transaction('setAside').objectStore('setAside').getAll());
    expect(aside).toEqual([{ version: 0 }]);
  });
});
