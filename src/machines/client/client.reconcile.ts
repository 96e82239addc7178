import { createFailure } from '../generation/generation.errors.js';
import { copyOf } from '../input.js';
import { attempt, printError, textOfThrown } from '../isolated.js';
import { getOwn } from '../json.js';
import type { ClientContext, ClientEventOf, Step } from './client.context.js';
import { mergeItems } from './client.gallery.js';
import { startRun } from './client.generations.js';
import { addGeneration, dropGeneration, findGeneration, updateGeneration } from './client.list.js';
import { unreadableMessage } from './client.messages.js';
import type { StoredEnd, StoredGeneration, StoredItem } from './client.port.js';
import { toCommitAgain, toEndGeneration, toStoreWriter } from './client.store.js';
import { isOfClient, isOfOrigin, type Owner, otherOriginFailure } from './ownership.js';
import { storedView, tombstoneView } from './run.view.js';
import { newStored, resumableOf } from './stored-generation.js';
import { excessEnds } from './tombstone.js';

/** How long a failed generation can be resumed. */
const resumableMs = 86_400_000;

/** The stored input. It was stored only because it survives JSON, so it is what was given. */
const toGetInput = <TInput>({ input }: StoredGeneration): (() => TInput) | undefined =>
  input === undefined ? undefined : () => input as TInput;

const completed: StoredEnd = { status: 'completed' };

/** In place of a tombstone that is not stored any more. */
const unknownTombstone = ({ id, startedAt }: { readonly id: string; readonly startedAt: number }): StoredGeneration =>
  newStored(id, startedAt, {});

/** Brings the list and the gallery into line with what was read from the store. */
export function reconcileStep<TInput, TOutput, TItem extends StoredItem>(
  limit: number,
  now: () => number,
  getOwner: () => Owner,
) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;

  /** Another tab followed it to its end: it is shown as it ended. Without a tombstone, its items tell that it succeeded. */
  const endElsewhere = (context: Context, id: string, tombstone: StoredGeneration | undefined): Context => {
    const own = context.items.filter(({ generationId }) => generationId === id);
    const ended = tombstone?.ended ?? (own.length > 0 ? completed : undefined);
    const before = findGeneration(context, id);
    if (!before || !ended || ended.isDismissed) return dropGeneration(context, id);
    const entry = { phase: 'ended', stored: undefined, isStored: false, isForeign: false } as const;
    const items = ended.status === 'completed' ? own : [];
    const view = tombstoneView<TOutput>(tombstone ?? unknownTombstone(before), ended);
    return updateGeneration(context, id, entry, { ...view, job: before.job ?? view.job, items });
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

  /** Only this generation fails. */
  const addUnreadable = (context: Context, id: string, error: unknown): Context => {
    if (getOwn(context.entries, id) || getOwn(context.dismissed, id)) return context;
    const failure = createFailure('invalid-response', unreadableMessage(id, textOfThrown(error)));
    const stored = { ...newStored(id, now(), {}), failure };
    const listed = addGeneration<TInput, TOutput, TItem>(context, stored, { phase: 'ended', hasCrashed: true });
    return updateGeneration(listed, id, {}, storedView<TOutput>(stored, false));
  };

  const addFound = (context: Context, found: StoredGeneration): Next => {
    try {
      return addStored(context, copyOf(found) as StoredGeneration);
    } catch (error) {
      printError(error);
      return { context: addUnreadable(context, found.token.id, error) };
    }
  };

  const addStored = (context: Context, stored: StoredGeneration): Next => {
    const { id } = stored.token;
    if (!isOfOrigin(stored, getOwner())) return { context: addForeign(context, stored) };
    const entry = getOwn(context.entries, id);
    const endNow = (shown: Parameters<typeof toEndGeneration>[1], isDismissed?: boolean) => ({
      messages: [toStoreWriter(toEndGeneration(id, shown, now(), { isDismissed }))],
    });
    if (getOwn(context.dismissed, id)) return { context, ...endNow(stored, true) };
    if (entry?.hasCrashed) return { context };
    if (entry?.runId && entry.phase !== 'ended') {
      const message = { type: 'stored.found', stored } as const;
      return { context: updateGeneration(context, id, { isStored: true }), messages: [{ to: entry.runId, message }] };
    }
    // The run has ended and is still writing: the store does not hold its end yet.
    if (entry?.runId) return { context };
    if (stored.failure) {
      if (now() - stored.updatedAt >= resumableMs)
        return { context: dropGeneration(context, id), ...endNow(stored, true) };
      const listed = entry ? context : addGeneration(context, stored, { phase: 'ended', getInput: toGetInput(stored) });
      const found = { phase: 'ended', stored: resumableOf(stored), isStored: true } as const;
      return { context: updateGeneration(listed, id, found, storedView<TOutput>(stored, false)) };
    }
    // It has ended here, and could not be removed from the store. It must not run again.
    if (entry?.isEndUnstored && entry.phase === 'ended' && !entry.stored) {
      return { context, ...endNow(findGeneration(context, id) ?? {}) };
    }
    const listed = entry ? context : addGeneration<TInput, TOutput, TItem>(context, stored, { phase: 'waiting' });
    return startRun(listed, 'found', stored, entry?.getInput ?? toGetInput(stored));
  };

  const endMissing = (context: Context, id: string, tombstone: StoredGeneration | undefined): Next => {
    const { phase, runId, stored, isStored, isForeign, writeError } = context.entries[id] ?? {};
    if (isForeign || (phase === 'endedElsewhere' && !runId)) return { context: endElsewhere(context, id, tombstone) };
    if (phase === 'waiting' && runId && (isStored || tombstone))
      return { context, messages: [{ to: runId, message: { type: 'stored.missing' } }] };
    if (phase === 'ended' && !runId && isStored) return { context: endElsewhere(context, id, tombstone) };
    // What could not be removed is not there, so nothing of it can be lost.
    if (phase === 'ended' && !runId && !stored && writeError)
      return { context: updateGeneration(context, id, { writeError: undefined }) };
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
    const own = event.stored.filter(one => attempt(() => isOfClient(one, getOwner())) ?? true);
    const hasEnded = (one: StoredGeneration) => Boolean(attempt(() => one.ended));
    const stored = own.filter(one => !hasEnded(one));
    const tombstones = own.filter(hasEnded);
    const tombstoneOf = new Map(tombstones.map(one => [one.token.id, one]));
    const merged: Context = {
      ...mergeItems(context, items, limit),
      isReady: true,
      storageErrors: { ...context.storageErrors, reading: undefined },
    };
    const storedIds = new Set(stored.map(({ token }) => token.id));
    const missing = merged.generations.map(({ id }) => id).filter(id => !storedIds.has(id));
    const found = reduceSteps(merged, stored, addFound);
    const ended = reduceSteps(found.context, missing, (from, id) => endMissing(from, id, tombstoneOf.get(id)));
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
        ...excessEnds(tombstones).map(id => toStoreWriter({ type: 'removeTombstone', id })),
        ...(removed.length > 0 ? [toStoreWriter({ type: 'removeItems', ids: removed })] : []),
      ],
      spawns: found.spawns,
    };
  };
}
