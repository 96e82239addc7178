import type { GenerationStore, StoredItem } from '../../../machines/client/client.port.js';
import { assertLimit } from '../gallery-state.js';
import { isStoredGeneration, oldestFirst } from '../stored-generation.js';
import { tabChannel } from '../tab-channel.js';
import { keptDatabase } from './database.js';
import { clear, remove, upsert } from './items.js';

/** How an {@link indexedStore} is made. */
export type IndexedStoreOptions<TItem extends StoredItem> = {
  /** The name of the database. */
  readonly name: string;
  /** The most items it keeps; the oldest go first. @defaultValue all */
  readonly limit?: number | undefined;
  /**
   * A store whose items and records are copied here at the first use, once. It stays as it is, so that the former
   * version of a page still works; what is removed later in the one stays in the other.
   */
  readonly importFrom?: Pick<GenerationStore<TItem>, 'readItems' | 'readGenerations'> | undefined;
};

/**
 * A store in IndexedDB, for a gallery of thousands. Each call is one transaction, of which all tabs see all or nothing.
 * A page that is closed in a call may not have it: IndexedDB cannot write at once, as `localStore` does.
 *
 * Calls reject with a `GenerationError` of the code `storage-full` when there is no room, and with an `Error` where there
 * is no IndexedDB, where a newer version of this library has made the database, or when it does not open within 5 s. A
 * tab that wants to upgrade or delete the database is not held up by this one.
 *
 * @throws RangeError if `limit` is no whole number above 0
 * @example
 * const store = indexedStore<Picture>({ name: 'pictures', importFrom: localStore({ key: 'pictures' }) });
 */
export function indexedStore<TItem extends StoredItem>(options: IndexedStoreOptions<TItem>): GenerationStore<TItem> {
  const { name, limit = Infinity, importFrom } = options;
  assertLimit(limit, 'indexedStore');
  const database = keptDatabase<TItem>(name);
  const channel = tabChannel(`generation-lifecycle:indexed:${name}`);
  let imported: Promise<unknown> | undefined;

  const importAll = async (from: NonNullable<typeof importFrom>) => {
    if (await database.read(db => db.get('meta', 'imported'))) return;
    const [items, records] = await Promise.all([from.readItems(), from.readGenerations()]);
    await database.write(async transaction => {
      const meta = transaction.objectStore('meta');
      // Another tab may have been first.
      if (await meta.get('imported')) return;
      await upsert(transaction, items, limit);
      const kept = transaction.objectStore('records');
      for (const record of records) {
        if (!(await kept.getKey(record.token.id))) await kept.put(record, record.token.id);
      }
      await meta.put(1, 'imported');
    });
    channel.post();
  };

  /** Tried once by each page: a store that cannot be imported from does not keep this one from working. */
  const ready = async () => {
    imported ??= importFrom ? importAll(importFrom).catch(() => {}) : Promise.resolve();
    await imported;
    return database;
  };

  return {
    async readGenerations() {
      const values = await (await ready()).read(db => db.getAll('records'));
      return oldestFirst(values.filter(isStoredGeneration));
    },

    async updateGeneration(id, change) {
      const { isChanged, after } = await (await ready()).write(async transaction => {
        const records = transaction.objectStore('records');
        const there = await records.get(id);
        const before = isStoredGeneration(there) ? there : undefined;
        const after = change(before);
        if (after === before) return { isChanged: false, after };
        if (there !== undefined && !before) await transaction.objectStore('aside').add(there);
        await (after ? records.put(after, id) : records.delete(id));
        return { isChanged: true, after };
      });
      if (isChanged) channel.post();
      return after;
    },

    async readItems(count = Infinity) {
      // IndexedDB takes 0 for all.
      if (count < 1) return [];
      const most = count === Infinity ? undefined : count;
      const rows = await (await ready()).read(db => db.getAllFromIndex('items', 'order', null, most));
      return rows.map(({ item }) => item);
    },

    async upsertItems(items) {
      const { isChanged, answers } = await (await ready()).write(transaction => upsert(transaction, items, limit));
      if (isChanged) channel.post();
      return answers;
    },

    async removeItems(ids) {
      if (await (await ready()).write(transaction => remove(transaction, ids))) channel.post();
    },

    async clearItems() {
      const ids = await (await ready()).write(clear);
      if (ids.length > 0) channel.post();
      return ids;
    },

    watch: tell => channel.watch(tell),
  };
}
