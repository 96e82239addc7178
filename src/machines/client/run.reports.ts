import { sendParent } from 'xstate';
import type { Failure } from '../generation/generation.port.js';
import { toHistoryKey } from '../reads/duration-histories.js';
import type { GalleryItem } from './client.types.js';
import type { AnyRunEvent, RunContext, RunEvent, RunPhase, RunReport, RunView } from './run.types.js';
import { endedView, storedView, tombstoneView } from './run.view.js';
import { resumableOf } from './stored-generation.js';

/** Of a result that the chart knows to be a failure. */
export const failureOf = <TInput, TOutput, TItem>({
  result,
}: Pick<RunContext<TInput, TOutput, TItem>, 'result'>): Failure =>
  (result as Extract<typeof result, { status: 'failed' }>).failure;

/** The actions by which a run tells the client what has become of it. */
export function runReports<TInput, TOutput, TDraft extends object>() {
  type Item = GalleryItem<TDraft>;
  type Context = RunContext<TInput, TOutput, Item>;
  type Event = AnyRunEvent;

  const report = (toReport: (context: Context, event: Event) => RunReport<TOutput, Item>) =>
    sendParent<Context, RunEvent, undefined, RunReport<TOutput, Item>, RunEvent>(({ context, event }) =>
      toReport(context, event),
    );
  const show = (phase: RunPhase, toView: (view: RunView<TOutput>) => RunView<TOutput>) =>
    report(({ id, stored, token }) => ({
      type: 'run.changed',
      id,
      phase,
      view: toView(storedView<TOutput>({ ...stored, token }, true)),
    }));

  return {
    reportQueued: show('queued', view => ({ ...view, status: 'queued', isFollowedElsewhere: false })),
    reportActive: show('active', view => ({ ...view, isFollowedElsewhere: false })),
    reportCancelling: show('waiting', view => ({ ...view, isFollowedElsewhere: false })),
    reportElsewhere: show('waiting', view => view),
    reportStarted: report(({ id }) => ({ type: 'run.started', id })),
    reportRefused: report(context => ({ type: 'run.refused', id: context.id, failure: failureOf(context) })),
    reportEndedElsewhere: report(({ id }) => ({ type: 'run.endedElsewhere', id })),
    reportWritten: report(({ id }) => ({ type: 'store.written', id })),
    reportWriteFailed: report(({ id }, { storageError = 'storage-unavailable' }) => ({
      type: 'store.writeFailed',
      id,
      storageError,
    })),
    /** The generation failed in another tab or an earlier session. */
    reportStoredFailure: report(({ id, stored }) => ({
      type: 'run.ended',
      id,
      view: storedView<TOutput>(stored, false),
      items: [],
      added: [],
      isOutcomeEmitted: true,
      storageError: undefined,
      stored: resumableOf(stored),
      token: stored.token,
    })),
    /** The generation has ended before it was requested here. Its end was emitted then. */
    reportFoundEnd: report(({ id, stored, token, items, tombstone = stored }) => ({
      type: 'run.ended',
      id,
      token,
      view: tombstoneView<TOutput>(tombstone, tombstone.ended ?? { status: 'cancelled' }),
      items,
      added: [],
      isOutcomeEmitted: true,
      storageError: undefined,
      stored: undefined,
    })),
    reportEnd: report((context, { results }) => {
      const { id, stored, token, live, result, items } = context;
      const isAnyNew = items.length === 0 || !results || results.includes('added');
      return {
        type: 'run.ended',
        id,
        view: endedView(live ?? storedView<TOutput>({ ...stored, token }, false), result),
        items: items.filter((_, index) => results?.[index] !== 'removed'),
        added: items.filter((_, index) => !results || results[index] === 'added'),
        isOutcomeEmitted: !isAnyNew || stored.isOutcomeEmitted === true,
        storageError: undefined,
        stored: stored.failure && stored,
        token,
        // Without locks, several tabs have seen it.
        ...(result?.duration && isAnyNew && { duration: result.duration, historyKey: toHistoryKey(stored) }),
      };
    }),
    reportUnsaved: report(({ id, stored, token, live, result, items }, { storageError = 'storage-unavailable' }) => ({
      type: 'run.ended',
      id,
      view: endedView(live ?? storedView<TOutput>(stored, false), result),
      items,
      added: items,
      isOutcomeEmitted: stored.isOutcomeEmitted === true,
      storageError,
      stored: undefined,
      token,
    })),
    reportLeft: report(({ id, origin, live, token, result }) => ({
      type: 'run.left',
      id,
      isSubmitted: origin !== 'requested' || live !== undefined,
      token,
      result,
    })),
    reportDone: report(({ id, runId, isEndUnstored }) => ({ type: 'run.done', id, runId, isEndUnstored })),
  };
}
