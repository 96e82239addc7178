import { enqueueActions } from 'xstate';
import { warn } from '../warning.js';
import { type ClientInputOptions, clientCommands } from './client.commands.js';
import type { ClientContext, ClientEvent, Step } from './client.context.js';
import { clientEventHandlers } from './client.events.js';
import { trim } from './client.list.js';
import { grantSlots } from './client.queue.js';
import type { ClientEmitted } from './client.types.js';
import type { createRunMachine } from './run.machine.js';

/** What a client's actions need to know of it. */
export type ClientActionOptions<TInput> = ClientInputOptions<TInput> & {
  readonly concurrency: number;
  readonly limit: number;
};

/** What a client remembers before it has read anything. */
export const initialClient = <TInput, TOutput, TItem>(): ClientContext<TInput, TOutput, TItem> => ({
  generations: [],
  items: [],
  isReady: false,
  storageError: undefined,
  entries: {},
  storageErrors: {},
  removed: {},
  dismissed: {},
  needsReload: false,
  runCount: 0,
});

/** The steps of the client's chart, by the names it uses. */
export function clientActions<TInput, TOutput, TDraft extends object, TItem extends TDraft & { readonly id: string }>(
  options: ClientActionOptions<TInput>,
) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Event = ClientEvent<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;
  type RunActor = {
    readonly src: 'run';
    readonly logic: ReturnType<typeof createRunMachine<TInput, TOutput, TDraft>>;
    readonly id: string | undefined;
  };

  /** After every step: whoever may run does, the list does not grow, and the view tells of storageError. */
  const settle = (step: Next): Next => {
    const granted = grantSlots(trim(step.context), options.concurrency);
    const { entries, storageErrors } = granted.context;
    const unsaved = Object.values(entries).find(({ storageError }) => storageError);
    return {
      ...step,
      context: {
        ...granted.context,
        storageError: unsaved?.storageError ?? storageErrors.writing ?? storageErrors.reading,
      },
      orders: [...(step.orders ?? []), ...granted.orders],
    };
  };

  const step = <TEvent extends Event>(take: (context: Context, event: TEvent) => Next) =>
    enqueueActions<Context, Event, undefined, Event, RunActor, never, never, never, ClientEmitted<TItem>>(
      ({ context, event, enqueue }) => {
        // The chart uses each name on the events that it takes.
        const { context: next, orders = [], news = [], runs = [], stops = [] } = settle(take(context, event as TEvent));
        enqueue.assign(next);
        for (const name of stops) enqueue.stopChild(name);
        for (const input of runs) enqueue.spawnChild('run', { id: input.run, input });
        for (const { to, order } of orders) enqueue.sendTo(to, order);
        for (const told of news) enqueue.emit(told);
      },
    );

  const commands = clientCommands<TInput, TOutput, TItem>(options);
  const facts = clientEventHandlers<TInput, TOutput, TItem>(options.limit, options.now);

  return {
    generate: step(commands.generate),
    cancel: step(commands.cancel),
    check: step(commands.check),
    retry: step(commands.retry),
    resume: step(commands.resume),
    dismiss: step(commands.dismiss),
    remove: step(commands.remove),
    clear: step(commands.clear),
    warn: ({ event }: { readonly event: Event }) => {
      const id = 'id' in event ? event.id : '';
      warn(
        `${event.type} of "${id}" is ignored: ${event.type === 'GENERATE' ? 'there is one already' : 'nothing it could mean'}.`,
      );
    },

    noteRemoved: step(commands.noteRemoved),
    showRun: step(facts.showRun),
    announceRun: step(facts.announceRun),
    endRun: step(facts.endRun),
    vanishRun: step(facts.vanishRun),
    leaveRun: step(facts.leaveRun),
    noteWriting: step(facts.noteWriting),
    noteReading: step(facts.noteReading),
    noteStale: step(facts.noteStale),
    noteUnread: step(facts.noteUnread),
    reconcile: step(facts.reconcile),
    tryAgain: step(facts.tryAgain),
  };
}
