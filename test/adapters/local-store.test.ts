import { localStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pictures } from './store-conformance.js';

/** Gives the global object a `localStorage` for one test, or none. */
function provide(get: (() => Storage) | undefined) {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, ...(get ? { get } : { value: undefined }) });
  onTestFinished(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else Reflect.deleteProperty(globalThis, 'localStorage');
  });
}

describe('localStore, where there is no storage', () => {
  const refused = new Error('The user has blocked all cookies.');

  it.each([
    { what: 'on a server', get: undefined, cause: undefined },
    {
      what: 'where the user forbids it',
      get: () => {
        throw refused;
      },
      cause: refused,
    },
  ])('is made and watched $what, and rejects each call with an error that says so', async ({ get, cause }) => {
    provide(get);
    const store = localStore({ key: 'pictures' });
    store.watch(() => {})();
    for (const call of [
      store.readItems(),
      store.readRecords(),
      store.upsertItems(pictures('a')),
      store.removeItems(['a']),
      store.clearItems(),
      store.updateRecord('a', () => undefined),
    ]) {
      await expect(call).rejects.toMatchObject({ message: expect.stringContaining('no localStorage'), cause });
    }
  });

  it('refuses a limit that is none', () => {
    expect(() => localStore({ key: 'pictures', limit: 0 })).toThrow(RangeError);
  });
});
