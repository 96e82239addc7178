import { type EventObject, fromCallback } from 'xstate';
import { isGenerationError } from '../generation/generation.errors.js';
import type { GenerationLocks, GenerationStore, StoredGeneration, StoredItem } from './client.port.js';
import type { StorageError } from './client.types.js';
import type { RunChildEvent } from './run.types.js';
import type { RecordChange } from './stored-generation.js';

/** What a store's error means to the page. */
export const toStorageError = (error: unknown): StorageError =>
  isGenerationError(error) && error.code === 'storage-full' ? 'storage-full' : 'storage-unavailable';

/** What others' code makes of being left is its own: in a child, a throw would end the parent. */
export const letGo = (leave: () => void) => () => {
  try {
    leave();
  } catch {
    // It is not heard any more.
  }
};

type Tell = (fact: RunChildEvent) => void;

/** A child that asks the store once. What it asked is not taken back when the child is stopped; its answer is not heard then. */
const question = <TChildInput extends { readonly id: string }>(ask: (input: TChildInput) => Promise<RunChildEvent>) =>
  fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
    const tell: Tell = sendBack;
    // An async function, so that a store that throws at once has failed, too; it is called before this returns.
    void (async () => ask(input))().then(tell, error =>
      tell({ type: 'store.failed', storageError: toStorageError(error) }),
    );
  });

/** The children of a run, but for the generation: values in, facts out, never a throw. */
export function runActors<TItem extends StoredItem>(
  name: string,
  store: GenerationStore<TItem>,
  locks: GenerationLocks | undefined,
) {
  return {
    /** Holds the name of the generation, or waits for it, for as long as it lives. */
    claim: fromCallback<EventObject, { readonly id: string }>(({ input, sendBack, receive }) => {
      const tell: Tell = sendBack;
      let canRelease = false;
      receive(event => {
        canRelease = event.type === 'claim.freed';
      });
      try {
        if (locks) {
          return letGo(
            locks.request(`${name}/${input.id}`, {
              onChange: state => tell({ type: `claim.${state}` }),
              canRelease: () => canRelease,
            }),
          );
        }
      } catch {
        // Who cannot ask the others follows, as where there is nobody to ask.
      }
      tell({ type: 'claim.shared' });
      return undefined;
    }),

    record: question<{ readonly id: string; readonly change: RecordChange }>(async ({ id, change }) => {
      let before: StoredGeneration | undefined;
      const record = await store.updateGeneration(id, found => {
        before = found;
        return change(found);
      });
      return { type: 'record.answered', record, isAnothers: before !== undefined };
    }),

    look: question<{ readonly id: string }>(async ({ id }) => {
      const records = await store.readGenerations();
      return { type: 'record.answered', record: records.find(({ token }) => token.id === id), isAnothers: true };
    }),

    commit: question<{ readonly id: string; readonly items: readonly TItem[] }>(async ({ items }) => ({
      type: 'items.committed',
      results: await store.upsertItems(items),
    })),
  };
}
