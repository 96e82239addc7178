import type { StoredItem, UpsertResult } from '../../../machines/client/client.port.js';
import { emptyGallery, upsertItems } from '../gallery-state.js';
import type { Transaction } from './database.js';

/** More than any late upsert needs, and little beside the items of such a gallery. */
const maxTombstones = 20_000;

/** Adds tombstones, and deletes the oldest ones over the maximum. */
async function addTombstones<TItem extends StoredItem>(transaction: Transaction<TItem>, ids: readonly string[]) {
  const tombstones = transaction.objectStore('tombstones');
  const at = Date.now();
  await Promise.all(ids.map(id => tombstones.put({ id, at })));
  let excess = (await tombstones.count()) - maxTombstones;
  for (let cursor = await tombstones.index('at').openCursor(); cursor && excess > 0; cursor = await cursor.continue()) {
    await cursor.delete();
    excess -= 1;
  }
}

/** Deletes the oldest items over the limit, and returns their ids. */
async function evictItems<TItem extends StoredItem>(transaction: Transaction<TItem>, limit: number) {
  if (limit === Infinity) return [];
  const items = transaction.objectStore('items');
  const evicted: string[] = [];
  const excess = (await items.count()) - limit;
  let cursor = excess > 0 ? await items.index('order').openCursor(null, 'prev') : null;
  while (cursor && evicted.length < excess) {
    evicted.push(cursor.value.id);
    await cursor.delete();
    cursor = await cursor.continue();
  }
  if (evicted.length > 0) await addTombstones(transaction, evicted);
  return evicted;
}

/** Upserts items, the newest first. Returns whether anything has changed, and the result for each item. */
export async function upsertStoredItems<TItem extends StoredItem>(
  transaction: Transaction<TItem>,
  incoming: readonly TItem[],
  limit: number,
): Promise<{ isChanged: boolean; results: readonly UpsertResult[] }> {
  const items = transaction.objectStore('items');
  const tombstones = transaction.objectStore('tombstones');
  const meta = transaction.objectStore('meta');
  const ids = [...new Set(incoming.map(({ id }) => id))];
  const [foundRows, foundTombstones, smallestOrder = 0] = await Promise.all([
    Promise.all(ids.map(id => items.get(id))),
    Promise.all(ids.map(id => tombstones.getKey(id))),
    meta.get('smallestOrder').then(order => (typeof order === 'number' ? order : undefined)),
  ]);
  const rows = new Map(foundRows.flatMap(row => (row ? [[row.id, row] as const] : [])));
  // The gallery is limited to the incoming ids. The limit applies to the whole one, below.
  const { gallery, results } = upsertItems<TItem>(
    {
      ...emptyGallery,
      items: Array.from(rows.values(), ({ item }) => item),
      known: [...rows.keys()],
      tombstones: { removed: foundTombstones.filter(id => id !== undefined), evicted: [] },
    },
    incoming,
    Infinity,
  );
  const changed = gallery.items.filter(item => rows.get(item.id)?.item !== item);
  if (changed.length === 0) return { isChanged: false, results };

  const added = changed.filter(({ id }) => !rows.has(id));
  const orders = new Map(added.map(({ id }, index) => [id, smallestOrder - added.length + index]));
  const orderOf = (id: string) => orders.get(id) ?? rows.get(id)?.order ?? 0;
  await Promise.all([
    // First, and the others in `async`: a `put` that throws at once leaves no rejection of one before it unheard.
    meta.put(smallestOrder - added.length, 'smallestOrder'),
    ...changed.map(async item => items.put({ id: item.id, order: orderOf(item.id), item })),
  ]);
  const evicted = new Set(added.length > 0 ? await evictItems(transaction, limit) : []);
  return {
    isChanged: true,
    results: results.map((result, index) => (evicted.has(incoming[index]?.id ?? '') ? 'removed' : result)),
  };
}

/** Removes items for good, also those that do not exist yet. Returns whether one of them existed. */
export async function removeStoredItems<TItem extends StoredItem>(
  transaction: Transaction<TItem>,
  ids: readonly string[],
): Promise<boolean> {
  const items = transaction.objectStore('items');
  const existing = await Promise.all(ids.map(id => items.getKey(id)));
  await addTombstones(transaction, ids);
  await Promise.all(ids.map(id => items.delete(id)));
  return existing.some(id => id !== undefined);
}

/** Removes all items for good. Returns their ids, the newest first. */
export async function clearStoredItems<TItem extends StoredItem>(
  transaction: Transaction<TItem>,
): Promise<readonly string[]> {
  const items = transaction.objectStore('items');
  const ids = await items.index('order').getAllKeys();
  await addTombstones(transaction, ids);
  await items.clear();
  return ids;
}
