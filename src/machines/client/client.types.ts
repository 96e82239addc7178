import type { GenerationError } from '../generation/generation.errors.js';
import type { Failure, JobRef, JsonObject } from '../generation/generation.port.js';
import type { GenerationStatus, GenerationView } from '../generation/generation.view.js';

/** What `toItems` gets besides the output. */
export type GenerationSource<TInput> = {
  /** The generation's id. */
  readonly id: string;
  readonly job: JobRef;
  /** The input. After a reload it is known only if it was stored: see `idempotentSubmit`. */
  readonly input?: TInput | undefined;
  /** What `describe` returned for the input. Known after a reload, too. */
  readonly description?: JsonObject | undefined;
  /** When the generation was requested, in ms since the epoch. */
  readonly startedAt: number;
};

/** What an item is made from, besides its job's output. Enough to make it again. */
export type ItemSource = Pick<GenerationSource<never>, 'job' | 'description' | 'startedAt'> & {
  /** The origin of the job's backend, if its adapter has one. */
  readonly origin?: string | undefined;
};

/**
 * An item of the gallery: what `toItems` returned, and what the client adds. The optional members are absent in items
 * from other code or from versions before 0.2.
 */
export type GalleryItem<TDraft extends object> = TDraft & {
  /**
   * Its generation's id, with `%` and `/` escaped, and its index: `<generation>/0`, `<generation>/1`, …. Read the
   * generation's id from `generationId` instead.
   */
  readonly id: string;
  readonly generationId?: string | undefined;
  /** When its URLs stop working, in ms since the epoch, if the backend says so. `toItems` may return another time. */
  readonly expiresAt?: number | undefined;
  /** What a renewal makes the item from. */
  readonly renewFrom?: ItemSource | undefined;
};

/** Why something is not stored. The client goes on in memory; what the page shows is lost when it closes. */
export type StorageError = 'storage-full' | 'storage-unavailable';

/**
 * One generation as a page shows it. Immutable, and the same object until it changes. The status `queued` means that it
 * does not run here yet; `queuePosition` says how many generations are ahead, and `retryAt` how long the backend asks
 * this client to wait, if it does.
 */
export type ClientGeneration<TOutput, TItem> = Omit<GenerationView<TOutput>, 'status'> & {
  readonly id: string;
  readonly status: Exclude<GenerationStatus, 'idle'> | 'queued';
  /**
   * The position in the client's own queue while `queued`; 0 is next. `backendPosition` is the one in the backend's
   * queue.
   */
  readonly queuePosition: number | undefined;
  /**
   * Why its submit was refused, while it is `queued` again. The client holds its whole queue until `retryAt`, then
   * continues by itself. Nothing was charged, unless `charged` says that an earlier submit with the same key may have
   * been.
   */
  readonly refusal: Failure | undefined;
  /** Another tab follows it, or this one is about to. The page shows what is stored. */
  readonly isFollowedElsewhere: boolean;
  /** What `describe` returned for the input. */
  readonly description: JsonObject | undefined;
  /** When it was requested, in ms since the epoch. */
  readonly startedAt: number;
  /** Its results once it is `completed`, without removed ones. */
  readonly items: readonly TItem[];
  /** The input is known, a new, paid generation makes sense, and no retry of it runs. See `RETRY`. */
  readonly canRetry: boolean;
  /** It failed, and its job can be followed again free of charge. See `RESUME`. */
  readonly canResume: boolean;
};

/** Everything that a page shows of a client. Each member stays the same object until it changes. */
export type ClientView<TOutput, TItem> = {
  /**
   * Newest first: all generations that run or wait, in any tab, and the 20 that ended last. A resumable one stays for
   * 24 hours, also over reloads.
   */
  readonly generations: readonly ClientGeneration<TOutput, TItem>[];
  /** Newest first, at most `limit`. */
  readonly items: readonly TItem[];
  /** The store was read, or cannot be read. What is missing now was not stored. */
  readonly isReady: boolean;
  /** Why something on the page may be lost on a reload. */
  readonly storageError: StorageError | undefined;
};

