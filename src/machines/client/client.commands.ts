import { newId } from '../generation/generation.id.js';
import type { JsonObject } from '../generation/generation.port.js';
import type { ClientContext, ClientEvent, Step, StoreWriterMessage } from './client.context.js';
import { add, drop, run, under, update } from './client.list.js';
import type { RunMessage } from './run.types.js';
import { firstRecord, renewed, toJson } from './stored-generation.js';

/** What a client makes of an input. */
export type ClientInputOptions<TInput> = {
  readonly describe: ((input: TInput) => JsonObject) | undefined;
  /** Whether a submit may be repeated, so that its input is worth keeping. */
  readonly canRepeat: boolean;
  readonly now: () => number;
};

const attempt = <TResult>(make: () => TResult): TResult | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};

export const toStoreWriter = (order: StoreWriterMessage) => ({ to: 'storeWriter', order });

/** What follows from each command. */
export function clientCommands<TInput, TOutput, TItem extends { readonly id: string }>({
  describe,
  canRepeat,
  now,
}: ClientInputOptions<TInput>) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Event = ClientEvent<TInput, TOutput, TItem>;
  type Of<TType extends Event['type']> = Extract<Event, { type: TType }>;
  type Next = Step<TInput, TOutput, TItem>;

  /** Sends an order on to the run, where there is one. */
  const toRun = (context: Context, id: string, order: RunMessage): Next => {
    const to = context.entries[id]?.run;
    return { context, orders: to ? [{ to, order }] : [] };
  };

  const begin = (context: Context, id: string, getInput: () => TInput, description?: JsonObject): Next => {
    const record = firstRecord(id, now(), {
      description: description ?? attempt(() => describe?.(getInput())),
      input: canRepeat ? attempt(() => toJson(getInput())) : undefined,
    });
    return run(add(context, record, { phase: 'idle' }), 'asked', record, getInput);
  };

  const resume = (context: Context, id: string): Next => {
    const { record, getInput } = context.entries[id] ?? {};
    return record ? run(context, 'resumed', renewed(record, now()), getInput) : { context };
  };

  const without = (context: Context, ids: readonly string[]): Context => {
    const isLeft = ({ id }: TItem) => !ids.includes(id);
    const left = context.generations.reduce(
      (rest, { id, items }) => (items.every(isLeft) ? rest : update(rest, id, {}, { items: items.filter(isLeft) })),
      context,
    );
    return {
      ...left,
      items: context.items.filter(isLeft),
      removed: { ...context.removed, ...Object.fromEntries(ids.map(id => [id, true as const])) },
      needsReload: true,
    };
  };
  const removal = (ids: readonly string[]) => ids.map(id => ({ type: 'item.removed', id }) as const);

  return {
    generate: (context: Context, { id = newId(), input }: Of<'GENERATE'>) => begin(context, id, () => input),
    retry: (context: Context, { id, as = newId() }: Of<'RETRY'>): Next => {
      const getInput = context.entries[id]?.getInput;
      const before = context.generations.find(shown => shown.id === id);
      return getInput ? begin(context, as, getInput, before?.description) : { context };
    },
    cancel: (context: Context, { id }: Of<'CANCEL'>) => toRun(context, id, { type: 'CANCEL' }),
    check: (context: Context, { id }: Of<'CHECK'>) => toRun(context, id, { type: 'CHECK' }),
    resume: (context: Context, { id }: Of<'RESUME' | 'CHECK'>) => resume(context, id),
    dismiss: (context: Context, { id }: Of<'DISMISS'>): Next => {
      const { record, storageError, run: name } = context.entries[id] ?? {};
      return {
        context: { ...drop(context, id), dismissed: { ...context.dismissed, [id]: true } },
        orders: record || storageError ? [toStoreWriter({ type: 'forget', id })] : [],
        // It waits for a store that takes its items, and they were given up.
        stops: storageError && name ? [name] : [],
      };
    },
    remove: (context: Context, { id }: Of<'REMOVE'>): Next => ({
      context: without(context, [id]),
      orders: [toStoreWriter({ type: 'remove', ids: [id] })],
      news: removal([id]),
    }),
    clear: (context: Context): Next => {
      const ids = context.items.map(({ id }) => id);
      return { context: without(context, ids), orders: [toStoreWriter({ type: 'clear' })], news: removal(ids) };
    },
    /** What the page did not show, and is gone with the rest. */
    noteRemoved: (context: Context, { ids }: Of<'items.removed'>): Next => {
      const others = ids.filter(id => !under(context.removed, id));
      return { context: without(context, others), news: removal(others) };
    },
  };
}
