import { isSame } from '../equality.js';
import type { ClientContext, ClientEntry } from './client.context.js';
import type { StoredGeneration } from './client.port.js';
import type { ClientGeneration } from './client.types.js';
import type { RunView } from './run.types.js';
import { storedView } from './run.view.js';

/** How many ended generations stay on the list. */
const endedLimit = 20;

/** The commands that have an effect on a generation that looks like this. */
const allowedCommands = <TOutput, TInput>(
  { status, failure }: RunView<TOutput>,
  { phase, getInput, stored, retriedAs, unanswered }: ClientEntry<TInput>,
) => {
  const hasEnded = phase === 'ended';
  const isSensible = status === 'cancelled' || failure?.retryable === true || unanswered?.isReplayable === true;
  return {
    canRetry: hasEnded && getInput !== undefined && retriedAs === undefined && isSensible,
    canResume: hasEnded && stored !== undefined,
  };
};

/** What the page shows of a generation. */
export const findGeneration = <TInput, TOutput, TItem>(
  { generations }: ClientContext<TInput, TOutput, TItem>,
  id: string,
): ClientGeneration<TOutput, TItem> | undefined => generations.find(shown => shown.id === id);

/** Changes what is known of a generation, and what is shown of it. What stays the same keeps its object. */
export function updateGeneration<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  id: string,
  changes: Partial<ClientEntry<TInput>>,
  view?: Partial<ClientGeneration<TOutput, TItem>>,
): ClientContext<TInput, TOutput, TItem> {
  const entry: ClientEntry<TInput> = { phase: 'waiting', ...context.entries[id], ...changes };
  const entries = { ...context.entries, [id]: entry };
  let isChanged = false;
  const generations = context.generations.map(before => {
    if (before.id !== id) return before;
    const shown = { ...before, ...view };
    const after = { ...shown, ...allowedCommands(shown, entry) };
    if (isSame(before, after)) return before;
    isChanged = true;
    return after;
  });
  return { ...context, entries, generations: isChanged ? generations : context.generations };
}

/** Takes a generation off the list. */
export function dropGeneration<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  id: string,
): ClientContext<TInput, TOutput, TItem> {
  const { [id]: _, ...entries } = context.entries;
  return { ...context, entries, generations: context.generations.filter(shown => shown.id !== id) };
}

/**
 * Drops generations that have ended for good, so that the list does not grow: those that have ended first, because one that
 * took long is as new to the user as one that was quick.
 */
export function trimEnded<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
): ClientContext<TInput, TOutput, TItem> {
  const hasEndedForGood = ({ id }: { readonly id: string }) => {
    const entry = context.entries[id];
    return entry?.phase === 'ended' && !entry.runId && !entry.stored && !entry.isStored && !entry.isForeign;
  };
  const ended = context.generations.filter(hasEndedForGood).map(({ id }) => id);
  const known = context.endOrder.filter(id => ended.includes(id));
  // Of those that have ended at the same time, the oldest request comes first.
  const endOrder = [...known, ...ended.reverse().filter(id => !known.includes(id))];
  const excess = endOrder.slice(0, Math.max(0, endOrder.length - endedLimit));
  const isSameOrder = excess.length === 0 && endOrder.join('\n') === context.endOrder.join('\n');
  const kept = isSameOrder ? context : { ...context, endOrder: endOrder.slice(excess.length) };
  return excess.reduce(dropGeneration, kept);
}

/** Puts a generation on the list: newest first, by the time of the request. */
export function addGeneration<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  stored: StoredGeneration,
  entry: ClientEntry<TInput>,
): ClientContext<TInput, TOutput, TItem> {
  const { id } = stored.token;
  const shown: ClientGeneration<TOutput, TItem> = {
    ...storedView<TOutput>(stored, false),
    id,
    queuePosition: undefined,
    refusal: undefined,
    description: stored.description,
    startedAt: stored.createdAt,
    items: [],
    canRetry: false,
    canResume: false,
  };
  const older = context.generations.findIndex(({ startedAt }) => startedAt <= stored.createdAt);
  const at = older < 0 ? context.generations.length : older;
  const generations = [...context.generations.slice(0, at), shown, ...context.generations.slice(at)];
  return updateGeneration({ ...context, generations }, id, entry);
}
