import { warn } from '../warning.js';
import type { GenerationStore, StoredGeneration, StoredItem } from './client.port.js';

/** By that it is found again. What else a record lacks makes its generation fail, and not the client. */
const isRecord = (found: StoredGeneration | null | undefined) => typeof found?.token?.id === 'string';
const isItem = (found: StoredItem | null | undefined) => typeof found?.id === 'string';

/**
 * A store of a user's, held to its type. A call that answers what the type forbids has failed, like one that rejects;
 * what in a list is no record or no item is passed over, so that one of them does not hide the others.
 */
export function checkedStore<TItem extends StoredItem>(store: GenerationStore<TItem>): GenerationStore<TItem> {
  const check = <TAnswer>(call: string, isRight: boolean, answer: TAnswer): TAnswer => {
    if (isRight) return answer;
    const text = `The store answers ${call} with what its type forbids.`;
    warn(text);
    throw TypeError(text);
  };
  const list = async <TEntry>(call: string, answer: Promise<readonly TEntry[]>) =>
    check(call, Array.isArray(await answer), await answer);

  return {
    readGenerations: async () => (await list('readGenerations', store.readGenerations())).filter(isRecord),
    readItems: async limit => (await list('readItems', store.readItems(limit))).filter(isItem),
    async updateGeneration(id, change) {
      const record = await store.updateGeneration(id, found => change(isRecord(found) ? found : undefined));
      // Not every language has two words for nothing.
      return check('updateGeneration', !record || isRecord(record), record) || undefined;
    },
    async upsertItems(items) {
      const results = await list('upsertItems', store.upsertItems(items));
      const isAnswered = items.every((_, index) => /^(added|known|removed)$/.test(results[index] ?? ''));
      return check('upsertItems', isAnswered, results);
    },
    removeItems: ids => store.removeItems(ids),
    clearItems: () => list('clearItems', store.clearItems()),
    watch: tell => store.watch(tell),
  };
}