/** The commands of a client. A command with an unknown id is ignored, with a warning during development. */
export type ClientCommand<TInput> =
  /**
   * Submits a copy of the input once fewer than `concurrency` generations run here. Ignored if it is the same wish as an
   * earlier one (see {@link GenerateOptions}), or if the `id` exists.
   */
  | ({ readonly type: 'GENERATE'; readonly input: TInput } & GenerateOptions)
  /**
   * Asks the backend to stop the job; if another tab follows it, that tab asks. A queued generation is cancelled without
   * a charge. Ignored for an ended one.
   */
  | { readonly type: 'CANCEL'; readonly id: string }
  /**
   * Reads the job now; if another tab follows it, reads the store instead. For a resumable generation the same as
   * `RESUME`.
   */
  | { readonly type: 'CHECK'; readonly id: string }
  /**
   * Submits the input of an ended generation again, as a new generation, with the id `as` if given. Needs `canRetry`:
   * ignored while an earlier retry of it runs. Charged again, except if the first submit may have been charged and the
   * adapter's `idempotentSubmit` replays keys: then the same key is sent.
   */
  | { readonly type: 'RETRY'; readonly id: string; readonly as?: string | undefined }
  /** Follows a failed generation's job again, free of charge, with a new deadline. Needs `canResume`. */
  | { readonly type: 'RESUME'; readonly id: string }
  /** Removes an ended generation from the list; it cannot be resumed then. Cancel a running one first. */
  | { readonly type: 'DISMISS'; readonly id: string }
  /** Removes an item for good, in all tabs. */
  | { readonly type: 'REMOVE'; readonly id: string }
  /**
   * Reads an item's job again, free of charge, and replaces its generation's items by those with fresh URLs. Emits
   * `item.renewed` or `item.renewFailed`.
   */
  | { readonly type: 'RENEW'; readonly id: string }
  /** Removes all items for good, in all tabs. A running generation still adds its items. */
  | { readonly type: 'CLEAR' };

/**
 * The events of a client. With `locks`, only one tab emits each event: the one whose write stored the items or, without
 * items, the one that followed the generation. Without `locks`, every tab follows, and each one emits a failure.
 * Nothing is emitted again after a reload, or for what is found in the store.
 *
 * `id` is the generation's id, and `description` is what `describe` returned for its input. Decide by these, not by
 * what is open when the event comes.
 */
export type ClientEmitted<TItem> =
  /** It has left the queue, and its submit is sent. */
  | { readonly type: 'generation.started'; readonly id: string; readonly description: JsonObject | undefined }
  /** Only in the tab that follows it. */
  | {
      readonly type: 'generation.progressed';
      readonly id: string;
      /** 0..1 */
      readonly progress: number | undefined;
      readonly message: string | undefined;
    }
  /** Its items are in the gallery. `item.added` follows for each new one. */
  | {
      readonly type: 'generation.completed';
      readonly id: string;
      readonly description: JsonObject | undefined;
      readonly job: JobRef;
      readonly items: readonly TItem[];
    }
  | {
      readonly type: 'generation.failed';
      readonly id: string;
      readonly description: JsonObject | undefined;
      readonly failure: Failure;
    }
  | {
      readonly type: 'generation.cancelled';
      readonly id: string;
      readonly description: JsonObject | undefined;
      /** Whether the backend said that the job has stopped. */
      readonly stopped: boolean;
      readonly charged: Failure['charged'];
    }
  | { readonly type: 'item.added'; readonly item: TItem /** The id of its generation. */; readonly id: string }
  /** In the tab that renewed it. The store has the new version, and other tabs show it. */
  | { readonly type: 'item.renewed'; readonly item: TItem /** The id of its generation. */; readonly id: string }
  /** The item stays unchanged. Only for `RENEW`. */
  | { readonly type: 'item.renewFailed'; readonly id: string; readonly failure: Failure }
  /** In the tab that removed it. */
  | { readonly type: 'item.removed'; readonly id: string };

/**
 * Options of `generate`. Two commands are the same wish, and make one generation, if their inputs are equal as JSON
 * (files by identity), their `key` and `count` are the same, neither names another `id`, and the second comes before
 * the backend has accepted the first, or within 500 ms. So a double click is charged once.
 */
type GenerateOptions = {
  /** The generation's id. An existing id is not generated again. @defaultValue a new one */
  readonly id?: string | undefined;
  /** The same input with another key is another wish. */
  readonly key?: string | undefined;
  /** How many variants, each with an id and a charge of its own, 1 to 100. With an `id` only 1. @defaultValue 1 */
  readonly count?: number | undefined;
};

/** What `generate` returns. For a repeated wish it names the same generations. */
export type GenerationHandle<TItem> = {
  /** The generation's id; with several variants, that of the first. */
  readonly id: string;
  /** The ids of all variants. */
  readonly ids: readonly string[];
  /**
   * Its items, once they are in the gallery; with variants, all of them in order. Rejects with a
   * {@link GenerationError} if the generation, or one of the variants, fails or is cancelled (with the code
   * `interrupted`), and with the signal's reason if the signal is aborted. You may ignore it: there is no unhandled
   * rejection.
   */
  readonly items: Promise<readonly TItem[]>;
};

