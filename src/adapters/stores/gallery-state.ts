import type { StoredItem, UpsertResult } from '../../machines/client/client.port.js';
import { richerOf } from './completeness.js';

/** The items of a gallery, and what is remembered of those that are not in it. All newest first. */
export type Shelf<TItem extends StoredItem> = {
  readonly items: readonly TItem[];
  /** Ids that do not come back, because somebody removed them. */
  readonly removed: readonly string[];
  /** Ids that do not come back, because there was no room. */
  readonly evicted: readonly string[];
  /** Ids that were answered `added`, once. */
  readonly known: readonly string[];
};

/** More than anything late can name: a late upsert comes of a record, and there are few, for a day at most. */
const rememberedIds = 500;

export const emptyShelf = { items: [], removed: [], evicted: [], known: [] } as const;

const idOf = ({ id }: StoredItem) => id;

const remember = (ids: readonly string[], limit: number) => [...new Set(ids)].slice(0, limit + rememberedIds);

/** @throws RangeError naming the store, unless it is a whole number above 0, or `Infinity` */
export function assertLimit(limit: number, store: string): void {
  if (limit >= 1 && (Number.isInteger(limit) || limit === Infinity)) return;
  throw new RangeError(`${store}: limit is ${limit}, and must be a whole number above 0.`);
}

/** Puts items there, first the newest. The same again changes nothing, and whose is known is not decided by it. */
export function place<TItem extends StoredItem>(
  shelf: Shelf<TItem>,
  incoming: readonly TItem[],
  limit: number,
): Shelf<TItem> {
  const gone = new Set([...shelf.removed, ...shelf.evicted]);
  const there = new Map(shelf.items.filter(({ id }) => !gone.has(id)).map(item => [item.id, item]));
  const fresh = new Map<string, TItem>();
  for (const item of incoming) {
    if (gone.has(item.id)) continue;
    const group = there.has(item.id) ? there : fresh;
    group.set(item.id, richerOf(group.get(item.id) ?? item, item));
  }
  const all = [...fresh.values(), ...there.values()];
  const evicted = all.slice(limit).map(idOf);
  return {
    ...shelf,
    items: all.slice(0, limit),
    evicted: evicted.length > 0 ? remember([...evicted, ...shelf.evicted], limit) : shelf.evicted,
  };
}

/**
 * Puts items there and answers for each what became of it.
 *
 * @param knownElsewhere ids that another tab has answered `added`, and that this shelf need not show yet
 */
export function admit<TItem extends StoredItem>(
  shelf: Shelf<TItem>,
  incoming: readonly TItem[],
  limit: number,
  knownElsewhere: Iterable<string> = [],
): { shelf: Shelf<TItem>; answers: readonly UpsertResult[] } {
  const placed = place(shelf, incoming, limit);
  const there = new Set(placed.items.map(idOf));
  const known = new Set([...shelf.known, ...knownElsewhere]);
  const added: string[] = [];
  const answers = incoming.map(({ id }): UpsertResult => {
    if (!there.has(id)) return 'removed';
    if (known.has(id)) return 'known';
    known.add(id);
    added.push(id);
    return 'added';
  });
  return { shelf: added.length > 0 ? learn(placed, added) : placed, answers };
}

/** Remembers ids as answered `added`. Those of items that are there are never forgotten. */
export function learn<TItem extends StoredItem>(shelf: Shelf<TItem>, ids: readonly string[]): Shelf<TItem> {
  const there = new Set(shelf.items.map(idOf));
  const known = [...new Set([...ids, ...shelf.known])];
  return { ...shelf, known: known.filter((id, index) => there.has(id) || index < rememberedIds) };
}

/** Takes items away for good, also those that are not there yet. */
export function remove<TItem extends StoredItem>(
  shelf: Shelf<TItem>,
  ids: readonly string[],
  limit: number,
): Shelf<TItem> {
  const going = new Set(ids);
  if (shelf.removed.filter(id => going.has(id)).length === going.size) return shelf;
  return {
    ...shelf,
    items: shelf.items.filter(({ id }) => !going.has(id)),
    removed: remember([...ids, ...shelf.removed], limit),
  };
}
