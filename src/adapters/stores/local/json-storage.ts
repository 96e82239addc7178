import type { StoredItem } from '../../../machines/client/client.port.js';
import { toStorageFullError } from '../storage-full-error.js';
import type { LocalStoreOptions, StorageLike } from './local-store.types.js';

/** JSON values under the keys of a `Storage`. Each method but `isStorage` throws an `Error` if there is no storage. */
export type JsonStorage = {
  getText(key: string): string | undefined;
  /** The value of a key: the same object as long as the text is the same, and `unreadable` if the text is not JSON. */
  getValue(key: string): unknown;
  /**
   * Writes all values or none. `undefined` removes a key. Returns whether anything has changed.
   *
   * @throws GenerationError with `storage-full`
   */
  write(values: ReadonlyMap<string, unknown>): boolean;
  /** Whether a storage event comes from this storage. Never throws. */
  isStorage(storage: StorageLike | null): boolean;
  /** Removes keys, and what was set aside of each. */
  erase(keys: readonly string[]): void;
  /** Keeps a text that could not be read, for a person to look at, and reports it once. Returns whether there was room. */
  setAside(key: string, text: string): boolean;
};

/** The value of a text that is not JSON. */
export const unreadable = Symbol('unreadable');

/** How many texts are kept aside for each key. */
const setAsideSlots = 10;

const slotsOf = (key: string) => Array.from({ length: setAsideSlots }, (_, index) => `${key}:set-aside:${index + 1}`);

/** The value of a JSON text, or `unreadable`. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

/** @param store for error messages, such as `localStore "pictures"` */
export function jsonStorage(
  store: string,
  { storage: given, onSetAside }: Pick<LocalStoreOptions<StoredItem>, 'storage' | 'onSetAside'>,
): JsonStorage {
  const parsed = new Map<string, { readonly text: string; readonly value: unknown }>();

  const open = (): StorageLike => {
    let cause: unknown;
    try {
      // Reading the property throws if the user forbids storage. On a server it is undefined.
      const storage = given ?? globalThis.localStorage;
      if (storage) return storage;
    } catch (error) {
      cause = error;
    }
    const message = `${store}: there is no localStorage here, or the page may not use it, so nothing is stored. Use memoryStore() there.`;
    throw new Error(message, { cause });
  };

  const getText = (key: string) => open().getItem(key) ?? undefined;

  const writeText = (storage: StorageLike, key: string, text: string | undefined) =>
    text === undefined ? storage.removeItem(key) : storage.setItem(key, text);

  const writeTexts = (texts: ReadonlyMap<string, string | undefined>) => {
    const storage = open();
    /** The last one written is the first. */
    const replaced: { readonly key: string; readonly text: string | undefined }[] = [];
    try {
      for (const [key, text] of texts) {
        const before = getText(key);
        if (before === text) continue;
        writeText(storage, key, text);
        replaced.unshift({ key, text: before });
      }
    } catch (error) {
      // In reverse order the sizes are the ones that there was room for before.
      for (const { key, text } of replaced) writeText(storage, key, text);
      throw toStorageFullError(error, 'localStorage', store);
    }
    return replaced.length > 0;
  };

  return {
    getText,
    getValue(key) {
      const text = getText(key);
      if (text === undefined) return undefined;
      const last = parsed.get(key);
      if (last?.text === text) return last.value;
      const value = parseText(text);
      parsed.set(key, { text, value });
      return value;
    },
    isStorage(storage) {
      try {
        return storage === open();
      } catch {
        return false;
      }
    },
    write(values) {
      const texts = Array.from(values, ([key, value]) => {
        const text = value === undefined ? undefined : JSON.stringify(value);
        return [key, text] as const;
      });
      return writeTexts(new Map(texts));
    },
    erase(keys) {
      const storage = open();
      for (const key of keys.flatMap(one => [one, ...slotsOf(one)])) storage.removeItem(key);
      parsed.clear();
    },
    setAside(key, text) {
      const slots = slotsOf(key);
      const kept = slots.map(getText).filter(one => one !== undefined);
      if (kept.includes(text)) return true;
      const next = [...kept, text].slice(-setAsideSlots);
      try {
        writeTexts(new Map(next.map((one, index) => [slots[index] ?? key, one])));
      } catch {
        return false;
      }
      try {
        onSetAside?.(key, text);
      } catch (error) {
        console.error(error);
      }
      return true;
    },
  };
}
