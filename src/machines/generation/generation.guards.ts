import type { Environment } from '../environment.js';
import { toHintMs } from '../reads/delays.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { FailureCode, GenerationAdapter, JobOutcome } from './generation.port.js';
import { type SubmitAdapter, submitGuards } from './generation.submit.js';
import type { AnyEvent } from './generation.types.js';
import { heldBackMs, readGapMs, readTimeoutMs, reopenGapMs } from './generation.waits.js';

/** Errors that another read would only repeat. */
const fatalCodes: readonly (FailureCode | undefined)[] = ['unauthorized', 'bad-input', 'payment-required'];

/**
 * Whether a failed read means that there is nothing more to read. A job that was never seen may not be there yet; one
 * that was seen no longer exists if two reads in a row do not find it.
 */
export const isPermanent = (code: FailureCode | undefined, { health, reads }: GenerationContext<unknown>): boolean =>
  code === 'not-found' ? health.isJobSeen && reads.isMissing : fatalCodes.includes(code);

/** Errors after which the same request may succeed. */
const transientCodes: readonly (FailureCode | undefined)[] = ['network', 'timeout', 'rate-limited', 'busy'];

export const isTransient = (code: FailureCode | undefined): boolean => transientCodes.includes(code);

/** The conditions of the chart, by the names it uses. */
export function generationGuards<TOutput>(
  adapter: SubmitAdapter & Pick<GenerationAdapter<never, unknown>, 'stream'>,
  policy: GenerationPolicy,
  environment: Environment,
) {
  type Args = { readonly context: GenerationContext<TOutput>; readonly event: AnyEvent<TOutput> };

  /** Absolute, because a clock that was set back must not make an old event a recent one. */
  const hasStreamShownJob = ({ health }: Args['context']) =>
    Math.abs(environment.now() - Number(health.seenOnStreamAt)) <= policy.streamIdleTimeoutMs;

  const isPast = ({ deadlineAt }: Args['context'], now: number) => deadlineAt !== undefined && now >= deadlineAt;
  /** Neither a wait nor the deadline forbids a read. */
  const isFree = (context: Args['context']) => {
    const now = environment.now();
    return heldBackMs(context, now) === 0 && !isPast(context, now);
  };
  const isOutcomeStream = () => adapter.stream?.tells === 'outcome';

  const endedAs =
    (kind: JobOutcome<TOutput>['kind']) =>
    ({ event }: Args) =>
      (event.outcome ?? event.update)?.kind === kind;

  return {
    ...submitGuards(adapter, policy, environment),
    isEnded: ({ context }: Args) => !!context.outcome,
    isResumed: ({ context }: Args) => !!context.job,
    isResumedCancel: ({ context }: Args) => !!context.job && context.cancelRequested,
    isCancelRequested: ({ context }: Args) => context.cancelRequested,
    isDetached: ({ context }: Args) => context.isDetached,
    isCancelUnanswered: ({ context }: Args) => context.cancel.isUnanswered,

    isSuccess: endedAs('succeeded'),
    isFailure: endedAs('failed'),
    isCancellation: endedAs('cancelled'),
    /** Without a deadline no clock is read: an idle actor may be created in a render. */
    isPastDeadline: ({ context }: Args) => context.deadlineAt !== undefined && isPast(context, environment.now()),
    isQueued: ({ context }: Args) => context.shown.phase === 'queued',
    isLate: ({ context: { estimate } }: Args) => environment.now() >= Number(estimate.lateAt),
    hasReadHint: ({ context }: Args) => toHintMs(context.reads.readAfterMs) > 0,
    isReadRequested: ({ context }: Args) => context.reads.isReadRequested,

    /** A time since, or until, by which nothing may be requested. */
    isTooSoon: ({ context }: Args) => {
      const now = environment.now();
      return heldBackMs(context, now) > 0 || readGapMs(context, policy, now) > 0;
    },
    canReopen: ({ context }: Args) => {
      const now = environment.now();
      return heldBackMs(context, now) === 0 && reopenGapMs(context, policy, now) === 0;
    },
    /** What was asked for during the first read, or in the gap after it, needs no gap: a fast job ends then. */
    canReadAgain: ({ context }: Args) => context.reads.isReadRequested && context.reads.count < 1 && isFree(context),
    isFirstGap: ({ context }: Args) => context.reads.count < 2 && isFree(context),
    isChangeUnread: ({ context }: Args) => context.reads.change !== undefined,
    /** Of a page that slept and was not told: its timer has not run. */
    isReadOverdue: ({ context }: Args) =>
      Math.abs(environment.now() - Number(context.reads.lastAt)) >= readTimeoutMs(context, policy),

    isStateStream: () => adapter.stream?.tells === 'states',
    /** It tells only the outcome, which is no reason to read less often. */
    isOutcomeStream,
    /** The stream has told the job's state on this connection, and not long ago. Headers and pings tell nothing. */
    isStreamTelling: ({ context }: Args) =>
      !isOutcomeStream() && context.stream.isTelling && hasStreamShownJob(context),
    isStreamJob: () => adapter.stream?.isJob === true,
    /** Two reads in a row got no answer, and the stream shows nothing of the job. One may be slow by itself. */
    isStarvingReads: ({ context }: Args) => context.reads.timeoutCount > 1 && !hasStreamShownJob(context),

    isFinalReadError: ({ context, event }: Args) =>
      isPermanent(event.failure?.code, context) && !hasStreamShownJob(context),
    /** A 404 for a job that was never seen is an answer, and no outage. */
    isOutage: ({ context: { health }, event }: Args) =>
      environment.isOnline() &&
      (event.failure?.code !== 'not-found' || health.isJobSeen) &&
      health.unansweredMs + environment.now() - health.markedAt >= policy.maxOutageMs,
  };
}
