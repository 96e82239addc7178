import { type EventObject, fromCallback } from 'xstate';
import { isGenerationError } from '../generation/generation.errors.js';
import { ignoreRejection } from '../isolated.js';
import type { GenerationLocks, GenerationStore, StoredGeneration, StoredItem } from './client.port.js';
import type { StorageError } from './client.types.js';
import { escapePart } from './item-id.js';
import type { FoundGeneration, RunChildEvent } from './run.types.js';
import type { StoredChange } from './stored-generation.js';

/** Why a call of the store failed. */
export const toStorageError = (error: unknown): StorageError => {
  try {
    return isGenerationError(error) && error.code === 'storage-full' ? 'storage-full' : 'storage-unavailable';
  } catch {
    // What a user's store throws need not be readable.
    return 'storage-unavailable';
  }
};

/** A cleanup that never throws: a child that throws would put its parent into the status `error`. */
export const safeCleanup = (cleanup: () => unknown) => {
  // JavaScript may return a promise where a function is due.
  ignoreRejection(cleanup);
  return () => {
    try {
      ignoreRejection(cleanup());
    } catch {
      // The store or the locks are not used any more, so their error changes nothing.
    }
  };
};

type Report = (event: RunChildEvent) => void;

/** Tells a generation that has ended from one that can go on. */
export const toFound = (found: StoredGeneration | undefined): FoundGeneration =>
  found?.ended ? { stored: undefined, tombstone: found } : { stored: found, tombstone: undefined };

/** A child that calls the store once. Stopping it does not undo the call; XState drops the answer then. */
const storeCall = <TChildInput extends { readonly id: string }>(call: (input: TChildInput) => Promise<RunChildEvent>) =>
  fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
    const report: Report = sendBack;
    // An async function turns a synchronous throw of the store into a rejection. It is called before this returns.
    void (async () => call(input))().then(report, error =>
      report({ type: 'store.failed', storageError: toStorageError(error) }),
    );
  });

/** The children of a run besides the generation: they take values, send events, and never throw. */
export function runActors<TItem extends StoredItem>(
  name: string,
  store: GenerationStore<TItem>,
  locks: GenerationLocks | undefined,
) {
  return {
    /** Requests the lock of the generation, and holds it until this child is stopped. */
    lock: fromCallback<EventObject, { readonly id: string }>(({ input, sendBack, receive }) => {
      const report: Report = sendBack;
      let canRelease = false;
      receive(event => {
        canRelease = event.type === 'lock.transferAllowed';
      });
      try {
        if (locks) {
          return safeCleanup(
            locks.request(`${name}/${escapePart(input.id)}`, {
              onChange: state => report({ type: `lock.${state}` }),
              canRelease: () => canRelease,
            }),
          );
        }
      } catch {
        // Locks that throw are as good as none.
      }
      report({ type: 'lock.shared' });
      return undefined;
    }),

    update: storeCall<{ readonly id: string; readonly change: StoredChange }>(async ({ id, change }) => {
      let wasStored = false;
      const stored = await store.updateGeneration(id, found => {
        wasStored = found !== undefined;
        return change(found);
      });
      return { type: 'stored.updated', ...toFound(stored), wasStored };
    }),

    read: storeCall<{ readonly id: string }>(async ({ id }) => {
      const generations = await store.readGenerations();
      return { type: 'stored.read', ...toFound(generations.find(({ token }) => token.id === id)) };
    }),

    findItems: storeCall<{ readonly id: string }>(async ({ id }) => ({
      type: 'items.found',
      items: (await store.readItems()).filter(({ generationId }) => generationId === id),
    })),

    commit: storeCall<{ readonly id: string; readonly items: readonly TItem[] }>(async ({ items }) => ({
      type: 'items.committed',
      results: await store.upsertItems(items),
    })),
  };
}
