import { keepSame } from '../equality.js';
import { getOwn } from '../json.js';
import type { ClientContext, ClientEventOf, Step } from './client.context.js';
import { updateGeneration } from './client.list.js';
import { toStoreWriter } from './client.store.js';

type WithId = { readonly id: string; readonly expiresAt?: number | undefined };

/** Puts the items of an ended generation into the gallery, in front of the others. */
export function addItems<TInput, TOutput, TItem extends WithId>(
  context: ClientContext<TInput, TOutput, TItem>,
  items: readonly TItem[],
  limit: number,
): ClientContext<TInput, TOutput, TItem> {
  const known = new Map(items.map(item => [item.id, item]));
  const isListed = ({ id }: TItem) => context.items.some(item => item.id === id);
  const listed = context.items.map(item => known.get(item.id) ?? item);
  const all = [...items.filter(item => !isListed(item)), ...listed];
  return { ...context, items: keepSame(context.items, all.slice(0, limit)) };
}

/** Puts newer versions in the place of items that are shown. */
export function replaceItems<TInput, TOutput, TItem extends WithId>(
  context: ClientContext<TInput, TOutput, TItem>,
  newer: readonly TItem[],
): ClientContext<TInput, TOutput, TItem> {
  const byId = new Map(newer.map(item => [item.id, item]));
  const replace = (items: readonly TItem[]) =>
    keepSame(
      items,
      items.map(item => byId.get(item.id) ?? item),
    );
  return context.generations.reduce(
    (next, { id, items }) => updateGeneration(next, id, {}, { items: replace(items) }),
    { ...context, items: replace(context.items) },
  );
}

/** Shows the items that the store holds. Items that are on this page only stay in front: they are the newest. */
export function mergeItems<TInput, TOutput, TItem extends WithId>(
  context: ClientContext<TInput, TOutput, TItem>,
  stored: readonly TItem[],
  limit: number,
): ClientContext<TInput, TOutput, TItem> {
  const shown = new Map(context.items.map(item => [item.id, item]));
  // What was renewed here may not be stored yet, or may have no room. What is stored without an expiry may be a renewal of
  // another tab, whose backend said none.
  const isNewer = (before: TItem, { expiresAt = Infinity }: TItem) => (before.expiresAt ?? 0) > expiresAt;
  const latest = stored.map(item => {
    const before = shown.get(item.id);
    return before && isNewer(before, item) ? before : item;
  });
  const storedIds = new Set(stored.map(({ id }) => id));
  const unsaved = context.generations
    .filter(({ id }) => context.entries[id]?.storageError)
    .flatMap(({ items }) => items.filter(({ id }) => !storedIds.has(id)));
  const merged = [...unsaved, ...latest].filter(({ id }) => !getOwn(context.removed, id)).slice(0, limit);
  const items = keepSame(context.items, merged);

  const itemsById = new Map(items.map(item => [item.id, item]));
  // An item that is missing has been removed, unless the store holds more items than were read.
  const isComplete = stored.length < limit;
  let next: ClientContext<TInput, TOutput, TItem> = { ...context, items };
  for (const { id, items: own } of context.generations) {
    const left = own.filter(item => !isComplete || itemsById.has(item.id)).map(item => itemsById.get(item.id) ?? item);
    next = updateGeneration(next, id, {}, { items: keepSame(own, left) });
  }
  return next;
}

function removeItems<TInput, TOutput, TItem extends WithId>(
  context: ClientContext<TInput, TOutput, TItem>,
  ids: readonly string[],
): ClientContext<TInput, TOutput, TItem> {
  const isRemaining = ({ id }: TItem) => !ids.includes(id);
  /** Of which nothing is removed, the list stays the same: nothing renders for it. */
  const toRemaining = (items: readonly TItem[]) => (items.every(isRemaining) ? items : items.filter(isRemaining));
  const next = context.generations.reduce(
    (rest, { id, items }) => updateGeneration(rest, id, {}, { items: toRemaining(items) }),
    context,
  );
  return {
    ...next,
    items: toRemaining(context.items),
    removed: { ...context.removed, ...Object.fromEntries(ids.map(id => [id, true as const])) },
    needsReload: true,
  };
}

const toRemoved = (ids: readonly string[]) => ids.map(id => ({ type: 'item.removed', id }) as const);

/** What follows from the commands on items. */
export function gallerySteps<TInput, TOutput, TItem extends WithId>() {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;

  return {
    remove: (context: Context, { id }: ClientEventOf<TInput, TOutput, TItem, 'REMOVE'>): Next => ({
      context: removeItems(context, [id]),
      messages: [toStoreWriter({ type: 'removeItems', ids: [id] })],
      emitted: toRemoved([id]),
    }),
    clear: (context: Context): Next => {
      const ids = context.items.map(({ id }) => id);
      return {
        context: removeItems(context, ids),
        messages: [toStoreWriter({ type: 'clear' })],
        emitted: toRemoved(ids),
      };
    },
    /** CLEAR also removes items that this page did not show. */
    removeOthers: (context: Context, { ids }: ClientEventOf<TInput, TOutput, TItem, 'items.removed'>): Next => {
      const others = ids.filter(id => !getOwn(context.removed, id));
      return { context: removeItems(context, others), emitted: toRemoved(others) };
    },
  };
}
