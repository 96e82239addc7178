import type { StoredGeneration } from 'generation-lifecycle';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyGallery, type GalleryState } from '../../../src/adapters/stores/gallery-state.js';
import { type GenerationsState, putGeneration } from '../../../src/adapters/stores/local/generations-state.js';
import { mergeStates } from '../../../src/adapters/stores/local/merge.js';
import { addWrite, type OwnWrites, replay } from '../../../src/adapters/stores/local/own-writes.js';
import { generationOf, type Picture, pictures } from './store-conformance.js';

const noGenerations: GenerationsState = { byId: new Map(), tombstones: new Map() };

const galleryOf = (given: Partial<GalleryState<Picture>>): GalleryState<Picture> => ({ ...emptyGallery, ...given });

const generationsOf = (
  generations: readonly StoredGeneration[],
  tombstones: readonly (readonly [string, number])[] = [],
): GenerationsState => ({
  byId: new Map(generations.map(generation => [generation.token.id, generation])),
  tombstones: new Map(tombstones),
});

const mergedGallery = (ours: Partial<GalleryState<Picture>>, theirs: Partial<GalleryState<Picture>>, limit = 50) =>
  mergeStates(
    { gallery: galleryOf(ours), generations: noGenerations },
    { gallery: galleryOf(theirs), generations: noGenerations },
    limit,
    new Map(),
  ).gallery;

const mergedGenerations = (
  ours: GenerationsState,
  theirs: GenerationsState,
  ownWrites: Map<string, OwnWrites> = new Map(),
) => {
  const gallery = galleryOf({});
  const { generations } = mergeStates({ gallery, generations: ours }, { gallery, generations: theirs }, 50, ownWrites);
  return [...generations.byId.values()];
};

