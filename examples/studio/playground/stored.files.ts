import type { KeptFiles } from '../server/jobs.js';
import { type Database, putNewest } from './database.js';

/** The files of the in-house backend. Without a database, a reload forgets them. */
export function openStoredFiles(opened: Promise<Database | undefined>): KeptFiles & {
  /** Waits until all that was put is stored. */
  settled(): Promise<void>;
} {
  let last: Promise<unknown> = opened;

  return {
    find: async id => (await opened)?.get('files', id).catch(() => undefined),
    put(file) {
      const put = async () => {
        const database = await opened;
        if (database) await putNewest(database, 'files', { ...file, putAt: Date.now() });
      };
      // What cannot be stored is in the memory all the same.
      last = last.then(put).catch(() => undefined);
    },
    async settled() {
      await last;
    },
  };
}
