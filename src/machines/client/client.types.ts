import type { GenerationError } from '../generation/generation.errors.js';
import type { Failure, JobRef, JsonObject } from '../generation/generation.port.js';
import type { GenerationStatus, GenerationView } from '../generation/generation.view.js';

/** What is known of a generation where its output becomes items. */
export type GenerationSource<TInput> = {
  /** The generation's. */
  readonly id: string;
  readonly job: JobRef;
  /** What it was asked for; not known any more after a reload. */
  readonly input?: TInput | undefined;
  /** What `describe` made of the input; outlives a reload. */
  readonly description?: JsonObject | undefined;
  /** When it was asked for, in ms since the epoch. */
  readonly startedAt: number;
};

/** An item of the gallery: what `toItems` made of an output, under the id that the client gave it. */
export type GalleryItem<TDraft extends object> = TDraft & { readonly id: string };

/** Why something is not stored. The client goes on in memory; what is on the page is lost with the page. */
export type StorageError = 'storage-full' | 'storage-unavailable';

/**
 * One generation as a page shows it. Immutable, and the same object for as long as nothing of it changes. `queued`:
 * nothing of it runs here yet; `queuePosition` tells how many go before it.
 */
export type ClientGeneration<TOutput, TItem> = Omit<GenerationView<TOutput>, 'status'> & {
  readonly id: string;
  readonly status: Exclude<GenerationStatus, 'idle'> | 'queued';
  /** Its place in the client's own queue while `queued`; 0 is next. (`backendPosition` is its place in the backend's.) */
  readonly queuePosition: number | undefined;
  /** It runs and another tab follows it, or this one is about to: the page shows what is stored. */
  readonly isFollowedElsewhere: boolean;
  /** What `describe` made of the input. */
  readonly description: JsonObject | undefined;
  /** When it was asked for, in ms since the epoch. */
  readonly startedAt: number;
  /** Its results, once `completed`, but for those that were removed. */
  readonly items: readonly TItem[];
  /** A new, paid generation of the same input is sensible, and the input is still known. See `RETRY`. */
  readonly canRetry: boolean;
  /** It failed, and its job can be followed again for nothing. See `RESUME`. */
  readonly canResume: boolean;
};

/** All that a page shows of a client. Each member stays the same object for as long as nothing of it changes. */
export type ClientView<TOutput, TItem> = {
  /**
   * Newest first: all that run or wait, in whatever tab, and of those that have ended the newest 20. One that can be
   * followed again stays for 24 hours, over reloads.
   */
  readonly generations: readonly ClientGeneration<TOutput, TItem>[];
  /** Newest first, `limit` at most. */
  readonly items: readonly TItem[];
  /** The store has been read: what is not there now was not there before. Also so when it could not be read. */
  readonly isReady: boolean;
  /** Why something that is shown may be gone after a reload. */
  readonly storageError: StorageError | undefined;
};

/** What a user of the client may send. An id that names nothing is ignored, with a warning during development. */
export type ClientCommand<TInput> =
  /** Submits, as soon as fewer than `concurrency` run here. An id that is known already begins nothing. */
  | { readonly type: 'GENERATE'; readonly input: TInput; readonly id?: string | undefined }
  /**
   * Asks the backend to stop. A queued one is cancelled without having been paid; where another tab follows, that tab is
   * asked to. Nothing for one that has ended.
   */
  | { readonly type: 'CANCEL'; readonly id: string }
  /**
   * Reads the job now. Of one that failed and can be followed again it is `RESUME`; where another tab follows, the
   * store is read instead.
   */
  | { readonly type: 'CHECK'; readonly id: string }
  /** Submits the input of an ended one again: another generation, paid anew, named `as` if that is given. */
  | { readonly type: 'RETRY'; readonly id: string; readonly as?: string | undefined }
  /** Follows the job of a failed one again, for nothing, with a new deadline. Only where `canResume`. */
  | { readonly type: 'RESUME'; readonly id: string }
  /** Takes an ended one off the list; with it goes the chance to follow it again. Nothing for one that runs: cancel it. */
  | { readonly type: 'DISMISS'; readonly id: string }
  /** Removes an item for good, in all tabs. */
  | { readonly type: 'REMOVE'; readonly id: string }
  /** Removes all items for good, in all tabs. What still runs brings its items later. */
  | { readonly type: 'CLEAR' };

