import { describe, expect, it } from 'vitest';
import { completenessOf } from '../../../src/adapters/stores/completeness.js';
import {
  assertLimit,
  emptyGallery,
  type GalleryState,
  insertItems,
  markKnown,
  removeItems,
  upsertItems,
} from '../../../src/adapters/stores/gallery-state.js';
import { mergedItem, mergedVersions } from '../../../src/adapters/stores/merged-item.js';
import { toStorageFullError } from '../../../src/adapters/stores/storage-full-error.js';
import { isNewerGeneration, isStoredGeneration } from '../../../src/adapters/stores/stored-generation.js';
import { generationOf, type Picture, pictures } from './store-conformance.js';

const galleryOf = (given: Partial<GalleryState<Picture>>): GalleryState<Picture> => ({ ...emptyGallery, ...given });
const many = (count: number, prefix = '') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe('a gallery', () => {
  it('remembers 500 removed and evicted ids beside its limit, the newest', () => {
    const removed = removeItems(galleryOf({ tombstones: { removed: many(502), evicted: ['e'] } }), ['new'], 2);
    expect(removed.tombstones).toEqual({ removed: ['new', ...many(501)], evicted: ['e'] });
    const evicted = insertItems(
      galleryOf({ items: pictures('b', 'a'), tombstones: { removed: ['r'], evicted: many(502) } }),
      pictures('c'),
      2,
    );
    expect(evicted.tombstones).toEqual({ removed: ['r'], evicted: ['a', ...many(501)] });
  });

  it('stays the same object if all that is removed was removed before', () => {
    const gallery = galleryOf({ items: pictures('c'), tombstones: { removed: ['b', 'a'], evicted: [] } });
    expect(removeItems(gallery, ['a', 'b', 'a'], 2)).toBe(gallery);
    expect(removeItems(gallery, [], 2)).toBe(gallery);
    expect(removeItems(gallery, ['a', 'new'], 2).tombstones.removed).toEqual(['a', 'new', 'b']);
  });

  it('has the same tombstones and known ids if nothing was evicted or added', () => {
    const gallery = galleryOf({
      items: pictures('a'),
      known: ['a', ...many(600)],
      tombstones: { removed: [], evicted: many(600, 'e') },
    });
    const { gallery: next, results } = upsertItems(gallery, [{ id: 'a', prompt: 'fog' }], 9);
    expect(results).toEqual(['known']);
    expect(next.items).toEqual([{ id: 'a', prompt: 'fog' }]);
    expect(next.tombstones).toBe(gallery.tombstones);
    expect(next.known).toBe(gallery.known);
  });

  it('does not show an item that was removed, although other code has put it there', () => {
    const gallery = galleryOf({ items: pictures('b', 'a'), tombstones: { removed: ['a'], evicted: ['b'] } });
    expect(insertItems(gallery, pictures('c', 'b'), 9).items).toEqual(pictures('c'));
  });

  it('answers added for nothing that another tab has answered it for', () => {
    const { gallery, results } = upsertItems(galleryOf({}), pictures('b', 'a'), 9, ['a']);
    expect(results).toEqual(['added', 'known']);
    expect(gallery.known).toEqual(['b']);
  });

  it('answers removed for what the limit drops at once', () => {
    expect(upsertItems(galleryOf({}), pictures('c', 'b', 'a'), 2).results).toEqual(['added', 'added', 'removed']);
  });

  it('never forgets that an item is known, and forgets others after 500 ids', () => {
    const known = [...many(600), 'a'];
    const next = markKnown(galleryOf({ items: pictures('a'), known }), ['new', '5']);
    expect(next.known).toEqual([
      'new',
      '5',
      ...many(500)
        .filter(id => id !== '5')
        .slice(0, 498),
      'a',
    ]);
  });

  it.each([1, 50, Infinity])('may have the limit %s', limit => {
    expect(() => assertLimit(limit, 'memoryStore')).not.toThrow();
  });

  it.each([0, -1, 0.5, 1.5, Number.NaN, -Infinity])('may not have the limit %s', limit => {
    expect(() => assertLimit(limit, 'memoryStore')).toThrow(
      `memoryStore(): limit is ${limit}. It must be a whole number of 1 or more.`,
    );
  });
});

