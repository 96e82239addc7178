import type { GenerationMachine } from '../generation/generation.machine.js';
import type { GenerationResult, ResumeToken } from '../generation/generation.types.js';
import type { GenerationView } from '../generation/generation.view.js';
import type { GenerationLocks, GenerationStore, StoredGeneration, UpsertResult } from './client.port.js';
import type { ClientGeneration, GalleryItem, GenerationSource, StorageError } from './client.types.js';

/** What all runs of a client have in common. */
export type RunMachineOptions<TInput, TOutput, TDraft extends object> = {
  readonly name: string;
  readonly generation: GenerationMachine<TInput, TOutput>;
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[];
  readonly store: GenerationStore<GalleryItem<TDraft>>;
  readonly locks: GenerationLocks | undefined;
  readonly canRepeat: boolean;
  readonly now: () => number;
};

/**
 * Why there is a run: it was `asked` for here, a `found` record says that one goes on, or a failed one shall be
 * `followed` again.
 */
export type RunOrigin = 'asked' | 'found' | 'resumed';

/** What a run is made with. */
export type RunInput<TInput> = {
  /** The generation's. */
  readonly id: string;
  /** The run's own: one that is followed again has another run. */
  readonly run: string;
  readonly origin: RunOrigin;
  /** The first record of one that was asked for; else what was found. */
  readonly record: StoredGeneration;
  /** Gives the input, where it is known. A function, so that an input with files stays out of what is shown as JSON. */
  readonly getInput?: (() => TInput) | undefined;
};

/** What the client shows of a run. */
export type RunView<TOutput> = Omit<GenerationView<TOutput>, 'status'> &
  Pick<ClientGeneration<TOutput, never>, 'status' | 'isElsewhere'>;

/** Whether a run waits for a slot, has one, or needs none because another tab follows. */
export type RunPhase = 'queued' | 'busy' | 'idle';

/** What a run remembers. */
export type RunContext<TInput, TOutput, TItem> = RunInput<TInput> & {
  /** The name is this tab's: it alone follows. */
  readonly isHeld: boolean;
  /** Nobody can be asked who follows: others may as well. */
  readonly isShared: boolean;
  /** It was this tab's, and is another's now. */
  readonly isLost: boolean;
  /** Newer than the record's while the generation is followed here. */
  readonly token: ResumeToken;
  /** What is shown while it is followed here. */
  readonly live?: RunView<TOutput> | undefined;
  /** What is on its way to the record, and what is in it, of all that changes. */
  readonly noting?: string | undefined;
  readonly noted?: string | undefined;
  readonly result?: GenerationResult<TOutput> | undefined;
  readonly items: readonly TItem[];
};

/** What the client tells a run. */
export type RunMessage =
  | { readonly type: 'slot.granted' }
  | { readonly type: 'CANCEL' }
  | { readonly type: 'CHECK' }
  | { readonly type: 'record.seen'; readonly record: StoredGeneration }
  | { readonly type: 'record.gone' }
  | { readonly type: 'store.changed' };

/** What the children of a run tell it. */
export type RunChildEvent =
  | { readonly type: 'claim.held' }
  | { readonly type: 'claim.lost' }
  | { readonly type: 'claim.shared' }
  | { readonly type: 'record.answered'; readonly record: StoredGeneration | undefined; readonly isAnothers: boolean }
  | { readonly type: 'items.committed'; readonly results: readonly UpsertResult[] }
  | { readonly type: 'store.failed'; readonly storageError: StorageError };

/** The facts as one shape: a name of the chart is used on the events that have the members it takes. */
export type AnyRunEvent = { readonly type: string } & Partial<{
  readonly record: StoredGeneration | undefined;
  readonly isAnothers: boolean;
  readonly results: readonly UpsertResult[];
  readonly storageError: StorageError;
  /** How the generation that it follows goes on. */
  readonly snapshot: unknown;
  /** How the generation that it follows has ended. */
  readonly output: unknown;
}>;

/** Every event of the run's chart. */
export type RunEvent = RunMessage | RunChildEvent;

/** What a run tells the client. */
export type RunReport<TOutput, TItem> =
  | { readonly type: 'run.changed'; readonly id: string; readonly phase: RunPhase; readonly face: RunView<TOutput> }
  | { readonly type: 'run.started'; readonly id: string }
  | {
      readonly type: 'run.ended';
      readonly id: string;
      readonly face: RunView<TOutput>;
      readonly items: readonly TItem[];
      /** Those of the items that this tab has put there. */
      readonly added: readonly TItem[];
      /** Another tab or an earlier life has told of it, or it is no news. */
      readonly isQuiet: boolean;
      /** The items are not stored. */
      readonly storageError: StorageError | undefined;
      /** What a failed one can be followed again from. */
      readonly record: StoredGeneration | undefined;
    }
  /** Another tab has brought it to its end. */
  | { readonly type: 'run.gone'; readonly id: string }
  | { readonly type: 'run.left'; readonly id: string; readonly run: string }
  | { readonly type: 'store.told'; readonly storageError: StorageError | undefined };
