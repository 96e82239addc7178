import type { StoredGeneration } from 'generation-lifecycle';
import type { EventObject } from 'xstate';
import { toKey } from './local-steps.js';

/** An item, and whose it is. */
export type Item = { readonly id: string; readonly of: string; readonly for: string };

/** What all tabs share. */
export type Shelf = {
  readonly records: { readonly [id: string]: StoredGeneration };
  readonly items: readonly Item[];
  readonly removed: readonly string[];
  /** Ids that were answered `added`. */
  readonly known: readonly string[];
};

export const emptyShelf: Shelf = { records: {}, items: [], removed: [], known: [] };

type Change = (record: StoredGeneration | undefined) => StoredGeneration | undefined;

/** What a tab asks of the store: one call of the port, atomic, that takes effect in one moment. */
export type Request =
  | { readonly type: 'change'; readonly id: string; readonly change: Change }
  | { readonly type: 'find'; readonly id: string }
  | { readonly type: 'commit'; readonly id: string; readonly items: readonly Item[] }
  | { readonly type: 'records' }
  | { readonly type: 'items'; readonly records: readonly StoredGeneration[] }
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'forget'; readonly id: string };

export type Answered = {
  readonly shelf: Shelf;
  readonly answers: readonly EventObject[];
  /** What is asked next, where an answer takes two calls. */
  readonly next?: Request | undefined;
};

const withRecord = (shelf: Shelf, id: string, record: StoredGeneration | undefined): Shelf => {
  if (toKey(shelf.records[id]) === toKey(record)) return shelf;
  const { [id]: _, ...others } = shelf.records;
  const records = Object.entries({ ...others, ...(record && { [id]: record }) });
  // Both orders of two records that are equally old mean the same: one of them is kept.
  return { ...shelf, records: Object.fromEntries(records.sort(([one], [other]) => (one < other ? -1 : 1))) };
};

const without = (shelf: Shelf, ids: readonly string[]): Shelf => ({
  ...shelf,
  items: shelf.items.filter(({ id }) => !ids.includes(id)),
  removed: [...new Set([...shelf.removed, ...ids])].sort(),
});

function commit(shelf: Shelf, items: readonly Item[]): Answered {
  let { items: there, known } = shelf;
  const results = items.map(item => {
    if (shelf.removed.includes(item.id)) return 'removed';
    if (!there.some(({ id }) => id === item.id)) there = [item, ...there];
    if (known.includes(item.id)) return 'known';
    known = [...known, item.id].sort();
    return 'added';
  });
  return { shelf: { ...shelf, items: there, known }, answers: [{ type: 'items.committed', results } as EventObject] };
}

const written = { type: 'store.written' } as EventObject;

/** One call takes effect, and is answered as the children of run and client answer. */
export function answer(shelf: Shelf, request: Request): Answered {
  switch (request.type) {
    case 'change': {
      const before = shelf.records[request.id];
      const record = request.change(before);
      const event = { type: 'stored.updated', stored: record, wasStored: before !== undefined } as EventObject;
      return { shelf: withRecord(shelf, request.id, record), answers: [event] };
    }
    case 'find': {
      const event = { type: 'stored.read', stored: shelf.records[request.id] } as EventObject;
      return { shelf, answers: [event] };
    }
    case 'commit':
      return commit(shelf, request.items);
    case 'records':
      return { shelf, answers: [], next: { type: 'items', records: Object.values(shelf.records) } };
    case 'items':
      return {
        shelf,
        answers: [{ type: 'store.read', stored: request.records, items: shelf.items } as EventObject],
      };
    case 'remove':
      return {
        shelf: without(shelf, request.ids),
        answers: [written, { type: 'items.removed', ids: [] } as EventObject],
      };
    case 'clear': {
      const ids = shelf.items.map(({ id }) => id);
      return { shelf: without(shelf, ids), answers: [written, { type: 'items.removed', ids } as EventObject] };
    }
    case 'forget':
      return { shelf: withRecord(shelf, request.id, undefined), answers: [written] };
  }
}

/** Whether there is anything to lose when it never takes effect. */
export const isReading = ({ type }: Request): boolean => type === 'find' || type === 'records' || type === 'items';

/** How a call says that it has failed. */
export const refusalOf = ({ type }: Request): EventObject => {
  const storageError = type === 'commit' ? 'storage-full' : 'storage-unavailable';
  const isOfWriter = type === 'remove' || type === 'clear' || type === 'forget';
  const isOfReader = type === 'records' || type === 'items';
  const failed = isOfWriter ? 'store.writeFailed' : isOfReader ? 'store.readFailed' : 'store.failed';
  return { type: failed, storageError } as EventObject;
};
