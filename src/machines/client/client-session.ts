import { type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { isSame } from '../equality.js';
import { callIsolated, printError } from '../isolated.js';
import type { ClientContext, ClientEvent } from './client.context.js';
import { leaveOrphans } from './client.crash.js';
import { isEachLeft } from './client.leaving.js';
import type { ClientMachine } from './client.machine.js';
import type { ClientEmitted, ClientView, GalleryItem } from './client.types.js';
import { emptyView, viewClient } from './client.view.js';
import type { StopReason, ViewListener } from './items-promise.js';
import { processClock } from './process-clock.js';
import type { LeftRun } from './run.types.js';

/** What is known of the generations that a session has left, by their ids. */
export type LeftRuns = { readonly [id: string]: LeftRun };

type SessionOptions<TItem> = {
  readonly inspect: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  readonly clock: ActorOptions<AnyActorLogic>['clock'] | undefined;
  readonly onEmitted: (emitted: ClientEmitted<TItem>) => void;
  /** Called after each change of the view. */
  readonly onView: () => void;
};

/** A client from its start to its end: one actor, and those who wait for something of it. */
export type ClientSession<TInput, TOutput, TItem> = {
  readonly context: () => ClientContext<TInput, TOutput, TItem>;
  readonly view: () => ClientView<TOutput, TItem>;
  readonly send: (event: ClientEvent<TInput, TOutput, TItem>) => void;
  /** Calls back with the view of now and each later one, and with the reason when the session is left. */
  readonly listen: (listener: ViewListener<TOutput, TItem>) => () => void;
  readonly renewalListeners: Set<(emitted: ClientEmitted<TItem> | undefined) => void>;
  /**
   * Follows nothing more. What the backend has been asked for already is waited for, and stored unless it is forgotten.
   * Resolves when nothing is waited for.
   */
  readonly leave: (reason: StopReason) => Promise<LeftRuns>;
};

/** Starts an actor of a client. */
export function startSession<TInput, TOutput, TDraft extends object>(
  machine: ClientMachine<TInput, TOutput, TDraft>,
  { inspect, clock, onEmitted, onView }: SessionOptions<GalleryItem<TDraft>>,
): ClientSession<TInput, TOutput, GalleryItem<TDraft>> {
  type Item = GalleryItem<TDraft>;
  type View = ClientView<TOutput, Item>;
  const timers = processClock();
  const actor = createActor(machine, { clock: clock ?? timers, ...(inspect && { inspect }) });
  const listeners = new Set<ViewListener<TOutput, Item>>();
  const renewalListeners = new Set<(emitted: ClientEmitted<Item> | undefined) => void>();
  let view: View = emptyView;
  let isNotified = true;
  let eraseCount = 0;
  let reason: StopReason | undefined;
  /** What its listeners were told when it was left. */
  let told: StopReason | undefined;

  const update = () => {
    const next = viewClient<TOutput, Item>(actor.getSnapshot());
    if (isSame(view, next)) return;
    view = Object.freeze(next);
    isNotified = false;
  };
  const call = (why: StopReason | undefined) => {
    const { left } = actor.getSnapshot().context;
    for (const listener of [...listeners]) callIsolated(listener, view, why, left);
  };
  const end = () => {
    told = reason ?? 'stopped';
    call(told);
    for (const onRenewal of [...renewalListeners]) onRenewal(undefined);
  };
  const next = () => {
    const { context } = actor.getSnapshot();
    // A command that is sent while the actor is busy is carried out later.
    if (reason) return context.isLeaving && isEachLeft(context) ? end() : undefined;
    update();
    timers.setKeepAlive(!view.isReady || view.generations.some(({ isRunning }) => isRunning));
    if (isNotified) return undefined;
    isNotified = true;
    const isErased = context.eraseCount > eraseCount;
    eraseCount = context.eraseCount;
    call(isErased ? 'forgotten' : undefined);
    return onView();
  };

  actor.on('*', emitted => {
    // What was left is told by the next page.
    if (reason) return;
    // An actor emits before it notifies its subscribers: a listener has to find the item in the view.
    update();
    for (const onRenewal of [...renewalListeners]) onRenewal(emitted);
    onEmitted(emitted);
  });
  const left = new Promise<LeftRuns>(resolve => {
    const finish = () => {
      timers.setKeepAlive(false);
      end();
      resolve(actor.getSnapshot().context.left);
    };
    actor.subscribe({
      next,
      error: error => {
        printError(error);
        finish();
        // The client is still in the middle of the step that has thrown.
        queueMicrotask(() => leaveOrphans(actor, reason === 'forgotten'));
      },
      complete: finish,
    });
  });
  actor.start();

  return {
    context: () => actor.getSnapshot().context,
    view: () => view,
    send: event => actor.send(event),
    listen(listener) {
      listeners.add(listener);
      listener(view, told, actor.getSnapshot().context.left);
      return () => listeners.delete(listener);
    },
    renewalListeners,
    leave(why) {
      reason ??= why;
      const isForgotten = why === 'forgotten';
      const { status } = actor.getSnapshot();
      if (status === 'active') actor.send({ type: 'LEAVE', isForgotten });
      else if (status === 'error' && isForgotten) leaveOrphans(actor, isForgotten);
      return left;
    },
  };
}
