import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, FailureCode, JobOutcome, JobUpdate } from './generation.port.js';
import type { GenerationContext, GenerationEvent } from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** Errors that repeating a read does not mend. */
const fatalCodes: readonly FailureCode[] = ['unauthorized', 'bad-input', 'payment-required'];

/** Whether an update says how the job ended. */
export const isOutcome = <TOutput>(update: JobUpdate<TOutput>): update is JobOutcome<TOutput> =>
  update.kind === 'succeeded' || update.kind === 'failed' || update.kind === 'cancelled';

/** How the job ended, if an event says so. */
export function outcomeIn<TInput, TOutput>(event: GenerationEvent<TInput, TOutput>): JobOutcome<TOutput> | undefined {
  if ('outcome' in event) return event.outcome;
  return 'update' in event && event.update && isOutcome(event.update) ? event.update : undefined;
}

/**
 * Whether a failed read says that there is nothing more to read. A job never seen may not be there yet; one that was
 * seen is gone when it is missed twice in a row.
 */
export function isForGood(failure: Failure, context: GenerationContext<unknown>): boolean {
  if (failure.code === 'not-found') return context.signs.isJobSeen && context.reads.notFoundCount > 0;
  return fatalCodes.includes(failure.code);
}

/** The conditions of the chart, by the names it uses. */
export function generationGuards<TInput, TOutput>(policy: GenerationPolicy, surroundings: Surroundings) {
  type Args = {
    readonly context: GenerationContext<TOutput>;
    readonly event: GenerationEvent<TInput, TOutput>;
  };

  const isStreamShowingJob = ({ signs }: Args['context']) =>
    surroundings.now() - Number(signs.onStreamAt) <= policy.silenceMs;

  const endedAs =
    (kind: JobOutcome<TOutput>['kind']) =>
    ({ event }: Args) =>
      outcomeIn(event)?.kind === kind;

  return {
    hasUnusableToken: ({ context }: Args) => context.outcome !== undefined,
    isResumed: ({ context }: Args) => context.job !== undefined,
    isResumedCancel: ({ context }: Args) => context.job !== undefined && context.cancelWanted,
    isCancelWanted: ({ context }: Args) => context.cancelWanted,

    isSuccess: endedAs('succeeded'),
    isFailure: endedAs('failed'),
    isCancellation: endedAs('cancelled'),
    isPastDeadline: ({ context }: Args) => surroundings.now() >= Number(context.deadlineAt),
    isReadWanted: ({ context }: Args) => context.reads.isWanted,

    isForbidden: ({ context, event }: Args) =>
      event.type === 'read.failed' && isForGood(event.failure, context) && !isStreamShowingJob(context),
    /** "Not yet" is an answer, so it is no outage. */
    isOutage: ({ context, event }: Args) => {
      if (event.type === 'read.failed' && event.failure.code === 'not-found' && !context.signs.isJobSeen) return false;
      if (!surroundings.isOnline()) return false;
      return context.signs.missedMs + surroundings.now() - context.signs.markAt >= policy.outageMs;
    },
  };
}
