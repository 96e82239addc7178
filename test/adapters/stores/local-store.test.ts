import { localStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generationOf, pictures } from './store-conformance.js';

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
      store.readGenerations(),
      store.upsertItems(pictures('a')),
      store.removeItems(['a']),
      store.clearItems(),
      store.updateGeneration('a', () => undefined),
    ]) {
      await expect(call).rejects.toMatchObject({ message: expect.stringContaining('no localStorage'), cause });
    }
  });

  it('refuses a limit of 0', () => {
    expect(() => localStore({ key: 'pictures', limit: 0 })).toThrow(RangeError);
  });
});

/** The storage that some pages share. The writes of this one go nowhere once it has died. */
function storageOf(texts: Map<string, string>, writesUntilDeath = Infinity): Storage {
  let left = writesUntilDeath;
  const write = (act: () => void) => {
    if (left > 0) act();
    left -= 1;
  };
  return {
    get length() {
      return texts.size;
    },
    key: index => [...texts.keys()][index] ?? null,
    getItem: key => texts.get(key) ?? null,
    setItem: (key, text) => write(() => texts.set(key, text)),
    removeItem: key => write(() => texts.delete(key)),
    clear: () => write(() => texts.clear()),
  };
}

describe('localStore, after a page that was closed while it deleted a generation', () => {
  it.each([
    { when: 'before its first write', writes: 0, left: [generationOf('a'), generationOf('b')] },
    { when: 'between its two writes', writes: 1, left: [generationOf('b')] },
    { when: 'after both writes', writes: 2, left: [generationOf('b')] },
  ])('has it either whole or not at all, and not in the array either: $when', async ({ writes, left }) => {
    const texts = new Map<string, string>();
    const open = (writesUntilDeath?: number) =>
      localStore({ key: 'pictures', storage: storageOf(texts, writesUntilDeath) });
    for (const id of ['a', 'b']) await open().updateGeneration(id, () => generationOf(id));
    await open(writes).updateGeneration('a', () => undefined);

    expect(await open().readGenerations()).toEqual(left);
    expect(JSON.parse(texts.get('pictures:generations') ?? '')).toEqual(left);
  });
});
