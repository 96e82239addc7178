import { newId } from '../generation/generation.id.js';
import type { JsonObject } from '../generation/generation.port.js';
import type { KeeperOrder, Step, ToolContext, ToolEvent } from './client.context.js';
import { add, drop, run, under, update } from './client.list.js';
import type { RunOrder } from './run.types.js';
import { firstRecord, renewed, toJson } from './stored-generation.js';

/** What a tool makes of an input. */
export type ToolInputOptions<TInput> = {
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

export const toKeeper = (order: KeeperOrder) => ({ to: 'keeper', order });

/** What follows from each command. */
export function toolCommands<TInput, TOutput, TItem extends { readonly id: string }>({
  describe,
  canRepeat,
  now,
}: ToolInputOptions<TInput>) {
  type Context = ToolContext<TInput, TOutput, TItem>;
  type Event = ToolEvent<TInput, TOutput, TItem>;
  type Of<TType extends Event['type']> = Extract<Event, { type: TType }>;
  type Next = Step<TInput, TOutput, TItem>;

  /** Sends an order on to the run, where there is one. */
  const toRun = (context: Context, id: string, order: RunOrder): Next => {
    const to = context.backstage[id]?.run;
    return { context, orders: to ? [{ to, order }] : [] };
  };

  const begin = (context: Context, id: string, recall: () => TInput, description?: JsonObject): Next => {
    const record = firstRecord(id, now(), {
      description: description ?? attempt(() => describe?.(recall())),
      input: canRepeat ? attempt(() => toJson(recall())) : undefined,
    });
    return run(add(context, record, { phase: 'idle' }), 'asked', record, recall);
  };

  const follow = (context: Context, id: string): Next => {
    const { record, recall } = context.backstage[id] ?? {};
    return record ? run(context, 'followed', renewed(record, now()), recall) : { context };
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
      isStale: true,
    };
  };
  const removal = (ids: readonly string[]) => ids.map(id => ({ type: 'item.removed', id }) as const);

  return {
    generate: (context: Context, { id = newId(), input }: Of<'GENERATE'>) => begin(context, id, () => input),
    retry: (context: Context, { id, as = newId() }: Of<'RETRY'>): Next => {
      const recall = context.backstage[id]?.recall;
      const before = context.generations.find(shown => shown.id === id);
      return recall ? begin(context, as, recall, before?.description) : { context };
    },
    cancel: (context: Context, { id }: Of<'CANCEL'>) => toRun(context, id, { type: 'CANCEL' }),
    check: (context: Context, { id }: Of<'CHECK'>) => toRun(context, id, { type: 'CHECK' }),
    follow: (context: Context, { id }: Of<'FOLLOW' | 'CHECK'>) => follow(context, id),
    dismiss: (context: Context, { id }: Of<'DISMISS'>): Next => {
      const { record, trouble, run: name } = context.backstage[id] ?? {};
      return {
        context: { ...drop(context, id), dismissed: { ...context.dismissed, [id]: true } },
        orders: record || trouble ? [toKeeper({ type: 'forget', id })] : [],
        // It waits for a store that takes its items, and they were given up.
        stops: trouble && name ? [name] : [],
      };
    },
    remove: (context: Context, { id }: Of<'REMOVE'>): Next => ({
      context: without(context, [id]),
      orders: [toKeeper({ type: 'remove', ids: [id] })],
      news: removal([id]),
    }),
    clear: (context: Context): Next => {
      const ids = context.items.map(({ id }) => id);
      return { context: without(context, ids), orders: [toKeeper({ type: 'clear' })], news: removal(ids) };
    },
    /** What the page did not show, and is gone with the rest. */
    noteRemoved: (context: Context, { ids }: Of<'items.removed'>): Next => {
      const others = ids.filter(id => !under(context.removed, id));
      return { context: without(context, others), news: removal(others) };
    },
  };
}