describe('an item of two versions', () => {
  it('has the empty members of the newer one only where the older one has none', () => {
    expect(mergedItem({ id: 'a' }, { id: 'a', prompt: null })).toEqual({ id: 'a', prompt: null });
    expect(mergedItem({ id: 'a', prompt: 'fog' }, { id: 'a', prompt: null })).toEqual({ id: 'a', prompt: 'fog' });
  });

  it('has no expiry if the newer one says none and has another url', () => {
    const older = { id: 'a', url: 'old', expiresAt: 1, prompt: 'fog' };
    expect(mergedItem<object>(older, { id: 'a', url: 'new' })).toEqual({ id: 'a', url: 'new', prompt: 'fog' });
    expect(mergedItem<object>(older, { id: 'a', url: 'new', expiresAt: 2 })).toEqual({
      id: 'a',
      url: 'new',
      expiresAt: 2,
      prompt: 'fog',
    });
    expect(mergedItem<object>(older, { id: 'a', url: 'old' })).toBe(older);
    expect(mergedItem<object>(older, { expiresAt: 2 })).toEqual({ ...older, expiresAt: 2 });
    // An item's own member of that name.
    const dated = { id: 'a', url: 'new', expiresAt: '2026-12-02' };
    expect(mergedItem<object>({ ...dated, url: 'old', expiresAt: '2026-12-01' }, dated)).toEqual(dated);
  });

  it('has the url that works for longer, and a time that is no number counts as none', () => {
    const [ours, theirs] = [
      { id: 'a', url: 'ours', expiresAt: 1 },
      { id: 'a', url: 'theirs', expiresAt: '9' },
    ];
    expect(mergedVersions<object>(ours, theirs)).toEqual(ours);
    expect(mergedVersions<object>(theirs, ours)).toEqual(ours);
    expect(mergedVersions<object>({ id: 'a', url: 'none' }, ours)).toEqual(ours);
    expect(mergedVersions<object>(ours, { id: 'a', url: 'none' })).toEqual(ours);
  });
});

describe('the completeness of a value', () => {
  it.each([
    { value: undefined, count: 0 },
    { value: null, count: 0 },
    { value: '', count: 0 },
    { value: {}, count: 0 },
    { value: [], count: 0 },
    { value: 0, count: 1 },
    { value: false, count: 1 },
    { value: 'a', count: 1 },
    { value: { a: 1, b: { c: [1, null, ''], d: 'x' } }, count: 3 },
  ])('is how much of it is filled: $count for $value', ({ value, count }) => {
    expect(completenessOf(value)).toBe(count);
  });
});

describe('a stored generation', () => {
  const generation = generationOf('a');

  it.each([
    { what: 'as it is', value: generation, is: true },
    { what: 'completed', value: { ...generation, ended: { status: 'completed' } }, is: true },
    { what: 'failed', value: { ...generation, ended: { status: 'failed' } }, is: true },
    { what: 'cancelled', value: { ...generation, ended: { status: 'cancelled' } }, is: true },
    { what: 'with another end', value: { ...generation, ended: { status: 'lost' } }, is: false },
    { what: 'with an end that is none', value: { ...generation, ended: null }, is: false },
    { what: 'of another version', value: { ...generation, version: 2 }, is: false },
    { what: 'without a token', value: { ...generation, token: undefined }, is: false },
    { what: 'without its time', value: { ...generation, createdAt: undefined }, is: false },
    { what: 'with a time that is none', value: { ...generation, updatedAt: Number.NaN }, is: false },
    { what: 'in a list', value: [generation], is: false },
    { what: 'as nothing', value: null, is: false },
  ])('is told from anything else: $what', ({ value, is }) => {
    expect(isStoredGeneration(value)).toBe(is);
  });
});

describe('a stored generation of a newer version', () => {
  const { token, ...rest } = generationOf('a');

  it.each([
    { what: 'of this version', value: { ...rest, token }, is: false },
    { what: 'of the next version', value: { ...rest, token, version: 2 }, is: true },
    { what: 'with a token of the next version', value: { ...rest, token: { ...token, version: 3 } }, is: true },
    { what: 'with both', value: { version: 2, token: { ...token, version: 3 } }, is: true },
    { what: 'of the next version, without a token', value: { version: 2 }, is: true },
    { what: 'of a version that is no number', value: { ...rest, token, version: '2' }, is: false },
    { what: 'with a token of no version', value: { ...rest, token: {} }, is: false },
    { what: 'as nothing', value: null, is: false },
  ])('is told from one that is damaged: $what', ({ value, is }) => {
    expect(isNewerGeneration(value)).toBe(is);
  });
});

describe('the error of a storage', () => {
  it.each(['QuotaExceededError', 'NS_ERROR_DOM_QUOTA_REACHED', 'QUOTA_EXCEEDED_ERR'])('says what is full: %s', name => {
    const error = Object.assign(new Error('no room'), { name });
    expect(toStorageFullError(error, 'localStorage', 'localStore "pictures"')).toMatchObject({
      code: 'storage-full',
      message:
        'localStore "pictures": localStorage is full, so nothing was written. Remove items, or lower the limit option.',
      cause: error,
    });
  });

  it.each([new Error('closed'), { name: 'QuotaExceededError' }, undefined])('stays as it is otherwise: %s', error => {
    expect(toStorageFullError(error, 'localStorage', 'localStore "pictures"')).toBe(error);
  });
});
