import { keepSame } from '../equality.js';
import { toStoreWriter } from './client.commands.js';
import type { ClientContext, ClientEvent, Step } from './client.context.js';
import { add, drop, run, under, update } from './client.list.js';
import type { StoredGeneration } from './client.port.js';
import type { ClientEmitted, ClientGeneration } from './client.types.js';
import type { RunMessage } from './run.types.js';
import { viewStored } from './stored-generation.js';

/** For so long a failed one can be followed again. */
const resumableMs = 86_400_000;

/** What follows from what runs and the store tell. */
export function clientEventHandlers<TInput, TOutput, TItem extends { readonly id: string }>(
  limit: number,
  now: () => number,
) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Event = ClientEvent<TInput, TOutput, TItem>;
  type Of<TType extends Event['type']> = Extract<Event, { type: TType }>;
  type Next = Step<TInput, TOutput, TItem>;
  type Shown = ClientGeneration<TOutput, TItem>;

  const shownOf = (context: Context, id: string) => context.generations.find(shown => shown.id === id);

  /** The order of the gallery: what is nowhere else first, since it is the newest or has no place. */
  const merge = (context: Context, stored: readonly TItem[]): readonly TItem[] => {
    const storedIds = new Set(stored.map(({ id }) => id));
    const unsaved = context.generations
      .filter(({ id }) => context.entries[id]?.storageError)
      .flatMap(({ items }) => items.filter(({ id }) => !storedIds.has(id)));
    const items = [...unsaved, ...stored].filter(({ id }) => !under(context.removed, id)).slice(0, limit);
    return keepSame(context.items, items);
  };

  const outcome = ({ id, face, items }: Of<'run.ended'>): ClientEmitted<TItem> | undefined => {
    const { status, job, failure, stopped = false, charged = 'maybe' } = face;
    if (status === 'completed' && job) return { type: 'generation.completed', id, job, items };
    if (status === 'failed' && failure) return { type: 'generation.failed', id, failure };
    if (status === 'cancelled') return { type: 'generation.cancelled', id, stopped, charged };
    return undefined;
  };

  /** Another tab has brought it to its end. What it brought is in the gallery, or there is nothing to show. */
  const resolve = (context: Context, id: string): Context => {
    const jobId = shownOf(context, id)?.job?.id;
    const items = context.items.filter(item => item.id === jobId || item.id.startsWith(`${jobId}/`));
    if (!jobId || items.length === 0) return drop(context, id);
    const behind = { phase: 'ended', record: undefined, isOnRecord: false } as const;
    const face: Partial<Shown> = {
      status: 'completed',
      connection: 'none',
      progress: 1,
      message: undefined,
      failure: undefined,
      charged: undefined,
      isRunning: false,
      canCancel: false,
      isElsewhere: false,
      items,
    };
    return update(context, id, behind, face);
  };

  /** What a record of the store means to the list. */
  const takeRecord = (context: Context, record: StoredGeneration): Next => {
    const { id } = record.token;
    const behind = under(context.entries, id);
    const forgotten = { orders: [toStoreWriter({ type: 'forget', id })] };
    const rest = { phase: 'ended', record, isOnRecord: true } as const;
    if (under(context.dismissed, id)) return { context, ...forgotten };
    if (behind?.run && behind.phase !== 'ended') {
      const order: RunMessage = { type: 'record.seen', record };
      return { context: update(context, id, { isOnRecord: true }), orders: [{ to: behind.run, order }] };
    }
    // What it still has to write is not there yet.
    if (behind?.run) return { context };
    if (record.failure) {
      if (now() - record.updatedAt >= resumableMs) return { context: drop(context, id), ...forgotten };
      const listed = behind ? context : add(context, record, { phase: 'ended', getInput: recallOf(record) });
      return { context: update(listed, id, rest, viewStored<TOutput>(record, false)) };
    }
    // It has ended here, and its record has outlived it: nothing brings it back.
    if (behind && behind.phase === 'ended' && !behind.record) return { context, ...forgotten };
    const listed = behind ? context : add<TInput, TOutput, TItem>(context, record, { phase: 'idle' });
    return run(listed, 'found', record, behind?.getInput ?? recallOf(record));
  };

  /** What is not on record, and was. */
  const missRecord = (context: Context, id: string): Next => {
    const { phase, run: name, record, isOnRecord } = context.entries[id] ?? {};
    if (phase === 'vanished' && !name) return { context: resolve(context, id) };
    if (phase === 'idle' && name && isOnRecord)
      return { context, orders: [{ to: name, order: { type: 'record.gone' } }] };
    if (phase === 'ended' && !name && record && isOnRecord) return { context: resolve(context, id) };
    return { context };
  };

  /** One step after the other. */
  const all = <TEntry>(
    from: Context,
    entries: readonly TEntry[],
    take: (context: Context, entry: TEntry) => Next,
  ): Next =>
    entries.reduce<Next>(
      (before, entry) => {
        const { context, orders = [], runs = [] } = take(before.context, entry);
        return { context, orders: [...(before.orders ?? []), ...orders], runs: [...(before.runs ?? []), ...runs] };
      },
      { context: from },
    );

  return {
    showRun: (context: Context, { id, phase, face }: Of<'run.changed'>): Next => {
      const before = shownOf(context, id);
      const { progress, message, isRunning } = face;
      const isNews =
        phase === 'busy' &&
        isRunning &&
        before !== undefined &&
        (progress !== before.progress || (message !== undefined && message !== before.message));
      return {
        context: before ? update(context, id, { phase }, face) : context,
        news: isNews ? [{ type: 'generation.progressed', id, progress, message }] : [],
      };
    },
    announceRun: (context: Context, { id }: Of<'run.started'>): Next => ({
      context,
      news: [{ type: 'generation.started', id, description: shownOf(context, id)?.description }],
    }),
    endRun: (context: Context, event: Of<'run.ended'>): Next => {
      const { id, face, record, storageError, isQuiet, added } = event;
      const items = event.items.filter(item => !under(context.removed, item.id));
      const ended = update(
        context,
        id,
        { phase: 'ended', record, storageError, isOnRecord: false },
        { ...face, items },
      );
      const known = new Map(items.map(item => [item.id, item]));
      const isListed = ({ id }: TItem) => context.items.some(item => item.id === id);
      const listed = context.items.map(item => known.get(item.id) ?? item);
      const first = outcome({ ...event, items });
      return {
        context: {
          ...ended,
          items: keepSame(context.items, [...items.filter(item => !isListed(item)), ...listed].slice(0, limit)),
          needsReload: true,
        },
        news: isQuiet || !first ? [] : [first, ...added.map(item => ({ type: 'item.added', item, id }) as const)],
      };
    },
    vanishRun: (context: Context, { id }: Of<'run.gone'>): Next => ({
      context: { ...update(context, id, { phase: 'vanished' }), needsReload: true },
    }),
    leaveRun: (context: Context, { id, run: name }: Of<'run.left'>): Next => ({
      context: {
        ...(context.entries[id]?.run === name ? update(context, id, { run: undefined }) : context),
        needsReload: true,
      },
      stops: [name],
    }),

    noteWriting: (context: Context, { storageError }: Of<'store.told'>): Next => ({
      context:
        context.storageErrors.writing === storageError
          ? context
          : { ...context, storageErrors: { ...context.storageErrors, writing: storageError } },
    }),
    noteReading: (context: Context): Next => ({ context: { ...context, needsReload: false } }),
    noteStale: (context: Context): Next => ({ context: { ...context, needsReload: true } }),
    noteUnread: (context: Context, event: { readonly type: string; readonly storageError?: unknown }): Next => ({
      context: {
        ...context,
        isReady: true,
        storageErrors: {
          ...context.storageErrors,
          reading: event.storageError === 'storage-full' ? 'storage-full' : 'storage-unavailable',
        },
      },
    }),
    reconcile: (context: Context, { records, items }: Of<'store.read'>): Next => {
      const merged = merge(context, items);
      const mergedIds = new Map(merged.map(item => [item.id, item]));
      // What is not there has been removed, unless there is more than was asked for.
      const isWhole = items.length < limit;
      let next: Context = {
        ...context,
        items: merged,
        isReady: true,
        storageErrors: { ...context.storageErrors, reading: undefined },
      };
      for (const { id, items: own } of context.generations) {
        const left = own.filter(item => !isWhole || mergedIds.has(item.id)).map(item => mergedIds.get(item.id) ?? item);
        next = update(next, id, {}, { items: keepSame(own, left) });
      }
      const recorded = new Set(records.map(({ token }) => token.id));
      const missing = next.generations.map(({ id }) => id).filter(id => !recorded.has(id));
      const taken = all(next, records, takeRecord);
      const missed = all(taken.context, missing, missRecord);
      const hasRoom = context.items.some(({ id }) => !mergedIds.has(id));
      // The store would not remove it, or was given it later.
      const back = items.map(({ id }) => id).filter(id => under(context.removed, id));
      return {
        context: missed.context,
        orders: [
          ...(taken.orders ?? []),
          ...(missed.orders ?? []),
          ...(hasRoom ? tryAgain(context) : []),
          ...(back.length > 0 ? [toStoreWriter({ type: 'remove', ids: back })] : []),
        ],
        runs: taken.runs,
      };
    },
    /** There may be room now. */
    tryAgain: (context: Context): Next => ({ context, orders: tryAgain(context) }),
  };

  function tryAgain(context: Context) {
    return Object.values(context.entries).flatMap(({ run: to, storageError }) =>
      to && storageError ? [{ to, order: { type: 'store.changed' } as const }] : [],
    );
  }

  /** The input that a record kept is what was given: it survived JSON whole. */
  function recallOf({ input }: StoredGeneration): (() => TInput) | undefined {
    return input === undefined ? undefined : () => input as TInput;
  }
}
