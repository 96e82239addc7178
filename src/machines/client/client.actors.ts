import { type EventObject, fromCallback } from 'xstate';
import type { StoreEvent, StoreWriterMessage } from './client.context.js';
import type { GenerationStore, StoredItem } from './client.port.js';
import type { StorageError } from './client.types.js';
import { letGo, toStorageError } from './run.actors.js';
import { asRemoved } from './stored-generation.js';

/** The children of the client, but for its runs: values in, facts out, never a throw. */
export function clientActors<TItem extends StoredItem>(store: GenerationStore<TItem>, limit: number) {
  type Tell = (
    fact: StoreEvent<TItem> | { readonly type: 'store.told'; readonly storageError: StorageError | undefined },
  ) => void;

  return {
    /** Tells what other tabs change. */
    watch: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const tell: Tell = sendBack;
      try {
        return letGo(store.watch(() => tell({ type: 'store.changed' })));
      } catch {
        // A store that cannot be watched is read all the same.
        return undefined;
      }
    }),

    /** Records before items: what has gone from the first has come to the second. */
    look: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const tell: Tell = sendBack;
      void (async () => {
        const records = await store.readGenerations();
        return { type: 'store.read', records, items: await store.readItems(limit) } as const;
      })().then(tell, error => tell({ type: 'store.failed', storageError: toStorageError(error) }));
    }),

    /** Removes what it is told to, one after the other. */
    storeWriter: fromCallback<StoreWriterMessage, undefined>(({ sendBack, receive }) => {
      const tell: Tell = sendBack;
      const obey = async (order: StoreWriterMessage): Promise<readonly string[]> => {
        if (order.type === 'clear') return store.clearItems();
        if (order.type === 'remove') await store.removeItems(order.ids);
        else await store.updateGeneration(order.id, asRemoved);
        return [];
      };
      receive(order => {
        void obey(order).then(
          ids => {
            tell({ type: 'store.told', storageError: undefined });
            if (order.type !== 'forget') tell({ type: 'items.removed', ids });
          },
          error => tell({ type: 'store.told', storageError: toStorageError(error) }),
        );
      });
    }),
  };
}
