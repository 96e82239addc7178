import type { StoredItem, UpsertResult } from '../../machines/client/client.port.js';
import { mergedItem } from './merged-item.js';

/** The ids of items that must not come back. Newest first. */
type Tombstones = {
  /** Items that the user removed. */
  readonly removed: readonly string[];
  /** Items that went because of the limit. */
  readonly evicted: readonly string[];
};

/** All that a store knows about the items of a gallery. Lists are newest first. */
export type GalleryState<TItem extends StoredItem> = {
  readonly items: readonly TItem[];
  readonly tombstones: Tombstones;
  /** Ids for which the store has answered `added`. It does so once for each. */
  readonly known: readonly string[];
};

/**
 * How many ids are remembered beside the items. A late upsert belongs to a generation that is still stored: there are few of
 * those, and none is older than a day.
 */
const rememberedIds = 500;

export const emptyGallery = { items: [], tombstones: { removed: [], evicted: [] }, known: [] } as const;

const idOf = ({ id }: StoredItem) => id;

const limitTombstones = (ids: readonly string[], limit: number) => [...new Set(ids)].slice(0, limit + rememberedIds);

/** @throws RangeError unless `limit` is a whole number of 1 or more, or `Infinity` */
export function assertLimit(limit: number, functionName: string): void {
  if (limit >= 1 && (Number.isInteger(limit) || limit === Infinity)) return;
  throw new RangeError(`${functionName}(): limit is ${limit}. It must be a whole number of 1 or more.`);
}

/**
 * Inserts items, the newest first. Items that exist stay in their places. Inserting the same items again changes nothing.
 * It does not decide which ids are known.
 *
 * @param merge makes one item of the one that exists and the one that is inserted
 */
export function insertItems<TItem extends StoredItem>(
  gallery: GalleryState<TItem>,
  incoming: readonly TItem[],
  limit: number,
  merge: (existing: TItem, incoming: TItem) => TItem = mergedItem,
): GalleryState<TItem> {
  const { removed, evicted } = gallery.tombstones;
  const tombstoneIds = new Set([...removed, ...evicted]);
  const existing = new Map(gallery.items.filter(({ id }) => !tombstoneIds.has(id)).map(item => [item.id, item]));
  const inserted = new Map<string, TItem>();
  for (const item of incoming) {
    if (tombstoneIds.has(item.id)) continue;
    const target = existing.has(item.id) ? existing : inserted;
    const one = target.get(item.id);
    target.set(item.id, one ? merge(one, item) : item);
  }
  const all = [...inserted.values(), ...existing.values()];
  const newlyEvicted = all.slice(limit).map(idOf);
  const tombstones =
    newlyEvicted.length > 0
      ? { removed, evicted: limitTombstones([...newlyEvicted, ...evicted], limit) }
      : gallery.tombstones;
  return { ...gallery, items: all.slice(0, limit), tombstones };
}

/**
 * Inserts items, and decides for each whether it is new.
 *
 * @param knownElsewhere ids for which another tab has answered `added`, and which this gallery may not contain yet
 */
export function upsertItems<TItem extends StoredItem>(
  gallery: GalleryState<TItem>,
  incoming: readonly TItem[],
  limit: number,
  knownElsewhere: Iterable<string> = [],
): { gallery: GalleryState<TItem>; results: readonly UpsertResult[] } {
  const next = insertItems(gallery, incoming, limit);
  const existing = new Set(next.items.map(idOf));
  const known = new Set([...gallery.known, ...knownElsewhere]);
  const added: string[] = [];
  const results = incoming.map(({ id }): UpsertResult => {
    if (!existing.has(id)) return 'removed';
    if (known.has(id)) return 'known';
    known.add(id);
    added.push(id);
    return 'added';
  });
  return { gallery: added.length > 0 ? markKnown(next, added) : next, results };
}

/** Remembers ids as known. The ids of existing items are never forgotten. */
export function markKnown<TItem extends StoredItem>(
  gallery: GalleryState<TItem>,
  ids: readonly string[],
): GalleryState<TItem> {
  const existing = new Set(gallery.items.map(idOf));
  const known = [...new Set([...ids, ...gallery.known])];
  return { ...gallery, known: known.filter((id, index) => existing.has(id) || index < rememberedIds) };
}

/** Removes items for good, also those that do not exist yet. */
export function removeItems<TItem extends StoredItem>(
  gallery: GalleryState<TItem>,
  ids: readonly string[],
  limit: number,
): GalleryState<TItem> {
  const { removed, evicted } = gallery.tombstones;
  const toRemove = new Set(ids);
  const isAlreadyRemoved = removed.filter(id => toRemove.has(id)).length === toRemove.size;
  if (isAlreadyRemoved) return gallery;
  return {
    ...gallery,
    items: gallery.items.filter(({ id }) => !toRemove.has(id)),
    tombstones: { removed: limitTombstones([...ids, ...removed], limit), evicted },
  };
}
