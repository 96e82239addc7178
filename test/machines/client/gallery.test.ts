import { describe, expect, it } from 'vitest';
import { addItems, gallerySteps, mergeItems, replaceItems } from '../../../src/machines/client/client.gallery.js';
import { findGeneration, updateGeneration } from '../../../src/machines/client/client.list.js';
import { contextOf, type TestContext, type TestItem } from '../../support/client-context.js';

const item = (id: string, more: Partial<TestItem> = {}): TestItem => ({ id, ...more });
const ids = (items: readonly TestItem[] | undefined) => items?.map(({ id }) => id);
const withItems = (context: TestContext, items: readonly TestItem[]): TestContext => ({ ...context, items });
const { remove, clear, removeOthers } = gallerySteps<string, string, TestItem>();

/** A gallery of two generations. */
const gallery = (): TestContext => {
  const [a, b] = [item('a/0'), item('b/0')];
  const context = withItems(contextOf({ a: { phase: 'ended' }, b: { phase: 'ended' } }), [b, a]);
  return updateGeneration(updateGeneration(context, 'a', {}, { items: [a] }), 'b', {}, { items: [b] });
};

describe('the items of a generation that has ended', () => {
  it('come in front, and a newer one of the same id stays in its place', () => {
    const context = gallery();
    const added = addItems(context, [item('a/0', { url: 'new' }), item('c/0')], 10);
    expect(ids(added.items)).toEqual(['c/0', 'b/0', 'a/0']);
    expect(added.items[2]).toEqual({ id: 'a/0', url: 'new' });
    expect(added.items[1]).toBe(context.items[0]);
  });

  it('are at most as many as are shown, and no change where nothing changes', () => {
    const context = gallery();
    expect(ids(addItems(context, [item('c/0')], 2).items)).toEqual(['c/0', 'b/0']);
    expect(addItems(context, [item('a/0')], 10).items).toBe(context.items);
  });

  it('are replaced everywhere by newer ones, and by none that is not shown', () => {
    const replaced = replaceItems(gallery(), [item('a/0', { url: 'new' }), item('x/0')]);
    expect(ids(replaced.items)).toEqual(['b/0', 'a/0']);
    expect(replaced.items[1]).toEqual({ id: 'a/0', url: 'new' });
    expect(findGeneration(replaced, 'a')?.items).toEqual([{ id: 'a/0', url: 'new' }]);
    const context = gallery();
    const same = replaceItems(context, [item('x/0')]);
    expect(same.items).toBe(context.items);
    expect(same.generations).toBe(context.generations);
  });
});

describe('what was read of the store', () => {
  it('is shown, without what was removed here, up to the limit', () => {
    const context = { ...gallery(), removed: { 'a/0': true as const } };
    expect(ids(mergeItems(context, [item('c/0'), item('b/0'), item('a/0')], 10).items)).toEqual(['c/0', 'b/0']);
    expect(ids(mergeItems(gallery(), [item('c/0'), item('b/0'), item('a/0')], 2).items)).toEqual(['c/0', 'b/0']);
    const same = gallery();
    expect(mergeItems(same, [item('b/0'), item('a/0')], 10).items).toBe(same.items);
  });

  it('has items of this page only in front of it', () => {
    const context = updateGeneration(gallery(), 'a', { storageError: 'storage-full' });
    expect(ids(mergeItems(context, [item('b/0')], 10).items)).toEqual(['a/0', 'b/0']);
    expect(ids(mergeItems(context, [item('b/0'), item('a/0')], 10).items)).toEqual(['b/0', 'a/0']);
    expect(ids(mergeItems(gallery(), [item('b/0')], 10).items)).toEqual(['b/0']);
  });

  it.each<[string, number | undefined, number | undefined, boolean]>([
    ['expires later', 100, 200, false],
    ['expires earlier', 200, 100, true],
    ['expires at the same time', 100, 100, false],
    ['has no expiry', 100, undefined, false],
    ['has an expiry, and the one here has none', undefined, 100, false],
  ])('replaces an item unless it was renewed here: what is stored %s', (_, here, stored, isKept) => {
    const own = item('a/0', { url: 'here', expiresAt: here });
    const context = withItems(gallery(), [own]);
    const { items } = mergeItems(context, [item('a/0', { url: 'stored', expiresAt: stored })], 10);
    expect(items[0]?.url).toBe(isKept ? 'here' : 'stored');
  });

  it('takes a missing item off its generation, unless the store may hold more', () => {
    expect(ids(findGeneration(mergeItems(gallery(), [item('b/0')], 10), 'a')?.items)).toEqual([]);
    expect(ids(findGeneration(mergeItems(gallery(), [item('b/0')], 1), 'a')?.items)).toEqual(['a/0']);
    const merged = mergeItems(gallery(), [item('a/0', { url: 'new' })], 10);
    expect(findGeneration(merged, 'a')?.items).toEqual([{ id: 'a/0', url: 'new' }]);
    const context = gallery();
    expect(mergeItems(context, [item('b/0'), item('a/0')], 10).generations).toBe(context.generations);
  });
});

describe('an item that is removed', () => {
  it('leaves the gallery and its generation, is not brought back, and is removed from the store', () => {
    const context = gallery();
    const step = remove(context, { type: 'REMOVE', id: 'a/0' });
    expect(ids(step.context.items)).toEqual(['b/0']);
    expect(findGeneration(step.context, 'a')?.items).toEqual([]);
    expect(findGeneration(step.context, 'b')).toBe(findGeneration(context, 'b'));
    expect(step.context).toMatchObject({ removed: { 'a/0': true }, needsReload: true });
    expect(step.messages).toEqual([{ to: 'storeWriter', message: { type: 'removeItems', ids: ['a/0'] } }]);
    expect(step.emitted).toEqual([{ type: 'item.removed', id: 'a/0' }]);
  });

  it('is one of all by CLEAR, which tells of each once', () => {
    const step = clear({ ...gallery(), removed: { 'old/0': true } });
    expect(step.context.items).toEqual([]);
    expect(step.context.removed).toEqual({ 'old/0': true, 'a/0': true, 'b/0': true });
    expect(step.messages).toEqual([{ to: 'storeWriter', message: { type: 'clear' } }]);
    expect(ids(step.emitted as readonly TestItem[])).toEqual(['b/0', 'a/0']);
    const others = removeOthers(step.context, { type: 'items.removed', ids: ['a/0', 'far/0'] });
    expect(others.emitted).toEqual([{ type: 'item.removed', id: 'far/0' }]);
    expect(others.context.removed).toHaveProperty(['far/0'], true);
    expect(others).not.toHaveProperty('messages');
  });

  it('changes no list that does not have it', () => {
    const context = gallery();
    expect(remove(context, { type: 'REMOVE', id: 'x/0' }).context.items).toBe(context.items);
  });
});
