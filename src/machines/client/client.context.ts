import type { StoredGeneration } from './client.port.js';
import type { ClientCommand, ClientEmitted, ClientView, StorageError } from './client.types.js';
import type { RunInput, RunMessage, RunPhase, RunReport, StoreWriteEvent } from './run.types.js';

/** What the client knows of a generation besides what it shows. */
export type ClientEntry<TInput> = {
  /** `endedElsewhere`: another tab followed it to its end, and this one has not read the store since. */
  readonly phase: RunPhase | 'ended' | 'endedElsewhere';
  /** The id of the run's actor, while there is one. */
  readonly runId?: string | undefined;
  /** What a failed generation can be resumed from. */
  readonly stored?: StoredGeneration | undefined;
  /** It has been found in the store. When it is not there any more, it has ended in another tab. */
  readonly isStored?: boolean | undefined;
  /** Gives the input, where it is known. A function, because inputs hold files, and contexts are shown as JSON. */
  readonly getInput?: (() => TInput) | undefined;
  /** Why its items are on the page only. */
  readonly storageError?: StorageError | undefined;
};

type Ids = { readonly [id: string]: true };

/** The context of the client. */
export type ClientContext<TInput, TOutput, TItem> = ClientView<TOutput, TItem> & {
  readonly entries: { readonly [id: string]: ClientEntry<TInput> };
  /** Why the store cannot be read, or written. */
  readonly storageErrors: { readonly reading?: StorageError | undefined; readonly writing?: StorageError | undefined };
  /** Items removed and generations dismissed here, possibly before the store knows it. */
  readonly removed: Ids;
  readonly dismissed: Ids;
  /** The store has changed since it was last read. */
  readonly needsReload: boolean;
  /** How many runs there have been: makes their ids. */
  readonly runCount: number;
};

/** The events of the client's children besides its runs. */
export type ClientStoreEvent<TItem> =
  /** Another tab has changed the store. */
  | { readonly type: 'store.changed' }
  | { readonly type: 'store.read'; readonly stored: readonly StoredGeneration[]; readonly items: readonly TItem[] }
  | { readonly type: 'store.readFailed'; readonly storageError: StorageError }
  /** The store has carried out REMOVE or CLEAR. With the ids that CLEAR found. */
  | { readonly type: 'items.removed'; readonly ids: readonly string[] }
  | StoreWriteEvent;

/** Every event of the client's chart. */
export type ClientEvent<TInput, TOutput, TItem> =
  | ClientCommand<TInput>
  | RunReport<TOutput, TItem>
  | ClientStoreEvent<TItem>;

/** What the client asks its child `storeWriter` to do. */
export type StoreWriterMessage =
  | { readonly type: 'removeItems'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'removeGeneration'; readonly id: string };

/** A message to a child of the client. */
export type ClientMessage = { readonly to: string; readonly message: RunMessage | StoreWriterMessage };

/** What follows from an event, as data. */
export type Step<TInput, TOutput, TItem> = {
  readonly context: ClientContext<TInput, TOutput, TItem>;
  readonly messages?: readonly ClientMessage[] | undefined;
  readonly emitted?: readonly ClientEmitted<TItem>[] | undefined;
  /** The runs to start. */
  readonly spawns?: readonly RunInput<TInput>[] | undefined;
  /** The ids of the runs to stop. */
  readonly stops?: readonly string[] | undefined;
};

/** The event of a type. */
export type ClientEventOf<TInput, TOutput, TItem, TType extends ClientEvent<TInput, TOutput, TItem>['type']> = Extract<
  ClientEvent<TInput, TOutput, TItem>,
  { type: TType }
>;

/** The context of a client that has read nothing yet. */
export const initialClient = <TInput, TOutput, TItem>(): ClientContext<TInput, TOutput, TItem> => ({
  generations: [],
  items: [],
  isReady: false,
  storageError: undefined,
  entries: {},
  storageErrors: {},
  removed: {},
  dismissed: {},
  needsReload: false,
  runCount: 0,
});
