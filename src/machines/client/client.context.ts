import type { StoredGeneration } from './client.port.js';
import type { ClientCommand, ClientEmitted, ClientView, StorageError } from './client.types.js';
import type { RunInput, RunMessage, RunPhase, RunReport } from './run.types.js';

/** What the client knows of a generation besides what it shows. */
export type ClientEntry<TInput> = {
  /** `vanished`: brought to its end by another tab; what it brought is in the store. */
  readonly phase: RunPhase | 'ended' | 'vanished';
  /** The run, while there is one. */
  readonly run?: string | undefined;
  /** What a failed one is followed again from. */
  readonly record?: StoredGeneration | undefined;
  /** Its record has been found in the store; when it is not there any more, another tab has brought it to its end. */
  readonly isOnRecord?: boolean | undefined;
  /** Gives the input, where it is known. A function, so that files stay out of what is shown as JSON. */
  readonly getInput?: (() => TInput) | undefined;
  /** Its items are on the page and nowhere else. */
  readonly storageError?: StorageError | undefined;
};

type Ids = { readonly [id: string]: true };

/** What the client remembers. */
export type ClientContext<TInput, TOutput, TItem> = ClientView<TOutput, TItem> & {
  readonly entries: { readonly [id: string]: ClientEntry<TInput> };
  /** What keeps the store from being read, or from being written. */
  readonly storageErrors: { readonly reading?: StorageError | undefined; readonly writing?: StorageError | undefined };
  /** Items removed and generations dismissed here: the store may not know it yet. */
  readonly removed: Ids;
  readonly dismissed: Ids;
  /** The store has changed since it was last asked. */
  readonly needsReload: boolean;
  /** How many runs there have been; makes their names. */
  readonly runCount: number;
};

/** What the client's other children tell it. */
export type StoreEvent<TItem> =
  | { readonly type: 'store.changed' }
  | { readonly type: 'store.read'; readonly records: readonly StoredGeneration[]; readonly items: readonly TItem[] }
  | { readonly type: 'store.failed'; readonly storageError: StorageError }
  /** What was to be removed is. */
  | { readonly type: 'items.removed'; readonly ids: readonly string[] };

/** Every event of the client's chart. */
export type ClientEvent<TInput, TOutput, TItem> = ClientCommand<TInput> | RunReport<TOutput, TItem> | StoreEvent<TItem>;

/** What the client asks its storeWriter to do with the store. */
export type StoreWriterMessage =
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'forget'; readonly id: string };

/** What follows from an event, as data. */
export type Step<TInput, TOutput, TItem> = {
  readonly context: ClientContext<TInput, TOutput, TItem>;
  readonly orders?: readonly { readonly to: string; readonly order: RunMessage | StoreWriterMessage }[] | undefined;
  readonly news?: readonly ClientEmitted<TItem>[] | undefined;
  readonly runs?: readonly RunInput<TInput>[] | undefined;
  readonly stops?: readonly string[] | undefined;
};
