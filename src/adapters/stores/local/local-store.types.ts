import type { StoredGeneration, StoredItem } from '../../../machines/client/client.port.js';

/**
 * How generations are stored in an array that other code reads and writes, too. The store keeps its newest generations there,
 * as many as fit beside the entries of other code, and the rest under a key of its own. It reads both.
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
  /** How many entries the array may have. @defaultValue no limit */
  readonly limit?: number | undefined;
  /** The entry for a generation. It must be JSON from which `fromStored` makes the same generation. */
  toStored(generation: StoredGeneration): unknown;
  /**
   * The generation of an entry. Return `'foreign'` for an entry of other code, which the store leaves as it is, and
   * `undefined` for an entry that cannot be read, which the store sets aside.
   */
  fromStored(entry: unknown): StoredGeneration | 'foreign' | undefined;
};

/** The part of a `Storage` that a store uses: `localStorage`, `sessionStorage`, or your own. */
export type StorageLike = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** The options of {@link localStore}. */
export type LocalStoreOptions<TItem extends StoredItem> = {
  /** The key of the array of items, newest first. The store also uses `<key>:meta`, `<key>:generations`, `<key>:ended` and others. */
  readonly key: string;
  /** How many items it keeps at most. The oldest go first. @defaultValue 50 */
  readonly limit?: number | undefined;
  /**
   * Where and in which format generations are stored, if other code has to read them.
   *
   * @defaultValue as they are, under `<key>:generations`
   */
  readonly generations?: StoredFormat | undefined;
  /** The version of the shape of the items. @defaultValue 1 */
  readonly version?: number | undefined;
  /**
   * Makes items from what an older version has stored: the parsed JSON under `key`. Version 0 is an array that was stored
   * before you used this library. It must be pure. If it throws, what is stored is set aside.
   *
   * @defaultValue items are taken as they are
   */
  readonly migrate?: ((stored: unknown, fromVersion: number) => readonly TItem[]) | undefined;
  /**
   * Makes items of the array under `key`, if code from before this library has written there, or still does: one item for
   * each member, or `undefined` for a member that cannot be used, which is set aside. It is called at each read, after
   * `migrate`, so it must be pure: the same members give the same items with the same ids, and an item gives itself. If it
   * throws, the default is used.
   *
   * @defaultValue a member is an item if its `id` is a string that is not empty
   */
  readonly parseItems?: ((stored: readonly unknown[]) => readonly (TItem | undefined)[]) | undefined;
  /** Called after something that cannot be used was set aside: with the key under which it was, and its text. */
  readonly onSetAside?: ((key: string, text: string) => void) | undefined;
  /**
   * A storage to use in place of `localStorage`, for example in a test. Two stores share their items only if they are given
   * the same storage.
   */
  readonly storage?: StorageLike | undefined;
};
