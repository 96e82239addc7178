import { type AnyActorRef, assign, enqueueActions, sendParent, sendTo } from 'xstate';
import { isSame } from '../equality.js';
import { createFailure } from '../generation/generation.errors.js';
import type { Failure } from '../generation/generation.port.js';
import { toResumeToken } from '../generation/generation.token.js';
import type { GenerationContext, GenerationOutcome, GenerationResult } from '../generation/generation.types.js';
import { viewGeneration } from '../generation/generation.view.js';
import type { GalleryItem, GenerationSource } from './client.types.js';
import type { AnyRunEvent, RunContext, RunEvent, RunInput, RunPhase, RunReport, RunView } from './run.types.js';
import { endedView, liveView } from './run.view.js';
import { failedRecord, renewed, viewStored } from './stored-generation.js';

/** What a new run remembers. */
export function initialRun<TInput, TOutput, TItem>({
  input,
}: {
  readonly input: RunInput<TInput>;
}): RunContext<TInput, TOutput, TItem> {
  return { ...input, isHeld: false, isShared: false, isLost: false, token: input.record.token, items: [] };
}

/** All of a generation that changes while it is followed, as one text: what it is on record. */
export const newsOf = ({ token, live }: Pick<RunContext<unknown, unknown, unknown>, 'token' | 'live'>): string =>
  JSON.stringify([token, live?.message]);

/** What an output's items are called: the same for the same output of the same job, in every tab and life. */
const itemId = (jobId: string, index: number): string => (index === 0 ? jobId : `${jobId}/${index}`);

