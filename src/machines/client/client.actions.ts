import { enqueueActions } from 'xstate';
import { attempt, printError } from '../isolated.js';
import { getOwn } from '../json.js';
import { warn } from '../warning.js';
import type { ClientContext, ClientEvent, RunErrorEvent, Step } from './client.context.js';
import { crashedIdOf, crashRun, stopOrphans } from './client.crash.js';
import { gallerySteps } from './client.gallery.js';
import { type GenerationStepOptions, generationSteps } from './client.generations.js';
import { leavingSteps } from './client.leaving.js';
import { trimEnded } from './client.list.js';
import { grantSlots, queueSteps } from './client.queue.js';
import { reconcileStep } from './client.reconcile.js';
import { renewalSteps, toCrashReport } from './client.renewals.js';
import { reportSteps } from './client.reports.js';
import { storeSteps, toOutdate } from './client.store.js';
import type { ClientCommand, ClientEmitted, GalleryItem } from './client.types.js';
import { releaseRetries } from './client.wishes.js';
import type { createRenewalMachine } from './renewal.machine.js';
import type { createRunMachine } from './run.machine.js';

/** What the actions of a client depend on. */
export type ClientActionOptions<TInput> = GenerationStepOptions<TInput> & {
  readonly limit: number;
  readonly concurrency: number;
  readonly renewBeforeMs: number | undefined;
};

/** Why a command is ignored, and what to do. */
const whyIgnored = {
  GENERATE: id =>
    `there is a generation "${id}" already, or one with the same input that is not accepted yet. Pass another id, or a key.`,
  CANCEL: id => `there is no generation "${id}".`,
  CHECK: id => `there is no generation "${id}".`,
  RETRY: id =>
    `generation "${id}" cannot be retried, its retry is running, or the new id is in use. Check canRetry first.`,
  RESUME: id => `generation "${id}" cannot be resumed. Check canResume first.`,
  DISMISS: id => `there is no ended generation "${id}". Cancel a running one first.`,
  REMOVE: id => `the gallery has no item "${id}".`,
} satisfies { readonly [type in ClientCommand<never>['type']]?: (id: string) => string };

/** The id that an event names. Whoever uses the machine without a client can send anything. */
const idOf = (event: object): string => attempt(() => String(Reflect.get(event, 'id'))) ?? '';

