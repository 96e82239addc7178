import type { VendorJob } from 'generation-lifecycle/testing/vendors';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { VendorName } from '../server/generations/vendor.types.js';
import type { KeptFile } from '../server/jobs.js';

type Put = { readonly putAt: number };

/** What the backend of a page keeps in the database of the browser. */
interface Schema extends DBSchema {
  /** Of the in-house backend. */
  files: { key: string; value: KeptFile & Put; indexes: { putAt: number } };
  /** Of the doubles, by the paths that they name. */
  pictures: {
    key: string;
    value: { readonly path: string; readonly png: Uint8Array<ArrayBuffer> } & Put;
    indexes: { putAt: number };
  };
  /** Of the doubles. */
  vendorJobs: {
    key: [VendorName, string];
    value: { readonly vendor: VendorName; readonly id: string; readonly job: VendorJob };
  };
}

export type Database = IDBPDatabase<Schema>;

/** Opens it; `undefined` where the browser has none, so that a reload forgets everything. */
export const openDatabase = (): Promise<Database | undefined> =>
  openDB<Schema>('generation-lifecycle-playground', 2, {
    upgrade(database, before) {
      if (before < 1) database.createObjectStore('files', { keyPath: 'id' }).createIndex('putAt', 'putAt');
      database.createObjectStore('pictures', { keyPath: 'path' }).createIndex('putAt', 'putAt');
      database.createObjectStore('vendorJobs', { keyPath: ['vendor', 'id'] });
    },
    // Another tab has a newer playground.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  }).catch(() => undefined);

/** As many as the gallery shows of each kind. */
const mostKept = 120;

/** Stores a file, and removes the oldest ones beyond what a gallery shows. */
export async function putNewest<TName extends 'files' | 'pictures'>(
  database: Database,
  name: TName,
  value: Schema[TName]['value'],
): Promise<void> {
  const { store, done } = database.transaction(name, 'readwrite');
  await store.put(value);
  const tooMany = (await store.count()) - mostKept;
  let oldest = tooMany > 0 ? await store.index('putAt').openCursor() : null;
  for (let left = tooMany; oldest && left > 0; left -= 1) {
    await oldest.delete();
    oldest = await oldest.continue();
  }
  await done;
}
