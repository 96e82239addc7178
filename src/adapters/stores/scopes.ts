import type { GenerationStore, StoredItem } from '../../machines/client/client.port.js';

/** Makes the store of each scope once. */
export function scopesOf<TItem extends StoredItem>(
  create: (scope: string) => GenerationStore<TItem>,
): (scope: string) => GenerationStore<TItem> {
  const stores = new Map<string, GenerationStore<TItem>>();
  return scope => {
    const store = stores.get(scope) ?? create(scope);
    stores.set(scope, store);
    return store;
  };
}
