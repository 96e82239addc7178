import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import type { StoredItem } from '../../../machines/client/client.port.js';
import { toStorageError } from '../storage-failure.js';

/** What the database holds. */
export interface StoreSchema<TItem extends StoredItem> extends DBSchema {
  /** The newest item has the smallest order. */
  items: { key: string; value: { id: string; order: number; item: TItem }; indexes: { order: number } };
  /** Ids that do not come back, and since when, in ms since the epoch. */
  gone: { key: string; value: { id: string; at: number }; indexes: { at: number } };
  records: { key: string; value: unknown };
  /** What could not be read. */
  aside: { key: number; value: unknown };
  meta: { key: 'top' | 'imported'; value: number };
}

type Database<TItem extends StoredItem> = IDBPDatabase<StoreSchema<TItem>>;

export type Transaction<TItem extends StoredItem> = IDBPTransaction<
  StoreSchema<TItem>,
  StoreNames<StoreSchema<TItem>>[],
  'readwrite'
>;

/** A database that is opened when it is needed, and given up when another tab wants to upgrade or to delete it. */
export type KeptDatabase<TItem extends StoredItem> = {
  read<T>(work: (database: Database<TItem>) => Promise<T>): Promise<T>;
  /** All that the work does is done, or nothing is. */
  write<T>(work: (transaction: Transaction<TItem>) => Promise<T>): Promise<T>;
};

const version = 1;

/** For as long as a user waits: it goes on opening for the calls that follow. */
const patienceMs = 5_000;

const names = ['items', 'gone', 'records', 'aside', 'meta'] as const;

async function withPatience<T>(opening: Promise<T>, name: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const message = `indexedStore: the database ${name} does not open, perhaps because another tab upgrades it. Close it.`;
    timer = setTimeout(() => reject(new Error(message)), patienceMs);
  });
  try {
    return await Promise.race([opening, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param name of the database */
export function keptDatabase<TItem extends StoredItem>(name: string): KeptDatabase<TItem> {
  let opened: Promise<Database<TItem>> | undefined;

  const open = () => {
    const opening = openDB<StoreSchema<TItem>>(name, version, {
      upgrade(database) {
        database.createObjectStore('items', { keyPath: 'id' }).createIndex('order', 'order');
        database.createObjectStore('gone', { keyPath: 'id' }).createIndex('at', 'at');
        database.createObjectStore('records');
        database.createObjectStore('aside', { autoIncrement: true });
        database.createObjectStore('meta');
      },
      blocking: () => {
        forget();
        // What is under way comes to its end; the next call opens what is there then.
        void opening.then(database => database.close());
      },
      terminated: () => forget(),
    });
    const forget = () => {
      if (opened === opening) opened = undefined;
    };
    opening.catch(forget);
    return opening;
  };

  const database = async () => {
    if (typeof indexedDB === 'undefined') {
      throw new Error('indexedStore: there is no indexedDB here, as on a server. Nothing is kept.');
    }
    opened ??= open();
    return withPatience(opened, name);
  };

  /** Starts a transaction. A connection that was closed since it was asked for is opened once more. */
  const begin = async (): Promise<Transaction<TItem>> => {
    const first = await database();
    try {
      return first.transaction([...names], 'readwrite');
    } catch {
      opened = undefined;
      return (await database()).transaction([...names], 'readwrite');
    }
  };

  return {
    async read(work) {
      try {
        return await work(await database());
      } catch (error) {
        if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
        opened = undefined;
        return work(await database());
      }
    },
    async write(work) {
      const transaction = await begin();
      // It is heard below; until then it is nobody's.
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
          // It was aborted by what went wrong.
        }
        throw toStorageError(cause, `The database ${name}`);
      }
    },
  };
}
