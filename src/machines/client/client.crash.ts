import type { AnyActorRef } from 'xstate';
import { createFailure } from '../generation/generation.errors.js';
import { isObject } from '../json.js';
import type { ClientContext, RunErrorEvent, Step } from './client.context.js';
import { findGeneration, updateGeneration } from './client.list.js';
import { crashMessage } from './client.messages.js';
import { endedView } from './run.view.js';
import { failedStored, newStored } from './stored-generation.js';

const prefix = 'xstate.error.actor.';

/** The part of a client's or a run's actor that is used here. */
type Parent = { getSnapshot(): unknown };

const childrenOf = (parent: Parent | undefined): { readonly [id: string]: AnyActorRef | undefined } => {
  const snapshot = parent?.getSnapshot();
  return isObject(snapshot) && isObject(snapshot['children'])
    ? (snapshot['children'] as { readonly [id: string]: AnyActorRef })
    : {};
};

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
  const run = childrenOf(self)[event.type.slice(prefix.length)];
  for (const child of Object.values(childrenOf(run))) child?.send({ type: 'xstate.stop' });
}

/**
 * A generation whose run has stopped with an error has failed. What is stored of it stays, so that the job can be followed
 * again: on demand, and after a reload, but not by itself, because it would stop again.
 */
export function crashStep<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  { type }: RunErrorEvent,
): Step<TInput, TOutput, TItem> {
  const runId = type.slice(prefix.length);
  const [id] = Object.entries(context.entries).find(([, entry]) => entry.runId === runId) ?? [];
  const shown = id === undefined ? undefined : findGeneration(context, id);
  const forgottenRuns = context.forgottenRuns.filter(one => one !== runId);
  if (id === undefined || !shown || context.entries[id]?.phase === 'ended') {
    const left = { ...context, forgottenRuns };
    return { context: id === undefined ? left : updateGeneration(left, id, { runId: undefined }), stops: [runId] };
  }

  const { job, description, startedAt } = shown;
  const failure = createFailure(job ? 'unreachable' : 'interrupted', crashMessage(id, job), job);
  const stored = job && failedStored(newStored(id, startedAt, { description }), failure, job);
  const view = endedView<TOutput>(shown, { status: 'failed', failure, id, job });
  const entry = { phase: 'ended', runId: undefined, stored, hasCrashed: true } as const;
  return {
    context: updateGeneration(context, id, entry, view),
    stops: [runId],
    emitted: [{ type: 'generation.failed', id, description, failure }],
  };
}
