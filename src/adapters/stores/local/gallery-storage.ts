import type { StoredItem } from '../../../machines/client/client.port.js';
import { emptyGallery, type GalleryState, insertItems } from '../gallery-state.js';
import { mergedItem } from '../merged-item.js';
import { toObject } from '../stored-generation.js';
import { type JsonStorage, unreadable } from './json-storage.js';
import type { LocalStoreOptions } from './local-store.types.js';

/** A gallery whose items are stored in an array that older code reads, too. What older code does not know has a key of its own. */
export type GalleryStorage<TItem extends StoredItem> = {
  readonly keys: readonly string[];
  /** The stored state. What cannot be read is set aside first, if there is room. */
  read(): GalleryState<TItem>;
  /** The values to write for a state, by key. `undefined` while something unreadable cannot be set aside. */
  toValues(state: GalleryState<TItem>): ReadonlyMap<string, unknown> | undefined;
  /** The state that the value of one key describes: an empty one for a key of other data. */
  parse(key: string, value: unknown): GalleryState<TItem>;
};

type Parsed<TItem extends StoredItem> = {
  readonly state: GalleryState<TItem>;
  /** What has to be set aside before anything is written, and the value that then remains. */
  readonly unreadablePart?: { readonly text: string | undefined; readonly remaining: unknown } | undefined;
};

const toStrings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];

export function galleryStorage<TItem extends StoredItem>(
  storage: JsonStorage,
  { key, version = 1, migrate, parseItems }: LocalStoreOptions<TItem>,
): GalleryStorage<TItem> {
  const metaKey = `${key}:meta`;
  const isItem = (value: unknown): value is TItem => {
    const { id } = toObject(value);
    return typeof id === 'string' && id !== '';
  };

  const parseMeta = (value: unknown) => {
    const meta = toObject(value);
    const { removed, evicted } = toObject(meta['tombstones']);
    return {
      tombstones: { removed: toStrings(removed), evicted: toStrings(evicted) },
      known: meta['known'],
      version: typeof meta['version'] === 'number' ? meta['version'] : 0,
    };
  };

  const migrateItems = (stored: unknown, fromVersion: number): unknown => {
    if (!migrate || fromVersion >= version || stored === undefined || stored === unreadable) return stored;
    try {
      const items = migrate(stored, fromVersion);
      return items.every(isItem) ? items : unreadable;
    } catch {
      return unreadable;
    }
  };

  /** One item for each member, or `undefined` for one that cannot be used. */
  const toItems = (members: readonly unknown[]): readonly (TItem | undefined)[] => {
    let parsed = members;
    try {
      parsed = parseItems?.(members) ?? members;
    } catch {
      // Members with an id are shown as they are. The others are set aside, and not lost.
    }
    return members.map((_, index) => {
      const item = parsed[index];
      return isItem(item) ? item : undefined;
    });
  };

  const parseBoth = (storedItems: unknown, storedMeta: unknown): Parsed<TItem> => {
    const meta = parseMeta(storedMeta);
    const { tombstones } = meta;
    const migrated = migrateItems(storedItems, meta.version);
    const all: readonly unknown[] = Array.isArray(migrated) ? migrated : [];
    const parsed = toItems(all);
    const valid = parsed.filter(isItem);
    // Older code may have stored an item twice, the newer one first.
    const mergeTwins = (newer: TItem, older: TItem) => mergedItem(older, newer);
    const { items } = insertItems({ ...emptyGallery, tombstones }, valid, Infinity, mergeTwins);
    // Without meta the items come from older code, which has shown them already.
    const known = Array.isArray(meta.known) ? toStrings(meta.known) : items.map(({ id }) => id);
    const state = { items, tombstones, known };
    if (migrated !== undefined && !Array.isArray(migrated)) {
      return { state, unreadablePart: { text: storage.getText(key), remaining: undefined } };
    }
    if (valid.length === all.length) return { state };
    const invalid = all.filter((_, index) => !parsed[index]);
    return { state, unreadablePart: { text: JSON.stringify(invalid), remaining: valid } };
  };

  /** Sets aside what cannot be read. Returns whether the keys can be written without a loss. */
  const setAsideUnreadable = ({ unreadablePart }: Parsed<TItem>): boolean => {
    const metaText = storage.getValue(metaKey) === unreadable ? storage.getText(metaKey) : undefined;
    if (metaText !== undefined && !storage.setAside(metaKey, metaText)) return false;
    if (unreadablePart?.text === undefined) return true;
    if (!storage.setAside(key, unreadablePart.text)) return false;
    storage.write(new Map([[key, unreadablePart.remaining]]));
    return true;
  };

  const parseStored = () => parseBoth(storage.getValue(key), storage.getValue(metaKey));

  return {
    keys: [key, metaKey],
    read() {
      const parsed = parseStored();
      setAsideUnreadable(parsed);
      return parsed.state;
    },
    toValues({ items, tombstones, known }) {
      if (!setAsideUnreadable(parseStored())) return undefined;
      const before = storage.getValue(metaKey);
      const meta = {
        // A newer version of this library may have stored more.
        ...toObject(before),
        version: Math.max(version, parseMeta(before).version),
        tombstones,
        known,
      };
      // The meta comes first, so that other tabs learn of a removal before they see the items that remain.
      return new Map<string, unknown>([
        [metaKey, meta],
        [key, items],
      ]);
    },
    parse(changedKey, value) {
      if (changedKey === key) return { ...parseBoth(value, storage.getValue(metaKey)).state, known: [] };
      return changedKey === metaKey ? parseBoth([], value).state : emptyGallery;
    },
  };
}
