import { assign, emit } from 'xstate';
import type { Environment } from '../environment.js';
import { failureOf } from './generation.errors.js';
import { isPermanent } from './generation.guards.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, FailureCode, JobUpdate, PendingUpdate } from './generation.port.js';
import type {
  AnyEvent,
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationOutcome,
  GenerationResult,
} from './generation.types.js';

/** What a new actor remembers: nothing, or what its token says. Under another's token it has failed at once. */
export function initialContext<TOutput>({
  input: { id, idempotencyKey = id, resume },
}: {
  readonly input: GenerationActorInput;
}): GenerationContext<TOutput> {
  const own = resume?.version === 1 && resume.id === id ? resume : undefined;
  return {
    idempotencyKey,
    cancelRequested: false,
    ...own,
    id,
    shown: { progress: own?.progress },
    stream: { lossCount: 0, lastEventId: own?.lastEventId },
    reads: { count: 0, isReadRequested: false, isMissing: false },
    signs: { isJobSeen: own?.progress !== undefined, missedMs: 0, markAt: 0 },
    outcome: resume && !own ? { status: 'failed', failure: failureOf('bad-input', `No token of ${id}`) } : undefined,
  };
}

/** The result of a generation that has ended. Every end state has an outcome. */
export const resultOf = <TOutput>({
  context: { id, job, outcome },
}: {
  readonly context: GenerationContext<TOutput>;
}): GenerationResult<TOutput> => ({ ...(outcome as GenerationOutcome<TOutput>), id, job });

/** The changes and emissions of the chart, by the names it uses. */
export function generationActions<TInput, TOutput>(policy: GenerationPolicy, environment: Environment) {
  type Context = GenerationContext<TOutput>;
  type Event = GenerationEvent<TInput, TOutput>;

  const remember = (change: (context: Context, event: AnyEvent<TOutput>) => Partial<Context>) =>
    assign<Context, Event, undefined, Event, never>(({ context, event }) => change(context, event));

  const news = (update: JobUpdate<TOutput> | undefined): Partial<PendingUpdate> =>
    update?.kind === 'pending' ? update : {};
  /** What is shown after an update. Progress never falls, and a number that is none changes nothing. */
  const shown = ({ shown }: Context, update: JobUpdate<TOutput> | undefined) => {
    const { progress = -1, message, backendPosition, previews } = news(update);
    return {
      progress: progress >= 0 ? Math.max(shown.progress ?? 0, Math.min(progress, 1)) : shown.progress,
      message: message ?? shown.message,
      backendPosition: backendPosition ?? shown.backendPosition,
      previews: previews ?? shown.previews,
    };
  };
  const stream = (context: Context, change: Partial<Context['stream']>) => ({
    stream: { ...context.stream, ...change },
  });
  const reads = (context: Context, change: Partial<Context['reads']>) => ({ reads: { ...context.reads, ...change } });
  const readEnded = (context: Context, change: Partial<Context['reads']>) =>
    reads(context, {
      count: context.reads.count + 1,
      isMissing: false,
      readAfterMs: undefined,
      retryAfterMs: undefined,
      ...change,
    });

  const signed = ({ signs }: Context, markAt = environment.now(), onStreamAt = signs.onStreamAt) => ({
    signs: { isJobSeen: true, onStreamAt, missedMs: 0, markAt },
  });
  const signedOnStream = (context: Context) => {
    const now = environment.now();
    return {
      ...signed(context, now, now),
      ...(context.stream.lossCount > 0 && stream(context, { lossCount: 0 })),
    };
  };
  /** The time since the last mark, in which a sign was missed or, offline or asleep, could not be had. */
  const marked = ({ signs }: Context, isMissed: boolean) => {
    const markAt = environment.now();
    return {
      signs: { ...signs, markAt, missedMs: signs.missedMs + (isMissed ? markAt - signs.markAt : 0) },
    };
  };

  const letGo = (code: FailureCode) =>
    remember(({ job }, { failure }) => ({
      outcome: {
        status: 'failed',
        failure: failureOf(
          code,
          `Job ${job?.id}: ${code}, follow it again${failure ? `: ${failure.message}` : ''}`,
          job,
        ),
      },
    }));

  return {
    noteStart: remember(() => ({ startedAt: environment.now(), cancelRequested: false })),
    requestCancel: remember(() => ({ cancelRequested: true })),
    keepJob: remember((context, { job, update }) => ({
      job,
      shown: shown(context, update),
      ...(update?.kind === 'pending' && signed(context)),
    })),
    startFollowing: remember(context => ({
      deadlineAt: context.deadlineAt ?? environment.now() + policy.deadlineMs,
      ...marked(context, false),
    })),

    showProgress: remember((context, { update }) => ({ shown: shown(context, update), ...signedOnStream(context) })),
    noteChange: remember(signedOnStream),
    noteStream: remember((context, { type: _, ...note }) => stream(context, note)),
    noteLoss: remember(context => stream(context, { lossCount: context.stream.lossCount + 1 })),

    requestRead: remember(context => reads(context, { isReadRequested: true })),
    startRead: remember(context => reads(context, { isReadRequested: false })),
    /** What was before, a sleep or a stream, is no time in which reads went unanswered. */
    restartPolling: remember(context => ({ ...reads(context, { count: 0 }), ...marked(context, false) })),
    showRead: remember((context, { update }) => ({
      shown: shown(context, update),
      ...signed(context),
      ...readEnded(context, { readAfterMs: news(update).readAfterMs }),
    })),
    noteFailedRead: remember((context, { failure, retryAfterMs }) => {
      const isMissing = failure?.code === 'not-found';
      return {
        ...readEnded(context, {
          retryAfterMs,
          isMissing,
          ...(isPermanent(failure?.code, context) && { count: policy.pollDelayMs.length }),
        }),
        // "Not yet" is an answer.
        ...marked(context, environment.isOnline() && (!isMissing || context.signs.isJobSeen)),
      };
    }),

    conclude: remember(({ job }, { outcome, update = outcome }) => {
      if (update?.kind === 'succeeded') return { outcome: { status: 'completed', output: update.output } };
      if (update?.kind === 'failed') return { outcome: { status: 'failed', failure: { ...update.failure, job } } };
      return { outcome: { status: 'cancelled', stopped: true, charged: 'maybe' } };
    }),
    concludeSubmit: remember((context, event) => {
      const { failure = failureOf('interrupted', `No answer to ${context.id}: it may run`) } = event;
      const { charged } = failure;
      return {
        outcome: context.cancelRequested
          ? { status: 'cancelled', stopped: charged === 'no', charged }
          : { status: 'failed', failure },
      };
    }),
    presumeUnstopped: remember(() => ({ outcome: { status: 'cancelled', stopped: false, charged: 'yes' } })),
    presumeDeadline: letGo('deadline'),
    concludeOutage: letGo('unreachable'),
    concludeRead: remember(({ job }, { failure }) => ({
      outcome: {
        status: 'failed',
        // Only a failed read leads here.
        failure: { ...(failure as Failure), resumable: failure?.code !== 'not-found', charged: 'yes', job },
      },
    })),

    /** The job while there is no outcome, then the outcome. */
    announce: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) => {
      const { status, ...result } = resultOf({ context });
      // The union of results is the union of emissions, by `type` instead of `status`.
      return { type: status ?? 'submitted', ...result } as GenerationEmitted<TOutput>;
    }),
  };
}
