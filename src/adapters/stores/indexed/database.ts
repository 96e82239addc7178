import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import type { StoredItem } from '../../../machines/client/client.port.js';
import { toStorageFullError } from '../storage-full-error.js';

/** The object stores of the database. */
interface StoreSchema<TItem extends StoredItem> extends DBSchema {
  /** The newest item has the smallest `order`. */
  items: { key: string; value: { id: string; order: number; item: TItem }; indexes: { order: number } };
  /** The ids of items that must not come back, and when the items were removed, in ms since the epoch. */
  tombstones: { key: string; value: { id: string; at: number }; indexes: { at: number } };
  generations: { key: string; value: unknown };
  /** Values that could not be read. */
  setAside: { key: number; value: unknown };
  /** Numbers, and how long jobs took. */
  meta: { key: 'smallestOrder' | 'imported' | 'durations'; value: unknown };
}

type Database<TItem extends StoredItem> = IDBPDatabase<StoreSchema<TItem>>;

export type Transaction<TItem extends StoredItem> = IDBPTransaction<
  StoreSchema<TItem>,
  StoreNames<StoreSchema<TItem>>[],
  'readwrite'
>;

/** A database that opens when it is needed, and closes when another tab requests to upgrade or delete it. */
export type LazyDatabase<TItem extends StoredItem> = {
  read<T>(work: (database: Database<TItem>) => Promise<T>): Promise<T>;
  /** Either everything that `work` writes is stored, or nothing is. */
  write<T>(work: (transaction: Transaction<TItem>) => Promise<T>): Promise<T>;
};

const version = 1;

/** As long as a user waits. Opening goes on for later calls. */
const openTimeoutMs = 5_000;

/** The names of the object stores. */
export const storeNames = ['items', 'tombstones', 'generations', 'setAside', 'meta'] as const;

async function withOpenTimeout<T>(opening: Promise<T>, store: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const message = `${store}: the database did not open within 5 s. Another tab may be upgrading it: close that tab, or reload this one.`;
    timer = setTimeout(() => reject(new Error(message)), openTimeoutMs);
  });
  try {
    return await Promise.race([opening, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param name of the database */
export function lazyDatabase<TItem extends StoredItem>(name: string): LazyDatabase<TItem> {
  /** For error messages. */
  const store = `indexedStore "${name}"`;
  let opened: Promise<Database<TItem>> | undefined;

  const open = () => {
    const opening = openDB<StoreSchema<TItem>>(name, version, {
      upgrade(database) {
        database.createObjectStore('items', { keyPath: 'id' }).createIndex('order', 'order');
        database.createObjectStore('tombstones', { keyPath: 'id' }).createIndex('at', 'at');
        database.createObjectStore('generations');
        database.createObjectStore('setAside', { autoIncrement: true });
        database.createObjectStore('meta');
      },
      blocking: () => {
        clearCached();
        // `close` waits for the transactions that are running. The next call opens the database again.
        void opening.then(database => database.close());
      },
      terminated: () => clearCached(),
    });
    const clearCached = () => {
      if (opened === opening) opened = undefined;
    };
    opening.catch(clearCached);
    return opening;
  };

  const getDatabase = async () => {
    if (typeof indexedDB === 'undefined') {
      throw new Error(`${store}: there is no IndexedDB here, so nothing is stored. On a server, use memoryStore().`);
    }
    opened ??= open();
    return withOpenTimeout(opened, store);
  };

  /** Starts a transaction. If the connection has been closed in the meantime, it is opened once more. */
  const begin = async (): Promise<Transaction<TItem>> => {
    const database = await getDatabase();
    try {
      return database.transaction([...storeNames], 'readwrite');
    } catch {
      opened = undefined;
      return (await getDatabase()).transaction([...storeNames], 'readwrite');
    }
  };

  return {
    async read(work) {
      try {
        return await work(await getDatabase());
      } catch (error) {
        const isClosed = error instanceof DOMException && error.name === 'InvalidStateError';
        if (!isClosed) throw error;
        opened = undefined;
        return work(await getDatabase());
      }
    },
    async write(work) {
      const transaction = await begin();
      // It is awaited below. If `work` throws before, it must not be an unhandled rejection.
      transaction.done.catch(() => {});
      try {
        const result = await work(transaction);
        await transaction.done;
        return result;
      } catch (error) {
        const cause = transaction.error ?? error;
        try {
          transaction.abort();
        } catch {
          // The error has already aborted it.
        }
        throw toStorageFullError(cause, 'the storage of this origin', store);
      }
    },
  };
}
