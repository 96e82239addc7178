import type { GenerationStore, StoredGeneration, StoredItem } from '../../machines/client/client.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { missingApis, toPlatformError } from '../../machines/platform.js';
import { type DurationHistories, withHistory } from '../../machines/reads/duration-histories.js';
import { assertLimit, emptyGallery, type GalleryState, removeItems, upsertItems } from './gallery-state.js';
import { scopesOf } from './scopes.js';
import { oldestFirst } from './stored-generation.js';

/** Options of {@link memoryStore}. */
export type MemoryStoreOptions = {
  /** Maximum number of items. The oldest are removed first. @defaultValue unlimited */
  readonly limit?: number | undefined;
};

const optionNames = Object.keys({ limit: true } satisfies Record<keyof MemoryStoreOptions, true>);

/**
 * A store that lives as long as its page: for tests, for a server, and for a client that must leave no trace.
 *
 * Clients that share one memory store behave like tabs that share one gallery. The store cannot tell its clients apart,
 * so it reports a change to every watcher, including the client that made it.
 *
 * @throws RangeError if `limit` is not a whole number of 1 or more
 * @throws TypeError for an unknown option
 * @throws GenerationError on a platform without `structuredClone`
 * @example
 * createGenerationClient({ name: 'pictures', generation: machine, toItems, store: memoryStore({ limit: 50 }) });
 */
export function memoryStore<TItem extends StoredItem>(options: MemoryStoreOptions = {}): GenerationStore<TItem> {
  assertKnownOptions('memoryStore', options, optionNames);
  const { limit = Infinity } = options;
  assertLimit(limit, 'memoryStore');
  const missing = missingApis('structuredClone');
  if (missing.length > 0) throw toPlatformError(missing, 'The store of memoryStore()');
  let gallery: GalleryState<TItem> = emptyGallery;
  let histories: DurationHistories = {};
  const generations = new Map<string, StoredGeneration>();
  const watchers = new Set<{ readonly onChange: (change?: 'erased') => void }>();

  const reportChange = (change?: 'erased') => {
    for (const watcher of watchers) {
      queueMicrotask(() => {
        if (watchers.has(watcher)) watcher.onChange(change);
      });
    }
  };

  const setGallery = (next: GalleryState<TItem>) => {
    const isChanged =
      next.tombstones.removed !== gallery.tombstones.removed ||
      next.items.some((item, index) => item !== gallery.items[index]);
    gallery = next;
    if (isChanged) reportChange();
  };

  return {
    async readGenerations() {
      return oldestFirst(generations.values());
    },
    async updateGeneration(id, change) {
      const before = generations.get(id);
      const after = change(before);
      if (after === before) return after;
      // A copy, as in any other store: the caller may change its own object later.
      if (after) generations.set(id, structuredClone(after));
      else generations.delete(id);
      reportChange();
      return after;
    },
    async readItems(count = Infinity) {
      return gallery.items.slice(0, count);
    },
    async upsertItems(items) {
      const { gallery: next, results } = upsertItems(gallery, structuredClone(items), limit);
      setGallery(next);
      return results;
    },
    async removeItems(ids) {
      setGallery(removeItems(gallery, ids, limit));
    },
    async clearItems() {
      const ids = gallery.items.map(({ id }) => id);
      setGallery(removeItems(gallery, ids, limit));
      return ids;
    },
    async readHistories() {
      return histories;
    },
    async updateHistory(key, change) {
      histories = withHistory(histories, key, change);
    },
    async erase() {
      gallery = emptyGallery;
      histories = {};
      generations.clear();
      reportChange('erased');
    },
    withScope: scopesOf(() => memoryStore<TItem>(options)),
    watch(onChange) {
      // An object of its own, so that the same function can watch twice.
      const watcher = { onChange };
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}
