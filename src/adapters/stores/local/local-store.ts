import type { GenerationStore, StoredItem } from '../../../machines/client/client.port.js';
import { GenerationError } from '../../../machines/generation/generation.errors.js';
import { admit, assertLimit, place, remove } from '../gallery-state.js';
import { oldestFirst } from '../stored-generation.js';
import { tabChannel } from '../tab-channel.js';
import { localGallery } from './gallery.js';
import { parseText, storageArea } from './json-storage.js';
import type { LocalStoreOptions } from './local-store.types.js';
import { again, type Book, enter, isSame, join, noteWrite, type OwnWrite } from './merge.js';
import { localRecords } from './stored-generations.js';
import { localTurns } from './tab-mutex.js';

type Change = OwnWrite['changes'][number]['change'];

/** More than a page ever writes at once. */
const ownWrites = 100;

/**
 * A store in `localStorage`, for a gallery of some dozens. `localStorage[key]` is exactly the array of items, newest
 * first, so that code of before reads and writes it as well. Each call writes at once, before it returns: a page that
 * is closed right after it has kept what it had. It then waits for its turn among the tabs (a Web Lock) to mend what
 * two of them have written over, and to decide whose item is new. Where there are no Web Locks (an insecure context, an
 * old browser), that is decided at once, and two tabs that write in the same instant may both be told `added`.
 *
 * What cannot be read is moved to `<key>:set-aside:1` … `10`, and is not thrown. Calls reject with a `GenerationError`
 * of the code `storage-full` when there is no room, and with an `Error` where there is no storage, as on a server.
 *
 * @throws RangeError if `limit` is no whole number above 0
 * @example
 * const store = localStore<Picture>({ key: 'pictures', limit: 50 });
 */
