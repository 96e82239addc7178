import type { StoredGeneration } from '../../../machines/client/client.port.js';
import { isNewerGeneration, isStoredGeneration, oldestFirst, toObject } from '../stored-generation.js';
import { type GenerationsState, hasSameJson, withoutDeleted } from './generations-state.js';
import { type JsonStorage, unreadable } from './json-storage.js';
import type { StoredFormat } from './local-store.types.js';

/**
 * Generations in two or three arrays: those that have ended, those of the store's own, and before these an array that may
 * belong to other code, too. The ended ones are apart, because a page writes the others each second.
 */
export type GenerationsStorage = {
  readonly keys: readonly string[];
  /** The stored state. What cannot be read is set aside first, if there is room. */
  read(): GenerationsState;
  /** The same, and whether a deleted generation is still in an array, because its page was closed between two writes. */
  readWithLeftovers(): { readonly state: GenerationsState; readonly hasLeftovers: boolean };
  /** The entries of other code in a shared array, by its key: all that stays when the store is erased. */
  readForeign(): ReadonlyMap<string, readonly unknown[]>;
  /** The values to write for a state, by key. `undefined` while something unreadable cannot be set aside. */
  toValues(state: GenerationsState): ReadonlyMap<string, unknown> | undefined;
  /** The state that the value of one key describes: an empty one for a key of other data. */
  parse(key: string, value: unknown): GenerationsState;
};

/** An entry of an array. One without a generation belongs to other code. */
type Entry = { readonly raw: unknown; readonly generation?: StoredGeneration | undefined };

type ParsedArray = {
  readonly format: StoredFormat;
  readonly entries: readonly Entry[];
  /** The text to set aside, if something cannot be read. */
  readonly unreadableText?: string | undefined;
};

/** Generations as they are, under a key of the store's own. */
const ownFormat = (key: string): StoredFormat => ({
  key,
  toStored: generation => generation,
  fromStored: entry => {
    if (isStoredGeneration(entry)) return entry;
    // A newer version of this library may have written it, and may be deployed again, or run in another tab.
    return isNewerGeneration(entry) ? 'foreign' : undefined;
  },
});

/** An entry that can be read, or belongs to other code. */
function parseEntry(format: StoredFormat, raw: unknown): Entry | undefined {
  try {
    const generation = format.fromStored(raw);
    if (generation === 'foreign') return { raw };
    return isStoredGeneration(generation) ? { raw, generation } : undefined;
  } catch {
    return undefined;
  }
}

function parseArray(format: StoredFormat, value: unknown, text: string | undefined): ParsedArray {
  if (value === undefined) return { format, entries: [] };
  if (!Array.isArray(value)) return { format, entries: [], unreadableText: text };
  const parsed = value.map((raw: unknown) => ({ raw, entry: parseEntry(format, raw) }));
  const entries = parsed.flatMap(({ entry }) => entry ?? []);
  const invalid = parsed.filter(({ entry }) => !entry).map(({ raw }) => raw);
  return { format, entries, unreadableText: invalid.length > 0 ? JSON.stringify(invalid) : undefined };
}

const isSameAge = (one: StoredGeneration, other: StoredGeneration) => one.updatedAt === other.updatedAt;

/** The generations of all arrays by id. If two have the same id, the newer one wins, or the one that has ended. */
function toGenerations(arrays: readonly ParsedArray[]): Map<string, StoredGeneration> {
  const byId = new Map<string, StoredGeneration>();
  for (const { generation } of arrays.flatMap(({ entries }) => entries)) {
    if (!generation) continue;
    const { id } = generation.token;
    const other = byId.get(id);
    if (!other || other.updatedAt < generation.updatedAt || (isSameAge(other, generation) && generation.ended))
      byId.set(id, generation);
  }
  return byId;
}

function toTombstones(meta: unknown): ReadonlyMap<string, number> {
  const { tombstones } = toObject(meta);
  const entries = Object.entries(toObject(tombstones));
  return new Map(
    entries.flatMap(([id, updatedAt]) => (typeof updatedAt === 'number' ? [[id, updatedAt] as const] : [])),
  );
}

