import type { StoredItem, UpsertResult } from '../../../machines/client/client.port.js';
import { admit, emptyShelf } from '../gallery-state.js';
import type { Transaction } from './database.js';

/** More than anything late can name, and little beside the items of such a store. */
const goneIds = 20_000;

/** Remembers ids as gone, and forgets those that went longest ago. */
async function bury<TItem extends StoredItem>(transaction: Transaction<TItem>, ids: readonly string[]) {
  const gone = transaction.objectStore('gone');
  const at = Date.now();
  await Promise.all(ids.map(id => gone.put({ id, at })));
  let excess = (await gone.count()) - goneIds;
  for (let cursor = await gone.index('at').openCursor(); cursor && excess > 0; cursor = await cursor.continue()) {
    await cursor.delete();
    excess -= 1;
  }
}

/** Takes away the oldest over the limit, and gives their ids. */
async function evict<TItem extends StoredItem>(transaction: Transaction<TItem>, limit: number) {
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
  if (evicted.length > 0) await bury(transaction, evicted);
  return evicted;
}

/** Puts items there, first the newest. Whether anything has changed, and what became of each. */
export async function upsert<TItem extends StoredItem>(
  transaction: Transaction<TItem>,
  incoming: readonly TItem[],
  limit: number,
): Promise<{ isChanged: boolean; answers: readonly UpsertResult[] }> {
  const [items, gone, meta] = [
    transaction.objectStore('items'),
    transaction.objectStore('gone'),
    transaction.objectStore('meta'),
  ];
  const ids = [...new Set(incoming.map(({ id }) => id))];
  const [found, buried, top = 0] = await Promise.all([
    Promise.all(ids.map(id => items.get(id))),
    Promise.all(ids.map(id => gone.getKey(id))),
    meta.get('top'),
  ]);
  const rows = new Map(found.flatMap(row => (row ? [[row.id, row] as const] : [])));
  const { shelf, answers } = admit<TItem>(
    {
      ...emptyShelf,
      items: Array.from(rows.values(), ({ item }) => item),
      known: [...rows.keys()],
      removed: buried.filter(id => id !== undefined),
    },
    incoming,
    Infinity,
  );
  const changed = shelf.items.filter(item => rows.get(item.id)?.item !== item);
  if (changed.length === 0) return { isChanged: false, answers };

  const fresh = changed.filter(({ id }) => !rows.has(id));
  const order = new Map(fresh.map(({ id }, index) => [id, top - fresh.length + index]));
  await Promise.all([
    ...changed.map(item =>
      items.put({ id: item.id, order: order.get(item.id) ?? rows.get(item.id)?.order ?? 0, item }),
    ),
    meta.put(top - fresh.length, 'top'),
  ]);
  const evicted = new Set(fresh.length > 0 ? await evict(transaction, limit) : []);
  return {
    isChanged: true,
    answers: answers.map((answer, n) => (evicted.has(incoming[n]?.id ?? '') ? 'removed' : answer)),
  };
}

/** Takes items away for good, also those that are not there yet. Whether any was there. */
export async function remove<TItem extends StoredItem>(transaction: Transaction<TItem>, ids: readonly string[]) {
  const items = transaction.objectStore('items');
  const there = await Promise.all(ids.map(id => items.getKey(id)));
  await bury(transaction, ids);
  await Promise.all(ids.map(id => items.delete(id)));
  return there.some(id => id !== undefined);
}

/** Takes all items away for good, and gives their ids, first the newest. */
export async function clear<TItem extends StoredItem>(transaction: Transaction<TItem>): Promise<readonly string[]> {
  const items = transaction.objectStore('items');
  const ids = await items.index('order').getAllKeys();
  await bury(transaction, ids);
  await items.clear();
  return ids;
}
