import type { GenerationStore, StoredGeneration, StoredItem } from '../../machines/client/client.port.js';
import { admit, assertLimit, emptyShelf, remove, type Shelf } from './gallery-state.js';
import { oldestFirst } from './stored-generation.js';

/** How a {@link memoryStore} is made. */
export type MemoryStoreOptions = {
  /** The most items it keeps; the oldest go first. @defaultValue all */
  readonly limit?: number | undefined;
};

/**
 * A store that is gone with the page: for tests, for a server, and for a client that shall leave no trace. Several clients
 * that share one such object are to each other what tabs are; since it cannot tell them apart, each change is told to
 * all that watch, the one that made it included.
 *
 * @throws RangeError if `limit` is no whole number above 0
 * @example
 * createClientMachine({ name: 'pictures', generation: machine, toItems, store: memoryStore({ limit: 50 }) });
 */
export function memoryStore<TItem extends StoredItem>({
  limit = Infinity,
}: MemoryStoreOptions = {}): GenerationStore<TItem> {
  assertLimit(limit, 'memoryStore');
  let shelf: Shelf<TItem> = emptyShelf;
  const records = new Map<string, StoredGeneration>();
  const watchers = new Set<{ readonly tell: () => void }>();

  const tellAll = () => {
    for (const watcher of watchers) {
      queueMicrotask(() => {
        if (watchers.has(watcher)) watcher.tell();
      });
    }
  };
  const shelve = (next: Shelf<TItem>) => {
    const isChanged =
      next.removed !== shelf.removed ||
      next.items.length !== shelf.items.length ||
      next.items.some((item, index) => item !== shelf.items[index]);
    shelf = next;
    if (isChanged) tellAll();
  };

  return {
    async readGenerations() {
      return oldestFirst(records.values());
    },
    async updateGeneration(id, change) {
      const before = records.get(id);
      const after = change(before);
      if (after === before) return after;
      // A copy, as from any other store: what the caller does with its own later is not kept.
      if (after) records.set(id, structuredClone(after));
      else records.delete(id);
      tellAll();
      return after;
    },
    async readItems(count = Infinity) {
      return shelf.items.slice(0, count);
    },
    async upsertItems(items) {
      const { shelf: next, answers } = admit(shelf, structuredClone(items), limit);
      shelve(next);
      return answers;
    },
    async removeItems(ids) {
      shelve(remove(shelf, ids, limit));
    },
    async clearItems() {
      const ids = shelf.items.map(({ id }) => id);
      shelve(remove(shelf, ids, limit));
      return ids;
    },
    watch(tell) {
      const watcher = { tell };
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}
