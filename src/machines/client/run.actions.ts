import { type AnyActorRef, assign, enqueueActions, sendTo } from 'xstate';
import { isSame } from '../equality.js';
import type { GenerationContext } from '../generation/generation.context.js';
import { createFailure } from '../generation/generation.errors.js';
import type { Failure } from '../generation/generation.port.js';
import { toResumeToken } from '../generation/generation.token.js';
import type { CompletedPart, GenerationOutcome, GenerationResult } from '../generation/generation.types.js';
import { viewGeneration } from '../generation/generation.view.js';
import { textOfThrown } from '../isolated.js';
import { isObject } from '../json.js';
import { crashMessage, interruptedMessage, refusedTooOften } from './client.messages.js';
import type { GalleryItem, GenerationSource } from './client.types.js';
import { toGalleryItems } from './gallery-item.js';
import { idTakenFailure } from './ownership.js';
import { mostRefusals } from './run.refusals.js';
import { failureOf, runReports } from './run.reports.js';
import type { AnyRunEvent, RunContext, RunEvent, RunInput } from './run.types.js';
import { liveView } from './run.view.js';
import { failedStored, renewed } from './stored-generation.js';

/** The context of a new run. */
export function initialRun<TInput, TOutput, TItem>({
  input,
}: {
  readonly input: RunInput<TInput>;
}): RunContext<TInput, TOutput, TItem> {
  return {
    ...input,
    hasLock: false,
    isLockUnavailable: false,
    hasLostLock: false,
    isRequesting: true,
    isRepeated: input.stored.token.startedAt !== undefined,
    token: input.stored.token,
    items: [],
  };
}

const notFollowed = {
  hasLock: false,
  hasLostLock: false,
  isLockUnavailable: false,
  result: undefined,
  isRequesting: true,
  live: undefined,
  savingFingerprint: undefined,
  savedFingerprint: undefined,
} as const;

/** Everything of a followed generation that is saved, as one text: while it stays the same, nothing is written. */
export const fingerprintOf = ({ token, live }: Pick<RunContext<unknown, unknown, unknown>, 'token' | 'live'>): string =>
  JSON.stringify([token, String(live?.message)]);

/** The states of a generation in which the backend has been asked to do something, or is about to be. */
const requestingStates: readonly unknown[] = ['idle', 'submitting', 'cancelling'];

const isRequesting = (value: unknown): boolean =>
  requestingStates.includes(isObject(value) ? Object.keys(value)[0] : value);

