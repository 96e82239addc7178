import type { GenerationStore, StoredItem } from '../../../machines/client/client.port.js';
import { scopedName } from '../../../machines/client/item-id.js';
import { assertKnownOptions, assertText } from '../../../machines/options.js';
import { toHistories, withHistory } from '../../../machines/reads/duration-histories.js';
import { assertLimit } from '../gallery-state.js';
import { scopesOf } from '../scopes.js';
import { isStoredGeneration, oldestFirst } from '../stored-generation.js';
import { tabChannel } from '../tab-channel.js';
import { lazyDatabase, storeNames } from './database.js';
import { clearStoredItems, removeStoredItems, upsertStoredItems } from './items.js';

/** Options of {@link indexedStore}. */
export type IndexedStoreOptions<TItem extends StoredItem> = {
  /** The name of the database. */
  readonly name: string;
  /** Maximum number of items. The oldest are removed first. @defaultValue unlimited */
  readonly limit?: number | undefined;
  /**
   * A store whose items and generations are copied into this one once, at the first use. The other store stays
   * unchanged, so that an older version of the page still works; later removals in one do not affect the other. A scope
   * of this store imports the same scope of the other, if that has scopes. Erasing this store erases both.
   */
  readonly importFrom?:
    | Pick<GenerationStore<TItem>, 'readItems' | 'readGenerations' | 'withScope' | 'erase'>
    | undefined;
};

const optionNames = Object.keys({
  name: true,
  limit: true,
  importFrom: true,
} satisfies Record<keyof IndexedStoreOptions<StoredItem>, true>);

/**
 * A store in IndexedDB, for a gallery of thousands of items. Each call is one transaction: other tabs see all of its
 * writes or none. If the page is closed during a call, the write may be lost, because IndexedDB cannot write
 * synchronously as `localStore` does.
 *
 * A call rejects with a `GenerationError` with the code `storage-full` if there is no room. It rejects with an `Error`
 * if there is no IndexedDB, if a newer version of this library created the database, or if the database does not open
 * within 5 s. The store never blocks another tab that upgrades or deletes the database.
 *
 * @throws RangeError if `limit` is not a whole number of 1 or more
 * @throws TypeError for an unknown option, and without a `name`
 * @see https://www.w3.org/TR/IndexedDB/
 * @example
 * const store = indexedStore<Picture>({ name: 'pictures', importFrom: localStore({ key: 'pictures' }) });
 */
export function indexedStore<TItem extends StoredItem>(options: IndexedStoreOptions<TItem>): GenerationStore<TItem> {
  assertKnownOptions('indexedStore', options, optionNames);
  const { name, limit = Infinity, importFrom } = options;
  assertText('indexedStore', 'name', name);
  assertLimit(limit, 'indexedStore');
  const database = lazyDatabase<TItem>(name);
  const channel = tabChannel(`generation-lifecycle:indexed:${name}`);
  let imported: Promise<unknown> | undefined;

  const importAll = async (from: NonNullable<typeof importFrom>) => {
    if (await database.read(db => db.get('meta', 'imported'))) return;
    const [items, generations] = await Promise.all([from.readItems(), from.readGenerations()]);
    await database.write(async transaction => {
      const meta = transaction.objectStore('meta');
      // Another tab may have imported them in the meantime.
      if (await meta.get('imported')) return;
      await upsertStoredItems(transaction, items, limit);
      const stored = transaction.objectStore('generations');
      for (const generation of generations) {
        const { id } = generation.token;
        if (!(await stored.getKey(id))) await stored.put(generation, id);
      }
      await meta.put(1, 'imported');
    });
    channel.reportChange();
  };

  /** Each page tries to import once. If it fails, this store works without what the other one holds. */
  const getDatabase = async () => {
    imported ??= importFrom ? importAll(importFrom).catch(() => {}) : Promise.resolve();
    await imported;
    return database;
  };

  return {
    async readGenerations() {
      const values = await (await getDatabase()).read(db => db.getAll('generations'));
      return oldestFirst(values.filter(isStoredGeneration));
    },

    async updateGeneration(id, change) {
      const { isChanged, after } = await (await getDatabase()).write(async transaction => {
        const generations = transaction.objectStore('generations');
        const stored = await generations.get(id);
        const before = isStoredGeneration(stored) ? stored : undefined;
        const after = change(before);
        if (after === before) return { isChanged: false, after };
        if (stored !== undefined && !before) await transaction.objectStore('setAside').add(stored);
        await (after ? generations.put(after, id) : generations.delete(id));
        return { isChanged: true, after };
      });
      if (isChanged) channel.reportChange();
      return after;
    },

    async readItems(count = Infinity) {
      // For IndexedDB a count of 0 means all.
      if (count < 1) return [];
      const maxCount = count === Infinity ? undefined : count;
      const rows = await (await getDatabase()).read(db => db.getAllFromIndex('items', 'order', null, maxCount));
      return rows.map(({ item }) => item);
    },

    async upsertItems(items) {
      const { isChanged, results } = await (await getDatabase()).write(transaction =>
        upsertStoredItems(transaction, items, limit),
      );
      if (isChanged) channel.reportChange();
      return results;
    },

    async removeItems(ids) {
      const isChanged = await (await getDatabase()).write(transaction => removeStoredItems(transaction, ids));
      if (isChanged) channel.reportChange();
    },

    async clearItems() {
      const ids = await (await getDatabase()).write(clearStoredItems);
      if (ids.length > 0) channel.reportChange();
      return ids;
    },

    async readHistories() {
      return toHistories(await (await getDatabase()).read(db => db.get('meta', 'durations')));
    },

    async updateHistory(key, change) {
      await (await getDatabase()).write(async transaction => {
        const meta = transaction.objectStore('meta');
        await meta.put(withHistory(toHistories(await meta.get('durations')), key, change), 'durations');
      });
    },

    async erase() {
      await importFrom?.erase?.();
      await (await getDatabase()).write(async transaction => {
        const imported = await transaction.objectStore('meta').get('imported');
        for (const store of storeNames) await transaction.objectStore(store).clear();
        // What is erased must not be imported again.
        if (imported) await transaction.objectStore('meta').put(imported, 'imported');
      });
      channel.reportChange('erased');
    },

    withScope: scopesOf(scope =>
      indexedStore<TItem>({ ...options, name: scopedName(name, scope), importFrom: importFrom?.withScope?.(scope) }),
    ),

    watch: onChange => channel.listen(onChange),
  };
}