/** The array with these generations: each in its place, and new ones at the end. Entries of other code stay. */
function toArray({ format, entries }: ParsedArray, generations: readonly StoredGeneration[]): readonly unknown[] {
  const remaining = new Map(generations.map(generation => [generation.token.id, generation]));
  const existing = entries.flatMap(({ raw, generation }) => {
    if (!generation) return [raw];
    const { id } = generation.token;
    const now = remaining.get(id);
    remaining.delete(id);
    if (!now) return [];
    // An entry that has not changed stays as it was written, by whatever code.
    return [hasSameJson(now, generation) ? raw : format.toStored(now)];
  });
  return [...existing, ...Array.from(remaining.values(), generation => format.toStored(generation))];
}

export function generationsStorage(
  storage: JsonStorage,
  key: string,
  sharedFormat: StoredFormat | undefined,
): GenerationsStorage {
  const own = ownFormat(`${key}:generations`);
  const ended = ownFormat(`${key}:ended`);
  // In this order they are written: an end before the generation leaves the other array.
  const formats = sharedFormat ? [ended, sharedFormat, own] : [ended, own];
  const metaKey = `${own.key}:meta`;

  const parseArrays = () =>
    formats.map(format => parseArray(format, storage.getValue(format.key), storage.getText(format.key)));

  /** Sets aside what cannot be read. Returns whether the keys can be written without a loss. */
  const setAsideUnreadable = (arrays: readonly ParsedArray[]): boolean =>
    arrays.every(({ format, entries, unreadableText }) => {
      if (unreadableText === undefined) return true;
      if (!storage.setAside(format.key, unreadableText)) return false;
      storage.write(new Map([[format.key, entries.length > 0 ? entries.map(({ raw }) => raw) : undefined]]));
      return true;
    });

  const readWithLeftovers = () => {
    const arrays = parseArrays();
    setAsideUnreadable(arrays);
    const byId = toGenerations(arrays);
    const state = withoutDeleted({ byId, tombstones: toTombstones(storage.getValue(metaKey)) });
    // Deleted ones, and those whose end is stored already: a page may die between two keys.
    const storedCount = arrays.flatMap(({ entries }) => entries.filter(({ generation }) => generation)).length;
    return { state, hasLeftovers: storedCount > state.byId.size };
  };

  return {
    keys: [...formats.map(format => format.key), metaKey],
    read: () => readWithLeftovers().state,
    readWithLeftovers,
    readForeign() {
      const foreign = parseArrays().map(({ format, entries }) => {
        const raw = entries.filter(({ generation }) => !generation).map(one => one.raw);
        return [format.key, raw] as const;
      });
      return new Map(foreign.filter(([formatKey, raw]) => formatKey === sharedFormat?.key && raw.length > 0));
    },
    toValues({ byId, tombstones }) {
      const arrays = parseArrays();
      if (!setAsideUnreadable(arrays)) return undefined;
      const values = new Map<string, unknown>();
      // The tombstones come first, so that other tabs learn of a deletion before they miss the generation.
      if (tombstones.size > 0) values.set(metaKey, { tombstones: Object.fromEntries(tombstones) });
      const put = (array: ParsedArray, generations: readonly StoredGeneration[]) => {
        const next = toArray(array, generations);
        const isNeeded = next.length > 0 || storage.getText(array.format.key) !== undefined;
        values.set(array.format.key, isNeeded ? next : undefined);
      };
      const all = oldestFirst(byId.values());
      let unplaced = all.filter(generation => !generation.ended);
      for (const array of arrays) {
        const { format, entries } = array;
        if (format === ended) {
          put(
            array,
            all.filter(generation => generation.ended),
          );
          continue;
        }
        const foreignCount = entries.filter(({ generation }) => !generation).length;
        const room = Math.max(0, (format.limit ?? Infinity) - foreignCount);
        // The newest ones go into the first array.
        const splitAt = Math.max(0, unplaced.length - room);
        put(array, unplaced.slice(splitAt));
        unplaced = unplaced.slice(0, splitAt);
      }
      return values;
    },
    parse(changedKey, value) {
      if (changedKey === metaKey) return { byId: new Map(), tombstones: toTombstones(value) };
      const format = formats.find(one => one.key === changedKey);
      if (!format || value === unreadable) return { byId: new Map(), tombstones: new Map() };
      return { byId: toGenerations([parseArray(format, value, undefined)]), tombstones: new Map() };
    },
  };
}
