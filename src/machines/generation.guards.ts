import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, FailureCode, JobOutcome } from './generation.port.js';
import type { GenerationContext, GenerationEvent } from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** Errors that repeating a read does not mend. */
const fatalCodes: readonly FailureCode[] = ['unauthorized', 'bad-input', 'payment-required'];

/** The news that an event brings of the job's end, if it brings any. */
export function outcomeIn<TInput, TOutput>(event: GenerationEvent<TInput, TOutput>): JobOutcome<TOutput> | undefined {
  const update = event.type === 'job.ended' ? event.outcome : event.type === 'job.accepted' ? event.update : undefined;
  return update?.kind === 'succeeded' || update?.kind === 'failed' || update?.kind === 'cancelled' ? update : undefined;
}

/**
 * Whether a failed read says that there is nothing more to read. A job never seen may not be there yet; one that was
 * seen is gone when it is missed twice in a row.
 */
export function isForGood(failure: Failure, context: GenerationContext<unknown, unknown>): boolean {
  if (failure.code === 'not-found') return context.isJobSeen && context.notFoundCount > 0;
  return fatalCodes.includes(failure.code);
}

/** The conditions of the chart, by the names it uses. */
export function generationGuards<TInput, TOutput>(policy: GenerationPolicy, surroundings: Surroundings) {
  type Args = {
    readonly context: GenerationContext<TInput, TOutput>;
    readonly event: GenerationEvent<TInput, TOutput>;
  };

  const isStreamShowingJob = ({ streamSeenAt }: Args['context']) =>
    streamSeenAt !== undefined && surroundings.now() - streamSeenAt <= policy.silenceMs;

  return {
    hasUnusableToken: ({ context }: Args) => context.outcome !== undefined,
    isResumed: ({ context }: Args) => context.job !== undefined,
    isResumedCancel: ({ context }: Args) => context.job !== undefined && context.cancelWanted,
    isCancelWanted: ({ context }: Args) => context.cancelWanted,

    isSuccess: ({ event }: Args) => outcomeIn(event)?.kind === 'succeeded',
    isFailure: ({ event }: Args) => outcomeIn(event)?.kind === 'failed',
    isCancellation: ({ event }: Args) => outcomeIn(event)?.kind === 'cancelled',
    isHeardFailure: ({ event }: Args) =>
      event.type === 'job.ended' && event.heardFrom === 'stream' && event.outcome.kind === 'failed',

    isPastDeadline: ({ context }: Args) => context.deadlineAt !== undefined && surroundings.now() >= context.deadlineAt,
    isReadWanted: ({ context }: Args) => context.readWanted,

    isReadForbidden: ({ context, event }: Args) =>
      event.type === 'read.failed' && isForGood(event.failure, context) && !isStreamShowingJob(context),
    /** "Not yet" is an answer, so it is no outage. */
    isOutage: ({ context, event }: Args) => {
      if (event.type === 'read.failed' && event.failure.code === 'not-found' && !context.isJobSeen) return false;
      if (!surroundings.isOnline()) return false;
      return context.outageSpentMs + surroundings.now() - context.outageMarkAt >= policy.outageMs;
    },
  };
}
