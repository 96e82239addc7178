import { indexedStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { pictures } from './store-conformance.js';

describe('indexedStore, where there is no IndexedDB', () => {
  it('is made and watched, and rejects each call with an error that says so', async () => {
    const store = indexedStore({ name: 'pictures' });
    store.watch(() => {})();
    for (const call of [
      store.readItems(),
      store.readGenerations(),
      store.upsertItems(pictures('a')),
      store.removeItems(['a']),
      store.clearItems(),
      store.updateGeneration('a', () => undefined),
    ]) {
      await expect(call).rejects.toThrow('there is no IndexedDB here');
    }
  });

  it('refuses a limit of 0', () => {
    expect(() => indexedStore({ name: 'pictures', limit: 0 })).toThrow(RangeError);
  });
});
