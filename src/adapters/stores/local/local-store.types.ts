import type { StoredGeneration, StoredItem } from '../../../machines/client/client.port.js';

/**
 * How generations are stored in an array that other code reads and writes, too. The store keeps its newest generations
 * there, as many as fit beside the other entries, and the rest under a key of its own. It reads both.
 *
 * @example
 * const generations: StoredFormat = {
 *   key: 'generation_states',
 *   limit: 10,
 *   toStored: generation => ({ ...oldShapeOf(generation), generation }),
 *   fromStored: entry => (isOfVideo(entry) ? 'foreign' : toGeneration(entry)),
 * };
 */
export type StoredFormat = {
  /** The key of the array. */
  readonly key: string;
  /** Maximum number of entries in the array. @defaultValue unlimited */
  readonly limit?: number | undefined;
  /** Converts a generation to an entry: JSON from which `fromStored` makes the same generation. */
  toStored(generation: StoredGeneration): unknown;
  /**
   * Converts an entry to a generation. Return `'foreign'` for another code's entry, which the store leaves unchanged,
   * and `undefined` for an unreadable one, which the store sets aside.
   */
  fromStored(entry: unknown): StoredGeneration | 'foreign' | undefined;
};

/** The part of a `Storage` that a store uses: `localStorage`, `sessionStorage`, or your own. */
export type StorageLike = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** Options of {@link localStore}. */
export type LocalStoreOptions<TItem extends StoredItem> = {
  /** The key of the array of items, newest first. The store also uses `<key>:meta`, `<key>:generations`, `<key>:ended` and others. */
  readonly key: string;
  /** Maximum number of items. The oldest are removed first. @defaultValue 50 */
  readonly limit?: number | undefined;
  /**
   * Where and how generations are stored, if other code has to read them.
   * @defaultValue unchanged, under `<key>:generations`
   */
  readonly generations?: StoredFormat | undefined;
  /** The version of the shape of the items. @defaultValue 1 */
  readonly version?: number | undefined;
  /**
   * Converts what an older version stored, the parsed JSON under `key`, to items. Version 0 is an array from before
   * this library. Must be pure. If it throws, the content is set aside. @defaultValue items are used unchanged
   */
  readonly migrate?: ((stored: unknown, fromVersion: number) => readonly TItem[]) | undefined;
  /**
   * Converts the array under `key` to items, if code from before this library writes it, or once did: one item for each
   * member, or `undefined` for an unusable member, which is set aside. Called at each read, after `migrate`, so it must
   * be pure: the same members give the same items with the same ids, and an item gives itself. If it throws, the
   * default is used. @defaultValue a member is an item if its `id` is a non-empty string
   */
  readonly parseItems?: ((stored: readonly unknown[]) => readonly (TItem | undefined)[]) | undefined;
  /** Called after unusable content was set aside, with its former key and its text. */
  readonly onSetAside?: ((key: string, text: string) => void) | undefined;
  /**
   * A storage to use in place of `localStorage`, for example in a test. Two stores share their items only if they get
   * the same storage.
   */
  readonly storage?: StorageLike | undefined;
};
