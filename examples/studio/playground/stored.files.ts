import { type DBSchema, openDB } from 'idb';
import type { KeptFile, KeptFiles } from '../server/jobs.js';

/** As many as the gallery shows of each kind. */
const mostFiles = 120;

interface Schema extends DBSchema {
  files: { key: string; value: KeptFile & { readonly putAt: number }; indexes: { putAt: number } };
}

/** The files of a page's backend, in the database of the browser. Without one, a reload forgets them. */
export function openStoredFiles(): KeptFiles & {
  /** Waits until all that was put is stored. */
  settled(): Promise<void>;
} {
  const opened = openDB<Schema>('generation-lifecycle-playground', 1, {
    upgrade: database => void database.createObjectStore('files', { keyPath: 'id' }).createIndex('putAt', 'putAt'),
  });
  const database = opened.catch(() => undefined);
  let last: Promise<unknown> = database;

  async function put(file: KeptFile): Promise<void> {
    const transaction = (await database)?.transaction('files', 'readwrite');
    if (!transaction) return;
    await transaction.store.put({ ...file, putAt: Date.now() });
    const tooMany = (await transaction.store.count()) - mostFiles;
    let oldest = tooMany > 0 ? await transaction.store.index('putAt').openCursor() : null;
    for (let left = tooMany; oldest && left > 0; left -= 1) {
      await oldest.delete();
      oldest = await oldest.continue();
    }
    await transaction.done;
  }

  return {
    find: async id => (await database)?.get('files', id).catch(() => undefined),
    put(file) {
      // What cannot be stored is in the memory all the same.
      last = last.then(() => put(file)).catch(() => undefined);
    },
    async settled() {
      await last;
    },
  };
}
