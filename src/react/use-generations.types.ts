import type { ClientView, GenerationClient } from '../machines/client/client.types.js';

/** What a component may do with its client. The functions never change. */
export type GenerationClientCommands<TInput, TOutput, TItem> = Pick<
  GenerationClient<TInput, TOutput, TItem>,
  'generate' | 'send'
> & {
  /** Asks the backend to stop this generation. */
  readonly cancel: (id: string) => void;
  /** Reads its job now; one that failed and can be followed again is followed again. Costs nothing. */
  readonly check: (id: string) => void;
  /** Submits the input of an ended one again: another, paid generation. */
  readonly retry: (id: string) => void;
  /** Follows the job of a failed one again. Costs nothing. */
  readonly resume: (id: string) => void;
  /** Takes an ended one off the list. */
  readonly dismiss: (id: string) => void;
  /** Removes an item for good, in all tabs. */
  readonly remove: (itemId: string) => void;
  /** Removes all items for good, in all tabs. */
  readonly clear: () => void;
};

/** A client in a component: what it shows, and what may be done with it. Immutable; a new one per change. */
export type UseGenerationsResult<TInput, TOutput, TItem> = ClientView<TOutput, TItem> &
  GenerationClientCommands<TInput, TOutput, TItem>;
