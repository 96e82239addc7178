import { assign, emit, raise } from 'xstate';
import type { Environment } from '../environment.js';
import { clockChanges } from './generation.clock.js';
import type { GenerationContext } from './generation.context.js';
import { createFailure } from './generation.errors.js';
import { estimateChanges } from './generation.estimate.js';
import { isTransient } from './generation.guards.js';
import { readActorInput } from './generation.input.js';
import { lostStreamJobMessage, stoppedFollowingMessage } from './generation.messages.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, FailureCode, JobUpdate, PendingUpdate } from './generation.port.js';
import { readChanges } from './generation.reads.js';
import { withUpdate } from './generation.shown.js';
import { streamChanges } from './generation.stream.js';
import { type SubmitAdapter, submitChanges, toSubmitOutcome } from './generation.submit.js';
import { fromResumeToken } from './generation.token.js';
import type {
  AnyEvent,
  GenerationActorInput,
  GenerationEmitted,
  GenerationEvent,
  GenerationOutcome,
  GenerationResult,
} from './generation.types.js';

/** The state of a submit that was not sent yet, or whose job is known. */
const unsent: GenerationContext<unknown>['submit'] = { count: 0, lookupCount: 0, mayHaveArrived: false };

/** The context of a new actor: empty, or from its token. With an input that cannot be used it fails at once. */
export function initialContext<TOutput>({
  input,
}: {
  readonly input: GenerationActorInput;
}): GenerationContext<TOutput> {
  const { id, idempotencyKey, token, failure, refusedToken } = readActorInput(input);
  const { job, startedAt, deadlineAt, cancelRequested = false, step } = token ?? {};
  return {
    id,
    idempotencyKey,
    job: job ?? failure?.job,
    startedAt,
    deadlineAt,
    cancelRequested,
    isDetached: false,
    history: input?.history,
    submit: {
      ...unsent,
      // An earlier session has sent it, or would have.
      mayHaveArrived: !!token && !job && (step?.mayHaveArrived ?? (startedAt !== undefined || cancelRequested)),
    },
    ...fromResumeToken(token),
    ...(refusedToken && { refusedToken }),
    outcome: failure && { status: 'failed', failure },
  };
}

/** The result of a generation that has ended. Every end state has an outcome. */
export const toResult = <TOutput>({
  context: { id, job, outcome },
}: {
  readonly context: GenerationContext<TOutput>;
}): GenerationResult<TOutput> => ({ ...(outcome as GenerationOutcome<TOutput>), id, job });