export function localStore<TItem extends StoredItem>(options: LocalStoreOptions<TItem>): GenerationStore<TItem> {
  const { key, limit = 50, storage } = options;
  assertLimit(limit, 'localStore');
  const area = storageArea(storage);
  const gallery = localGallery(area, options);
  const records = localRecords(area, key, options.records);
  const turns = localTurns(key);
  const channel = tabChannel(`generation-lifecycle:local:${key}`);
  const watchers = new Set<{ readonly tell: () => void }>();
  const own = new Map<string, OwnWrite>();
  let missed: readonly Book<TItem>[] = [];
  let isListening = false;

  const read = (): Book<TItem> => ({ shelf: gallery.read(), ledger: records.read() });

  const write = (before: Book<TItem>, after: Book<TItem>) => {
    const parts = [
      after.shelf === before.shelf ? [] : gallery.values(after.shelf),
      after.ledger === before.ledger ? [] : records.values(after.ledger),
    ];
    if (parts.includes(undefined)) {
      const message = `localStorage is full: what cannot be read under ${key} could not be set aside. Make room.`;
      throw new GenerationError({ code: 'storage-full', message });
    }
    if (area.write(new Map(parts.flatMap(part => [...(part ?? [])])))) channel.post();
  };

  const alter = (change: (book: Book<TItem>) => Book<TItem>) => {
    listen();
    const before = read();
    write(before, change(before));
  };

  const alterShelf = (change: (shelf: Book<TItem>['shelf']) => Book<TItem>['shelf']) =>
    alter(book => ({ ...book, shelf: change(book.shelf) }));

  /** What another tab had written, and this one may have written over: the storage of two tabs is not one memory. */
  const mend = (part: string, text: string) => {
    const value = parseText(text);
    const isWaiting = missed.length > 0;
    missed = [...missed, { shelf: gallery.fragment(part, value), ledger: records.fragment(part, value) }];
    if (isWaiting) return;
    const turn = turns.take(() => {
      const all = missed;
      missed = [];
      alter(book => all.reduce((ours, theirs) => join(ours, theirs, limit, own), book));
    });
    // Nobody has asked for it; who writes next is told what is wrong.
    turn.catch(() => {});
  };

  const onStorage = ({ key: part, newValue, storageArea: from }: StorageEvent) => {
    if (!area.owns(from)) return;
    if (part !== null && !gallery.keys.includes(part) && !records.keys.includes(part)) return;
    if (part !== null && newValue !== null && newValue !== area.text(part)) mend(part, newValue);
    for (const { tell } of watchers) tell();
  };

  /** From the first use on: a store is made once, and lives as long as its page. */
  function listen() {
    if (isListening || typeof window === 'undefined') return;
    isListening = true;
    window.addEventListener('storage', onStorage);
  }

  const removeItems = async (ids: readonly string[]) => {
    // A copy, so that it is written again even where it is only the array that shows one of them.
    const take = () => alterShelf(shelf => ({ ...remove(shelf, ids, limit) }));
    take();
    await turns.take(take);
  };

  const recordOf = (id: string) => read().ledger.records.get(id);

  const applyToRecord = (id: string, change: Change) => {
    const was = recordOf(id);
    const now = change(was);
    if (now !== was) alter(book => ({ ...book, ledger: enter(book.ledger, id, now) }));
    const note = noteWrite(own.get(id), was, recordOf(id), change);
    own.delete(id);
    own.set(id, note);
    for (const old of [...own.keys()].slice(0, -ownWrites)) own.delete(old);
  };

  return {
    async readGenerations() {
      const { ledger, hasLeftovers } = records.survey();
      // Nobody has asked for it; who writes next is told what is wrong. A copy, so that it is written again.
      if (hasLeftovers) turns.take(() => alter(book => ({ ...book, ledger: { ...book.ledger } }))).catch(() => {});
      return oldestFirst(ledger.records.values());
    },

    async updateGeneration(id, change) {
      applyToRecord(id, change);
      return turns.take(() => {
        // Another tab has written meanwhile, and what this page has changed is perhaps not in it.
        const mine = own.get(id);
        const { records: kept, dropped } = read().ledger;
        const there = kept.get(id);
        // What another has dropped since is not begun again.
        if (mine && !isSame(there, mine.now) && (there || !dropped.has(id))) {
          const now = again(mine, there);
          if (!isSame(now, there)) alter(book => ({ ...book, ledger: enter(book.ledger, id, now) }));
          own.set(id, noteWrite(mine, there, recordOf(id), change));
        }
        return recordOf(id);
      });
    },

    async readItems(count = Infinity) {
      return read().shelf.items.slice(0, count);
    },

    async upsertItems(items) {
      const before = new Set(read().shelf.items.map(({ id }) => id));
      alterShelf(shelf => place(shelf, items, limit));
      return turns.take(async () => {
        const settle = (elsewhere: readonly string[]) => {
          const { shelf, answers } = admit(read().shelf, items, limit, elsewhere);
          return { shelf, answers, added: items.map(({ id }) => id).filter((_, n) => answers[n] === 'added') };
        };
        try {
          const isNew = settle([]).added.length > 0;
          const { shelf, answers, added } = settle(isNew ? await turns.announced() : []);
          alterShelf(() => shelf);
          if (added.length > 0) await turns.announce(added);
          return answers;
        } catch (error) {
          // All or none: what was put there at once goes again.
          const fresh = new Set(items.map(({ id }) => id).filter(id => !before.has(id)));
          alterShelf(shelf => ({ ...shelf, items: shelf.items.filter(({ id }) => !fresh.has(id)) }));
          throw error;
        }
      });
    },

    removeItems,

    async clearItems() {
      const ids = read().shelf.items.map(({ id }) => id);
      await removeItems(ids);
      return ids;
    },

    watch(tell) {
      listen();
      const watcher = { tell };
      watchers.add(watcher);
      const stop = channel.watch(tell);
      return () => {
        watchers.delete(watcher);
        stop();
      };
    },
  };
}
