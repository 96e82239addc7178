import type { DurationHistories } from '../reads/duration-histories.js';
import type { JobDuration } from '../reads/duration-history.js';
import type { HoldMessage, HoldReport } from './backend-hold.js';
import type { StoredEnd, StoredGeneration } from './client.port.js';
import type { ClientCommand, ClientEmitted, ClientView, StorageError } from './client.types.js';
import { emptyView } from './client.view.js';
import type { ExpiryMessage, ExpiryReport } from './expiry.machine.js';
import type { RenewalMessage, RenewalReport } from './renewal.machine.js';
import type { RenewalInput } from './renewal.reading.js';
import type { LeftRun, RunInput, RunMessage, RunPhase, RunReport, StoreWriteEvent } from './run.types.js';

/** What the client knows of a generation besides what it shows. */
export type ClientEntry<TInput> = {
  /** `endedElsewhere`: another tab followed it to its end, and this one has not read the store since. */
  readonly phase: RunPhase | 'ended' | 'endedElsewhere';
  /** The id of the run's actor, while there is one. */
  readonly runId?: string | undefined;
  /** The key of its submit, once it has a run. */
  readonly idempotencyKey?: string | undefined;
  /** What a failed generation can be resumed from. */
  readonly stored?: StoredGeneration | undefined;
  /** It has been found in the store. When it is not there any more, it has ended in another tab. */
  readonly isStored?: boolean | undefined;
  /** It has ended here, and the store may still hold it as a running one. */
  readonly isEndUnstored?: boolean | undefined;
  /** Another backend has its job: it is shown, and nothing happens to it. */
  readonly isForeign?: boolean | undefined;
  /** Gives the input, where it is known. A function, because inputs hold files, and contexts are shown as JSON. */
  readonly getInput?: (() => TInput) | undefined;
  /** What it was requested for, if by `GENERATE`: with all its ids, because a wish can be for several variants. */
  readonly wish?: { readonly key: string | undefined; readonly ids: readonly string[] } | undefined;
  /** Its retry, until that has ended. */
  readonly retriedAs?: string | undefined;
  /** A submit of which it is not known whether it was charged. */
  readonly unanswered?: UnansweredSubmit | undefined;
  /** Its submit was refused for now: `generation.started` was emitted. */
  readonly wasRefused?: boolean | undefined;
  /** Its run has stopped with an error. It is followed again only on demand, or after a reload. */
  readonly hasCrashed?: boolean | undefined;
  /** Why its last write failed. Only its own next write says more. */
  readonly writeError?: StorageError | undefined;
  /** Why its items are on the page only. */
  readonly storageError?: StorageError | undefined;
};

/** What the client knows of the renewal of a generation's items. */
type Renewal = {
  /** The id of its actor, while there is one. */
  readonly runId?: string | undefined;
  /** The items that `RENEW` was sent for. */
  readonly ids: readonly string[];
  /** The client does not renew them by itself before that time, in ms since the epoch. */
  readonly notBefore?: number | undefined;
  /** Nor at any time. */
  readonly isOver?: boolean | undefined;
};

/** A submit that may have been charged, and whose job is not known. */
export type UnansweredSubmit = {
  readonly idempotencyKey: string;
  /** When the key was first sent, in ms since the epoch. */
  readonly sentAt: number | undefined;
  /** The backend answers this key with the first job, as far as was known when it ended. */
  readonly isReplayable: boolean;
};

/** How long the queue waits: until when, in ms since the epoch, and for how long from when it was set, in ms. */
export type QueueHold = { readonly until: number; readonly waitMs: number };

type Ids = { readonly [id: string]: true };

/** The context of the client. */
export type ClientContext<TInput, TOutput, TItem> = ClientView<TOutput, TItem> & {
  readonly entries: { readonly [id: string]: ClientEntry<TInput> };
  /** Why the store cannot be read, and why items could not be removed. */
  readonly storageErrors: { readonly reading?: StorageError | undefined; readonly writing?: StorageError | undefined };
  /** Items removed and generations dismissed here, possibly before the store knows it. */
  readonly removed: Ids;
  readonly dismissed: Ids;
  /** The ids of the generations that have ended for good, in the order in which they did. */
  readonly endOrder: readonly string[];
  /** The ids of generations in the order in which they get a free slot. One whose submit is refused goes to the end. */
  readonly turns: readonly string[];
  /** Nothing is submitted now: the backend has refused a submit, and asked to wait. */
  readonly hold: QueueHold | undefined;
  /** How many times in a row the backend has refused a submit for now; at most as many as there are waits. */
  readonly refusalCount: number;
  /** The store has changed since it was last read. */
  readonly needsReload: boolean;
  /** Of generations whose items are renewed now, or were. */
  readonly renewals: { readonly [generationId: string]: Renewal };
  /** When the client renews items by itself next, in ms since the epoch. */
  readonly renewalDueAt?: number | undefined;
  /** The page follows nothing more: it waits for what the backend was asked for. */
  readonly isLeaving: boolean;
  /** What is known of the generations that were left. */
  readonly left: { readonly [id: string]: LeftRun };
  /** The actors of forgotten generations that wait for the backend's answer. */
  readonly forgottenRuns: readonly string[];
  /** How long jobs took, by backend and label. */
  readonly histories: DurationHistories;
  /** How often another tab has erased the store. */
  readonly eraseCount: number;
  /** How many runs there have been: makes their ids. */
  readonly runCount: number;
};

