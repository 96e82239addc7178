import { isSameInput } from '../input.js';
import { attempt } from '../isolated.js';
import type { ClientContext, ClientEntry, UnansweredSubmit } from './client.context.js';
import { findGeneration, updateGeneration } from './client.list.js';

/** What a caller asks for: n variants of an input, under a key of the caller. */
export type Wish<TInput> = {
  readonly input: TInput;
  readonly key?: string | undefined;
  readonly count: number;
};

/** An entry whose input cannot be had any more is of no other's input. */
const isOfInput = <TInput>({ getInput }: ClientEntry<TInput>, input: TInput): boolean =>
  attempt(() => isSameInput(getInput?.(), input)) ?? false;

/** ms. The longest time between the two clicks of a double click, as operating systems have it. */
const doubleClickMs = 500;

/**
 * The ids of the same wish, if it was requested here and either the backend has not accepted it yet, or the first request was
 * just now: a second click, or a component that mounts twice. A backend that accepts in 50 ms does so between two clicks. After
 * a cancel the same input is another wish.
 */
export function findWish<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  { input, key, count }: Wish<TInput>,
  now: number,
): readonly string[] | undefined {
  // Between two clicks the clock may be set.
  const isJustNow = (startedAt: number) => Math.abs(now - startedAt) < doubleClickMs;
  const isOpen = ([id, { wish, phase }]: [string, ClientEntry<TInput>]) => {
    const shown = findGeneration(context, id);
    const isRunning = phase !== 'ended' && phase !== 'endedElsewhere' && shown?.status !== 'cancelling';
    return wish?.ids[0] === id && isRunning && (shown?.job === undefined || isJustNow(shown.startedAt));
  };
  return Object.entries(context.entries).find(
    ([id, entry]) =>
      isOpen([id, entry]) && entry.wish?.key === key && entry.wish?.ids.length === count && isOfInput(entry, input),
  )?.[1].wish?.ids;
}

/**
 * The submit of the same wish that ended here without an answer, if its key can be sent again: to ask anew with a new key could
 * be charged a second time.
 */
export function findUnanswered<TInput, TOutput, TItem>(
  { entries }: ClientContext<TInput, TOutput, TItem>,
  { input, key, count }: Wish<TInput>,
  isReplayable: (sentAt: number | undefined) => boolean,
): UnansweredSubmit | undefined {
  const isSameWish = (entry: ClientEntry<TInput>) =>
    count === 1 && entry.wish?.key === key && entry.wish?.ids.length === 1 && isOfInput(entry, input);
  return Object.values(entries).find(
    entry =>
      entry.phase === 'ended' &&
      entry.retriedAs === undefined &&
      entry.unanswered !== undefined &&
      isReplayable(entry.unanswered.sentAt) &&
      isSameWish(entry),
  )?.unanswered;
}

/** While a key is sent again, no other generation that ended with it sends it, too: both would show the same job. */
export function withKeyInUse<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  { idempotencyKey }: UnansweredSubmit,
  retriedAs: string,
): ClientContext<TInput, TOutput, TItem> {
  return Object.entries(context.entries).reduce(
    (next, [id, { phase, unanswered }]) =>
      phase === 'ended' && unanswered?.idempotencyKey === idempotencyKey
        ? updateGeneration(next, id, { retriedAs })
        : next,
    context,
  );
}

/** The backend has told the job of a key: nobody has to ask for it any more, and it is shown once. */
export function withAnsweredKey<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  key: string | undefined,
): ClientContext<TInput, TOutput, TItem> {
  return Object.entries(context.entries).reduce(
    (next, [id, { unanswered }]) =>
      unanswered !== undefined && unanswered.idempotencyKey === key
        ? updateGeneration(next, id, { unanswered: undefined })
        : next,
    context,
  );
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
