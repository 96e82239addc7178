import type { Failure, JsonObject, JsonValue } from '../generation/generation.port.js';
import type { ResumeToken } from '../generation/generation.types.js';

/**
 * A generation that has not come to its end, or that failed and can be followed again, as it outlives a page. JSON.
 * It is written before the submit leaves, and goes when the result is in the gallery.
 */
export type StoredGeneration = {
  readonly version: 1;
  /** All that is needed to go on; `token.id` names the generation. */
  readonly token: ResumeToken;
  /** When it was asked for, in ms since the epoch. */
  readonly createdAt: number;
  /** When it was last written, in ms since the epoch. */
  readonly updatedAt: number;
  /** What a page shows of the request while there is no result: what `describe` made of the input. */
  readonly description?: JsonObject | undefined;
  /** The input, where the submit may be repeated with the same key and the input survived JSON whole. */
  readonly input?: JsonValue | undefined;
  /** The backend's words for the user while it runs. */
  readonly message?: string | undefined;
  /** There once it has failed, and can be followed again. */
  readonly failure?: Failure | undefined;
  /** There once a page has told of its items, which could not be stored: whoever stores them later is silent. */
  readonly isTold?: boolean | undefined;
};

/** What a gallery holds: plain JSON, under an id that is the same for the same output of the same job. */
export type StoredItem = { readonly id: string };

/**
 * What became of an item. `added`: it was not there, and this call is the one that put it there, in whatever tab.
 * `known`: it was there before, and what is richer of the two is kept. `removed`: it had been removed, or there is no
 * room for one so old, and it does not come back.
 */
export type UpsertResult = 'added' | 'known' | 'removed';

/**
 * Where a client keeps its items and the records of its generations. Shared by all tabs: each call is atomic among
 * them. A call rejects with a `GenerationError` of the code `storage-full` when there is no room, and with any other
 * error when the store cannot be used; the client then goes on in memory. What cannot be read is set aside and neither
 * thrown away nor thrown.
 *
 * @example
 * const store: GenerationStore<Picture> = localStore({ key: 'pictures', limit: 50 });
 */
export interface GenerationStore<TItem extends StoredItem> {
  /** Every record there is, oldest first. */
  readGenerations(): Promise<readonly StoredGeneration[]>;
  /**
   * Changes one record: `change` is given what is there, and returns what shall be there; `undefined` means none. It
   * is pure, may be called more than once, and sees what other tabs have written. Resolves to what is there then. A
   * store that can write at once does so before it returns.
   */
  updateGeneration(
    id: string,
    change: (record: StoredGeneration | undefined) => StoredGeneration | undefined,
  ): Promise<StoredGeneration | undefined>;
  /** The newest items, newest first. @param limit how many at most; all, if it is left out */
  readItems(limit?: number): Promise<readonly TItem[]>;
  /** Puts items there, first the newest, all or none. One answer per item, in the same order. */
  upsertItems(items: readonly TItem[]): Promise<readonly UpsertResult[]>;
  /** Removes items for good: a later upsert of one of them changes nothing. Also of items that are not there yet. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Removes all items there are, for good. Resolves to their ids. */
  clearItems(): Promise<readonly string[]>;
  /** Tells that items or records may have changed by another tab, until the returned function is called. */
  watch(tell: () => void): () => void;
}

/** What a tab knows of a lock that it has requested. */
export type LockState = 'held' | 'lost' | 'shared';

/** A tab's request for the lock of one generation. */
export type LockHolder = {
  /**
   * Called each time the state of the lock changes. `held`: this tab alone follows the generation from now on. `lost`:
   * another tab follows it, and this one waits again. `shared`: this tab follows it and other tabs may do so too,
   * because they cannot agree.
   */
  onChange(state: LockState): void;
  /**
   * Whether the generation may move to another tab now. Asked of the tab that holds the lock when a visible tab requests
   * it, and of a waiting tab before it takes the lock from one that does not answer. `false` during a submit.
   */
  canRelease(): boolean;
};

/**
 * Decides which of several tabs follows a generation. Without it every tab follows, and the store's upsert decides what
 * is new.
 *
 * @example
 * createClientMachine({ name: 'pictures', generation: machine, toItems, store, locks: browserLocks() });
 */
export interface GenerationLocks {
  /**
   * Waits for the lock of this name and holds it until you call the returned function. Never calls `onChange` before it
   * has returned.
   */
  request(name: string, holder: LockHolder): () => void;
}
