import type { JobRef, StoredEnd, StoredGeneration } from 'generation-lifecycle';
import type { EventObject } from 'xstate';
import { toFound } from '../../../src/machines/client/run.actors.js';
import { asEnded, withoutTombstone } from '../../../src/machines/client/tombstone.js';
import { toKey } from './local-steps.js';

/** An item, with its job and its generation. */
export type Item = {
  readonly id: string;
  readonly of: string;
  readonly for: string;
  readonly generationId?: string | undefined;
};

/** What all tabs share. */
export type StoreState = {
  readonly generations: { readonly [id: string]: StoredGeneration };
  readonly items: readonly Item[];
  readonly removed: readonly string[];
  /** Ids that were answered `added`. */
  readonly known: readonly string[];
};

const stranger = 'another client';

/** What a client of another name stores. */
export const strange = (id: string, job: JobRef | undefined): StoredGeneration => ({
  version: 1,
  token: { version: 1, id, idempotencyKey: id, startedAt: 0, job, cancelRequested: false },
  name: stranger,
  createdAt: 7,
  updatedAt: 0,
  description: { prompt: 'of another client' },
});

export const isStrange = (stored: StoredGeneration | undefined): boolean => stored?.name === stranger;

/** What this client has stored of a generation that has not ended. */
export const runningIn = ({ generations }: StoreState, id: string): StoredGeneration | undefined =>
  generations[id]?.ended || isStrange(generations[id]) ? undefined : generations[id];

type Change = (generation: StoredGeneration | undefined) => StoredGeneration | undefined;

/** One call of the store. It is atomic, and takes effect in one moment. */
export type Request =
  | { readonly type: 'change'; readonly id: string; readonly change: Change }
  | { readonly type: 'find'; readonly id: string }
  | { readonly type: 'commit'; readonly id: string; readonly items: readonly Item[] }
  | { readonly type: 'generations' }
  | { readonly type: 'items'; readonly generations: readonly StoredGeneration[] }
  | { readonly type: 'removeItems'; readonly ids: readonly string[] }
  | { readonly type: 'clear' }
  | { readonly type: 'findItems'; readonly id: string }
  | { readonly type: 'endGeneration'; readonly id: string; readonly ended: StoredEnd; readonly now: number }
  | { readonly type: 'removeTombstone'; readonly id: string };

export type Answered = {
  readonly store: StoreState;
  readonly answers: readonly EventObject[];
  /** The second call, where an answer takes two. */
  readonly next?: Request | undefined;
};

export const withGeneration = (store: StoreState, id: string, generation: StoredGeneration | undefined): StoreState => {
  if (toKey(store.generations[id]) === toKey(generation)) return store;
  const { [id]: _, ...others } = store.generations;
  const generations = Object.entries({ ...others, ...(generation && { [id]: generation }) });
  // The order of two generations of the same age means nothing: one order is kept.
  return { ...store, generations: Object.fromEntries(generations.sort(([one], [other]) => (one < other ? -1 : 1))) };
};

const without = (store: StoreState, ids: readonly string[]): StoreState => ({
  ...store,
  items: store.items.filter(({ id }) => !ids.includes(id)),
  removed: [...new Set([...store.removed, ...ids])].sort(),
});

function commit(store: StoreState, items: readonly Item[]): Answered {
  let { items: there, known } = store;
  const results = items.map(item => {
    if (store.removed.includes(item.id)) return 'removed';
    if (!there.some(({ id }) => id === item.id)) there = [item, ...there];
    if (known.includes(item.id)) return 'known';
    known = [...known, item.id].sort();
    return 'added';
  });
  return { store: { ...store, items: there, known }, answers: [{ type: 'items.committed', results } as EventObject] };
}

const written = { type: 'store.written' } as EventObject;

/** Carries out one call, and gives the events that the children of run and client make of its answer. */
export function answer(store: StoreState, request: Request): Answered {
  switch (request.type) {
    case 'change': {
      const before = store.generations[request.id];
      const generation = request.change(before);
      const event = { type: 'stored.updated', ...toFound(generation), wasStored: before !== undefined } as EventObject;
      return { store: withGeneration(store, request.id, generation), answers: [event] };
    }
    case 'find': {
      const event = { type: 'stored.read', ...toFound(store.generations[request.id]) } as EventObject;
      return { store, answers: [event] };
    }
    case 'findItems': {
      const items = store.items.filter(({ generationId }) => generationId === request.id);
      return { store, answers: [{ type: 'items.found', items } as EventObject] };
    }
    case 'commit':
      return commit(store, request.items);
    case 'generations':
      return { store, answers: [], next: { type: 'items', generations: Object.values(store.generations) } };
    case 'items':
      return {
        store,
        answers: [{ type: 'store.read', stored: request.generations, items: store.items } as EventObject],
      };
    case 'removeItems':
      return {
        store: without(store, request.ids),
        answers: [written, { type: 'items.removed', ids: [] } as EventObject],
      };
    case 'clear': {
      const ids = store.items.map(({ id }) => id);
      return { store: without(store, ids), answers: [written, { type: 'items.removed', ids } as EventObject] };
    }
    case 'endGeneration': {
      const end = asEnded(request.ended, request.now);
      return { store: withGeneration(store, request.id, end(store.generations[request.id])), answers: [written] };
    }
    case 'removeTombstone': {
      const generation = withoutTombstone(store.generations[request.id]);
      return { store: withGeneration(store, request.id, generation), answers: [written] };
    }
  }
}

/** Whether it changes nothing. */
export const isReading = ({ type }: Request): boolean =>
  type === 'find' || type === 'findItems' || type === 'generations' || type === 'items';

/** The event of a call that failed. */
export const refusalOf = ({ type }: Request): EventObject => {
  const storageError = type === 'commit' ? 'storage-full' : 'storage-unavailable';
  const isOfWriter =
    type === 'removeItems' || type === 'clear' || type === 'endGeneration' || type === 'removeTombstone';
  const isOfReader = type === 'generations' || type === 'items';
  const failed = isOfWriter ? 'store.writeFailed' : isOfReader ? 'store.readFailed' : 'store.failed';
  return { type: failed, storageError } as EventObject;
};