/** The changes and messages of the run's chart, by the names it uses. */
export function runActions<TInput, TOutput, TDraft extends object>(
  toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[],
  now: () => number,
) {
  type Item = GalleryItem<TDraft>;
  type Context = RunContext<TInput, TOutput, Item>;
  type Fact = AnyRunEvent;

  const remember = (change: (context: Context, event: Fact) => Partial<Context>) =>
    assign<Context, RunEvent, undefined, RunEvent, never>(({ context, event }) => change(context, event));
  const report = (toReport: (context: Context, event: Fact) => RunReport<TOutput, Item>) =>
    sendParent<Context, RunEvent, undefined, RunReport<TOutput, Item>, RunEvent>(({ context, event }) =>
      toReport(context, event),
    );
  const show = (phase: RunPhase, toFace: (face: RunView<TOutput>, context: Context) => RunView<TOutput>) =>
    report(context => ({
      type: 'run.changed',
      id: context.id,
      phase,
      face: toFace(viewStored<TOutput>({ ...context.record, token: context.token }, true), context),
    }));
  const order = (type: 'CANCEL' | 'CHECK') =>
    sendTo<Context, RunEvent, undefined, AnyActorRef, RunEvent>('generation', { type });
  const claim = (canMove: (context: Context) => boolean) =>
    sendTo<Context, RunEvent, undefined, AnyActorRef, RunEvent>(
      'claim',
      ({ context }: { readonly context: Context }) => ({
        type: canMove(context) ? 'claim.freed' : 'claim.kept',
      }),
    );

  const end = (context: Context, outcome: GenerationOutcome<TOutput>): Partial<Context> => ({
    result: { ...outcome, id: context.id, job: context.token.job },
  });
  const fail = (context: Context, failure: Failure) => end(context, { status: 'failed', failure });

  const toOwnItems = (context: Context, output: TOutput): readonly Item[] => {
    const { id, getInput, record, token } = context;
    const { job } = token;
    if (!job) throw Error('no job');
    const source = { id, job, input: getInput?.(), description: record.description, startedAt: record.createdAt };
    return toItems(output, source).map((draft, index) => ({ ...draft, id: itemId(job.id, index) }));
  };

  return {
    noteHeld: remember(() => ({ isHeld: true, isLost: false })),
    noteShared: remember(() => ({ isShared: true })),
    noteLost: remember(() => ({ isHeld: false, isLost: true })),
    /** While another tab follows, or might have, what is on record is all that is known. */
    keepRecord: remember(({ origin, record, token }, event) => {
      if (!event.record) return {};
      const found = origin === 'resumed' ? renewed(event.record, now()) : event.record;
      const cancelRequested = found.token.cancelRequested || (token.cancelRequested && !record.failure);
      return { record: found, token: { ...found.token, cancelRequested } };
    }),
    /** From now on it is gone when its record is. */
    noteRecorded: remember((_context, { record }) => (record ? { origin: 'found', record } : {})),
    requestCancel: remember(({ token }) => ({ token: { ...token, cancelRequested: true } })),

    /** It may not change hands, while nobody else could go on with it. */
    hold: claim(() => false),
    free: claim(({ record, token }) => record.token.job !== undefined && !token.cancelRequested),

    start: enqueueActions<Context, RunEvent, undefined, RunEvent, never, never, never, never, never>(
      ({ context, enqueue }) => {
        if (!context.token.job) enqueue.sendTo('generation', { type: 'GENERATE', input: context.getInput?.() });
      },
    ),
    cancel: order('CANCEL'),
    check: order('CHECK'),

    noteNews: enqueueActions<Context, RunEvent, undefined, RunEvent, never, never, never, never, never>(
      ({ context, event, enqueue }) => {
        // Only a snapshot of the generation that it follows leads here.
        const snapshot = (event as Fact).snapshot as Parameters<typeof viewGeneration<TOutput>>[0] & {
          readonly context: GenerationContext<TOutput>;
        };
        const face = liveView(viewGeneration(snapshot), context.record.message);
        const isNew = !isSame(context.live, face);
        const live = isNew ? face : context.live;
        enqueue.assign({ token: toResumeToken(snapshot), live });
        if (isNew) enqueue.sendParent({ type: 'run.changed', id: context.id, phase: 'busy', face });
      },
    ),
    beginNote: remember(context => ({ noting: newsOf(context) })),
    endNote: remember(({ noting, record, origin }, event) => ({
      noted: noting,
      record: event.record ?? record,
      origin: event.record && origin === 'asked' ? 'found' : origin,
    })),

    concludeUnsent: remember(context => end(context, { status: 'cancelled', stopped: true, charged: 'no' })),
    concludeUnknown: remember(context => end(context, { status: 'cancelled', stopped: false, charged: 'maybe' })),
    concludeInterrupted: remember(context => {
      const message = `The page of ${context.id} has gone before its submit was answered: it may run, nothing knows it.`;
      return fail(context, createFailure('interrupted', message));
    }),
    concludeCrash: remember(context => {
      const { job } = context.token;
      const code = job ? 'unreachable' : 'interrupted';
      return fail(
        context,
        createFailure(code, `Generation ${context.id} has stopped by a fault: follow it again.`, job),
      );
    }),
    conclude: remember((context, event) => {
      // Only the end of the generation that it follows leads here.
      const result = event.output as GenerationResult<TOutput>;
      const ended = { ...context, result, token: { ...context.token, job: result.job } };
      if (result.status !== 'completed') return ended;
      try {
        const items = toOwnItems(ended, result.output);
        // What is no JSON could be kept nowhere, and compared with nothing.
        JSON.stringify(items);
        return { ...ended, items };
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const message = `No items could be made of the output of job ${result.job?.id}: ${text}`;
        return { ...ended, ...fail(ended, createFailure('invalid-response', message, result.job)) };
      }
    }),
    noteFailure: remember(({ record, token, result }) =>
      result?.status === 'failed' && token.job
        ? { record: failedRecord({ ...record, token }, result.failure, token.job) }
        : {},
    ),
    noteTold: remember(({ record }) => ({ record: { ...record, isTold: true } })),

    showQueued: show('queued', face => ({ ...face, status: 'queued', isElsewhere: false })),
    showBusy: show('busy', face => ({ ...face, isElsewhere: false })),
    showElsewhere: show('idle', face => face),
    tellStarted: report(({ id }) => ({ type: 'run.started', id })),
    tellGone: report(({ id }) => ({ type: 'run.gone', id })),
    reportStorageError: report((_context, { storageError = 'storage-unavailable' }) => ({
      type: 'store.told',
      storageError,
    })),
    tellStored: report(() => ({ type: 'store.told', storageError: undefined })),
    /** What is on record has failed, in another tab or an earlier life. */
    tellResting: report(({ id, record }) => ({
      type: 'run.ended',
      id,
      face: viewStored<TOutput>(record, false),
      items: [],
      added: [],
      isQuiet: true,
      storageError: undefined,
      record,
    })),
    tellEnd: report((context, { results }) => {
      const { id, record, token, live, result, items } = context;
      const isAnyNew = items.length === 0 || !results || results.includes('added');
      return {
        type: 'run.ended',
        id,
        face: endedView(live ?? viewStored<TOutput>({ ...record, token }, false), result),
        items: items.filter((_, index) => results?.[index] !== 'removed'),
        added: items.filter((_, index) => !results || results[index] === 'added'),
        isQuiet: !isAnyNew || record.isTold === true,
        storageError: undefined,
        record: record.failure && record,
      };
    }),
    tellUnsaved: report((context, { storageError = 'storage-unavailable' }) => ({
      type: 'run.ended',
      id: context.id,
      face: endedView(context.live ?? viewStored<TOutput>(context.record, false), context.result),
      items: context.items,
      added: context.items,
      isQuiet: context.record.isTold === true,
      storageError,
      record: undefined,
    })),
    leave: report(({ id, run }) => ({ type: 'run.left', id, run })),
  };
}
