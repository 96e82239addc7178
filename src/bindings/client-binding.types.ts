import type { ClientView, GenerationClient } from '../machines/client/client.types.js';

/** The commands of a client in a component. The functions never change. */
export type GenerationClientCommands<TInput, TOutput, TItem> = Pick<
  GenerationClient<TInput, TOutput, TItem>,
  'generate' | 'send' | 'renew'
> & {
  /** Asks the backend to cancel this generation. */
  readonly cancel: (id: string) => void;
  /** Reads its job now. If it failed and is resumable, follows its job again. Free of charge. */
  readonly check: (id: string) => void;
  /** Submits the input of an ended generation again, as a new generation with a new charge. */
  readonly retry: (id: string) => void;
  /** Follows the job of a failed generation again. Free of charge. */
  readonly resume: (id: string) => void;
  /** Removes an ended generation from the list. */
  readonly dismiss: (id: string) => void;
  /** Removes an item for good, in all tabs. */
  readonly remove: (itemId: string) => void;
  /** Removes all items for good, in all tabs. */
  readonly clear: () => void;
};

/** A client in a component: its view and its commands. Immutable; a new object per change. */
export type UseGenerationsResult<TInput, TOutput, TItem> = ClientView<TOutput, TItem> &
  GenerationClientCommands<TInput, TOutput, TItem>;
