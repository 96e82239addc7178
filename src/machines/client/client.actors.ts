import { type EventObject, fromCallback } from 'xstate';
import type { KeeperOrder, ToolFact } from './client.context.js';
import type { StoredItem, ToolStore } from './client.port.js';
import type { StorageTrouble } from './client.types.js';
import { letGo, troubleOf } from './run.actors.js';
import { asRemoved } from './stored-generation.js';

/** The children of the tool, but for its runs: values in, facts out, never a throw. */
export function toolActors<TItem extends StoredItem>(store: ToolStore<TItem>, limit: number) {
  type Tell = (
    fact: ToolFact<TItem> | { readonly type: 'store.told'; readonly trouble: StorageTrouble | undefined },
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
        const records = await store.readRecords();
        return { type: 'store.read', records, items: await store.readItems(limit) } as const;
      })().then(tell, error => tell({ type: 'store.failed', trouble: troubleOf(error) }));
    }),

    /** Removes what it is told to, one after the other. */
    keeper: fromCallback<KeeperOrder, undefined>(({ sendBack, receive }) => {
      const tell: Tell = sendBack;
      const obey = async (order: KeeperOrder): Promise<readonly string[]> => {
        if (order.type === 'clear') return store.clearItems();
        if (order.type === 'remove') await store.removeItems(order.ids);
        else await store.updateRecord(order.id, asRemoved);
        return [];
      };
      receive(order => {
        void obey(order).then(
          ids => {
            tell({ type: 'store.told', trouble: undefined });
            if (order.type !== 'forget') tell({ type: 'items.removed', ids });
          },
          error => tell({ type: 'store.told', trouble: troubleOf(error) }),
        );
      });
    }),
  };
}
