import type { Failure, JsonObject, JsonValue } from '../generation/generation.port.js';
import type { ResumeToken } from '../generation/generation.types.js';
import type { DurationHistory } from '../reads/duration-history.js';

/**
 * How a generation has ended: all that is kept of it then, so that the same id is not submitted again in another tab or
 * after a reload.
 */
export type StoredEnd = {
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Without its texts, which may repeat the input: its message is empty. */
  readonly failure?: Failure | undefined;
  /** Of a cancelled one: whether the backend said that the job has stopped. */
  readonly stopped?: boolean | undefined;
  readonly charged?: Failure['charged'] | undefined;
  /** It was taken off the list. */
  readonly isDismissed?: boolean | undefined;
};

/**
 * What a store keeps of a generation. JSON. It is written before the submit. Once the result is in the gallery, or the
 * generation has ended without one, `ended` takes the place of everything that belongs to the input. The client keeps the
 * newest 200 of these.
 */
export type StoredGeneration = {
  readonly version: 1;
  /** All that is needed to go on; `token.id` is the id of the generation. */
  readonly token: ResumeToken;
  /** The name of the client that requested it: no other client touches it. Version 0.1.0 stored none. */
  readonly name?: string | undefined;
  /** The origin of its backend, if its adapter has one. An adapter with another origin does not follow its job. */
  readonly origin?: string | undefined;
  /** When it was requested, in ms since the epoch. */
  readonly createdAt: number;
  /** When it was last written, in ms since the epoch. */
  readonly updatedAt: number;
  /** What a page shows of the input while there is no result: what `describe` returned. */
  readonly description?: JsonObject | undefined;
  /** The input, if the submit may be sent again with the same key and the input survives JSON. */
  readonly input?: JsonValue | undefined;
  /** What the adapter's `durationLabel` returned for the input. */
  readonly durationLabel?: string | undefined;
  /** The backend's message for the user while it runs. */
  readonly message?: string | undefined;
  /** Set once it has failed and can be resumed. */
  readonly failure?: Failure | undefined;
  /** `generation.completed` was emitted although its items could not be stored: it is not emitted again when they are. */
  readonly isOutcomeEmitted?: boolean | undefined;
  /** Set once it has ended. Nothing follows, submits or lists it then. */
  readonly ended?: StoredEnd | undefined;
};

/** An item of a gallery: plain JSON, under an id that is the same for the same output of the same generation. */
export type StoredItem = { readonly id: string; readonly generationId?: string | undefined };

/**
 * What an upsert did with an item. `added`: the item is new, and this call stored it, among all tabs. `known`: it was
 * stored before, and the two are merged. `removed`: it was removed, or is too old for the limit, and it is not stored
 * again.
 */
export type UpsertResult = 'added' | 'known' | 'removed';

/**
 * Where a client keeps its items and its unfinished generations. All tabs share it, and each call is atomic among them. A
 * call rejects with a `GenerationError` of the code `storage-full` when there is no room, and with any other error when the
 * store cannot be used; the client then goes on in memory. Content that cannot be read is set aside, and never deleted.
 *
 * @example
 * const store: GenerationStore<Picture> = localStore({ key: 'pictures', limit: 50 });
 */
export interface GenerationStore<TItem extends StoredItem> {
  /** All stored generations, oldest first, also those that have `ended`. */
  readGenerations(): Promise<readonly StoredGeneration[]>;
  /**
   * Changes what is stored of one generation. `change` gets what is stored, also by other tabs, and returns what to store
   * instead; `undefined` stands for nothing. It is pure, and may be called more than once. Resolves to what is stored
   * then. A store that can write synchronously does so before it returns.
   */
  updateGeneration(
    id: string,
    change: (stored: StoredGeneration | undefined) => StoredGeneration | undefined,
  ): Promise<StoredGeneration | undefined>;
  /** The newest items, newest first. @param limit how many at most; without it, all */
  readItems(limit?: number): Promise<readonly TItem[]>;
  // A property, because the compiler does not compare methods by what they take: a store of pictures is none of songs.
  /**
   * Stores all items or none, the first as the newest. An item that is stored already is merged with the new one: filled
   * members of the new one replace those of the stored one (a fresh URL replaces an expired one), and members that only the
   * stored one has are kept. Resolves to one result per item, in the same order.
   */
  readonly upsertItems: (items: readonly TItem[]) => Promise<readonly UpsertResult[]>;
  /** Removes items for good: a later upsert of one of them changes nothing. The items need not be stored yet. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Removes all items for good. Resolves to their ids. */
  clearItems(): Promise<readonly string[]>;
  /**
   * Calls `onChange` when another tab may have changed something, until you call the returned function. With `'erased'`, it
   * has erased everything: clients then stop what they follow.
   */
  watch(onChange: (change?: 'erased' | undefined) => void): () => void;
  /**
   * The part of this store that belongs to one scope, such as a user. It shares nothing with the store itself or with another
   * scope. The same store for the same scope. Without it, a client with a `scope` cannot use the store.
   */
  withScope?(scope: string): GenerationStore<TItem>;
  /**
   * How long jobs took, by backend and label. Without it, each page learns again when to read. Histories that cannot be read
   * are left out.
   */
  readHistories?(): Promise<{ readonly [key: string]: DurationHistory }>;
  /**
   * Changes one history. `change` gets what is stored, also by other tabs, is pure, and may be called more than once. The store
   * keeps the 32 that were changed last; each has less than 500 bytes. It need not report this change to watchers.
   */
  updateHistory?(key: string, change: (known: DurationHistory | undefined) => DurationHistory): Promise<void>;
  /**
   * Erases all that it holds, in all tabs: items, generations, ends, and what was set aside. Without it, a client removes
   * what it can read.
   */
  erase?(): Promise<void>;
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
 * createGenerationClient({ name: 'pictures', generation: machine, toItems, store, locks: browserLocks() });
 */
export interface GenerationLocks {
  /**
   * Waits for the lock of this name and holds it until you call the returned function. Never calls `onChange` before it
   * has returned.
   */
  request(name: string, holder: LockHolder): () => void;
}