/** The events of the client's children besides its runs. */
export type ClientStoreEvent<TItem> =
  /** Another tab has changed the store. */
  | { readonly type: 'store.changed' }
  /** Another tab has erased the store. */
  | { readonly type: 'store.erased' }
  | {
      readonly type: 'store.read';
      readonly stored: readonly StoredGeneration[];
      readonly items: readonly TItem[];
      /** The store has changed since the reading began. */
      readonly isOutdated: boolean;
    }
  | { readonly type: 'histories.read'; readonly histories: DurationHistories }
  | { readonly type: 'store.readFailed'; readonly storageError: StorageError }
  /** The store has carried out REMOVE or CLEAR. With the ids that CLEAR found. */
  | { readonly type: 'items.removed'; readonly ids: readonly string[] }
  | StoreWriteEvent;

/** `GENERATE` as the client sends it to its machine: with the ids that it has promised to the caller. */
export type GenerateEvent<TInput> = Extract<ClientCommand<TInput>, { type: 'GENERATE' }> & {
  /** The client made the id, so a command with the same input may be a second click. */
  readonly isIdNew?: boolean | undefined;
  /** The ids of the other variants. */
  readonly others?: readonly string[] | undefined;
};

/** The page follows nothing more. What is forgotten is not stored any more either. */
type LeaveEvent = { readonly type: 'LEAVE'; readonly isForgotten: boolean };

/** A run has ended. XState sends it, with the id of the run's actor. */
export type RunDoneEvent = { readonly type: `xstate.done.actor.${string}` };

/** A run has stopped with an error. XState sends it, with the id of the run's actor. */
export type RunErrorEvent = { readonly type: `xstate.error.actor.${string}`; readonly error: unknown };

/** Every event of the client's chart. */
export type ClientEvent<TInput, TOutput, TItem> =
  | Exclude<ClientCommand<TInput>, { type: 'GENERATE' }>
  | GenerateEvent<TInput>
  | LeaveEvent
  | RunReport<TOutput, TItem>
  | RenewalReport<TItem>
  | ExpiryReport
  | HoldReport
  | ClientStoreEvent<TItem>
  | RunDoneEvent
  | RunErrorEvent;

/** What the client asks its child `storeWriter` to do. */
export type StoreWriterMessage =
  | { readonly type: 'removeItems'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'endGeneration'; readonly id: string; readonly ended: StoredEnd; readonly now: number }
  | { readonly type: 'removeTombstone'; readonly id: string }
  | { readonly type: 'addDuration'; readonly key: string; readonly duration: JobDuration };

/** What the client tells its child `storeReader`: to read, or that what it reads now has changed. */
export type StoreReaderMessage = { readonly type: 'read' | 'outdate' };

/** A message to a child of the client. */
export type ClientMessage = {
  readonly to: string;
  readonly message: RunMessage | StoreReaderMessage | StoreWriterMessage | ExpiryMessage | HoldMessage | RenewalMessage;
};

/** What follows from an event, as data. */
export type Step<TInput, TOutput, TItem> = {
  readonly context: ClientContext<TInput, TOutput, TItem>;
  readonly messages?: readonly ClientMessage[] | undefined;
  readonly emitted?: readonly ClientEmitted<TItem>[] | undefined;
  /** The runs to start. */
  readonly spawns?: readonly RunInput<TInput>[] | undefined;
  /** The renewals to start. */
  readonly renewals?: readonly RenewalInput[] | undefined;
  /** The ids of the runs and renewals to stop. */
  readonly stops?: readonly string[] | undefined;
};

/** The event of a type. */
export type ClientEventOf<TInput, TOutput, TItem, TType extends ClientEvent<TInput, TOutput, TItem>['type']> = Extract<
  ClientEvent<TInput, TOutput, TItem>,
  { type: TType }
>;

/** The context of a client that has read nothing yet. */
export const initialClient = <TInput, TOutput, TItem>(): ClientContext<TInput, TOutput, TItem> => ({
  ...emptyView,
  entries: {},
  storageErrors: {},
  removed: {},
  dismissed: {},
  endOrder: [],
  turns: [],
  hold: undefined,
  refusalCount: 0,
  needsReload: false,
  renewals: {},
  isLeaving: false,
  left: {},
  forgottenRuns: [],
  histories: {},
  eraseCount: 0,
  runCount: 0,
});
