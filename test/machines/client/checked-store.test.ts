import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { assertStore, checkedStore } from '../../../src/machines/client/checked-store.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { clientBench, type Item } from '../../support/client-bench.js';
import { anything, revoked } from '../../support/misbehaving-page.js';

const { store: whole } = clientBench();
const stored = newStored('a', 1, {});
const item = anything<Item>({ id: 'a/0' });

function checked(more: object) {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  return { warned, store: checkedStore<Item>({ ...whole, ...more }) };
}

const calls = ['readGenerations', 'updateGeneration', 'readItems', 'upsertItems', 'removeItems', 'clearItems', 'watch'];

describe('a store that is passed', () => {
  it('has all its functions', () => {
    expect(() => assertStore('pictures', whole)).not.toThrow();
    for (const call of calls) {
      expect(() => assertStore('pictures', { ...whole, [call]: undefined })).toThrow(
        new TypeError(`Client "pictures": the option store must be a store. It got one without ${call}.`),
      );
    }
    expect(() => assertStore('pictures', {})).toThrow(`one without ${calls.join(', ')}.`);
  });

  it.each<[unknown, string]>([
    [function localStore() {}, 'a function. Call it: localStore({ … }).'],
    [() => {}, 'a function. Call it: store({ … }).'],
    [undefined, 'a value of type undefined. Pass localStore({ key: "pictures" }), or memoryStore() to keep nothing.'],
    [null, 'a value of type null. Pass localStore({ key: "pictures" }), or memoryStore() to keep nothing.'],
  ])('is no %s', (store, found) => {
    expect(() => assertStore('pictures', store)).toThrow(
      new TypeError(`Client "pictures": the option store must be a store. It got ${found}`),
    );
  });
});

describe('what a store answers', () => {
  it.each<[string, () => unknown]>([
    ['readGenerations', () => 'none'],
    ['readItems', () => ({})],
    ['upsertItems', () => undefined],
    ['clearItems', () => null],
  ])('is a list of %s', async (call, answer) => {
    const { store, warned } = checked({ [call]: async () => answer() });
    const asked = anything<{ readonly [name: string]: (...given: unknown[]) => Promise<unknown> }>(store)[call]?.([
      item,
    ]);
    const text = `The store's ${call} resolved to a value that the type GenerationStore does not allow. The call counts as failed: correct the store.`;
    await expect(asked).rejects.toThrow(new TypeError(text));
    expect(warned).toHaveBeenCalledExactlyOnceWith(`generation-lifecycle: ${text}`);
  });

  it('is read without what is no generation and no item', async () => {
    const strange: unknown[] = [null, undefined, 5, {}, { token: null }, { token: { id: 5 } }, { id: 5 }, revoked];
    const { store } = checked({
      readGenerations: async () => [...strange, stored],
      readItems: async () => [...strange, item],
    });
    expect(await store.readGenerations()).toEqual([stored]);
    expect(await store.readItems()).toEqual([item]);
  });

  it('gives the number of items that are asked for', async () => {
    const readItems = vi.fn(async () => []);
    await checked({ readItems }).store.readItems(7);
    expect(readItems).toHaveBeenCalledExactlyOnceWith(7);
  });

  it.each<[unknown, boolean]>([
    [['added', 'known'], true],
    [['removed', 'removed'], true],
    [['added', 'removed', 'known'], true],
    [['added'], false],
    [['added', 'new'], false],
    [['unknown', 'known'], false],
    [['added', undefined], false],
    [[], false],
  ])('is one result for each item: %o', async (results, isValid) => {
    const { store } = checked({ upsertItems: async () => results });
    const answer = store.upsertItems([item, anything<Item>({ id: 'a/1' })]);
    if (isValid) await expect(answer).resolves.toEqual(results);
    else await expect(answer).rejects.toBeInstanceOf(TypeError);
  });

  it('is the generation that is stored then, or nothing', async () => {
    const change = (found: unknown) => anything<typeof stored>(found ?? stored);
    const given: unknown[] = [];
    const answering = (answer: unknown, found: unknown) =>
      checked({
        updateGeneration: async (_: string, apply: (found: unknown) => unknown) => {
          given.push(apply(found));
          return answer;
        },
      }).store.updateGeneration('a', change);
    expect(await answering(stored, undefined)).toBe(stored);
    for (const none of [null, undefined, false]) expect(await answering(none, null)).toBeUndefined();
    await expect(answering({}, 5)).rejects.toBeInstanceOf(TypeError);
    // What is no generation is none that is stored.
    expect(given).toEqual([stored, stored, stored, stored, stored]);
    const other = newStored('b', 1, {});
    await answering(other, other);
    expect(given.at(-1)).toBe(other);
  });

  it('is passed on, and is not needed, where it keeps no durations', async () => {
    const { store, warned } = checked({ readHistories: undefined, updateHistory: undefined });
    expect(await store.readHistories()).toEqual({});
    await expect(store.updateHistory('k', () => anything({}))).resolves.toBeUndefined();
    expect(warned).not.toHaveBeenCalled();
    const [removeItems, updateHistory, watch] = [vi.fn(), vi.fn(), vi.fn()];
    const passing = checked({ removeItems, updateHistory, watch }).store;
    await passing.removeItems(['a/0']);
    const change = () => anything<never>({});
    await passing.updateHistory('k', change);
    passing.watch(() => {});
    expect(removeItems).toHaveBeenCalledExactlyOnceWith(['a/0']);
    expect(updateHistory).toHaveBeenCalledExactlyOnceWith('k', change);
    expect(watch).toHaveBeenCalledOnce();
    const strange = checked({ readHistories: async () => ({ k: 'none' }) });
    expect(await strange.store.readHistories()).toEqual({});
    expect(strange.warned).toHaveBeenCalledExactlyOnceWith(
      "generation-lifecycle: The store's readHistories resolved to durations that cannot be read. They are left out, and learned again: correct the store.",
    );
  });
});
