import type { GenerationStore, StoredItem } from '../../../machines/client/client.port.js';
import { scopedName } from '../../../machines/client/item-id.js';
import { GenerationError } from '../../../machines/generation/generation.errors.js';
import { assertKnownOptions, assertText } from '../../../machines/options.js';
import { toHistories, withHistory } from '../../../machines/reads/duration-histories.js';
import { assertLimit, type GalleryState, insertItems, removeItems, upsertItems } from '../gallery-state.js';
import { scopesOf } from '../scopes.js';
import { oldestFirst } from '../stored-generation.js';
import { tabChannel } from '../tab-channel.js';
import { galleryStorage } from './gallery-storage.js';
import { type GenerationChange, hasSameJson, putGeneration } from './generations-state.js';
import { generationsStorage } from './generations-storage.js';
import { jsonStorage, parseText } from './json-storage.js';
import type { LocalStoreOptions } from './local-store.types.js';
import { mergeStates, type StoreState } from './merge.js';
import { addWrite, type OwnWrites, replay } from './own-writes.js';
import { tabMutex } from './tab-mutex.js';

const optionNames = Object.keys({
  key: true,
  limit: true,
  generations: true,
  version: true,
  migrate: true,
  parseItems: true,
  onSetAside: true,
  storage: true,
} satisfies Record<keyof LocalStoreOptions<StoredItem>, true>);

/** For how many generations the tab keeps its recent writes: more than a page ever writes at once. */
const maxOwnWrites = 100;

/**
 * A store in `localStorage`, for a gallery of a few dozen items. `localStorage[key]` is exactly the array of items,
 * newest first, so that code from before this library can read and write it, too.
 *
 * Each call writes before it returns, so nothing is lost if the page is closed right after it. Then the call waits
 * until no other tab is writing (a Web Lock), repairs what another tab overwrote in the meantime, and decides which
 * items are new. Without Web Locks (an insecure context, an old browser) it decides at once: two tabs that write the
 * same item at the same moment may both get `added`.
 *
 * Unreadable content does not throw: it is moved to `<key>:set-aside:1` … `10`, and `onSetAside` is called. A call
 * rejects with a `GenerationError` with the code `storage-full` if there is no room, and with an `Error` if there is no
 * storage, for example on a server.
 *
 * @throws RangeError if `limit` is not a whole number of 1 or more
 * @throws TypeError for an unknown option, and without a `key`
 * @see https://html.spec.whatwg.org/multipage/webstorage.html
 * @example
 * const store = localStore<Picture>({ key: 'pictures', limit: 50 });
 */
