import type { GenerationStore, StoredItem } from './client.port.js';

/**
 * The part of a store that belongs to a scope; without a scope, the store itself.
 *
 * @param client the name of the client, for error messages
 * @throws TypeError if the scope is no text, or the store has no scopes
 */
export function scopedStore<TItem extends StoredItem>(
  client: string,
  store: GenerationStore<TItem>,
  scope: unknown,
): GenerationStore<TItem> {
  if (scope === undefined) return store;
  if (typeof scope !== 'string') {
    throw new TypeError(
      `Client "${client}": the scope must be a text, and is of the type ${typeof scope}. Pass the id of the user as a text.`,
    );
  }
  if (!store.withScope) {
    throw new TypeError(
      `Client "${client}": its store has no withScope(), so it cannot keep scopes apart. Use localStore, indexedStore or memoryStore, or add withScope() to your store.`,
    );
  }
  return store.withScope(scope);
}

/** Calls of a store wait while it is being erased: what is stored meanwhile must not be erased with the rest. */
export type StoreGate<TItem extends StoredItem> = {
  readonly store: GenerationStore<TItem>;
  /** Holds all calls back until the work has ended, well or not. */
  readonly close: <TResult>(work: () => Promise<TResult>) => Promise<TResult>;
};

/** Puts a gate before a store. While it is open, calls reach the store synchronously. */
export function storeGate<TItem extends StoredItem>(store: GenerationStore<TItem>): StoreGate<TItem> {
  let closed: Promise<unknown> | undefined;
  const pass = <TAnswer>(call: () => Promise<TAnswer>): Promise<TAnswer> => (closed ? closed.then(call, call) : call());
  const guard = (one: GenerationStore<TItem>): GenerationStore<TItem> => ({
    readGenerations: () => pass(() => one.readGenerations()),
    updateGeneration: (id, change) => pass(() => one.updateGeneration(id, change)),
    readItems: limit => pass(() => one.readItems(limit)),
    upsertItems: items => pass(() => one.upsertItems(items)),
    removeItems: ids => pass(() => one.removeItems(ids)),
    clearItems: () => pass(() => one.clearItems()),
    readHistories: () => pass(async () => (await one.readHistories?.()) ?? {}),
    updateHistory: (key, change) => pass(async () => one.updateHistory?.(key, change)),
    watch: onChange =>
      one.watch(change => {
        // The client that erases a store has ended everything itself.
        if (!(closed && change === 'erased')) onChange(change);
      }),
    ...(one.withScope && { withScope: scope => guard(scopedStore('', one, scope)) }),
  });
  return {
    store: guard(store),
    async close(work) {
      const working = work();
      closed = working;
      try {
        return await working;
      } finally {
        if (closed === working) closed = undefined;
      }
    },
  };
}
