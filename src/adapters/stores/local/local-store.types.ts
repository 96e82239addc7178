import type { StoredGeneration, StoredItem } from '../../../machines/client/client.port.js';

/**
 * How records stand in an array that other code reads and writes as well. The store keeps the newest there that have
 * room, at most `limit` entries with those of others, and the rest under a key of its own; it reads both.
 *
 * @example
 * const records: StoredFormat = {
 *   key: 'generation_states',
 *   limit: 10,
 *   toStored: record => ({ ...oldShapeOf(record), record }),
 *   fromStored: entry => (isOfVideo(entry) ? 'foreign' : toRecord(entry)),
 * };
 */
export type StoredFormat = {
  /** The key of the array. */
  readonly key: string;
  /** The most entries the array may have. @defaultValue no limit */
  readonly limit?: number | undefined;
  /** What stands in the array for a record. JSON, from which `fromStored` makes the same record. */
  toStored(record: StoredGeneration): unknown;
  /**
   * The record that an entry stands for; `'foreign'` for one of somebody else, which is left untouched; `undefined` for
   * one that nobody can read, which is set aside.
   */
  fromStored(entry: unknown): StoredGeneration | 'foreign' | undefined;
};

/** How a {@link localStore} is made. */
export type LocalStoreOptions<TItem extends StoredItem> = {
  /** Where the array of items stands, newest first. `<key>:meta`, `<key>:records` and others stand beside it. */
  readonly key: string;
  /** The most items it keeps; the oldest go first. @defaultValue 50 */
  readonly limit?: number | undefined;
  /** Where and how records stand, if other code has to read them. @defaultValue as they are, under `<key>:records` */
  readonly records?: StoredFormat | undefined;
  /** The version of the items' shape. @defaultValue 1 */
  readonly version?: number | undefined;
  /**
   * Makes items out of what an older version has stored: the parsed JSON under `key`. Version 0 is an array of the time
   * before this library. Pure. If it throws, what is stored is set aside. @defaultValue items are taken as they are
   */
  readonly migrate?: ((stored: unknown, fromVersion: number) => readonly TItem[]) | undefined;
  /** Another storage than `localStorage`, as a test may want. Tabs share it only if they share its memory. */
  readonly storage?: Storage | undefined;
};
