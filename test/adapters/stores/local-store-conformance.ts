import { isStoredGeneration, localStore, type StoredFormat } from 'generation-lifecycle/adapters';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeStore, generationOf, type Picture, pictures } from './store-conformance.js';

let places = 0;
const newKey = () => `pictures-${++places}`;

const stored = (key: string): unknown => JSON.parse(localStorage.getItem(key) ?? 'null');
const store = (key: string, value: unknown) => localStorage.setItem(key, JSON.stringify(value));

/** What is stored, in the order of the storage. */
const storedEntries = () =>
  Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '').map(
    key => [key, localStorage.getItem(key) ?? ''] as const,
  );

/** What a local store keeps in the `localStorage` of its platform: in Chromium, and in the one that a test gives to Node. */
export function describeLocalStore(): void {
  beforeEach(() => localStorage.clear());

  describeStore('localStore', options => {
    const key = newKey();
    return [localStore<Picture>({ key, ...options }), localStore<Picture>({ key, ...options })];
  });

  describe('localStore, beside older code', () => {
    it('keeps exactly the array of items under its key, written within the call', async () => {
      const key = newKey();
      const gallery = localStore<Picture>({ key });
      const writing = gallery.upsertItems([{ id: 'b', url: 'https://files.test/b' }, { id: 'a' }]);
      expect(stored(key)).toEqual([{ id: 'b', url: 'https://files.test/b' }, { id: 'a' }]);
      await writing;
      const removing = gallery.removeItems(['b']);
      expect(stored(key)).toEqual([{ id: 'a' }]);
      await removing;
      expect(stored(key)).toEqual([{ id: 'a' }]);
    });

    it('takes an array without a meta as it is, and knows its items', async () => {
      const key = newKey();
      store(key, [{ id: 'b', prompt: 'fog' }, { id: 'a' }]);
      const gallery = localStore<Picture>({ key, limit: 3 });
      expect(await gallery.readItems()).toEqual([{ id: 'b', prompt: 'fog' }, { id: 'a' }]);
      expect(await gallery.upsertItems(pictures('c', 'b', 'a'))).toEqual(['added', 'known', 'known']);
      expect(stored(key)).toEqual([{ id: 'c' }, { id: 'b', prompt: 'fog' }, { id: 'a' }]);
    });

    it('shows once what old code has put there twice, and of the two what says more', async () => {
      const key = newKey();
      store(key, [{ id: 'b' }, { id: 'a' }, { id: 'b', prompt: 'fog' }, { id: 'a' }]);
      const gallery = localStore<Picture>({ key });
      expect(await gallery.readItems()).toEqual([{ id: 'b', prompt: 'fog' }, { id: 'a' }]);
      expect(await gallery.upsertItems(pictures('c'))).toEqual(['added']);
      expect(stored(key)).toEqual([{ id: 'c' }, { id: 'b', prompt: 'fog' }, { id: 'a' }]);
    });

    it('shows what old code puts into the array, and does not show what it takes out', async () => {
      const key = newKey();
      const gallery = localStore<Picture>({ key });
      await gallery.upsertItems(pictures('b', 'a'));
      store(key, [{ id: 'c' }, { id: 'a' }]);
      expect(await gallery.readItems()).toEqual(pictures('c', 'a'));
    });

    it('keeps 50 items by default', async () => {
      const key = newKey();
      await localStore<Picture>({ key }).upsertItems(pictures(...Array.from({ length: 60 }, (_, n) => `${n}`)));
      expect(stored(key)).toHaveLength(50);
    });
  });

  describe('localStore, when there is no room', () => {
    const entries = () => storedEntries().filter(([key]) => key !== 'filler');

    /** Leaves so many characters of the 5 Mi that a Chromium gives to an origin. */
    const fillUp = (room = 0) => {
      const used = entries().reduce((sum, [key, text]) => sum + key.length + text.length, 'filler'.length);
      localStorage.setItem('filler', 'x'.repeat(5 * 1024 * 1024 - used - room));
      expect(() => localStorage.setItem('y', 'y'.repeat(room))).toThrow(DOMException);
    };

    it.each([
      { what: 'at all', isThere: true, room: 0 },
      { what: 'at all, for the first item', isThere: false, room: 0 },
      { what: 'for the items, but for all that stands beside them', isThere: false, room: 500 },
    ])('rejects with storage-full and leaves all as it was: none $what', async ({ isThere, room }) => {
      const key = newKey();
      const gallery = localStore<Picture>({ key });
      if (isThere) await gallery.upsertItems(pictures('a'));
      if (isThere) await gallery.updateGeneration('a', () => generationOf('a'));
      fillUp(room);
      const large = { message: 'z'.repeat(1_000) };
      const before = entries();
      const full = {
        name: 'GenerationError',
        failure: { code: 'storage-full', retryable: false, resumable: false, charged: 'no' },
      };
      await expect(gallery.upsertItems([{ id: 'b' }, { id: 'c', prompt: large.message }])).rejects.toMatchObject(full);
      await expect(gallery.updateGeneration('b', () => generationOf('b', large))).rejects.toMatchObject(full);
      expect(entries()).toEqual(before);
      localStorage.removeItem('filler');
      expect(await gallery.upsertItems(pictures('b'))).toEqual(['added']);
    });

    it('loses nothing that it cannot set aside', async () => {
      const key = newKey();
      localStorage.setItem(key, `{"torn": "${'y'.repeat(1_000)}`);
      const torn = localStorage.getItem(key);
      fillUp();
      const gallery = localStore<Picture>({ key });
      expect(await gallery.readItems()).toEqual([]);
      await expect(gallery.upsertItems(pictures('a'))).rejects.toMatchObject({ code: 'storage-full' });
      expect(localStorage.getItem(key)).toBe(torn);
      localStorage.removeItem('filler');
      expect(await gallery.upsertItems(pictures('a'))).toEqual(['added']);
      expect(localStorage.getItem(`${key}:set-aside:1`)).toBe(torn);
    });
  });

  describe('localStore, what cannot be read', () => {
    it.each<{ what: string; text: string; aside: string; items: readonly Picture[] }>([
      { what: 'text that is no JSON', text: '[{"id":"a"', aside: '[{"id":"a"', items: [] },
      { what: 'JSON that is no array', text: '{"id":"a"}', aside: '{"id":"a"}', items: [] },
      {
        what: 'elements without an id',
        text: '[{"id":"a"},null,{"id":7},"x",{"id":""}]',
        aside: '[null,{"id":7},"x",{"id":""}]',
        items: pictures('a'),
      },
    ])('sets $what aside, once, and goes on', async ({ text, aside, items }) => {
      const key = newKey();
      localStorage.setItem(key, text);
      const gallery = localStore<Picture>({ key });
      expect(await gallery.readItems()).toEqual(items);
      expect(await gallery.upsertItems(pictures('new'))).toEqual(['added']);
      expect(stored(key)).toEqual([...pictures('new'), ...items]);
      expect(localStorage.getItem(`${key}:set-aside:1`)).toBe(aside);
      expect(localStorage.getItem(`${key}:set-aside:2`)).toBeNull();
    });

    it('S24: makes items of what older code has written, and sets aside what is none', async () => {
      const key = newKey();
      store(key, [{ number: 1 }, 'junk', { id: 'a' }]);
      const aside: unknown[] = [];
      const gallery = localStore<Picture>({
        key,
        parseItems: entries => entries.map(one => (typeof one === 'object' ? { id: 'old', ...one } : undefined)),
        onSetAside: (...told) => aside.push(told),
      });
      expect((await gallery.readItems()).map(({ id }) => id)).toEqual(['old', 'a']);
      await gallery.readItems();
      expect(aside).toEqual([[key, '["junk"]']]);
      await gallery.removeItems(['old']);
      expect(stored(key)).toEqual([{ id: 'a' }]);
    });

    it('S24: shows the items that it knows, and loses nothing, if a callback throws', async () => {
      const key = newKey();
      store(key, [...pictures('a'), 'junk']);
      const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
      const gallery = localStore<Picture>({
        key,
        parseItems() {
          throw new Error('Not today.');
        },
        onSetAside() {
          throw new Error('Nor this.');
        },
      });
      expect(await gallery.readItems()).toEqual(pictures('a'));
      expect(stored(`${key}:set-aside:1`)).toEqual(['junk']);
      expect(logged).toHaveBeenCalledOnce();
    });

    it('keeps ten texts aside, the newest', async () => {
      const key = newKey();
      const gallery = localStore<Picture>({ key });
      for (let n = 1; n <= 12; n += 1) {
        localStorage.setItem(key, `torn ${n}`);
        await gallery.readItems();
      }
      const kept = storedEntries()
        .map(([name]) => name)
        .filter(one => one.startsWith(`${key}:set-aside:`));
      expect(kept.map(one => localStorage.getItem(one)).toSorted()).toEqual(
        Array.from({ length: 10 }, (_, n) => `torn ${n + 3}`).toSorted(),
      );
    });

    it('sets a meta aside that is no JSON, and knows what is in the array', async () => {
      const key = newKey();
      store(key, pictures('a'));
      localStorage.setItem(`${key}:meta`, '{torn');
      expect(await localStore<Picture>({ key }).upsertItems(pictures('a'))).toEqual(['known']);
      expect(localStorage.getItem(`${key}:meta:set-aside:1`)).toBe('{torn');
    });

    it('sets aside entries that are not generations, and leaves those of a newer version', async () => {
      const key = newKey();
      const newer = { version: 2, anything: true };
      store(`${key}:generations`, [generationOf('a'), { version: 1, token: 'none' }, newer]);
      const gallery = localStore<Picture>({ key });
      expect(await gallery.readGenerations()).toEqual([generationOf('a')]);
      await gallery.updateGeneration('b', () => generationOf('b'));
      expect(stored(`${key}:generations`)).toEqual([generationOf('a'), newer, generationOf('b')]);
      expect(stored(`${key}:generations:set-aside:1`)).toEqual([{ version: 1, token: 'none' }]);
    });

    it('A4: leaves a generation whose token is of a newer version to the page that has written it', async () => {
      const key = newKey();
      const old = generationOf('a');
      const newer = { ...old, token: { ...old.token, version: 99 } };
      store(`${key}:generations`, [newer]);
      const gallery = localStore<Picture>({ key });
      expect(await gallery.readGenerations()).toEqual([]);
      await gallery.updateGeneration('b', () => generationOf('b'));
      expect(stored(`${key}:generations`)).toEqual([newer, generationOf('b')]);
      expect(localStorage.getItem(`${key}:generations:set-aside:1`)).toBeNull();
    });
  });

  describe('localStore, an older shape of items', () => {
    const migrate = vi.fn((old: unknown, fromVersion: number) =>
      (Array.isArray(old) ? old : []).map((url: string) => ({ id: `${fromVersion}:${url}`, url })),
    );

    it('is migrated from the version it has, and once it is written no more', async () => {
      const key = newKey();
      store(key, ['one', 'two']);
      const gallery = localStore<Picture>({ key, version: 2, migrate });
      const migrated = [
        { id: '0:one', url: 'one' },
        { id: '0:two', url: 'two' },
      ];
      expect(await gallery.readItems()).toEqual(migrated);
      expect(await gallery.upsertItems(pictures('0:one', 'new'))).toEqual(['known', 'added']);
      expect(stored(`${key}:meta`)).toMatchObject({ version: 2 });
      migrate.mockClear();
      expect(await localStore<Picture>({ key, version: 2, migrate }).readItems()).toEqual([
        ...pictures('new'),
        ...migrated,
      ]);
      expect(migrate).not.toHaveBeenCalled();
    });

    it('is set aside whole when it cannot be migrated', async () => {
      const key = newKey();
      store(key, ['one']);
      const gallery = localStore<Picture>({
        key,
        migrate: () => {
          throw new Error('No migration.');
        },
      });
      expect(await gallery.readItems()).toEqual([]);
      expect(stored(`${key}:set-aside:1`)).toEqual(['one']);
    });
  });

  describe('localStore, generations in an array of other code', () => {
    /** As an old hook of one kind would read them. */
    const format: StoredFormat = {
      key: 'generation_states',
      limit: 3,
      toStored: generation => ({
        type: 'image',
        fileId: generation.token.job?.id,
        startTime: generation.createdAt,
        generation,
      }),
      fromStored(entry) {
        const { type, fileId, startTime, generation } = Object(entry);
        if (type === 'video') return 'foreign';
        if (isStoredGeneration(generation)) return generation;
        return typeof fileId === 'string' ? generationOf(fileId, { createdAt: startTime }) : undefined;
      },
    };
    const old = { type: 'image', fileId: 'old', startTime: 5 };
    const video = { type: 'video', fileId: 7 };

    it('reads entries of older code, leaves those of other code, and sets aside what is neither', async () => {
      const key = newKey();
      store('generation_states', [old, video, 'junk']);
      const gallery = localStore<Picture>({ key, generations: format });
      expect(await gallery.readGenerations()).toEqual([generationOf('old', { createdAt: 5 })]);
      const writing = gallery.updateGeneration('new', () => generationOf('new', { createdAt: 9 }));
      const generation = generationOf('new', { createdAt: 9 });
      const entry = { type: 'image', fileId: 'job of new', startTime: 9, generation };
      expect(stored('generation_states')).toEqual([old, video, entry]);
      await writing;
      await gallery.updateGeneration('old', () => undefined);
      expect(stored('generation_states')).toEqual([video, entry]);
      expect(stored('generation_states:set-aside:1')).toEqual(['junk']);
    });

    it('keeps the newest ones there as far as they fit, and the rest elsewhere', async () => {
      const key = newKey();
      store('generation_states', [video]);
      const gallery = localStore<Picture>({ key, generations: format });
      for (const createdAt of [1, 2, 3, 4]) {
        await gallery.updateGeneration(`r${createdAt}`, () => generationOf(`r${createdAt}`, { createdAt }));
      }
      expect(stored('generation_states')).toMatchObject([video, { startTime: 3 }, { startTime: 4 }]);
      expect((await gallery.readGenerations()).map(({ createdAt }) => createdAt)).toEqual([1, 2, 3, 4]);
      await gallery.updateGeneration('r4', () => undefined);
      expect(stored('generation_states')).toMatchObject([video, { startTime: 3 }, { startTime: 2 }]);
      expect((await gallery.readGenerations()).map(({ createdAt }) => createdAt)).toEqual([1, 2, 3]);
    });
  });
}
