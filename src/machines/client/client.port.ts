import type { Failure, JsonObject, JsonValue } from '../generation/generation.port.js';
import type { ResumeToken } from '../generation/generation.types.js';
import type { DurationHistory } from '../reads/duration-history.js';

/**
 * How a generation ended. The store keeps only this afterwards, so that another tab, or this one after a reload, does
 * not submit the same id again.
 */
export type StoredEnd = {
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Its message is empty, because texts may repeat the input. */
  readonly failure?: Failure | undefined;
  /** If cancelled, whether the backend said that the job has stopped. */
  readonly stopped?: boolean | undefined;
  readonly charged?: Failure['charged'] | undefined;
  /** It was removed from the list. */
  readonly isDismissed?: boolean | undefined;
};

/**
 * What a store keeps of a generation, as JSON. Written before the submit. Once the result is in the gallery, or the
 * generation has ended without one, `ended` replaces everything that belongs to the input. The client keeps the newest
 * 200 of these.
 */
export type StoredGeneration = {
  readonly version: 1;
  /** All that is needed to resume; `token.id` is the generation's id. */
  readonly token: ResumeToken;
  /** The name of the client that requested it; no other client touches it. Version 0.1.0 stored none. */
  readonly name?: string | undefined;
  /** The origin of its backend, if its adapter has one. An adapter with another origin does not follow its job. */
  readonly origin?: string | undefined;
  /** When it was requested, in ms since the epoch. */
  readonly createdAt: number;
  /** When it was last written, in ms since the epoch. */
  readonly updatedAt: number;
  /** What `describe` returned: what a page shows until there is a result. */
  readonly description?: JsonObject | undefined;
  /** The input, if the same key may be submitted again and the input survives JSON. */
  readonly input?: JsonValue | undefined;
  /** What the adapter's `durationLabel` returned for the input. */
  readonly durationLabel?: string | undefined;
  /** The backend's message for the user while it runs. */
  readonly message?: string | undefined;
  /** Set once it has failed and can be resumed. */
  readonly failure?: Failure | undefined;
  /**
   * `generation.completed` was emitted although its items could not be stored. It is not emitted again when they are.
   */
  readonly isOutcomeEmitted?: boolean | undefined;
  /** Set once it has ended. From then on it is not followed, submitted or listed. */
  readonly ended?: StoredEnd | undefined;
};

/** An item of a gallery: plain JSON, with the same id for the same output of the same generation. */
export type StoredItem = { readonly id: string; readonly generationId?: string | undefined };

/**
 * The result of an upsert. `added`: the item is new, and of all tabs this call stored it. `known`: it was stored
 * before, and the two are merged. `removed`: it was removed, or exceeds the limit, and is not stored again.
 */
export type UpsertResult = 'added' | 'known' | 'removed';

/**
 * Where a client keeps its items and its unfinished generations. All tabs share it, and each call is atomic across
 * them. A call rejects with a `GenerationError` with the code `storage-full` if there is no room, and with any other
 * error if the store cannot be used; the client then goes on in memory. Unreadable content is set aside, never deleted.
 *
 * @example
 * const store: GenerationStore<Picture> = localStore({ key: 'pictures', limit: 50 });
 */
export interface GenerationStore<TItem extends StoredItem> {
  /** All stored generations, oldest first, including those that have `ended`. */
  readGenerations(): Promise<readonly StoredGeneration[]>;
  /**
   * Changes what is stored of one generation. `change` gets the stored value, possibly another tab's, and returns the
   * new one; `undefined` means nothing. It must be pure and may be called more than once. Resolves to the new value. A
   * store that can write synchronously does so before it returns.
   */
  updateGeneration(
    id: string,
    change: (stored: StoredGeneration | undefined) => StoredGeneration | undefined,
  ): Promise<StoredGeneration | undefined>;
  /**
   * The newest items, newest first.
   *
   * @param limit maximum number of items; by default all
   */
  readItems(limit?: number): Promise<readonly TItem[]>;
  // A property, because the compiler does not compare methods by what they take: a store of pictures is none of songs.
  /**
   * Stores all items or none, the first as the newest. If an item is stored already, the two are merged: non-empty
   * members of the new one replace the stored ones (a fresh URL replaces an expired one), and members that only the
   * stored one has are kept. Resolves to one result per item, in order.
   */
  readonly upsertItems: (items: readonly TItem[]) => Promise<readonly UpsertResult[]>;
  /** Removes items for good: a later upsert of one of them has no effect. The items need not be stored yet. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Removes all items for good. Resolves to their ids. */
  clearItems(): Promise<readonly string[]>;
  /**
   * Calls `onChange` when another tab may have changed something, until you call the returned function. With
   * `'erased'`, the other tab has erased everything; clients then stop following.
   */
  watch(onChange: (change?: 'erased' | undefined) => void): () => void;
  /**
   * The part of this store for one scope, such as a user. It shares nothing with the store itself or other scopes.
   * Returns the same store for the same scope. A client with a `scope` needs it.
   */
  withScope?(scope: string): GenerationStore<TItem>;
  /**
   * How long jobs took, by backend and label. Leaves out unreadable histories. Without this function, each page learns
   * again when to read.
   */
  readHistories?(): Promise<{ readonly [key: string]: DurationHistory }>;
  /**
   * Changes one history. `change` gets the stored one, possibly another tab's; it must be pure and may be called more
   * than once. The store keeps the 32 that changed last, each of less than 500 bytes. It need not report this change to
   * watchers.
   */
  updateHistory?(key: string, change: (known: DurationHistory | undefined) => DurationHistory): Promise<void>;
  /**
   * Erases everything in all tabs: items, generations, ends, and what was set aside. Without it, a client removes what
   * it can read.
   */
  erase?(): Promise<void>;
}

/** The state of a lock that a tab requested. */
export type LockState = 'held' | 'lost' | 'shared';

/** A tab's request for the lock of one generation. */
export type LockHolder = {
  /**
   * Called each time the lock's state changes. `held`: this tab alone follows the generation from now on. `lost`:
   * another tab follows it, and this one waits again. `shared`: the tabs cannot coordinate, so this tab follows it and
   * others may, too.
   */
  onChange(state: LockState): void;
  /**
   * Whether the generation may move to another tab now. The tab with the lock is asked when a visible tab requests it;
   * a waiting tab is asked before it takes the lock from one that does not answer. `false` during a submit.
   */
  canRelease(): boolean;
};

/**
 * Decides which of several tabs follows a generation. Without it every tab follows, and the store's upsert decides
 * which item is new.
 *
 * @example
 * createGenerationClient({ name: 'pictures', generation: machine, toItems, store, locks: browserLocks() });
 */
export interface GenerationLocks {
  /**
   * Waits for the lock with this name and holds it until you call the returned function. Never calls `onChange` before
   * it has returned.
   */
  request(name: string, holder: LockHolder): () => void;
}