/** The context's changes and the emissions of the chart, by the names it uses. */
export function generationActions<TInput, TOutput>(
  adapter: SubmitAdapter,
  policy: GenerationPolicy,
  environment: Environment,
) {
  type Context = GenerationContext<TOutput>;
  type Event = GenerationEvent<TInput, TOutput>;

  /** Inputs hold files: nothing keeps them longer than they are submitted. */
  const withoutInput = ({ submit }: Context) => ({ retryAt: undefined, submit: { ...submit, getInput: undefined } });
  const clock = clockChanges(policy);
  const estimate = estimateChanges(policy);
  const stream = streamChanges(policy, environment);
  const reads = readChanges(policy, environment);
  const submit = submitChanges(policy, environment, adapter.find !== undefined);

  const assignFrom = (change: (context: Context, event: AnyEvent<TOutput>) => Partial<Context>) =>
    assign<Context, Event, undefined, Event, never>(({ context, event }) => change(context, event));

  const now = () => environment.now();
  const pendingPartOf = (update: JobUpdate<TOutput> | undefined): Partial<PendingUpdate> =>
    update?.kind === 'pending' ? update : {};
  const withCancel = (context: Context, change: Partial<Context['cancel']>) => ({
    cancel: { ...context.cancel, ...change },
  });

  /** A time to read first, and nothing else, does not say that the job can be read yet: a 404 then means "not yet". */
  const showsJob = (update: JobUpdate<TOutput> | undefined): boolean => {
    const { kind, readAfterMs, ...said } = pendingPartOf(update);
    return (
      kind === 'pending' && (readAfterMs === undefined || Object.values(said).some(member => member !== undefined))
    );
  };
  const seenOnStream = (at: number): Context['health'] => ({
    isJobSeen: true,
    seenOnStreamAt: at,
    unansweredMs: 0,
    markedAt: at,
    pendingAt: at,
  });
  const telling = (stream: Context['stream']): Context['stream'] =>
    stream.isTelling ? stream : { ...stream, isTelling: true };

  /** The job is followed no further, and may go on. */
  const failResumably = (code: FailureCode, reason: string) =>
    assignFrom(({ id, job }, { failure }) => ({
      outcome: {
        status: 'failed',
        failure: createFailure(code, stoppedFollowingMessage(id, job, reason, failure), job),
      },
    }));

  return {
    beginSubmit: assignFrom((context, { input }) => submit.begin(context, () => input)),
    setInput: assignFrom((context, { input }) => submit.setInput(context, () => input)),
    countSubmit: assignFrom(submit.countSubmit),
    setSubmitFailure: assignFrom(submit.fail),
    setRetryAt: assignFrom(submit.setRetryAt),
    setUnanswered: assignFrom(submit.setUnanswered),
    setNotFound: assignFrom(submit.setNotFound),
    countLookup: assignFrom(submit.countLookup),
    setSubmitOutcome: assignFrom(context => ({
      ...withoutInput(context),
      // A job that the refusal names may be charged: its token follows it.
      job: context.submit.job,
      outcome: toSubmitOutcome(context),
    })),
    setForbidden: assignFrom(context => ({
      ...withoutInput({ ...context, submit: { ...context.submit, job: undefined } }),
      outcome: { status: 'cancelled', stopped: true, charged: 'no' },
    })),
    requestCancel: assignFrom(() => ({ cancelRequested: true })),
    /** What was assumed before a last read is not decided yet. */
    detach: assignFrom(() => ({ isDetached: true, outcome: undefined })),
    attach: assignFrom(() => ({ isDetached: false })),
    setJob: assignFrom((context, { job, update }) => {
      const at = now();
      return {
        job,
        retryAt: undefined,
        submit: unsent,
        shown: withUpdate(context.shown, update, at),
        reads: { ...context.reads, readAfterMs: pendingPartOf(update).readAfterMs },
        // It has begun.
        health: { ...context.health, pendingAt: at },
        ...(showsJob(update) && reads.seen(context)),
      };
    }),
    startFollowing: assignFrom(reads.restart),

    beginPhase: assignFrom(context => {
      const at = now();
      const phase = clock.begin(context, at);
      return { ...phase, estimate: estimate.made({ ...context, ...phase }, at) };
    }),
    setEstimate: assignFrom(context => ({ estimate: estimate.made(context, now()) })),

    setProgress: assignFrom((context, { update }) => {
      const at = now();
      const shown = withUpdate(context.shown, update, at);
      return {
        shown,
        estimate: estimate.heard(context, shown, at),
        stream: telling(context.stream),
        health: seenOnStream(at),
      };
    }),
    setJobSeen: assignFrom(({ stream }) => ({ stream: telling(stream), health: seenOnStream(now()) })),
    setStreamInfo: assignFrom(({ stream }, { type: _, ...info }) => ({ stream: { ...stream, ...info } })),
    openStream: assignFrom(stream.open),
    setStreamOpened: assignFrom(stream.setOpened),
    closeStream: assignFrom(stream.close),
    endStream: assignFrom(stream.end),
    countLoss: assignFrom(stream.countLoss),
    countIdleLoss: assignFrom(stream.countIdleLoss),
    hastenReopening: assignFrom(stream.hasten),

    requestRead: assignFrom(reads.request),
    requestChangedRead: assignFrom(reads.requestChanged),
    beginRead: assignFrom(reads.begin),
    restartPolling: assignFrom(reads.restart),
    setReadAnswer: assignFrom((context, { update }) => {
      const at = now();
      const shown = withUpdate(context.shown, update, at);
      return {
        shown,
        estimate: estimate.heard(context, shown, at),
        ...reads.answer(context, pendingPartOf(update).readAfterMs, at),
      };
    }),
    setReadFailure: assignFrom(reads.fail),

    // To the other region.
    reportStarvedRead: raise<Context, Event, Event, undefined, never>({ type: 'read.starved' }),
    reportLoss: raise<Context, Event, Event, undefined, never>({ type: 'stream.lost' }),

    setOutcome: assignFrom(({ job }, { outcome, update = outcome, isLive = false }) => {
      if (update?.kind === 'failed') return { outcome: { status: 'failed', failure: { ...update.failure, job } } };
      if (update?.kind === 'succeeded') {
        const { output, expiresAt, cost, durationMs } = update;
        return {
          outcome: { status: 'completed', output, expiresAt, cost },
          endedAt: environment.now(),
          end: { isLive, durationMs },
        };
      }
      // Only an outcome leads here.
      const { charged = 'maybe', cost, stopped = true } = update as Extract<typeof update, { kind: 'cancelled' }>;
      return { outcome: { status: 'cancelled', stopped, charged, cost } };
    }),
    setCancelAnswered: assignFrom(context => withCancel(context, { isUnanswered: false, retryAfterMs: undefined })),
    setCancelUnanswered: assignFrom(context => withCancel(context, { isUnanswered: true, retryAfterMs: undefined })),
    setCancelFailure: assignFrom((context, { failure, retryAfterMs }) =>
      withCancel(context, { isUnanswered: isTransient(failure?.code), retryAfterMs }),
    ),
    countCancelRead: assignFrom(context => withCancel(context, { readCount: context.cancel.readCount + 1 })),
    assumeNotStopped: assignFrom(() => ({ outcome: { status: 'cancelled', stopped: false, charged: 'yes' } })),
    assumeDeadline: failResumably('deadline', 'did not end before its deadline'),
    setUnreachable: failResumably('unreachable', `could not be read for ${Math.round(policy.maxOutageMs / 1_000)} s`),
    /** The job ran on the stream only. */
    setStreamJobLost: assignFrom(({ id, job }) => ({
      outcome: {
        status: 'failed',
        failure: {
          ...createFailure('interrupted', lostStreamJobMessage(id, job), job),
          resumable: false,
          charged: 'maybe',
        },
      },
    })),
    setReadOutcome: assignFrom(({ job }, { failure }) => ({
      outcome: {
        status: 'failed',
        // Only `read.failed` leads here.
        failure: { ...(failure as Failure), resumable: failure?.code !== 'not-found', charged: 'yes', job },
      },
    })),

    /** The job while there is no outcome, then the outcome. */
    announce: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) => {
      const { status, ...result } = toResult({ context });
      // The union of results is the union of emissions, by `type` instead of `status`.
      return { type: status ?? 'submitted', ...result } as GenerationEmitted<TOutput>;
    }),
  };
}
