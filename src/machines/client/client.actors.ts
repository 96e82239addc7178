import { type EventObject, fromCallback } from 'xstate';
import type { ClientStoreEvent, StoreWriterMessage } from './client.context.js';
import type { GenerationStore, StoredItem } from './client.port.js';
import { safeCleanup, toStorageError } from './run.actors.js';
import { asRemoved } from './stored-generation.js';

/** The children of the client besides its runs: they take values, send events, and never throw. */
export function clientActors<TItem extends StoredItem>(store: GenerationStore<TItem>, limit: number) {
  type Report = (event: ClientStoreEvent<TItem>) => void;

  return {
    /** Reports what other tabs change. */
    storeChanges: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const report: Report = sendBack;
      try {
        return safeCleanup(store.watch(() => report({ type: 'store.changed' })));
      } catch {
        // A store that cannot be watched can still be read.
        return undefined;
      }
    }),

    /** Reads generations before items: a result that has left the first by then is among the second. */
    storeReader: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const report: Report = sendBack;
      void (async () => {
        const stored = await store.readGenerations();
        return { type: 'store.read', stored, items: await store.readItems(limit) } as const;
      })().then(report, error => report({ type: 'store.readFailed', storageError: toStorageError(error) }));
    }),

    /** Removes items and stored generations. */
    storeWriter: fromCallback<StoreWriterMessage, undefined>(({ sendBack, receive }) => {
      const report: Report = sendBack;
      const write = async (message: StoreWriterMessage): Promise<readonly string[]> => {
        if (message.type === 'clear') return store.clearItems();
        if (message.type === 'removeItems') await store.removeItems(message.ids);
        else await store.updateGeneration(message.id, asRemoved);
        return [];
      };
      receive(message => {
        void write(message).then(
          ids => {
            report({ type: 'store.written' });
            if (message.type !== 'removeGeneration') report({ type: 'items.removed', ids });
          },
          error => report({ type: 'store.writeFailed', storageError: toStorageError(error) }),
        );
      });
    }),
  };
}
