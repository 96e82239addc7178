import type { AnyActorRef } from 'xstate';
import { createFailure } from '../generation/generation.errors.js';
import type { ClientContext, Step } from './client.context.js';
import { isRunId, withoutRun } from './client.leaving.js';
import { updateGeneration } from './client.list.js';
import { crashMessage } from './client.messages.js';
import { endedView } from './run.view.js';
import { failedStored, newStored } from './stored-generation.js';

/** The id of the actor that an error of XState is about. */
export const crashedIdOf = ({ type }: { readonly type: string }): string => type.slice('xstate.error.actor.'.length);

/** The part of a client's or a run's actor that is used here. */
type Parent = { getSnapshot(): unknown };

const childrenOf = (parent: Parent): readonly AnyActorRef[] => {
  const { children } = parent.getSnapshot() as { readonly children?: { readonly [id: string]: AnyActorRef } };
  return Object.values(children ?? {});
};

/** What XState sends to a child that its parent stops. */
const stop = { type: 'xstate.stop' };

/**
 * XState leaves the children of an actor that stops with an error as they are: the lock would be held for the page's life. Only
 * their parent may stop them, and it has stopped: this is the event that it would have sent.
 */
export function stopOrphans({
  self,
  event,
}: {
  readonly self: Parent;
  readonly event: { readonly type: string };
}): void {
  const crashed = childrenOf(self).filter(({ id }) => id === crashedIdOf(event));
  for (const orphan of crashed.flatMap(childrenOf)) orphan.send(stop);
}

/**
 * A client that has stopped with an error leaves its children as they are, and nobody would see what they follow. Its runs are
 * left as after `stop()`: what the backend has been asked for is waited for, and stored.
 */
export function leaveOrphans(client: Parent, isForgotten: boolean): void {
  for (const child of childrenOf(client)) {
    const own = childrenOf(child);
    child.send(isRunId(child.id) ? { type: 'LEAVE', isForgotten } : stop);
    // What has stopped the client may stop the run, too, before it has stopped all of its children.
    if (child.getSnapshot().status === 'error') for (const orphan of own) orphan.send(stop);
  }
}

/**
 * A generation whose run has stopped with an error has failed. What is stored of it stays, so that the job can be followed
 * again: on demand, and after a reload, but not by itself, because it would stop again.
 */
export function crashRun<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  runId: string,
): Step<TInput, TOutput, TItem> {
  const without = withoutRun(context, runId);
  const own = Object.entries(context.entries).find(([, entry]) => entry.runId === runId && entry.phase !== 'ended');
  const shown = context.generations.find(({ id }) => id === own?.[0]);
  // It follows what was forgotten, or stores what has ended.
  if (!shown) return { context: without, stops: [runId] };

  const { id, job, description, startedAt } = shown;
  const failure = createFailure(job ? 'unreachable' : 'interrupted', crashMessage(id, job), job);
  const stored = job && failedStored(newStored(id, startedAt, { description }), failure, job);
  const view = endedView<TOutput>(shown, { status: 'failed', failure, id, job });
  return {
    context: updateGeneration(without, id, { phase: 'ended', stored, hasCrashed: true }, view),
    stops: [runId],
    emitted: [{ type: 'generation.failed', id, description, failure }],
  };
}
