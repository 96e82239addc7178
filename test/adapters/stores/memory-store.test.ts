import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
    await store.updateGeneration('a', () => undefined);
    await Promise.resolve();
    expect(onChange).not.toHaveBeenCalled();
    // The id of an item that must not come, which another tab has to know.
    await store.removeItems(['nobody', 'nobody']);
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(1);
    const writing = store.upsertItems(pictures('b'));
    expect(onChange).toHaveBeenCalledTimes(1);
    await writing;
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('reports one item that has changed among others', async () => {
    const store = memoryStore<Picture>();
    await store.upsertItems(pictures('b', 'a'));
    const onChange = vi.fn();
    store.watch(onChange);
    await store.upsertItems([{ id: 'a', prompt: 'fog' }]);
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('reports nothing to a watcher that has left before', async () => {
    const store = memoryStore<Picture>();
    const onChange = vi.fn();
    const leave = store.watch(onChange);
    const writing = store.upsertItems(pictures('a'));
    leave();
    await writing;
    await Promise.resolve();
    expect(onChange).not.toHaveBeenCalled();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %d', limit => {
    expect(() => memoryStore({ limit })).toThrow(RangeError);
    expect(() => memoryStore({ limit })).toThrow(/^memoryStore\(\): limit is/);
  });

  it('refuses an option that it does not have, and names the one that was meant', () => {
    const options: object = { limits: 3 };
    expect(() => memoryStore(options)).toThrow(
      new TypeError('memoryStore() has no option "limits". Did you mean "limit"?'),
    );
  });

  it('says what the platform lacks before anything is kept', () => {
    vi.stubGlobal('structuredClone', undefined);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    expect(() => memoryStore()).toThrow(/^The store of memoryStore\(\).*structuredClone/);
  });
});
