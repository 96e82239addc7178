import type { GenerationRecord } from './client.port.js';
import type { StorageTrouble, ToolCommand, ToolEmitted, ToolView } from './client.types.js';
import type { RunInput, RunOrder, RunPhase, RunReport } from './run.types.js';

/** What the tool knows of a generation besides what it shows. */
export type Backstage<TInput> = {
  /** `vanished`: brought to its end by another tab; what it brought is in the store. */
  readonly phase: RunPhase | 'ended' | 'vanished';
  /** The run, while there is one. */
  readonly run?: string | undefined;
  /** What a failed one is followed again from. */
  readonly record?: GenerationRecord | undefined;
  /** Its record has been found in the store; when it is not there any more, another tab has brought it to its end. */
  readonly isOnRecord?: boolean | undefined;
  /** Gives the input, where it is known. A function, so that files stay out of what is shown as JSON. */
  readonly recall?: (() => TInput) | undefined;
  /** Its items are on the page and nowhere else. */
  readonly trouble?: StorageTrouble | undefined;
};

type Ids = { readonly [id: string]: true };

/** What the tool remembers. */
export type ToolContext<TInput, TOutput, TItem> = ToolView<TOutput, TItem> & {
  readonly backstage: { readonly [id: string]: Backstage<TInput> };
  /** What keeps the store from being read, or from being written. */
  readonly troubles: { readonly reading?: StorageTrouble | undefined; readonly writing?: StorageTrouble | undefined };
  /** Items removed and generations dismissed here: the store may not know it yet. */
  readonly removed: Ids;
  readonly dismissed: Ids;
  /** The store has changed since it was last asked. */
  readonly isStale: boolean;
  /** How many runs there have been; makes their names. */
  readonly runCount: number;
};

/** What the tool's other children tell it. */
export type ToolFact<TItem> =
  | { readonly type: 'store.changed' }
  | { readonly type: 'store.read'; readonly records: readonly GenerationRecord[]; readonly items: readonly TItem[] }
  | { readonly type: 'store.failed'; readonly trouble: StorageTrouble }
  /** What was to be removed is. */
  | { readonly type: 'items.removed'; readonly ids: readonly string[] };

/** Every event of the tool's chart. */
export type ToolEvent<TInput, TOutput, TItem> = ToolCommand<TInput> | RunReport<TOutput, TItem> | ToolFact<TItem>;

/** What the tool asks its keeper to do with the store. */
export type KeeperOrder =
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'forget'; readonly id: string };

/** What follows from an event, as data. */
export type Step<TInput, TOutput, TItem> = {
  readonly context: ToolContext<TInput, TOutput, TItem>;
  readonly orders?: readonly { readonly to: string; readonly order: RunOrder | KeeperOrder }[] | undefined;
  readonly news?: readonly ToolEmitted<TItem>[] | undefined;
  readonly runs?: readonly RunInput<TInput>[] | undefined;
  readonly stops?: readonly string[] | undefined;
};
