import { enqueueActions } from 'xstate';
import { warn } from '../warning.js';
import { type ToolInputOptions, toolCommands } from './client.commands.js';
import type { Step, ToolContext, ToolEvent } from './client.context.js';
import { toolFacts } from './client.events.js';
import { trim } from './client.list.js';
import { grantSlots } from './client.queue.js';
import type { ToolEmitted } from './client.types.js';
import type { createRunMachine } from './run.machine.js';

/** What a tool's actions need to know of it. */
export type ToolActionOptions<TInput> = ToolInputOptions<TInput> & {
  readonly concurrency: number;
  readonly limit: number;
};

/** What a tool remembers before it has read anything. */
export const initialTool = <TInput, TOutput, TItem>(): ToolContext<TInput, TOutput, TItem> => ({
  generations: [],
  items: [],
  isReady: false,
  trouble: undefined,
  backstage: {},
  troubles: {},
  removed: {},
  dismissed: {},
  isStale: false,
  runCount: 0,
});

/** The steps of the tool's chart, by the names it uses. */
export function toolActions<TInput, TOutput, TDraft extends object, TItem extends TDraft & { readonly id: string }>(
  options: ToolActionOptions<TInput>,
) {
  type Context = ToolContext<TInput, TOutput, TItem>;
  type Event = ToolEvent<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;
  type RunActor = {
    readonly src: 'run';
    readonly logic: ReturnType<typeof createRunMachine<TInput, TOutput, TDraft>>;
    readonly id: string | undefined;
  };

  /** After every step: whoever may run does, the list does not grow, and the view tells of trouble. */
  const settle = (step: Next): Next => {
    const granted = grantSlots(trim(step.context), options.concurrency);
    const { backstage, troubles } = granted.context;
    const unsaved = Object.values(backstage).find(({ trouble }) => trouble);
    return {
      ...step,
      context: { ...granted.context, trouble: unsaved?.trouble ?? troubles.writing ?? troubles.reading },
      orders: [...(step.orders ?? []), ...granted.orders],
    };
  };

  const step = <TEvent extends Event>(take: (context: Context, event: TEvent) => Next) =>
    enqueueActions<Context, Event, undefined, Event, RunActor, never, never, never, ToolEmitted<TItem>>(
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

  const commands = toolCommands<TInput, TOutput, TItem>(options);
  const facts = toolFacts<TInput, TOutput, TItem>(options.limit, options.now);

  return {
    generate: step(commands.generate),
    cancel: step(commands.cancel),
    check: step(commands.check),
    retry: step(commands.retry),
    follow: step(commands.follow),
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
    takeStock: step(facts.takeStock),
    tryAgain: step(facts.tryAgain),
  };
}
