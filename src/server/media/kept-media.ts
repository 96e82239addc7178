import { toHash } from '../encoding.js';
import type { JobStore } from '../store/job-store.js';
import { untilStored } from '../store/until-stored.js';

/** No name of a backend, and no user's id. */
const backend = ':media';
const userId = '';

/**
 * The bytes of jobs that tell them once, on their stream. They are rows of their own that belong to nobody, so that no list of a user's jobs has
 * to carry them, and every store can keep them.
 */
export function createKeptMedia(store: JobStore, report: (error: unknown) => void) {
  const toKey = (place: string, index: number) => toHash('media', place, String(index));

  return {
    /** Resolves once they are stored. Nobody can be asked for them again. */
    async keep(place: string, index: number, url: string): Promise<void> {
      const key = await toKey(place, index);
      const row = { id: key, userId, backend, key, wishHash: null, status: 'completed', state: { url } } as const;
      await untilStored(() => store.insert(row, undefined), report);
    },
    async get(place: string, index: number): Promise<string | undefined> {
      const row = await store.findByKey(userId, await toKey(place, index));
      const url = row?.state['url'];
      return typeof url === 'string' ? url : undefined;
    },
  };
}

export type KeptMedia = ReturnType<typeof createKeptMedia>;
