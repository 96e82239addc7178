import { getOwn } from '../json.js';
import type { ClientContext, ClientEventOf, Step } from './client.context.js';
import { mergeItems } from './client.gallery.js';
import { startRun } from './client.generations.js';
import { addGeneration, dropGeneration, updateGeneration } from './client.list.js';
import type { StoredGeneration, StoredItem } from './client.port.js';
import { toCommitAgain, toStoreWriter } from './client.store.js';
import { isOfClient, isOfOrigin, type Owner, otherOriginFailure } from './ownership.js';
import { storedView } from './run.view.js';

/** How long a failed generation can be resumed. */
const resumableMs = 86_400_000;

/** The stored input. It was stored only because it survives JSON, so it is what was given. */
const toGetInput = <TInput>({ input }: StoredGeneration): (() => TInput) | undefined =>
  input === undefined ? undefined : () => input as TInput;

/** Brings the list and the gallery into line with what was read from the store. */
export function reconcileStep<TInput, TOutput, TItem extends StoredItem>(
  limit: number,
  now: () => number,
  getOwner: () => Owner,
) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;

  /** Another tab followed it to its end. Its items are in the gallery, or there is nothing to show. */
  const endElsewhere = (context: Context, id: string): Context => {
    const items = context.items.filter(({ generationId }) => generationId === id);
    if (items.length === 0) return dropGeneration(context, id);
    return updateGeneration(
      context,
      id,
      { phase: 'ended', stored: undefined, isStored: false, isForeign: false },
      {
        status: 'completed',
        connection: 'none',
        progress: 1,
        message: undefined,
        failure: undefined,
        charged: undefined,
        isRunning: false,
        canCancel: false,
        isFollowedElsewhere: false,
        items,
      },
    );
  };

  /** Shows a generation whose job another backend has, and leaves it alone. */
  const addForeign = (context: Context, stored: StoredGeneration): Context => {
    const { id } = stored.token;
    const entry = getOwn(context.entries, id);
    if (getOwn(context.dismissed, id) || entry?.runId) return context;
    const listed = entry ? context : addGeneration<TInput, TOutput, TItem>(context, stored, { phase: 'ended' });
    const failure = otherOriginFailure(stored, getOwner());
    const foreign = { phase: 'ended', isForeign: true, stored: undefined, getInput: undefined } as const;
    return updateGeneration(listed, id, foreign, storedView<TOutput>({ ...stored, failure }, false));
  };

  const addFound = (context: Context, stored: StoredGeneration): Next => {
    const { id } = stored.token;
    if (!isOfOrigin(stored, getOwner())) return { context: addForeign(context, stored) };
    const entry = getOwn(context.entries, id);
    const removal = { messages: [toStoreWriter({ type: 'removeGeneration', id })] };
    if (getOwn(context.dismissed, id)) return { context, ...removal };
    if (entry?.hasCrashed) return { context };
    if (entry?.runId && entry.phase !== 'ended') {
      const message = { type: 'stored.found', stored } as const;
      return { context: updateGeneration(context, id, { isStored: true }), messages: [{ to: entry.runId, message }] };
    }
    // The run has ended and is still writing: the store does not hold its end yet.
    if (entry?.runId) return { context };
    if (stored.failure) {
      if (now() - stored.updatedAt >= resumableMs) return { context: dropGeneration(context, id), ...removal };
      const listed = entry ? context : addGeneration(context, stored, { phase: 'ended', getInput: toGetInput(stored) });
      const found = { phase: 'ended', stored, isStored: true } as const;
      return { context: updateGeneration(listed, id, found, storedView<TOutput>(stored, false)) };
    }
    // It has ended here, and could not be removed from the store. It must not run again.
    if (entry && entry.phase === 'ended' && !entry.stored && !entry.isForeign) return { context, ...removal };
    const listed = entry ? context : addGeneration<TInput, TOutput, TItem>(context, stored, { phase: 'waiting' });
    return startRun(listed, 'found', stored, entry?.getInput ?? toGetInput(stored));
  };

  const endMissing = (context: Context, id: string): Next => {
    const { phase, runId, stored, isStored, isForeign } = context.entries[id] ?? {};
    if (isForeign || (phase === 'endedElsewhere' && !runId)) return { context: endElsewhere(context, id) };
    if (phase === 'waiting' && runId && isStored)
      return { context, messages: [{ to: runId, message: { type: 'stored.missing' } }] };
    if (phase === 'ended' && !runId && stored && isStored) return { context: endElsewhere(context, id) };
    return { context };
  };

  const reduceSteps = <TEntry>(
    from: Context,
    entries: readonly TEntry[],
    toStep: (context: Context, entry: TEntry) => Next,
  ): Next =>
    entries.reduce<Next>(
      (before, entry) => {
        const { context, messages = [], spawns = [] } = toStep(before.context, entry);
        return {
          context,
          messages: [...(before.messages ?? []), ...messages],
          spawns: [...(before.spawns ?? []), ...spawns],
        };
      },
      { context: from },
    );

  return (context: Context, event: ClientEventOf<TInput, TOutput, TItem, 'store.read'>): Next => {
    const { items } = event;
    const stored = event.stored.filter(one => isOfClient(one, getOwner()));
    const merged: Context = {
      ...mergeItems(context, items, limit),
      isReady: true,
      storageErrors: { ...context.storageErrors, reading: undefined },
    };
    const storedIds = new Set(stored.map(({ token }) => token.id));
    const missing = merged.generations.map(({ id }) => id).filter(id => !storedIds.has(id));
    const found = reduceSteps(merged, stored, addFound);
    const ended = reduceSteps(found.context, missing, endMissing);
    const itemIds = new Set(merged.items.map(({ id }) => id));
    const hasRoom = context.items.some(({ id }) => !itemIds.has(id));
    // The store failed to remove these, or another tab stored them later.
    const removed = items.map(({ id }) => id).filter(id => getOwn(context.removed, id));
    return {
      context: ended.context,
      messages: [
        ...(found.messages ?? []),
        ...(ended.messages ?? []),
        ...(hasRoom ? toCommitAgain(context) : []),
        ...(removed.length > 0 ? [toStoreWriter({ type: 'removeItems', ids: removed })] : []),
      ],
      spawns: found.spawns,
    };
  };
}
