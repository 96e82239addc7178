import { toStorageError } from '../storage-failure.js';

/** JSON under keys of a storage. */
export type Area = {
  text(key: string): string | undefined;
  /** The value under a key; the same one as long as its text is the same. A text that is no JSON is `unreadable`. */
  value(key: string): unknown;
  /** Writes all or none. `undefined` takes a key away. Whether anything has changed. @throws GenerationError */
  write(values: ReadonlyMap<string, unknown>): boolean;
  /** Whether an event of this storage concerns it. Never throws. */
  owns(storage: Storage | null): boolean;
  /** Puts a text where nobody looks but a person. Whether there was room. */
  setAside(key: string, text: string): boolean;
};

/** What {@link Area.value} gives for a text that is no JSON. */
export const unreadable = Symbol('unreadable');

const setAsideSlots = 10;

function openStorage(given: Storage | undefined): Storage {
  let cause: unknown;
  try {
    // Looking at it throws where the user forbids it; on a server there is none.
    const storage = given ?? globalThis.localStorage;
    if (storage) return storage;
  } catch (error) {
    cause = error;
  }
  throw new Error('localStore: this page has no localStorage, or may not use it. Nothing is kept.', { cause });
}

/** The value of a JSON text, or `unreadable`. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

/** @throws Error at each call, and never before, where there is no storage */
export function storageArea(given?: Storage): Area {
  const parsed = new Map<string, { readonly text: string; readonly value: unknown }>();
  const text = (key: string) => openStorage(given).getItem(key) ?? undefined;

  const put = (storage: Storage, key: string, next: string | undefined) =>
    next === undefined ? storage.removeItem(key) : storage.setItem(key, next);

  const writeTexts = (texts: ReadonlyMap<string, string | undefined>) => {
    const storage = openStorage(given);
    const before: [key: string, text: string | undefined][] = [];
    try {
      for (const [key, next] of texts) {
        const old = text(key);
        if (old === next) continue;
        put(storage, key, next);
        before.unshift([key, old]);
      }
    } catch (error) {
      // Backwards it passes the same sizes again, for all of which there was room.
      for (const [key, old] of before) put(storage, key, old);
      throw toStorageError(error, 'localStorage');
    }
    return before.length > 0;
  };

  return {
    text,
    value(key) {
      const now = text(key);
      if (now === undefined) return undefined;
      const last = parsed.get(key);
      if (last?.text === now) return last.value;
      const value = parseText(now);
      parsed.set(key, { text: now, value });
      return value;
    },
    owns(storage) {
      try {
        return storage === openStorage(given);
      } catch {
        return false;
      }
    },
    write: values =>
      writeTexts(
        new Map(Array.from(values, ([key, value]) => [key, value === undefined ? undefined : JSON.stringify(value)])),
      ),
    setAside(key, aside) {
      const slots = Array.from({ length: setAsideSlots }, (_, n) => `${key}:set-aside:${n + 1}`);
      const kept = slots.map(text).filter(one => one !== undefined);
      if (kept.includes(aside)) return true;
      const next = [...kept, aside].slice(-setAsideSlots);
      try {
        writeTexts(new Map(next.map((one, n) => [slots[n] ?? key, one])));
        return true;
      } catch {
        return false;
      }
    },
  };
}