/**
 * What the client emits, each once over all tabs: by the tab whose write put the items there, or, where there is none, by the
 * one that followed. Not again after a reload, and not for what is found in the store.
 */
export type ClientEmitted<TItem> =
  /** It has left the queue, and its submit goes out. */
  | { readonly type: 'generation.started'; readonly id: string; readonly description: JsonObject | undefined }
  /** Only in the tab that follows. */
  | {
      readonly type: 'generation.progressed';
      readonly id: string;
      /** 0..1 */
      readonly progress: number | undefined;
      readonly message: string | undefined;
    }
  /** Its items are in the gallery. `item.added` follows for each that is new. */
  | {
      readonly type: 'generation.completed';
      readonly id: string;
      readonly job: JobRef;
      readonly items: readonly TItem[];
    }
  | { readonly type: 'generation.failed'; readonly id: string; readonly failure: Failure }
  | {
      readonly type: 'generation.cancelled';
      readonly id: string;
      /** Whether nothing of it runs any more at the backend, as far as the backend said so. */
      readonly stopped: boolean;
      readonly charged: Failure['charged'];
    }
  | { readonly type: 'item.added'; readonly item: TItem /** The generation's. */; readonly id: string }
  /** In the tab that removed it. */
  | { readonly type: 'item.removed'; readonly id: string };

/** What `generate` returns. */
export type GenerationHandle<TItem> = {
  /** The id of the generation. */
  readonly id: string;
  /**
   * Its items, once they are in the gallery. Rejects with a {@link GenerationError} when the generation fails or is
   * cancelled (with the code `interrupted`), and with the signal's reason when the signal is aborted. You need not use it:
   * there is no unhandled rejection.
   */
  readonly items: Promise<readonly TItem[]>;
};

/**
 * A client: several generations and one gallery, which survive reloads and are shared among tabs. Its functions need no
 * `this`. Nothing runs before the first `subscribe`, `send` or `generate`.
 */
export type GenerationClient<TInput, TOutput, TItem> = {
  readonly name: string;
  /** Starts the client, and calls back after each change of the view, until you call the returned function. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The view of now. The same object while nothing changes; the server's view before the client is started. */
  readonly getSnapshot: () => ClientView<TOutput, TItem>;
  /** The view on a server and during hydration: empty and not ready. Frozen. */
  readonly getServerSnapshot: () => ClientView<TOutput, TItem>;
  /**
   * Listens to one type of event, or to all (`*`), until you call the returned function. It does not start the client, so
   * you can call it at module scope. A listener that throws is logged, and the others are called.
   */
  readonly on: <TType extends ClientEmitted<TItem>['type'] | '*'>(
    type: TType,
    listener: (
      emitted: TType extends '*' ? ClientEmitted<TItem> : Extract<ClientEmitted<TItem>, { type: TType }>,
    ) => void,
  ) => () => void;
  /** Starts the client, and sends it a command. */
  readonly send: (command: ClientCommand<TInput>) => void;
  /**
   * Starts the client, sends `GENERATE`, and promises the items. Aborting the signal rejects the promise; the generation
   * goes on.
   */
  readonly generate: (
    input: TInput,
    options?: { readonly id?: string | undefined; readonly signal?: AbortSignal | undefined },
  ) => GenerationHandle<TItem>;
  /**
   * Ends everything that runs here, as closing the page does: nothing is cancelled, and what is stored is found again. For
   * tests and hot reloading. The next `subscribe`, `send` or `generate` starts the client again.
   */
  readonly stop: () => void;
};
