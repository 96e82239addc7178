import type { Environment } from '../environment.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { FailureCode, JobOutcome } from './generation.port.js';
import type { AnyEvent, GenerationContext } from './generation.types.js';

/** Errors that repeating a read does not mend. */
const fatalCodes: readonly (FailureCode | undefined)[] = ['unauthorized', 'bad-input', 'payment-required'];

/**
 * Whether a failed read says that there is nothing more to read. A job never seen may not be there yet; one that was
 * seen is gone when it is missed twice in a row.
 */
export const isPermanent = (code: FailureCode | undefined, { signs, reads }: GenerationContext<unknown>): boolean =>
  code === 'not-found' ? signs.isJobSeen && reads.isMissing : fatalCodes.includes(code);

/** The conditions of the chart, by the names it uses. */
export function generationGuards<TOutput>(policy: GenerationPolicy, environment: Environment) {
  type Args = { readonly context: GenerationContext<TOutput>; readonly event: AnyEvent<TOutput> };

  const isStreamShowingJob = ({ signs }: Args['context']) =>
    environment.now() - Number(signs.onStreamAt) <= policy.streamIdleTimeoutMs;

  const endedAs =
    (kind: JobOutcome<TOutput>['kind']) =>
    ({ event }: Args) =>
      (event.outcome ?? event.update)?.kind === kind;

  return {
    isEnded: ({ context }: Args) => !!context.outcome,
    isResumed: ({ context }: Args) => !!context.job,
    isResumedCancel: ({ context }: Args) => !!context.job && context.cancelRequested,
    isCancelRequested: ({ context }: Args) => context.cancelRequested,

    isSuccess: endedAs('succeeded'),
    isFailure: endedAs('failed'),
    isCancellation: endedAs('cancelled'),
    isPastDeadline: ({ context }: Args) => environment.now() >= Number(context.deadlineAt),
    isReadRequested: ({ context }: Args) => context.reads.isReadRequested,

    isReadRefused: ({ context, event }: Args) =>
      isPermanent(event.failure?.code, context) && !isStreamShowingJob(context),
    /** "Not yet" is an answer, so it is no outage. */
    isOutage: ({ context: { signs }, event }: Args) =>
      environment.isOnline() &&
      (event.failure?.code !== 'not-found' || signs.isJobSeen) &&
      signs.missedMs + environment.now() - signs.markAt >= policy.maxOutageMs,
  };
}
