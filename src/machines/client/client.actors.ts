import { type EventObject, fromCallback } from 'xstate';
import { addDuration } from '../reads/duration-history.js';
import type { CheckedStore } from './checked-store.js';
import type { ClientStoreEvent, StoreReaderMessage, StoreWriterMessage } from './client.context.js';
import type { StoredItem } from './client.port.js';
import { safeCleanup, toStorageError } from './run.actors.js';
import { asEnded, withoutTombstone } from './tombstone.js';

/** The children of the client besides its runs: they take values, send events, and never throw. */
export function clientActors<TItem extends StoredItem>(store: CheckedStore<TItem>, limit: number) {
  type Report = (event: ClientStoreEvent<TItem>) => void;

  return {
    /** Reports what other tabs change. */
    storeChanges: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const report: Report = sendBack;
      try {
        return safeCleanup(
          store.watch(change => report({ type: change === 'erased' ? 'store.erased' : 'store.changed' })),
        );
      } catch {
        // A store that cannot be watched can still be read.
        return undefined;
      }
    }),

    /**
     * Reads the store when it is asked to. An answer may come late, after another reading was begun: it counts, unless it
     * was overtaken by a newer answer or by a change.
     */
    storeReader: fromCallback<StoreReaderMessage, undefined>(({ sendBack, receive }) => {
      const report: Report = sendBack;
      let [begun, answered, outdated] = [0, 0, 0];
      // Generations before items: a result that has left the first by then is among the second.
      // Without them, jobs are read by the schedule for unknown ones.
      const readHistories = async () => {
        report({ type: 'histories.read', histories: await store.readHistories() });
      };
      const read = async () => {
        const stored = await store.readGenerations();
        return { stored, items: await store.readItems(limit) };
      };
      receive(({ type }) => {
        if (type === 'outdate') {
          outdated = begun;
          return;
        }
        begun += 1;
        const own = begun;
        void readHistories().catch(() => {});
        void read().then(
          found => {
            const isOutdated = own <= outdated;
            if (own < answered || (isOutdated && own < begun)) return;
            answered = own;
            report({ type: 'store.read', ...found, isOutdated });
          },
          error => {
            if (own === begun) report({ type: 'store.readFailed', storageError: toStorageError(error) });
          },
        );
      });
    }),

    /** Removes items, and ends stored generations. */
    storeWriter: fromCallback<StoreWriterMessage, undefined>(({ sendBack, receive }) => {
      const report: Report = sendBack;
      const write = async (message: StoreWriterMessage): Promise<readonly string[]> => {
        if (message.type === 'clear') return store.clearItems();
        if (message.type === 'removeItems') await store.removeItems(message.ids);
        else if (message.type === 'addDuration')
          await store.updateHistory(message.key, known => addDuration(known, message.duration));
        else if (message.type === 'removeTombstone') await store.updateGeneration(message.id, withoutTombstone);
        else await store.updateGeneration(message.id, asEnded(message.ended, message.now));
        return [];
      };
      receive(message => {
        const id = 'id' in message ? message.id : undefined;
        void write(message).then(
          ids => {
            report({ type: 'store.written', id });
            if (message.type === 'clear' || message.type === 'removeItems') report({ type: 'items.removed', ids });
          },
          error => report({ type: 'store.writeFailed', id, storageError: toStorageError(error) }),
        );
      });
    }),
  };
}