/** The actions of the client's chart. */
export function clientActions<TInput, TOutput, TDraft extends object, TItem extends GalleryItem<TDraft>>(
  options: ClientActionOptions<TInput>,
) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Event = ClientEvent<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;
  type ChildActor =
    | {
        readonly src: 'run';
        readonly logic: ReturnType<typeof createRunMachine<TInput, TOutput, TDraft>>;
        readonly id: string | undefined;
      }
    | {
        readonly src: 'renewal';
        readonly logic: ReturnType<typeof createRenewalMachine<TInput, TOutput, TDraft>>;
        readonly id: string | undefined;
      };

  const renewals = renewalSteps<TInput, TOutput, TItem>(options);

  /** Follows every step: free slots are granted, the list does not grow, and the view has the storage error. */
  const finish = (before: Context, step: Next): Next => {
    const { context, messages } = grantSlots(releaseRetries(trimEnded(step.context)), options.concurrency);
    const { entries, storageErrors } = context;
    const unsaved = Object.values(entries).find(entry => entry.storageError ?? entry.writeError);
    const storageError = unsaved?.storageError ?? unsaved?.writeError ?? storageErrors.writing ?? storageErrors.reading;
    const timed = renewals.setTimer({ ...context, storageError });
    return {
      ...step,
      context: timed.context,
      messages: [...(step.messages ?? []), ...messages, ...toOutdate(before, context), ...timed.messages],
    };
  };

  /** In place of a step that has thrown. */
  const failStep = (context: Context, event: Event): Next => {
    // The page must not wait for what cannot be shown.
    if (event.type === 'store.read') return store.setReadFailed(context, { type: event.type });
    const run = getOwn(context.entries, idOf(event));
    // No run has the id "undefined".
    return crashRun(context, String(run?.runId));
  };

  /** A step that throws would end the client, with all generations: the one that the event is about fails instead. */
  const toSafeStep = (context: Context, event: Event, toStep: () => Next): Next => {
    try {
      return finish(context, toStep());
    } catch (error) {
      printError(error);
      const failed = failStep(context, event);
      // The slot of the generation that has failed is free.
      return attempt(() => finish(context, failed)) ?? failed;
    }
  };

  /** A run or a renewal has stopped with an error. */
  const failRun = (context: Context, event: RunErrorEvent): Next => {
    const id = crashedIdOf(event);
    const renewal = toCrashReport(context, id);
    return renewal ? renewals.endRenewal(context, renewal) : crashRun(context, id);
  };

  const perform = <TEvent extends Event>(toStep: (context: Context, event: TEvent) => Next) =>
    enqueueActions<Context, Event, undefined, Event, ChildActor, never, never, never, ClientEmitted<TItem>>(
      ({ context, event, enqueue }) => {
        // The chart uses each action only on the events that it takes.
        const step = toSafeStep(context, event, () => toStep(context, event as TEvent));
        enqueue.assign(step.context);
        for (const runId of step.stops ?? []) enqueue.stopChild(runId);
        for (const input of step.spawns ?? []) enqueue.spawnChild('run', { id: input.runId, input });
        for (const input of step.renewals ?? []) enqueue.spawnChild('renewal', { id: input.runId, input });
        for (const { to, message } of step.messages ?? []) enqueue.sendTo(to, message);
        for (const emitted of step.emitted ?? []) enqueue.emit(emitted);
      },
    );

  const generations = generationSteps<TInput, TOutput, TItem>(options);
  const reports = reportSteps<TInput, TOutput, TItem>(options);
  const gallery = gallerySteps<TInput, TOutput, TItem>();
  const store = storeSteps<TInput, TOutput, TItem>();
  const leaving = leavingSteps<TInput, TOutput, TItem>();
  const queue = queueSteps<TInput, TOutput, TItem>(options.now);

  return {
    generate: perform(generations.generate),
    cancel: perform(generations.cancel),
    check: perform(generations.check),
    retry: perform(generations.retry),
    resume: perform(generations.resume),
    dismiss: perform(generations.dismiss),
    updateRunView: perform(reports.updateRunView),
    emitStarted: perform(reports.emitStarted),
    endRun: perform(reports.endRun),
    endRunElsewhere: perform(reports.endRunElsewhere),
    stopRun: perform(reports.stopRun),
    failRun: perform(failRun),
    stopOrphans,

    leave: perform(leaving.leave),
    setLeft: perform(leaving.setLeft),
    stopLeftRun: perform(leaving.stopLeftRun),

    holdQueue: perform(queue.holdQueue),
    holdAlong: perform(queue.holdAlong),
    releaseQueue: perform(queue.releaseQueue),

    renew: perform(renewals.renew),
    renewDue: perform(renewals.renewDue),
    endRenewal: perform(renewals.endRenewal),

    remove: perform(gallery.remove),
    clear: perform(gallery.clear),
    removeOthers: perform(gallery.removeOthers),

    beginReading: perform(store.beginReading),
    dropAll: perform(store.dropAll),
    setNeedsReload: perform(store.setNeedsReload),
    setReadFailed: perform(store.setReadFailed),
    setHistories: perform(store.setHistories),
    setWriteError: perform(store.setWriteError),
    commitAgain: perform(store.commitAgain),
    reconcile: perform(reconcileStep<TInput, TOutput, TItem>(options.limit, options.now, options.getOwner)),

    warn: ({ event }: { readonly event: Event }) => {
      // The chart uses this action on these commands only.
      const why = whyIgnored[event.type as keyof typeof whyIgnored];
      warn(`${event.type} is ignored: ${why(idOf(event))}`);
    },
  };
}