describe('the galleries of two tabs', () => {
  it('are one, with what only one of them has', () => {
    const { items } = mergedGallery({ items: pictures('b', 'a') }, { items: pictures('c', 'a') });
    expect(items.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('have no item that either has removed or evicted', () => {
    const { items, tombstones } = mergedGallery(
      { items: pictures('a', 'b', 'e'), tombstones: { removed: ['x'], evicted: ['y'] } },
      { items: pictures('x', 'y', 'c'), tombstones: { removed: ['a', 'x'], evicted: ['b', 'y'] } },
    );
    expect(items.map(({ id }) => id)).toEqual(['c', 'e']);
    expect(tombstones.removed.toSorted()).toEqual(['a', 'x']);
    expect(tombstones.evicted.toSorted()).toEqual(['b', 'y']);
  });

  it('have the version of an item whose url works for longer, whichever tab has it', () => {
    const [early, late] = [
      { id: 'a', url: 'early', expiresAt: 1 },
      { id: 'a', url: 'late', expiresAt: 2 },
    ];
    expect(mergedGallery({ items: [early] }, { items: [late] }).items).toEqual([late]);
    expect(mergedGallery({ items: [late] }, { items: [early] }).items).toEqual([late]);
    expect(mergedGallery({ items: [late] }, { items: [{ id: 'a', url: 'none' }] }).items).toEqual([late]);
    expect(mergedGallery({ items: [{ id: 'a', url: 'ours' }] }, { items: [{ id: 'a', url: 'theirs' }] }).items).toEqual(
      [{ id: 'a', url: 'ours' }],
    );
  });

  it('keep the limit, and what each has answered added for', () => {
    const { items, known, tombstones } = mergedGallery(
      { items: pictures('b', 'a'), known: ['b', 'a'] },
      { items: pictures('c'), known: ['c', 'a'] },
      2,
    );
    expect(items.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(tombstones.evicted).toEqual(['a']);
    expect(known).toEqual(['c', 'b', 'a']);
  });
});

describe('the generations of two tabs', () => {
  const [older, newer] = [generationOf('a', { updatedAt: 5 }), generationOf('a', { updatedAt: 6 })];

  it('are those of both, each in its newer version', () => {
    const b = generationOf('b');
    expect(mergedGenerations(generationsOf([older]), generationsOf([newer, b]))).toEqual(
      expect.arrayContaining([newer, b]),
    );
    expect(mergedGenerations(generationsOf([newer]), generationsOf([older]))).toEqual([newer]);
  });

  it('are in the more complete version of two of the same millisecond', () => {
    const more = { ...older, message: 'In the queue' };
    expect(mergedGenerations(generationsOf([older]), generationsOf([more]))).toEqual([more]);
    expect(mergedGenerations(generationsOf([more]), generationsOf([older]))).toEqual([more]);
    const other = { ...older, message: 'Still there' };
    expect(mergedGenerations(generationsOf([more]), generationsOf([other]))).toEqual([more]);
  });

  it.each([
    { what: 'this tab', ours: [['a', 5]], theirs: [] },
    { what: 'the other tab', ours: [], theirs: [['a', 5]] },
  ] as const)('are without those that $what has deleted, unless they were written later', ({ ours, theirs }) => {
    const merged = (generation: StoredGeneration) => [
      mergedGenerations(generationsOf([generation], ours), generationsOf([], theirs)),
      mergedGenerations(generationsOf([], ours), generationsOf([generation], theirs)),
    ];
    expect(merged(older)).toEqual([[], []]);
    expect(merged(newer)).toEqual([[newer], [newer]]);
  });

  const named = (generation: StoredGeneration | undefined) => generation && { ...generation, message: 'ours' };

  /** What this tab has written: `older` was changed by {@link named}. */
  const writes = (before = older) => new Map([['a', addWrite(undefined, before, named(before), named)]]);

  it('have this tab’s last change on top of a version that it has overwritten without seeing it', () => {
    const ownWrites = writes();
    const theirs = { ...newer, updatedAt: 7 };
    const merged = mergedGenerations(
      generationsOf([{ ...older, message: 'ours' }]),
      generationsOf([theirs]),
      ownWrites,
    );
    expect(merged).toEqual([{ ...theirs, message: 'ours' }]);
    // It has been seen now: the same again changes nothing.
    expect(ownWrites.get('a')?.latest).toEqual(merged[0]);
    expect(mergedGenerations(generationsOf(merged), generationsOf([theirs]), ownWrites)).toEqual(merged);
  });

  it.each([
    { what: 'older than the one that was changed', theirs: generationOf('a', { updatedAt: 4, message: 'theirs' }) },
    { what: 'the one that was changed', theirs: older },
  ])('keep this tab’s version if the other one is $what', ({ theirs }) => {
    const ours = { ...older, message: 'ours' };
    expect(mergedGenerations(generationsOf([ours]), generationsOf([theirs]), writes())).toEqual([ours]);
  });

  it('have nothing replayed onto them if this tab’s version is not what it has written', () => {
    const theirs = { ...newer, updatedAt: 7 };
    expect(mergedGenerations(generationsOf([newer]), generationsOf([theirs]), writes())).toEqual([theirs]);
  });
});

describe('the writes of a tab', () => {
  const before = generationOf('a', { updatedAt: 5 });
  const touch = (generation: StoredGeneration | undefined) =>
    generation && { ...generation, updatedAt: generation.updatedAt + 1 };

  it('are replayed, but create nothing that exists', () => {
    const created = addWrite(undefined, undefined, before, () => before);
    expect(replay(created, undefined)).toEqual(before);
    const other = generationOf('a', { updatedAt: 9 });
    expect(replay(created, other)).toBe(other);
    expect(replay(addWrite(created, before, touch(before), touch), other)).toEqual(touch(other));
  });

  it('are remembered for half a second', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const first = addWrite(undefined, before, touch(before), touch);
    vi.advanceTimersByTime(499);
    const second = addWrite(first, before, touch(before), touch);
    expect(second.changes).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(addWrite(second, before, touch(before), touch).changes).toHaveLength(2);
  });

  it('know the last 50 texts that were seen, and what was changed last', () => {
    let writes = addWrite(undefined, undefined, before, touch);
    expect(writes).toMatchObject({ latest: before, baseUpdatedAt: -Infinity, seenTexts: ['', JSON.stringify(before)] });
    for (let n = 0; n < 30; n += 1) writes = addWrite(writes, before, undefined, touch);
    expect(writes.seenTexts).toHaveLength(50);
    expect(writes.seenTexts.slice(-2)).toEqual([JSON.stringify(before), '']);
    expect(writes).toMatchObject({ latest: undefined, baseUpdatedAt: 5 });
  });
});

describe('the generations of a tab', () => {
  it('do not change when one that is not there is deleted', () => {
    const state = generationsOf([generationOf('a')]);
    expect(putGeneration(state, 'b', undefined)).toBe(state);
  });

  it('have a tombstone of the deleted version, until it is written again', () => {
    const state = generationsOf([generationOf('a', { updatedAt: 5 })]);
    const deleted = putGeneration(state, 'a', undefined);
    expect([...deleted.byId]).toEqual([]);
    expect([...deleted.tombstones]).toEqual([['a', 5]]);
    expect([...putGeneration(deleted, 'a', generationOf('a')).tombstones]).toEqual([]);
  });

  it('have the 200 newest tombstones', () => {
    let state = noGenerations;
    for (let n = 0; n <= 200; n += 1) {
      state = putGeneration(putGeneration(state, `${n}`, generationOf(`${n}`)), `${n}`, undefined);
    }
    expect([...state.tombstones.keys()]).toEqual(Array.from({ length: 200 }, (_, n) => `${n + 1}`));
  });
});