export function localStore<TItem extends StoredItem>(options: LocalStoreOptions<TItem>): GenerationStore<TItem> {
  assertKnownOptions('localStore', options, optionNames);
  const { key, limit = 50 } = options;
  assertText('localStore', 'key', key);
  assertLimit(limit, 'localStore');
  const storage = jsonStorage(`localStore "${key}"`, options);
  const galleryPart = galleryStorage(storage, options);
  const generationsPart = generationsStorage(storage, key, options.generations);
  const mutex = tabMutex(key);
  const channel = tabChannel(`generation-lifecycle:local:${key}`);
  const watchers = new Set<{ readonly onChange: (change?: 'erased') => void }>();
  const ownWrites = new Map<string, OwnWrites>();
  let overwrittenStates: readonly StoreState<TItem>[] = [];
  let isListening = false;

  const readState = (): StoreState<TItem> => ({ gallery: galleryPart.read(), generations: generationsPart.read() });

  /** How long jobs took. A tab may overwrite what another one has added: a job less is no loss. */
  const durationsKey = `${key}:durations`;

  const readGeneration = (id: string) => generationsPart.read().byId.get(id);

  const writeState = (before: StoreState<TItem>, after: StoreState<TItem>) => {
    const unchanged = new Map<string, unknown>();
    const galleryValues = after.gallery === before.gallery ? unchanged : galleryPart.toValues(after.gallery);
    const generationValues =
      after.generations === before.generations ? unchanged : generationsPart.toValues(after.generations);
    if (!galleryValues || !generationValues) {
      const message = `localStore "${key}": localStorage is full, so what cannot be read under this key could not be set aside, and nothing was written. Remove something from localStorage.`;
      throw new GenerationError({ code: 'storage-full', message });
    }
    if (storage.write(new Map([...galleryValues, ...generationValues]))) channel.reportChange();
  };

  const updateState = (change: (state: StoreState<TItem>) => StoreState<TItem>) => {
    listenToStorage();
    const before = readState();
    writeState(before, change(before));
  };

  const updateGallery = (change: (gallery: GalleryState<TItem>) => GalleryState<TItem>) =>
    updateState(state => ({ ...state, gallery: change(state.gallery) }));

  const storeGeneration = (id: string, generation: ReturnType<GenerationChange>) =>
    updateState(state => ({ ...state, generations: putGeneration(state.generations, id, generation) }));

  /**
   * Merges what another tab has written and this tab may have overwritten: each tab has its own copy of localStorage. Nobody
   * has called this, so an error is dropped here. The next call that writes reports it.
   */
  const mergeOverwritten = (changedKey: string, text: string) => {
    const value = parseText(text);
    const isScheduled = overwrittenStates.length > 0;
    const missed = {
      gallery: galleryPart.parse(changedKey, value),
      generations: generationsPart.parse(changedKey, value),
    };
    overwrittenStates = [...overwrittenStates, missed];
    if (isScheduled) return;
    const merging = mutex.run(() => {
      const all = overwrittenStates;
      overwrittenStates = [];
      updateState(state => all.reduce((ours, theirs) => mergeStates(ours, theirs, limit, ownWrites), state));
    });
    merging.catch(() => {});
  };

  const onStorage = ({ key: changedKey, newValue, storageArea }: StorageEvent) => {
    if (!storage.isStorage(storageArea)) return;
    // Without a key the whole storage was cleared.
    if (changedKey !== null) {
      if (![...galleryPart.keys, ...generationsPart.keys].includes(changedKey)) return;
      const isOverwritten = newValue !== null && newValue !== storage.getText(changedKey);
      if (isOverwritten) mergeOverwritten(changedKey, newValue);
    }
    for (const { onChange } of watchers) onChange();
  };

  /** Listens from the first use on, and never stops: a store lasts as long as its page. */
  function listenToStorage() {
    if (isListening || typeof window === 'undefined') return;
    isListening = true;
    window.addEventListener('storage', onStorage);
  }

  const removeForGood = async (ids: readonly string[]) => {
    // A copy: another tab may have put an item into the array again that has its tombstone already.
    const remove = () => updateGallery(gallery => ({ ...removeItems(gallery, ids, limit) }));
    remove();
    await mutex.run(remove);
  };

  /** Applies a change at once, and keeps it so that it can be replayed. */
  const applyChange = (id: string, change: GenerationChange) => {
    const before = readGeneration(id);
    const after = change(before);
    if (after !== before) storeGeneration(id, after);
    const writes = addWrite(ownWrites.get(id), before, readGeneration(id), change);
    // The map is ordered by the last write.
    ownWrites.delete(id);
    ownWrites.set(id, writes);
    for (const oldest of [...ownWrites.keys()].slice(0, -maxOwnWrites)) ownWrites.delete(oldest);
  };

  /** Another tab may have overwritten this tab's last change: then it is replayed onto that tab's version. */
  const repairGeneration = (id: string, change: GenerationChange) => {
    const writes = ownWrites.get(id);
    const { byId, tombstones } = generationsPart.read();
    const stored = byId.get(id);
    if (!writes || hasSameJson(stored, writes.latest)) return;
    // A generation that another tab has deleted is not created again.
    if (!stored && tombstones.has(id)) return;
    const replayed = replay(writes, stored);
    if (!hasSameJson(replayed, stored)) storeGeneration(id, replayed);
    ownWrites.set(id, addWrite(writes, stored, readGeneration(id), change));
  };

  /** Writes the generations again, without those that were deleted. An error is dropped, as in {@link mergeOverwritten}. */
  const removeLeftovers = () => {
    const removing = mutex.run(() => updateState(state => ({ ...state, generations: { ...state.generations } })));
    removing.catch(() => {});
  };

  /** Decides which items are new, and stores the decision. */
  const decideResults = async (items: readonly TItem[]) => {
    const decide = (knownElsewhere: readonly string[]) => {
      const { gallery, results } = upsertItems(readState().gallery, items, limit, knownElsewhere);
      const addedIds = items.map(({ id }) => id).filter((_, index) => results[index] === 'added');
      return { gallery, results, addedIds };
    };
    const isAnyNew = decide([]).addedIds.length > 0;
    const { gallery, results, addedIds } = decide(isAnyNew ? await mutex.readAnnouncedIds() : []);
    updateGallery(() => gallery);
    if (addedIds.length > 0) await mutex.announceIds(addedIds);
    return results;
  };

  const eraseAll = () => {
    const foreign = generationsPart.readForeign();
    ownWrites.clear();
    overwrittenStates = [];
    storage.erase([...galleryPart.keys, ...generationsPart.keys, durationsKey]);
    storage.write(foreign);
    channel.reportChange('erased');
  };

  return {
    async readGenerations() {
      const { state, hasLeftovers } = generationsPart.readWithLeftovers();
      if (hasLeftovers) removeLeftovers();
      return oldestFirst(state.byId.values());
    },

    async updateGeneration(id, change) {
      applyChange(id, change);
      return mutex.run(() => {
        repairGeneration(id, change);
        return readGeneration(id);
      });
    },

    async readItems(count = Infinity) {
      return readState().gallery.items.slice(0, count);
    },

    async upsertItems(items) {
      const idsBefore = new Set(readState().gallery.items.map(({ id }) => id));
      updateGallery(gallery => insertItems(gallery, items, limit));
      return mutex.run(async () => {
        try {
          return await decideResults(items);
        } catch (error) {
          // All or none: the items that were inserted at once go again.
          const inserted = new Set(items.map(({ id }) => id).filter(id => !idsBefore.has(id)));
          updateGallery(gallery => ({ ...gallery, items: gallery.items.filter(({ id }) => !inserted.has(id)) }));
          throw error;
        }
      });
    },

    removeItems: removeForGood,

    async clearItems() {
      const ids = readState().gallery.items.map(({ id }) => id);
      await removeForGood(ids);
      return ids;
    },

    async readHistories() {
      return toHistories(storage.getValue(durationsKey));
    },

    updateHistory: (historyKey, change) =>
      mutex.run(() => {
        const histories = toHistories(storage.getValue(durationsKey));
        storage.write(new Map([[durationsKey, withHistory(histories, historyKey, change)]]));
      }),

    async erase() {
      eraseAll();
      // Another tab may have written its copy again before it has seen that.
      await mutex.run(eraseAll);
    },

    withScope: scopesOf(scope =>
      // An array that is shared with other code belongs to no scope.
      localStore<TItem>({ ...options, key: scopedName(key, scope), generations: undefined }),
    ),

    watch(onChange) {
      listenToStorage();
      // An object of its own, so that the same function can watch twice.
      const watcher = { onChange };
      watchers.add(watcher);
      const stopListening = channel.listen(onChange);
      return () => {
        watchers.delete(watcher);
        stopListening();
      };
    },
  };
}
