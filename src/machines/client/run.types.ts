import type { GenerationMachine } from '../generation/generation.machine.js';
import type { Failure } from '../generation/generation.port.js';
import type { GenerationResult, ResumeToken } from '../generation/generation.types.js';
import type { GenerationView } from '../generation/generation.view.js';
import type { DurationHistory, JobDuration } from '../reads/duration-history.js';
import type {
  GenerationLocks,
  GenerationStore,
  LockState,
  StoredGeneration,
  StoredItem,
  UpsertResult,
} from './client.port.js';
import type { ClientGeneration, GalleryItem, GenerationSource, StorageError } from './client.types.js';
import type { Refusals } from './run.refusals.js';

/** What all runs of a client share. */
export type RunMachineOptions<TInput, TOutput, TDraft extends object> = {
  /** The beginning of the names of its locks. */
  readonly name: string;
  readonly generation: GenerationMachine<TInput, TOutput>;
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[];
  readonly store: GenerationStore<GalleryItem<TDraft>>;
  readonly locks: GenerationLocks | undefined;
  /** A submit whose key was first sent then may be sent again with it. */
  readonly isReplayable: (sentAt: number | undefined) => boolean;
  /** What the adapter can do about a submit without an answer. */
  readonly byKey: { readonly canFind: boolean; readonly canForbid: boolean };
  readonly now: () => number;
};

/**
 * Why there is a run: the generation was `requested` here, was `found` in the store as one that still runs, or failed and
 * is `resumed`.
 */
export type RunOrigin = 'requested' | 'found' | 'resumed';

/** The input of a run. */
export type RunInput<TInput> = {
  /** The id of the generation. */
  readonly id: string;
  /** The id of the run's actor: a generation that is resumed gets another run. */
  readonly runId: string;
  readonly origin: RunOrigin;
  /** What to store for a requested generation; what the store holds for the others. */
  readonly stored: StoredGeneration;
  /** Gives the input, where it is known. A function, because inputs hold files, and contexts are shown as JSON. */
  readonly getInput?: (() => TInput) | undefined;
  /** How long earlier jobs of the same kind took. */
  readonly history?: DurationHistory | undefined;
};

/** What the client shows of a run. */
export type RunView<TOutput> = Omit<GenerationView<TOutput>, 'status'> &
  Pick<ClientGeneration<TOutput, never>, 'status' | 'isFollowedElsewhere'>;

/** Whether a run waits for a slot (`queued`), has one (`active`), or needs none because another tab follows (`waiting`). */
export type RunPhase = 'queued' | 'active' | 'waiting';

/** The context of a run. */
export type RunContext<TInput, TOutput, TItem> = RunInput<TInput> & {
  /** This tab may follow the generation. */
  readonly hasLock: boolean;
  /** Tabs cannot agree on who follows, so others may follow too. */
  readonly isLockUnavailable: boolean;
  /** This tab had the lock, and another one has it now. */
  readonly hasLostLock: boolean;
  /** The backend is asked to submit or to stop it now, or is about to be: its answer may be about money. */
  readonly isRequesting: boolean;
  /** The page follows it no more. What is forgotten is not stored any more. */
  readonly leaving?: 'stored' | 'forgotten' | undefined;
  /** Newer than the stored one while the generation is followed here. */
  readonly token: ResumeToken;
  /** An earlier session, or the generation that is retried, has sent a submit with this key. */
  readonly isRepeated: boolean;
  /** The backend has refused the submit for now, and it is sent again. */
  readonly isSentAgain?: boolean | undefined;
  readonly refusals?: Refusals | undefined;
  /** What is shown while the generation is followed here. */
  readonly live?: RunView<TOutput> | undefined;
  /** Fingerprints of what is being written to the store, and of what it holds. */
  readonly savingFingerprint?: string | undefined;
  readonly savedFingerprint?: string | undefined;
  readonly result?: GenerationResult<TOutput> | undefined;
  /** Its end could not be stored. */
  readonly isEndUnstored?: boolean | undefined;
  /** It had ended before it was requested here. */
  readonly tombstone?: StoredGeneration | undefined;
  readonly items: readonly TItem[];
};

