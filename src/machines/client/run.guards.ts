import { isOfClient, isOfOrigin } from './ownership.js';
import { fingerprintOf } from './run.actions.js';
import { isPassing, isRefusedForNow, isRefusedTooOften } from './run.refusals.js';
import type { AnyRunEvent, RunContext } from './run.types.js';
import { submitWindowLeftMs } from './stored-generation.js';

/** The guards of the run's chart. */
export function runGuards<TInput, TOutput, TItem>(
  isReplayable: (sentAt: number | undefined) => boolean,
  { canFind, canForbid }: { readonly canFind: boolean; readonly canForbid: boolean },
  now: () => number,
  submitWindowMs: number,
) {
  type Args = { readonly context: RunContext<TInput, TOutput, TItem>; readonly event: AnyRunEvent };

  return {
    isRequested: ({ context }: Args) => context.origin === 'requested',
    isResumed: ({ context }: Args) => context.origin === 'resumed',
    hasLock: ({ context }: Args) => context.hasLock,
    isLockUnavailable: ({ context }: Args) => context.isLockUnavailable,
    /** Another tab may be submitting it now, or an earlier session was interrupted: only time tells them apart. */
    mayBeSubmitting: ({ context }: Args) =>
      context.stored.token.job === undefined && submitWindowLeftMs(context, now(), submitWindowMs) > 0,
    hasJobWithoutLock: ({ context, event }: Args) => context.isLockUnavailable && event.stored?.token.job !== undefined,
    hasJob: ({ context }: Args) => context.token.job !== undefined,
    isCancelRequested: ({ context }: Args) => context.token.cancelRequested,
    /** Another tab can follow the generation only once its job is stored. */
    hasLostLock: ({ context }: Args) => context.hasLostLock && context.stored.token.job !== undefined,

    /** The chart uses this guard on LEAVE only. */
    isForgetting: ({ event }: Args) => event.isForgotten === true,
    isLeaving: ({ context }: Args) => context.leaving !== undefined,
    isForgotten: ({ context }: Args) => context.leaving === 'forgotten',
    isRequesting: ({ context }: Args) => context.isRequesting,
    hasLeft: ({ context }: Args) => context.leaving !== undefined && !context.isRequesting,
    /** What became of it is not known, or a job was to be stopped. */
    isOutcomeOpen: ({ context: { result } }: Args) =>
      result?.status === 'cancelled'
        ? result.job !== undefined || result.charged !== 'no'
        : result?.status === 'failed' && result.job === undefined && result.failure.charged === 'maybe',
    isFailed: ({ context }: Args) => context.result?.status === 'failed',

    /** There is a generation of this id, of another client or backend. */
    isIdTaken: ({ context, event }: Args) => {
      const found = event.stored ?? event.tombstone;
      return found !== undefined && !(isOfClient(found, context.stored) && isOfOrigin(found, context.stored));
    },
    /** There was a generation of this id before. */
    /** It has ended in another tab, or what was stored of it is gone. */
    isRemoved: ({ context, event }: Args) =>
      event.tombstone !== undefined || (context.origin === 'found' && !event.stored),
    hasItems: ({ event }: Args) => event.items !== undefined && event.items.length > 0,
    isFound: ({ event }: Args) => event.stored !== undefined,
    /** A generation of this id has ended before. */
    isEndFound: ({ event }: Args) => event.tombstone !== undefined,
    wasStored: ({ context, event }: Args) =>
      event.wasStored === true && !(context.isSentAgain && event.stored?.createdAt === context.stored.createdAt),
    isFailureFound: ({ context, event }: Args) => context.origin !== 'resumed' && event.stored?.failure !== undefined,
    isFailureStored: ({ context }: Args) => context.stored.failure !== undefined,
    isCancelRequestedElsewhere: ({ context, event }: Args) =>
      event.stored?.token.cancelRequested === true && !context.token.cancelRequested,
    /** The submit may be sent again, with the same key: the adapter allows it, and the input is known. */
    isRepeatable: ({ context }: Args) => context.getInput !== undefined && isReplayable(context.token.startedAt),

    /** The backend knows what became of the submit. */
    isFindable: () => canFind,
    /** The submit is stopped by its key, or its job is found and stopped. */
    isStoppable: ({ context }: Args) => context.token.cancelRequested && (canFind || canForbid),
    isStoppableByKey: () => canFind || canForbid,

    /**
     * What the store failed to take before the submit is written until it is stored: a paid job must not be off the record.
     * Else, before the job is known, only a cancel request is worth a write.
     */
    hasChanged: ({ context }: Args) =>
      context.origin === 'requested' ||
      ((context.token.job !== undefined || context.token.cancelRequested) &&
        fingerprintOf(context) !== context.savedFingerprint),

    /** Nothing was charged, and the same submit may succeed later. */
    isRefusedForNow: ({ context: { result } }: Args) =>
      result?.status === 'failed' && result.job === undefined && isRefusedForNow(result.failure),

    /** The backend has refused for now to say what became of a submit that an earlier session or generation has sent. */
    isReplayRefused: ({ context: { result, isRepeated, getInput, token } }: Args) =>
      isRepeated &&
      getInput !== undefined &&
      result?.status === 'failed' &&
      result.job === undefined &&
      isPassing(result.failure) &&
      isReplayable(token.startedAt),
    /** It has been waited for long enough: somebody has to decide. */
    isRefusedTooOften: ({ context }: Args) => isRefusedTooOften(context.refusals, now()),

    isCompleted: ({ context }: Args) => context.result?.status === 'completed',
    isResumable: ({ context: { result } }: Args) =>
      result?.status === 'failed' && result.failure.resumable && (result.job !== undefined || canFind),
    /** The submit failed without an answer, so there may be a job. */
    isSubmitUnanswered: ({ context: { result } }: Args) =>
      result?.status === 'failed' && result.job === undefined && result.failure.charged === 'maybe',
  };
}
