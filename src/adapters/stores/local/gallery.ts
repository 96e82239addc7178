import type { StoredItem } from '../../../machines/client/client.port.js';
import { emptyShelf, place, type Shelf } from '../gallery-state.js';
import { toObject } from '../stored-generation.js';
import { type Area, unreadable } from './json-storage.js';
import type { LocalStoreOptions } from './local-store.types.js';

/** A shelf in an array that old code reads, with all that old code does not know under another key. */
export type Gallery<TItem extends StoredItem> = {
  readonly keys: readonly string[];
  /** What stands there. What cannot be read is set aside first, if there is room for it. */
  read(): Shelf<TItem>;
  /** What to write so that this stands there; undefined while something unreadable is in its place. */
  values(shelf: Shelf<TItem>): ReadonlyMap<string, unknown> | undefined;
  /** What stood there, as far as one key tells it. */
  fragment(key: string, value: unknown): Shelf<TItem>;
};

type Reading<TItem extends StoredItem> = {
  readonly shelf: Shelf<TItem>;
  /** What has to go before anything is written, and what then stays. */
  readonly junk?: { readonly text: string | undefined; readonly rest: unknown } | undefined;
};

const toTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];

export function localGallery<TItem extends StoredItem>(
  area: Area,
  { key, version = 1, migrate }: LocalStoreOptions<TItem>,
): Gallery<TItem> {
  const metaKey = `${key}:meta`;
  const isItem = (value: unknown): value is TItem => {
    const { id } = toObject(value);
    return typeof id === 'string' && id !== '';
  };

  const toMeta = (value: unknown) => {
    const meta = toObject(value);
    const [removed, evicted] = [toTexts(meta['removed']), toTexts(meta['evicted'])];
    const from = meta['version'];
    return { removed, evicted, known: meta['known'], version: typeof from === 'number' ? from : 0 };
  };

  const migrated = (stored: unknown, from: number): unknown => {
    if (!migrate || from >= version || stored === undefined || stored === unreadable) return stored;
    try {
      const items = migrate(stored, from);
      return items.every(isItem) ? items : unreadable;
    } catch {
      return unreadable;
    }
  };

  const interpret = (stored: unknown, storedMeta: unknown): Reading<TItem> => {
    const meta = toMeta(storedMeta);
    const now = migrated(stored, meta.version);
    const all: readonly unknown[] = Array.isArray(now) ? now : [];
    const sound = all.filter(isItem);
    const { removed, evicted } = meta;
    // Hooks of before have put some there twice.
    const { items } = place({ ...emptyShelf, removed, evicted }, sound, Infinity);
    // What is there before there is any meta was known to old code.
    const known = Array.isArray(meta.known) ? toTexts(meta.known) : items.map(({ id }) => id);
    const shelf = { items, removed, evicted, known };
    if (now !== undefined && !Array.isArray(now)) return { shelf, junk: { text: area.text(key), rest: undefined } };
    if (sound.length === all.length) return { shelf };
    return { shelf, junk: { text: JSON.stringify(all.filter(one => !isItem(one))), rest: sound } };
  };

  /** Whether nothing is lost when the keys are written. */
  const clear = ({ junk }: Reading<TItem>) => {
    const metaText = area.value(metaKey) === unreadable ? area.text(metaKey) : undefined;
    if (metaText !== undefined && !area.setAside(metaKey, metaText)) return false;
    if (junk?.text === undefined) return true;
    if (!area.setAside(key, junk.text)) return false;
    area.write(new Map([[key, junk.rest]]));
    return true;
  };

  const reading = () => interpret(area.value(key), area.value(metaKey));

  return {
    keys: [key, metaKey],
    read() {
      const read = reading();
      clear(read);
      return read.shelf;
    },
    values({ items, removed, evicted, known }) {
      if (!clear(reading())) return undefined;
      const before = area.value(metaKey);
      const meta = { ...toObject(before), version: Math.max(version, toMeta(before).version), removed, evicted, known };
      // The meta first: other tabs then learn of a removal before they see what is left.
      return new Map<string, unknown>([
        [metaKey, meta],
        [key, items],
      ]);
    },
    fragment: (part, value) =>
      part === key ? { ...interpret(value, area.value(metaKey)).shelf, known: [] } : interpret([], value).shelf,
  };
}
