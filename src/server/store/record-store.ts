import type { JsonObject } from '../../machines/generation/generation.port.js';

/** Names one list of rows of a user, such as the rows of one gallery. */
export type RecordShelf = {
  readonly userId: string;
  readonly backend: string;
  /** The list's name, set by the server half: a gallery with its scope, or the locks. */
  readonly shelf: string;
};

/** One row: JSON under an id. */
export type StoredRecord = {
  /** Unique in its list. A text of at most 700 characters, without control characters and lone surrogates. */
  readonly id: string;
  /**
   * Greater than all earlier ones in its list. It changes with each write, so that a writer can say what it has read.
   */
  readonly revision: number;
  /** `null` for a removed row, which is kept so that it does not come back. */
  readonly value: JsonObject | null;
  /** The idempotency key of the row's job, also after the row was removed. */
  readonly key: string | null;
  /** In ms since the epoch, by the store's clock. */
  readonly updatedAt: number;
};

/** A row to write. `revision`: the one that was read; 0 for a new row. */
export type RecordWrite = Pick<StoredRecord, 'id' | 'revision' | 'value' | 'key'>;

/**
 * The result of a write. `changed`: one of the rows has another revision by now. `full`: the list has too many rows. In
 * both cases nothing was written. `before`: the list's newest revision before the write, 0 for none.
 */
export type RecordsWritten =
  | { readonly kind: 'written'; readonly records: readonly StoredRecord[]; readonly before: number }
  | { readonly kind: 'changed' | 'full' };

/**
 * The rows of a {@link JobStore}: what clients keep of their galleries, next to the jobs. Each call is one atomic step,
 * safe with several processes. Writes to one list are ordered: whoever reads the later one also reads the earlier one.
 */
export interface RecordStore {
  /**
   * Rows of a list, the earliest revision first, including removed ones: either those after the revision `newerThan`,
   * up to the limit, or those with these ids.
   */
  read(
    shelf: RecordShelf,
    query: { readonly newerThan: number; readonly limit: number } | { readonly ids: readonly string[] },
  ): Promise<readonly StoredRecord[]>;
  /** The rows with these keys, from all lists of the user and the backend, including removed ones. */
  find(
    owner: Pick<RecordShelf, 'userId' | 'backend'>,
    keys: readonly string[],
  ): Promise<readonly (StoredRecord & Pick<RecordShelf, 'shelf'>)[]>;
  /**
   * Writes all of these rows, whose ids differ, or none.
   *
   * @param maxRecords maximum number of rows in the list, including removed ones
   */
  write(shelf: RecordShelf, writes: readonly RecordWrite[], maxRecords: number): Promise<RecordsWritten>;
  /** Deletes all rows of a list and writes one that marks the deletion. */
  erase(shelf: RecordShelf, record: Pick<StoredRecord, 'id' | 'value'>): Promise<StoredRecord>;
  /** Deletes rows for good that were removed before this time. Returns how many. */
  prune(removedBefore: number): Promise<number>;
  /** Calls back with a list after each change to it, also by other processes, until the returned function is called. */
  watch(listener: (shelf: RecordShelf) => void): () => void;
}
