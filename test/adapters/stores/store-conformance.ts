import { addDuration } from 'generation-lifecycle';
import type { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

/** What the suite stores. The optional members make one item more complete than another. */
export type Picture = {
  readonly id: string;
  readonly url?: string;
  readonly prompt?: string | null;
  readonly settings?: { readonly model?: string; readonly seed?: number };
};

type Store = ReturnType<typeof memoryStore<Picture>>;
type StoredGeneration = Awaited<ReturnType<Store['readGenerations']>>[number];

/** Opens one gallery twice, as two tabs do. Each call opens another, empty gallery. */
export type OpenTwice = (options?: { limit?: number }) => readonly [here: Store, there: Store];

/** Pictures that have nothing but an id. */
export const pictures = (...ids: readonly string[]): readonly Picture[] => ids.map(id => ({ id }));

/** A generation that is running. */
export const generationOf = (
  id: string,
  { createdAt = 1, updatedAt = createdAt, ...rest }: Partial<StoredGeneration> = {},
) =>
  ({
    version: 1,
    token: { version: 1, id, idempotencyKey: `key of ${id}`, job: { id: `job of ${id}` }, cancelRequested: false },
    createdAt,
    updatedAt,
    ...rest,
  }) satisfies StoredGeneration;

const idsIn = async (store: Store, limit?: number) => (await store.readItems(limit)).map(({ id }) => id);

type Step =
  | { readonly upsert: readonly Picture[]; readonly answers: readonly string[] }
  | { readonly remove: readonly string[] }
  | { readonly clear: readonly string[] };

/** Plays the steps on both stores alternately, so that each finds what the other has written. */
async function play(stores: readonly Store[], steps: readonly Step[]) {
  for (const [index, step] of steps.entries()) {
    const store = stores[index % stores.length];
    if ('upsert' in step) expect(await store?.upsertItems(step.upsert), `step ${index}`).toEqual(step.answers);
    else if ('remove' in step) await store?.removeItems(step.remove);
    else expect(await store?.clearItems(), `step ${index}`).toEqual(step.clear);
  }
}

const whole: Picture = {
  id: 'a',
  url: 'https://files.test/a',
  prompt: 'a lighthouse',
  settings: { model: 'x', seed: 0 },
};

const galleries: readonly {
  readonly what: string;
  readonly limit?: number;
  readonly steps: readonly Step[];
  readonly shown: readonly (string | Picture)[];
}[] = [
  {
    what: 'shows the newest first, in the order given within one call',
    steps: [
      { upsert: pictures('b', 'a'), answers: ['added', 'added'] },
      { upsert: pictures('d', 'c'), answers: ['added', 'added'] },
    ],
    shown: ['d', 'c', 'b', 'a'],
  },
  {
    what: 'says added once for each item, and leaves it at its place',
    steps: [
      { upsert: pictures('a'), answers: ['added'] },
      { upsert: pictures('b', 'a'), answers: ['added', 'known'] },
      { upsert: pictures('a', 'b'), answers: ['known', 'known'] },
    ],
    shown: ['b', 'a'],
  },
  {
    what: 'says added once for an item that is twice in one call',
    steps: [{ upsert: [{ id: 'a' }, whole], answers: ['added', 'known'] }],
    shown: [whole],
  },
  {
    what: 'M10: replaces what is stored by what a newer version fills in',
    steps: [
      { upsert: [{ id: 'a', url: 'https://files.test/a', prompt: '' }], answers: ['added'] },
      { upsert: [whole], answers: ['known'] },
      { upsert: [{ id: 'a', settings: { model: 'y' } }], answers: ['known'] },
    ],
    shown: [{ ...whole, settings: { model: 'y', seed: 0 } }],
  },
  {
    what: 'M10: keeps what a newer version lacks or leaves empty, and takes its fresh url',
    steps: [
      { upsert: [whole], answers: ['added'] },
      { upsert: [{ id: 'a', url: 'https://files.test/other', prompt: null, settings: {} }], answers: ['known'] },
    ],
    shown: [{ ...whole, url: 'https://files.test/other' }],
  },
  {
    what: 'M10: replaces a url that has expired by a fresh one of an equally complete item',
    steps: [
      { upsert: [whole], answers: ['added'] },
      { upsert: [{ ...whole, url: 'https://files.test/a?signature=2' }], answers: ['known'] },
    ],
    shown: [{ ...whole, url: 'https://files.test/a?signature=2' }],
  },
  {
    what: 'never takes a removed item again',
    steps: [
      { upsert: pictures('b', 'a'), answers: ['added', 'added'] },
      { remove: ['a'] },
      { upsert: [whole, { id: 'c' }], answers: ['removed', 'added'] },
      { remove: ['a', 'nobody'] },
    ],
    shown: ['c', 'b'],
  },
  {
    what: 'does not take an item that was removed before it came',
    steps: [{ remove: ['a'] }, { upsert: pictures('a'), answers: ['removed'] }],
    shown: [],
  },
  {
    what: 'clears all items, returns their ids, and never takes them again',
    steps: [
      { upsert: pictures('b', 'a'), answers: ['added', 'added'] },
      { clear: ['b', 'a'] },
      { upsert: pictures('c', 'b'), answers: ['added', 'removed'] },
      { clear: ['c'] },
      { clear: [] },
    ],
    shown: [],
  },
  {
    what: 'drops the oldest items over its limit, which do not come back',
    limit: 2,
    steps: [
      { upsert: pictures('b', 'a'), answers: ['added', 'added'] },
      { upsert: pictures('c'), answers: ['added'] },
      { upsert: pictures('a'), answers: ['removed'] },
      { remove: ['c'] },
      { upsert: pictures('a'), answers: ['removed'] },
    ],
    shown: ['b'],
  },
  {
    what: 'says removed for items of one call that are over the limit',
    limit: 2,
    steps: [{ upsert: pictures('c', 'b', 'a'), answers: ['added', 'added', 'removed'] }],
    shown: ['c', 'b'],
  },
];

type Change = Parameters<Store['updateGeneration']>[1];

const put =
  (generation: StoredGeneration): Change =>
  () =>
    generation;
const drop: Change = () => undefined;

/** The rules of a store, the same for all of them. */
export function describeStore(name: string, openTwice: OpenTwice): void {
  describe(`${name}, its items`, () => {
    it.each(galleries)('$what', async ({ limit, steps, shown }) => {
      const stores = openTwice(limit === undefined ? {} : { limit });
      await play(stores, steps);
      for (const store of stores) {
        expect(await store.readItems()).toEqual(shown.map(one => (typeof one === 'string' ? { id: one } : one)));
      }
    });

    it('are read up to a limit, the newest first', async () => {
      const [here, there] = openTwice();
      await here.upsertItems(pictures('c', 'b', 'a'));
      expect(await idsIn(there, 2)).toEqual(['c', 'b']);
      expect(await idsIn(there, 9)).toEqual(['c', 'b', 'a']);
      expect(await idsIn(there, 0)).toEqual([]);
    });

    it('are not lost, and each is added exactly once, when two tabs put many there at once', async () => {
      const stores = openTwice({ limit: 100 });
      const ids = Array.from({ length: 20 }, (_, n) => `shared-${n}`);
      const answers = await Promise.all(
        stores.map((store, tab) =>
          Promise.all(
            ids.flatMap(id => [store.upsertItems(pictures(id)), store.upsertItems(pictures(`${id}-of-${tab}`))]),
          ),
        ),
      );
      expect(answers.flat(2).filter(answer => answer === 'added')).toHaveLength(60);
      for (const store of stores) expect(new Set(await idsIn(store)).size).toBe(60);
    });

    it('are as they were given, however the giver changes its own later', async () => {
      const [here, there] = openTwice();
      const mine = { id: 'a', settings: { model: 'x' } };
      await here.upsertItems([mine]);
      mine.settings.model = 'y';
      expect(await there.readItems()).toEqual([{ id: 'a', settings: { model: 'x' } }]);
    });
  });

  describe(`${name}, its generations`, () => {
    it('are read by the other, oldest first', async () => {
      const [here, there] = openTwice();
      await here.updateGeneration('late', put(generationOf('late', { createdAt: 20 })));
      await there.updateGeneration(
        'early',
        put(generationOf('early', { createdAt: 10, description: { prompt: 'fog' } })),
      );
      expect(await here.readGenerations()).toEqual([
        generationOf('early', { createdAt: 10, description: { prompt: 'fog' } }),
        generationOf('late', { createdAt: 20 }),
      ]);
      expect(await there.readGenerations()).toEqual(await here.readGenerations());
    });

    it('are changed by a function of what the other has written', async () => {
      const [here, there] = openTwice();
      expect(await here.updateGeneration('a', put(generationOf('a')))).toEqual(generationOf('a'));
      const change: Change = found => found && { ...found, updatedAt: 5, message: `job: ${found.token.job?.id}` };
      const changed = generationOf('a', { updatedAt: 5, message: 'job: job of a' });
      expect(await there.updateGeneration('a', change)).toEqual(changed);
      expect(await there.updateGeneration('b', change)).toBeUndefined();
      expect(await here.readGenerations()).toEqual([changed]);
    });

    it('go when the change says so, and may come again', async () => {
      const [here, there] = openTwice();
      await here.updateGeneration('a', put(generationOf('a')));
      expect(await there.updateGeneration('a', drop)).toBeUndefined();
      expect(await here.readGenerations()).toEqual([]);
      await here.updateGeneration('a', put(generationOf('a', { updatedAt: 9 })));
      expect(await there.readGenerations()).toEqual([generationOf('a', { updatedAt: 9 })]);
    });

    it('are not lost when two tabs write at once', async () => {
      const stores = openTwice();
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      await Promise.all(
        ids.map((id, n) => stores[n % 2]?.updateGeneration(id, put(generationOf(id, { createdAt: n })))),
      );
      const tokens = (await stores[0].readGenerations()).map(({ token }) => token.id);
      expect(tokens).toEqual(ids);
    });

    it('stay as they were when the change throws, and the call rejects with its error', async () => {
      const [here, there] = openTwice();
      await here.updateGeneration('a', put(generationOf('a')));
      const error = new Error('No change.');
      const attempt = here.updateGeneration('a', () => {
        throw error;
      });
      await expect(attempt).rejects.toBe(error);
      expect(await there.readGenerations()).toEqual([generationOf('a')]);
    });

    it('are apart from the items', async () => {
      const [here] = openTwice();
      await here.updateGeneration('a', put(generationOf('a')));
      await here.upsertItems(pictures('a'));
      await here.clearItems();
      expect(await here.readGenerations()).toEqual([generationOf('a')]);
    });
  });

  describe(`${name}, its scopes`, () => {
    /** The same scope in both tabs. */
    const scoped = (stores: readonly Store[], scope: string) =>
      stores.map(store => store.withScope?.(scope) ?? expect.fail('it has no scopes'));

    it('M7: share nothing with each other and with the store itself, whatever text they are', async () => {
      const stores = openTwice();
      const scopes = ['ann', 'ann:meta', 'ann/bob', 'ann%2Fbob', ':scope:ann', '', '\ud800'];
      for (const scope of scopes) {
        const [here] = scoped(stores, scope);
        await here?.upsertItems(pictures(`item of ${scope}`));
        await here?.updateGeneration(scope, put(generationOf(scope || 'none')));
      }
      for (const scope of scopes) {
        const [, there] = scoped(stores, scope);
        expect(there && (await idsIn(there))).toEqual([`item of ${scope}`]);
        expect((await there?.readGenerations())?.map(({ token }) => token.id)).toEqual([scope || 'none']);
      }
      expect([await idsIn(stores[0]), await stores[1].readGenerations()]).toEqual([[], []]);
      expect(stores[0].withScope?.('ann')).toBe(stores[0].withScope?.('ann'));
    });

    it('M7: are erased alone, and report it to the other tab', async () => {
      const stores = openTwice();
      const [here = expect.fail(), there = expect.fail()] = scoped(stores, 'ann');
      const [bob = expect.fail()] = scoped(stores, 'bob');
      for (const store of [here, bob, stores[0]]) {
        await store.upsertItems(pictures('a', 'b'));
        await store.removeItems(['b']);
        await store.updateGeneration('g', put(generationOf('g')));
      }
      const onChange = vi.fn();
      onTestFinished(there.watch(onChange));
      await here.erase?.();
      await expect.poll(() => onChange.mock.calls.flat()).toContain('erased');
      expect([await idsIn(there), await there.readGenerations()]).toEqual([[], []]);
      // Nothing of it is remembered: what was removed can be stored again.
      await there.upsertItems(pictures('b'));
      expect(await idsIn(there)).toEqual(['b']);
      for (const store of [bob, stores[1]]) {
        expect([await idsIn(store), (await store.readGenerations()).length]).toEqual([['a'], 1]);
      }
    });

    it('M7: lose nothing when the store without a scope is erased, or a scope whose name begins in the same way', async () => {
      const stores = openTwice();
      const [ann = expect.fail(), annAfterReload = expect.fail()] = scoped(stores, 'ann');
      const [anna = expect.fail(), annaAfterReload = expect.fail()] = scoped(stores, 'anna');
      const holdings = (store: Store) => Promise.all([idsIn(store), store.readGenerations()]);
      for (const store of [ann, anna, stores[0]]) {
        await store.upsertItems(pictures('a'));
        await store.updateGeneration('g', put(generationOf('g')));
      }
      await stores[0].erase?.();
      expect(await holdings(stores[1])).toEqual([[], []]);
      for (const store of [annAfterReload, annaAfterReload]) expect(await holdings(store)).toMatchObject([['a'], [{}]]);
      await ann.erase?.();
      expect(await holdings(annAfterReload)).toEqual([[], []]);
      expect(await holdings(annaAfterReload)).toMatchObject([['a'], [{}]]);
    });
  });

  describe(`${name}, its reports of changes`, () => {
    it.each<{ what: string; write: (store: Store) => Promise<unknown> }>([
      { what: 'an item put there', write: store => store.upsertItems(pictures('new')) },
      { what: 'an item made more complete', write: store => store.upsertItems([whole]) },
      { what: 'an item removed', write: store => store.removeItems(['a']) },
      { what: 'all items cleared', write: store => store.clearItems() },
      { what: 'a generation written', write: store => store.updateGeneration('b', put(generationOf('b'))) },
      { what: 'a generation deleted', write: store => store.updateGeneration('a', drop) },
    ])('reach the other tab for $what', async ({ write }) => {
      const [here, there] = openTwice();
      await here.upsertItems(pictures('a'));
      await here.updateGeneration('a', put(generationOf('a')));
      const before = [await there.readItems(), await there.readGenerations()];
      const onChange = vi.fn();
      onTestFinished(there.watch(onChange));
      await write(here);
      await expect.poll(() => onChange).toHaveBeenCalled();
      await expect.poll(async () => [await there.readItems(), await there.readGenerations()]).not.toEqual(before);
    });

    it('reach each watcher until it stops', async () => {
      const [here, there] = openTwice();
      const stopped = vi.fn();
      const stays = vi.fn();
      const stop = there.watch(stopped);
      onTestFinished(there.watch(stays));
      stop();
      stop();
      await here.upsertItems(pictures('a'));
      await expect.poll(() => stays).toHaveBeenCalled();
      expect(stopped).not.toHaveBeenCalled();
    });
  });

  describe(`${name}, its durations`, () => {
    it('are shared, one history for each key', async () => {
      const [here, there] = openTwice();
      expect(await here.readHistories?.()).toEqual({});
      await here.updateHistory?.('- a', known => addDuration(known, [1, 2]));
      await there.updateHistory?.('- a', known => addDuration(known, [3, null]));
      await there.updateHistory?.('- b', known => addDuration(known, [5, 6]));
      expect(await here.readHistories?.()).toEqual({
        '- a': {
          version: 1,
          jobs: [
            [1, 2],
            [3, null],
          ],
        },
        '- b': { version: 1, jobs: [[5, 6]] },
      });
    });

    it('are kept for the 32 keys that were changed last', async () => {
      const [here] = openTwice();
      for (let index = 0; index < 32; index += 1) {
        await here.updateHistory?.(`- ${index}`, known => addDuration(known, [1, 2]));
      }
      await here.updateHistory?.('- 0', known => addDuration(known, [3, 4]));
      await here.updateHistory?.('- new', known => addDuration(known, [5, 6]));
      const keys = Object.keys((await here.readHistories?.()) ?? {});
      expect(keys).toHaveLength(32);
      expect(keys).toEqual(expect.arrayContaining(['- 0', '- 31', '- new']));
      expect(keys).not.toContain('- 1');
    });

    it('belong to a scope, and are erased with it', async () => {
      const [here] = openTwice();
      const [ann, bob] = [here.withScope?.('ann'), here.withScope?.('bob')];
      for (const store of [here, ann, bob]) await store?.updateHistory?.('- a', known => addDuration(known, [1, 2]));
      await ann?.erase?.();
      expect(await ann?.readHistories?.()).toEqual({});
      expect(Object.keys((await bob?.readHistories?.()) ?? {})).toEqual(['- a']);
      expect(Object.keys((await here.readHistories?.()) ?? {})).toEqual(['- a']);
    });
  });
}
