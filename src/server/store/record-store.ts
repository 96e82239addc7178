import type { JsonObject } from '../../machines/generation/generation.port.js';

/** Where some records of a user stand together, such as what one gallery keeps. Nobody else's records are there. */
export type RecordShelf = {
  readonly userId: string;
  readonly backend: string;
  /** One of the names that the server half gives: of a gallery and its scope, or of the locks. */
  readonly shelf: string;
};

/** One record: JSON under an id. */
export type StoredRecord = {
  /** Unique on its shelf. A text without control characters and lone surrogates, of at most 700 characters. */
  readonly id: string;
  /** Greater than every earlier one of its shelf. It changes with each write, so that a writer can say what it has read. */
  readonly revision: number;
  /** `null` for a record that was removed, and is remembered so that it does not come back. */
  readonly value: JsonObject | null;
  /** The idempotency key of the job that it is about, also after the record was removed. */
  readonly key: string | null;
  /** In ms since the epoch, of the store's clock. */
  readonly updatedAt: number;
};

/** A record to write. `revision`: the one that was read, and 0 for a record that is not there. */
export type RecordWrite = Pick<StoredRecord, 'id' | 'revision' | 'value' | 'key'>;

/**
 * What became of a write. `changed`: one of the records has another revision by now. `full`: the shelf has too many. In both cases nothing was
 * written. `before`: the newest revision of the shelf before the write, 0 for none.
 */
export type RecordsWritten =
  | { readonly kind: 'written'; readonly records: readonly StoredRecord[]; readonly before: number }
  | { readonly kind: 'changed' | 'full' };

/**
 * The records of a {@link JobStore}: what clients keep of their galleries, beside the jobs. Each call is one atomic step, safe with several
 * processes. Two writes of one shelf follow one another: who reads the later one reads the earlier one, too.
 */
export interface RecordStore {
  /**
   * Records of a shelf, the earliest revision first: those that are later than the revision `newerThan`, also removed ones, up to the limit; or those with these
   * ids.
   */
  read(
    shelf: RecordShelf,
    query: { readonly newerThan: number; readonly limit: number } | { readonly ids: readonly string[] },
  ): Promise<readonly StoredRecord[]>;
  /** The records about these keys, on all shelves of the user and the backend, also removed ones. */
  find(
    owner: Pick<RecordShelf, 'userId' | 'backend'>,
    keys: readonly string[],
  ): Promise<readonly (StoredRecord & Pick<RecordShelf, 'shelf'>)[]>;
  /** Writes all of these, with ids that differ, or none. @param maxRecords how many the shelf may have, with those that were removed */
  write(shelf: RecordShelf, writes: readonly RecordWrite[], maxRecords: number): Promise<RecordsWritten>;
  /** Deletes all records of a shelf, and writes one that tells of it. */
  erase(shelf: RecordShelf, record: Pick<StoredRecord, 'id' | 'value'>): Promise<StoredRecord>;
  /** Deletes what was removed before this time for good, and returns how many records. */
  prune(removedBefore: number): Promise<number>;
  /** Calls back with a shelf after each change of it, also by other processes, until the returned function is called. */
  watch(listener: (shelf: RecordShelf) => void): () => void;
}
