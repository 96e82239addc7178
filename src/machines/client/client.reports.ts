import type { JobRef } from '../generation/generation.port.js';
import { getOwn } from '../json.js';
import { withHistory } from '../reads/duration-histories.js';
import { addDuration } from '../reads/duration-history.js';
import type { ClientContext, ClientEvent, ClientEventOf, Step, UnansweredSubmit } from './client.context.js';
import { addItems } from './client.gallery.js';
import { findGeneration, updateGeneration } from './client.list.js';
import { forPhase, withAccepted } from './client.queue.js';
import { toStoreWriter } from './client.store.js';
import type { ClientEmitted } from './client.types.js';
import { withAnsweredKey } from './client.wishes.js';

/** What the steps below depend on. */
type ReportStepOptions = {
  /** A submit whose key was first sent then may be sent again with it. */
  readonly isReplayable: (sentAt: number | undefined) => boolean;
  readonly limit: number;
};

/** What follows from what the run of a generation reports. */
export function reportSteps<TInput, TOutput, TItem extends { readonly id: string }>({
  isReplayable,
  limit,
}: ReportStepOptions) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Of<TType extends ClientEvent<TInput, TOutput, TItem>['type']> = ClientEventOf<TInput, TOutput, TItem, TType>;
  type Next = Step<TInput, TOutput, TItem>;

  const withAnswer = (context: Context, id: string, before: JobRef | undefined, job: JobRef | undefined): Context => {
    const accepted = withAccepted(context, before, job);
    return job && !before ? withAnsweredKey(accepted, context.entries[id]?.idempotencyKey) : accepted;
  };

  /**
   * A submit that may have been charged, of a generation that has ended without a job, or whose job may be running. A retry may
   * have sent its key first.
   */
  const toUnanswered = (context: Context, { id, view, token }: Of<'run.ended'>): UnansweredSubmit | undefined => {
    const first = context.entries[id]?.unanswered;
    // A retry that was cancelled in the queue leaves open what became of the first submit.
    const isOpen = view.charged === 'maybe' || (first && view.status === 'cancelled');
    if (!isOpen || (view.job && !view.failure?.resumable)) return undefined;
    const { idempotencyKey, startedAt } = token;
    const sentAt = first ? first.sentAt : startedAt;
    return { idempotencyKey, sentAt, isReplayable: isReplayable(sentAt) };
  };

  const toOutcome = (context: Context, { id, view, items }: Of<'run.ended'>): ClientEmitted<TItem> | undefined => {
    const { status, job, failure, stopped = false, charged = 'maybe' } = view;
    const subject = { id, description: findGeneration(context, id)?.description };
    if (status === 'completed' && job) return { type: 'generation.completed', ...subject, job, items };
    if (status === 'failed' && failure) return { type: 'generation.failed', ...subject, failure };
    if (status === 'cancelled') return { type: 'generation.cancelled', ...subject, stopped, charged };
    return undefined;
  };

  return {
    updateRunView: (context: Context, { id, phase, view }: Of<'run.changed'>): Next => {
      const before = findGeneration(context, id);
      const { progress, message, isRunning } = view;
      const isProgress =
        phase === 'active' &&
        isRunning &&
        before !== undefined &&
        (progress !== before.progress || (message !== undefined && message !== before.message));
      return {
        context: before
          ? updateGeneration(withAnswer(context, id, before.job, view.job), id, { phase }, forPhase(phase, view))
          : context,
        emitted: isProgress ? [{ type: 'generation.progressed', id, progress, message }] : [],
      };
    },
    emitStarted: (context: Context, { id }: Of<'run.started'>): Next => ({
      context,
      emitted: context.entries[id]?.wasRefused
        ? []
        : [{ type: 'generation.started', id, description: findGeneration(context, id)?.description }],
    }),
    endRun: (context: Context, event: Of<'run.ended'>): Next => {
      const { id, view, stored, storageError, isOutcomeEmitted, added } = event;
      const items = event.items.filter(item => !getOwn(context.removed, item.id));
      const unanswered = toUnanswered(context, event);
      const entry = { phase: 'ended', stored, storageError, isStored: false, unanswered } as const;
      const answered = view.job ? withAnsweredKey(context, context.entries[id]?.idempotencyKey) : context;
      const accepted = withAccepted(answered, undefined, view.job ?? view.failure);
      const ended = updateGeneration(addItems(accepted, items, limit), id, entry, {
        ...view,
        refusal: undefined,
        items,
      });
      const outcome = toOutcome(context, { ...event, items });
      const { historyKey: key, duration } = event;
      const add = key !== undefined && duration;
      return {
        context: {
          ...ended,
          needsReload: true,
          ...(add && { histories: withHistory(ended.histories, key, known => addDuration(known, duration)) }),
        },
        messages: add ? [toStoreWriter({ type: 'addDuration', key, duration })] : [],
        emitted:
          isOutcomeEmitted || !outcome
            ? []
            : [outcome, ...added.map(item => ({ type: 'item.added', item, id }) as const)],
      };
    },
    endRunElsewhere: (context: Context, { id }: Of<'run.endedElsewhere'>): Next => ({
      context: { ...updateGeneration(context, id, { phase: 'endedElsewhere' }), needsReload: true },
    }),
    /** A finished child stays among the children until it is stopped. */
    stopRun: (context: Context, { id, runId, isEndUnstored }: Of<'run.done'>): Next => ({
      context: {
        ...(context.entries[id]?.runId === runId
          ? updateGeneration(context, id, { runId: undefined, isEndUnstored })
          : context),
        forgottenRuns: context.forgottenRuns.filter(one => one !== runId),
        needsReload: true,
      },
      stops: [runId],
    }),
  };
}