/** What the client sends to a run. */
export type RunMessage =
  | { readonly type: 'slot.granted' }
  | { readonly type: 'CANCEL' }
  | { readonly type: 'CHECK' }
  /** The page follows it no more: the run ends once the backend has answered what it was asked for, and the answer is stored. */
  | { readonly type: 'LEAVE'; readonly isForgotten: boolean }
  /** The client has read the store, and the generation is in it. */
  | { readonly type: 'stored.found'; readonly stored: StoredGeneration }
  /** The client has read the store, and the generation is not in it any more. */
  | { readonly type: 'stored.missing' }
  /** The store may have room again. */
  | { readonly type: 'space.freed' };

/** What the store holds of a generation: one that has ended is none that could go on. */
export type FoundGeneration = {
  readonly stored: StoredGeneration | undefined;
  readonly tombstone: StoredGeneration | undefined;
};

/** The events of a run's children. */
export type RunChildEvent =
  | { readonly type: `lock.${LockState}` }
  | ({ readonly type: 'stored.read' } & FoundGeneration)
  | ({
      readonly type: 'stored.updated';
      /** The store held something under this id before. */
      readonly wasStored: boolean;
    } & FoundGeneration)
  | { readonly type: 'items.found'; readonly items: readonly StoredItem[] }
  | { readonly type: 'items.committed'; readonly results: readonly UpsertResult[] }
  | { readonly type: 'store.failed'; readonly storageError: StorageError };

/** All events as one shape. The chart names an action or guard only on events that have the members it reads. */
export type AnyRunEvent = { readonly type: string } & Partial<{
  readonly stored: StoredGeneration | undefined;
  readonly tombstone: StoredGeneration | undefined;
  readonly wasStored: boolean;
  readonly items: readonly StoredItem[];
  readonly results: readonly UpsertResult[];
  readonly storageError: StorageError;
  readonly isForgotten: boolean;
  /** Of the generation machine while it runs. */
  readonly snapshot: unknown;
  /** Of the generation machine once it has ended. */
  readonly output: unknown;
}>;

/** Every event of the run's chart. */
export type RunEvent = RunMessage | RunChildEvent;

/** What is known of a generation that the page has left. */
export type LeftRun = {
  /** Its submit has been sent, by this or an earlier page. */
  readonly isSubmitted: boolean;
  readonly token: ResumeToken;
  readonly result: GenerationResult<unknown> | undefined;
};

/** What a run reports to the client. */
export type RunReport<TOutput, TItem> =
  | { readonly type: 'run.changed'; readonly id: string; readonly phase: RunPhase; readonly view: RunView<TOutput> }
  | { readonly type: 'run.started'; readonly id: string }
  /** The backend has refused the submit for now, and nothing was charged. */
  | { readonly type: 'run.refused'; readonly id: string; readonly failure: Failure }
  | {
      readonly type: 'run.ended';
      readonly id: string;
      readonly view: RunView<TOutput>;
      readonly items: readonly TItem[];
      /** The items that this tab was the first to store. */
      readonly added: readonly TItem[];
      /** Another tab or an earlier session has emitted this outcome: it is shown, and not emitted again. */
      readonly isOutcomeEmitted: boolean;
      /** Why the items are not stored. */
      readonly storageError: StorageError | undefined;
      /** What a failed generation can be resumed from. */
      readonly stored: StoredGeneration | undefined;
      /** How long its job took, as far as it was seen, and where to keep it. */
      readonly duration?: JobDuration | undefined;
      readonly historyKey?: string | undefined;
      readonly token: ResumeToken;
    }
  /** Another tab has followed the generation to its end. */
  | { readonly type: 'run.endedElsewhere'; readonly id: string }
  /** The page has left it; once more when the backend has answered, if it was forgotten. */
  | ({ readonly type: 'run.left'; readonly id: string } & LeftRun)
  /** The run's actor is in its final state. */
  | {
      readonly type: 'run.done';
      readonly id: string;
      readonly runId: string;
      /** The store may still hold the generation as a running one. */
      readonly isEndUnstored: boolean | undefined;
    }
  | StoreWriteEvent;

/** How the last write went: of this generation, or of items. */
export type StoreWriteEvent =
  | { readonly type: 'store.written'; readonly id?: string | undefined }
  | { readonly type: 'store.writeFailed'; readonly id?: string | undefined; readonly storageError: StorageError };
