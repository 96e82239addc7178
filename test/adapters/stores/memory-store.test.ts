import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, vi } from 'vitest';
import { describeStore, type Picture, pictures } from './store-conformance.js';

describeStore('memoryStore', options => {
  const store = memoryStore<Picture>(options);
  return [store, store];
});

describe('memoryStore', () => {
  it('reports nothing if nothing has changed, and nothing within the call', async () => {
    const store = memoryStore<Picture>();
    await store.upsertItems(pictures('a'));
    const onChange = vi.fn();
    store.watch(onChange);
    await store.upsertItems(pictures('a'));
    await store.removeItems(['nobody', 'nobody']);
    await store.updateGeneration('a', () => undefined);
    expect(onChange).toHaveBeenCalledTimes(1);
    const writing = store.upsertItems(pictures('b'));
    expect(onChange).toHaveBeenCalledTimes(1);
    await writing;
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %d', limit => {
    expect(() => memoryStore({ limit })).toThrow(RangeError);
  });
});