/**
 * A client: several generations and one gallery, which survive reloads and are shared among tabs. Its functions need no
 * `this`. Nothing runs before the first `subscribe`, `send` or `generate`.
 */
export type GenerationClient<TInput, TOutput, TItem> = {
  readonly name: string;
  /** Starts the client and calls back after each change of the view, until you call the returned function. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The current view. The same object until it changes; the server's view before the client starts. */
  readonly getSnapshot: () => ClientView<TOutput, TItem>;
  /** The view on a server and during hydration: empty, not ready and frozen. */
  readonly getServerSnapshot: () => ClientView<TOutput, TItem>;
  /**
   * Listens to one type of event, or to all (`*`), until you call the returned function. Does not start the client, so
   * you can call it at module scope. If a listener throws, the error is logged and the others are called.
   */
  readonly on: <TType extends ClientEmitted<TItem>['type'] | '*'>(
    type: TType,
    listener: (
      emitted: TType extends '*' ? ClientEmitted<TItem> : Extract<ClientEmitted<TItem>, { type: TType }>,
    ) => void,
  ) => () => void;
  /** Starts the client and sends it a command. */
  readonly send: (command: ClientCommand<TInput>) => void;
  /**
   * Starts the client, sends `GENERATE`, and returns a promise of the items. A second call with the same input is the
   * same wish and returns the same generation, if it comes before the backend has accepted the first one or within 500
   * ms: a double click is charged once. A `key` makes it another wish, and `count` asks for variants. The input is
   * copied, except for files, functions and class instances. Aborting the signal rejects the promise; the generation
   * continues.
   *
   * @throws TypeError if the input refers to itself or cannot be read, if the `id` is not a text or is empty, or if
   *   `count` is not a whole number from 1 to 100
   *
   * @example
   * const { ids, items } = pictures.generate({ prompt: 'a lighthouse' }, { count: 4 });
   */
  readonly generate: (
    input: TInput,
    options?: GenerateOptions & { readonly signal?: AbortSignal | undefined },
  ) => GenerationHandle<TItem>;
  /**
   * Stops following: nothing is cancelled, and what is stored is found again. A submit or a cancel in flight is not
   * aborted, because it may be charged: its answer is stored. Waiting generations are not submitted, and their `items`
   * reject with `charged: 'no'`. For tests and hot reloading. The next `subscribe`, `send` or `generate` starts the
   * client again.
   */
  readonly stop: () => void;
  /**
   * Starts the client, sends `RENEW`, and returns a promise of the item with fresh URLs, in all tabs. Renewing several
   * items of one generation at the same time takes one read. Rejects with a {@link GenerationError}: `expired` if the
   * backend has deleted the job, `busy` if the job still runs, `bad-input` if another backend has the job or the item
   * was stored without it, `not-found` if the gallery does not show the item, or the backend's own error.
   */
  readonly renew: (itemId: string) => Promise<TItem>;
  /**
   * Shows another scope. The previous one is no longer followed, as after `stop()`. Nothing is cancelled, and its
   * pending `items` promises reject with `interrupted`. The answer of a submit in flight is stored under its own scope
   * and not shown in the new one. `undefined` is no scope.
   *
   * @throws TypeError if the scope is not a text, or the store has no scopes
   */
  readonly setScope: (scope: string | undefined) => void;
  /**
   * Erases everything of the current scope, in all tabs: items, stored generations, how they ended, and what the store
   * set aside. Clients of the scope in other tabs then show and follow nothing. Once submits in flight are answered (at
   * most `submitTimeoutMs`), it resolves to what still ran at the backend and may be charged. `cancel` asks the backend
   * once to stop it. Rejects if the store could not be erased.
   */
  readonly forget: (options?: { readonly cancel?: boolean | undefined }) => Promise<readonly ForgottenGeneration[]>;
};

/** A generation that ran when it was forgotten. Its job may still run, and the client cannot find it again. */
export type ForgottenGeneration = {
  readonly id: string;
  /** `undefined` if the backend had not answered the submit. */
  readonly job: JobRef | undefined;
  readonly charged: 'yes' | 'maybe';
  /** The backend has answered the request to stop it. */
  readonly isCancelRequested: boolean;
};
