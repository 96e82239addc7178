import { newsOf } from './run.actions.js';
import type { AnyRunEvent, RunContext } from './run.types.js';
import { doubtLeftMs } from './stored-generation.js';

/** The conditions of the run's chart, by the names it uses. */
export function runGuards<TInput, TOutput, TItem>(canRepeat: boolean, now: () => number) {
  type Args = { readonly context: RunContext<TInput, TOutput, TItem>; readonly event: AnyRunEvent };

  return {
    isAsked: ({ context }: Args) => context.origin === 'asked',
    isResumed: ({ context }: Args) => context.origin === 'resumed',
    isHeld: ({ context }: Args) => context.isHeld,
    isShared: ({ context }: Args) => context.isShared,
    /** It is submitting in another tab, or was in an earlier life: which of them, time tells. */
    isDoubtful: ({ context }: Args) => context.record.token.job === undefined && doubtLeftMs(context, now()) > 0,
    isCleared: ({ context, event }: Args) => context.isShared && event.record?.token.job !== undefined,
    hasJob: ({ context }: Args) => context.token.job !== undefined,
    isCancelRequested: ({ context }: Args) => context.token.cancelRequested,
    /** Once its job is on record, another can go on with it. */
    isLost: ({ context }: Args) => context.isLost && context.record.token.job !== undefined,

    /** Somebody has begun a generation of this id before. */
    isAnothers: ({ event }: Args) => event.isAnothers === true,
    isOffRecord: ({ context, event }: Args) => context.origin === 'found' && !event.record,
    isFailureSeen: ({ context, event }: Args) => context.origin !== 'resumed' && event.record?.failure !== undefined,
    isFailureOnRecord: ({ context }: Args) => context.record.failure !== undefined,
    isCancelAsked: ({ context, event }: Args) =>
      event.record?.token.cancelRequested === true && !context.token.cancelRequested,
    /** The submit may be sent again: the same key, and the input survived. */
    isRepeatable: ({ context }: Args) => canRepeat && context.getInput !== undefined,

    isNewsworthy: ({ context }: Args) => context.token.job !== undefined && newsOf(context) !== context.noted,

    isCompleted: ({ context }: Args) => context.result?.status === 'completed',
    isResumable: ({ context: { result } }: Args) =>
      result?.status === 'failed' && result.failure.resumable && result.job !== undefined,
    /** Its submit has failed without an answer, so that nobody knows whether there is a job. */
    isUnclear: ({ context: { result } }: Args) =>
      result?.status === 'failed' && result.job === undefined && result.failure.charged === 'maybe',
  };
}
