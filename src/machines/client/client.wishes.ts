import { isSameInput } from '../input.js';
import type { ClientContext, ClientEntry } from './client.context.js';
import { findGeneration, updateGeneration } from './client.list.js';

/** What a caller asks for: n variants of an input, under a key of the caller. */
export type Wish<TInput> = {
  readonly input: TInput;
  readonly key?: string | undefined;
  readonly count: number;
};

/**
 * The ids of the same wish, if it was requested here and the backend has not accepted it yet: a second click, or a component
 * that mounts twice. After a cancel the same input is another wish.
 */
export function findWish<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  { input, key, count }: Wish<TInput>,
): readonly string[] | undefined {
  const isOpen = ([id, { wish, phase }]: [string, ClientEntry<TInput>]) => {
    const shown = findGeneration(context, id);
    const isRunning = phase !== 'ended' && phase !== 'endedElsewhere' && shown?.status !== 'cancelling';
    return wish?.ids[0] === id && isRunning && shown?.job === undefined;
  };
  return Object.entries(context.entries).find(
    ([id, entry]) =>
      isOpen([id, entry]) &&
      entry.wish?.key === key &&
      entry.wish?.ids.length === count &&
      isSameInput(entry.getInput?.(), input),
  )?.[1].wish?.ids;
}

/** A generation whose retry has ended can be retried again. */
export function releaseRetries<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
): ClientContext<TInput, TOutput, TItem> {
  return Object.entries(context.entries).reduce(
    (next, [id, { retriedAs }]) =>
      retriedAs !== undefined && (context.entries[retriedAs]?.phase ?? 'ended') === 'ended'
        ? updateGeneration(next, id, { retriedAs: undefined })
        : next,
    context,
  );
}