/** The actions of the run's chart. */
export function runActions<TInput, TOutput, TDraft extends object>(
  toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[],
  now: () => number,
) {
  type Item = GalleryItem<TDraft>;
  type Context = RunContext<TInput, TOutput, Item>;
  type Event = AnyRunEvent;

  const set = (change: (context: Context, event: Event) => Partial<Context>) =>
    assign<Context, RunEvent, undefined, RunEvent, never>(({ context, event }) => change(context, event));
  const command = (type: 'CANCEL' | 'CHECK' | 'DETACH') =>
    sendTo<Context, RunEvent, undefined, AnyActorRef, RunEvent>('generation', { type });
  const setLockTransfer = (canRelease: (context: Context) => boolean) =>
    sendTo<Context, RunEvent, undefined, AnyActorRef, RunEvent>(
      'lock',
      ({ context }: { readonly context: Context }) => ({
        type: canRelease(context) ? 'lock.transferAllowed' : 'lock.transferForbidden',
      }),
    );

  const end = (context: Context, outcome: GenerationOutcome<TOutput>): Partial<Context> => ({
    result: { ...outcome, id: context.id, job: context.token.job },
  });
  const fail = (context: Context, failure: Failure) => end(context, { status: 'failed', failure });

  const toOwnItems = (context: Context, { output, expiresAt }: CompletedPart<TOutput>): readonly Item[] => {
    const { id, getInput, stored, token } = context;
    const { job } = token;
    if (!job)
      throw Error('The adapter reported a result without a job, so there is nothing to follow. Correct the adapter.');
    const source = { job, description: stored.description, startedAt: stored.createdAt, origin: stored.origin };
    return toGalleryItems(toItems(output, { ...source, id, input: getInput?.() }), id, expiresAt, source);
  };

  return {
    ...runReports<TInput, TOutput, TDraft>(),
    setLockHeld: set(() => ({ hasLock: true, hasLostLock: false })),
    setEndUnstored: set(() => ({ isEndUnstored: true })),
    setLockUnavailable: set(() => ({ isLockUnavailable: true })),
    setLockLost: set(() => ({ hasLock: false, hasLostLock: true })),
    /** While another tab follows the generation, or may follow it, all that is known is what is stored. */
    setStored: set(({ origin, stored, token }, event) => {
      if (!event.stored) return {};
      const found = origin === 'resumed' ? renewed(event.stored, now()) : event.stored;
      const cancelRequested = found.token.cancelRequested || (token.cancelRequested && !stored.failure);
      return { stored: found, token: { ...found.token, cancelRequested } };
    }),
    /** From now on, a generation that is not stored has ended in another tab. */
    setFound: set((_context, { stored }) => (stored ? { origin: 'found', stored } : {})),
    /** Nothing of the refused submit is left but its key. The lock is released with the state that requested it. */
    prepareAgain: set(({ id, stored, token: { idempotencyKey } }) => {
      const token = { version: 1, id, idempotencyKey, cancelRequested: false } as const;
      return { ...notFollowed, token, stored: { ...stored, token }, origin: 'requested', isSentAgain: true };
    }),
    /** It stays stored, and its lock is kept. */
    prepareReplay: set(() => ({ result: undefined, live: undefined, isRequesting: true })),
    requestCancel: set(({ token }) => ({ token: { ...token, cancelRequested: true } })),

    /** Another tab may take the lock only once it could go on with the generation. */
    forbidLockTransfer: setLockTransfer(() => false),
    allowLockTransfer: setLockTransfer(({ stored, token }) => stored.token.job !== undefined && !token.cancelRequested),

    startGeneration: enqueueActions<Context, RunEvent, undefined, RunEvent, never, never, never, never, never>(
      ({ context, enqueue }) => {
        const { token, getInput } = context;
        // Without its input, a submit can only be looked up.
        if (!token.job && getInput) enqueue.sendTo('generation', { type: 'GENERATE', input: getInput() });
      },
    ),
    setLeaving: set((_context, { isForgotten }) => ({ leaving: isForgotten ? 'forgotten' : 'stored' })),
    /** It is stored anew. */
    setUnstored: set(() => ({ origin: 'requested' })),
    detachGeneration: command('DETACH'),
    cancelGeneration: command('CANCEL'),
    checkGeneration: command('CHECK'),

    updateLive: enqueueActions<Context, RunEvent, undefined, RunEvent, never, never, never, never, never>(
      ({ context, event, enqueue }) => {
        // The chart uses this action on snapshots of the generation only.
        const snapshot = (event as Event).snapshot as Parameters<typeof viewGeneration<TOutput>>[0] & {
          readonly context: GenerationContext<TOutput>;
        };
        const view = liveView(viewGeneration(snapshot), context.stored.message);
        const isNew = !isSame(context.live, view);
        const live = isNew ? view : context.live;
        // Where a step on a server begins is of no use to another page, and changes with each read.
        const { step: _, ...token } = toResumeToken(snapshot);
        enqueue.assign({ token, live, isRequesting: isRequesting(snapshot.value) });
        // Its end is reported with the outcome. A refused submit may go back to the queue.
        const isOver = view.status === 'failed' || view.status === 'completed' || view.status === 'cancelled';
        if (isNew && !isOver) enqueue.sendParent({ type: 'run.changed', id: context.id, phase: 'active', view });
      },
    ),
    beginSave: set(context => ({ savingFingerprint: fingerprintOf(context) })),
    endSave: set(({ savingFingerprint, stored, origin }, event) => ({
      savedFingerprint: savingFingerprint,
      stored: event.stored ?? stored,
      origin: event.stored && origin === 'requested' ? 'found' : origin,
    })),

    endNotSubmitted: set(context => end(context, { status: 'cancelled', stopped: true, charged: 'no' })),
    endMaybeCharged: set(context => end(context, { status: 'cancelled', stopped: false, charged: 'maybe' })),
    endIdTaken: set((context, { stored, tombstone }) =>
      fail(context, idTakenFailure(context.id, stored ?? tombstone ?? {})),
    ),
    setTombstone: set((_context, { tombstone }) => ({ tombstone })),
    setCompleted: set(({ stored }) => ({ tombstone: { ...stored, ended: { status: 'completed' } } })),
    // The store holds what this client's toItems has made.
    setItems: set((_context, { items = [] }) => ({ items: items as readonly Item[] })),
    endInterrupted: set(context => {
      return fail(context, createFailure('interrupted', interruptedMessage(context.id)));
    }),
    countRefusal: set(({ refusals: { count, firstAt } = { count: 0, firstAt: now() } }) => ({
      refusals: { count: Math.min(count + 1, mostRefusals), firstAt },
    })),
    endRefused: set(context => fail(context, refusedTooOften(context.id, failureOf(context)))),
    endCrashed: set(context => {
      const { id, token } = context;
      const code = token.job ? 'unreachable' : 'interrupted';
      return fail(context, createFailure(code, crashMessage(id, token.job), token.job));
    }),
    conclude: set((context, event) => {
      // The chart uses this action on the end of the generation only.
      const result = event.output as GenerationResult<TOutput>;
      const ended = { ...context, result, token: { ...context.token, job: result.job } };
      if (result.status !== 'completed') return ended;
      try {
        return { ...ended, items: toOwnItems(ended, result) };
      } catch (error) {
        const message = `toItems failed for the output of job ${result.job?.id} of generation ${context.id}: ${textOfThrown(error)}. Nothing is lost: correct toItems and resume the generation.`;
        return { ...ended, ...fail(ended, createFailure('invalid-response', message, result.job)) };
      }
    }),
    setFailure: set(({ stored, token, result }) =>
      result?.status === 'failed' ? { stored: failedStored({ ...stored, token }, result.failure, token.job) } : {},
    ),
    setOutcomeEmitted: set(({ stored }) => ({ stored: { ...stored, isOutcomeEmitted: true } })),
  };
}
