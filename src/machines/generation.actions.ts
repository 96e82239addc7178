import { assign, emit } from 'xstate';
import { failureOf } from './generation.errors.js';
import { isForGood, outcomeIn } from './generation.guards.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { FailureCode, JobRef, PendingUpdate } from './generation.port.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationOutcome,
  GenerationResult,
} from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** What a new actor remembers: nothing, or what its token says. A token that says nonsense has failed at once. */
export function initialContext<TOutput>({
  input: { id, idempotencyKey = id, resume },
}: {
  readonly input: GenerationActorInput;
}): GenerationContext<TOutput> {
  const fresh = {
    id,
    idempotencyKey,
    cancelWanted: false,
    shown: {},
    stream: { lossCount: 0 },
    reads: { count: 0, isWanted: false, notFoundCount: 0 },
    signs: { isJobSeen: false, missedMs: 0, markAt: 0 },
  };
  if (resume === undefined) return fresh;
  if (resume.version !== 1 || resume.id !== id) {
    return {
      ...fresh,
      outcome: { status: 'failed', failure: failureOf('bad-input', `This is no token of generation ${id}.`) },
    };
  }
  const { version: _, lastEventId, progress, ...remembered } = resume;
  return {
    ...fresh,
    ...remembered,
    shown: { progress },
    stream: { lossCount: 0, lastEventId },
    signs: { ...fresh.signs, isJobSeen: progress !== undefined },
  };
}

/** The result of a generation that has ended. Every end state has an outcome. */
export const resultOf = <TOutput>({
  context: { id, job, outcome },
}: {
  readonly context: GenerationContext<TOutput>;
}): GenerationResult<TOutput> => ({ ...(outcome as GenerationOutcome<TOutput>), id, job });

/** The changes and emissions of the chart, by the names it uses. */
export function generationActions<TInput, TOutput>(policy: GenerationPolicy, surroundings: Surroundings) {
  type Context = GenerationContext<TOutput>;
  type Event = GenerationEvent<TInput, TOutput>;

  const remember = (change: (context: Context, event: Event) => Partial<Context>) =>
    assign<Context, Event, undefined, Event, never>(({ context, event }) => change(context, event));
  /** A change that one type of event causes; of any other it is none. */
  const on = <TType extends Event['type']>(
    type: TType,
    change: (context: Context, event: Extract<Event, { type: TType }>) => Partial<Context>,
  ) =>
    remember((context, event) =>
      // TypeScript does not narrow a union by a generic discriminant.
      event.type === type ? change(context, event as Extract<Event, { type: TType }>) : {},
    );

  /** What is new of an update. Progress never falls, and a number that is none changes nothing. */
  const shown = ({ shown }: Context, { progress, message, position, previews }: PendingUpdate) => ({
    progress: Number(progress) >= 0 ? Math.max(shown.progress ?? 0, Math.min(Number(progress), 1)) : shown.progress,
    message: message ?? shown.message,
    position: position ?? shown.position,
    previews: previews ?? shown.previews,
  });
  const stream = (context: Context, change: Partial<Context['stream']>) => ({
    stream: { ...context.stream, ...change },
  });
  const reads = (context: Context, change: Partial<Context['reads']>) => ({ reads: { ...context.reads, ...change } });
  const readEnded = (context: Context, change: Partial<Context['reads']>) =>
    reads(context, {
      count: context.reads.count + 1,
      notFoundCount: 0,
      readAfterMs: undefined,
      retryAfterMs: undefined,
      ...change,
    });

  const signed = ({ signs }: Context, markAt = surroundings.now(), onStreamAt = signs.onStreamAt) => ({
    signs: { isJobSeen: true, onStreamAt, missedMs: 0, markAt },
  });
  const signedOnStream = (context: Context) => {
    const now = surroundings.now();
    return {
      ...signed(context, now, now),
      ...(context.stream.lossCount > 0 && stream(context, { lossCount: 0 })),
    };
  };
  /** The time since the last mark, in which a sign was missed or, offline or asleep, could not be had. */
  const marked = ({ signs }: Context, isMissed: boolean) => {
    const markAt = surroundings.now();
    return {
      signs: { ...signs, markAt, missedMs: signs.missedMs + (isMissed ? markAt - signs.markAt : 0) },
    };
  };

  const letGo = (code: FailureCode, why: string) =>
    remember(({ job }) => ({
      outcome: {
        status: 'failed',
        failure: failureOf(code, `Job ${job?.id} ${why}: it may still run, so follow it again.`, job),
      },
    }));

  return {
    noteStart: remember(() => ({ startedAt: surroundings.now() })),
    wantCancel: remember(() => ({ cancelWanted: true })),
    keepJob: on('job.accepted', (context, { job, update }) => ({
      job,
      ...(update?.kind === 'pending' && { shown: shown(context, update), ...signed(context) }),
    })),
    startFollowing: remember(context => ({
      deadlineAt: context.deadlineAt ?? surroundings.now() + policy.deadlineMs,
      ...marked(context, false),
    })),

    showProgress: on('job.progressed', (context, { update }) => ({
      shown: shown(context, update),
      ...signedOnStream(context),
    })),
    noteChange: remember(signedOnStream),
    noteStream: on('stream.noted', (context, { type: _, ...note }) => stream(context, note)),
    noteLoss: remember((context, event) =>
      stream(context, {
        lossCount: context.stream.lossCount + 1,
        retryAfterMs: event.type === 'stream.lost' ? event.retryAfterMs : undefined,
      }),
    ),

    wantRead: remember(context => reads(context, { isWanted: true })),
    startRead: remember(context => reads(context, { isWanted: false })),
    restartPolling: remember(context => reads(context, { count: 0 })),
    noteWaking: remember(context => ({ ...reads(context, { count: 0 }), ...marked(context, false) })),
    showRead: on('read.answered', (context, { update }) => ({
      shown: shown(context, update),
      ...signed(context),
      ...readEnded(context, { readAfterMs: update.readAfterMs }),
    })),
    noteFailedRead: remember((context, event) => {
      const { isJobSeen } = context.signs;
      const failed = event.type === 'read.failed' ? event : undefined;
      const isNotFound = failed?.failure.code === 'not-found';
      return {
        ...readEnded(context, {
          retryAfterMs: failed?.retryAfterMs,
          ...(isNotFound && { notFoundCount: context.reads.notFoundCount + 1 }),
          ...(failed && isForGood(failed.failure, context) && { count: policy.pollDelaysMs.length }),
        }),
        ...marked(context, surroundings.isOnline()),
        // "Not yet" is an answer.
        ...(isNotFound && !isJobSeen && { signs: { ...signed(context).signs, isJobSeen } }),
      };
    }),

    concludeOutcome: remember((context, event) => {
      const ended = outcomeIn(event);
      if (ended?.kind === 'succeeded') return { outcome: { status: 'completed', output: ended.output } };
      if (ended?.kind === 'failed')
        return { outcome: { status: 'failed', failure: { job: context.job, ...ended.failure } } };
      return { outcome: { status: 'cancelled', stopped: true, charged: 'maybe' } };
    }),
    concludeSubmit: remember(({ id, cancelWanted }, event) => {
      const failure =
        event.type === 'submit.failed'
          ? event.failure
          : failureOf('interrupted', `The submit of ${id} was not answered: it may run, and be charged.`);
      const { charged } = failure;
      return {
        outcome: cancelWanted
          ? { status: 'cancelled', stopped: charged === 'no', charged }
          : { status: 'failed', failure },
      };
    }),
    presumeUnstopped: remember(() => ({ outcome: { status: 'cancelled', stopped: false, charged: 'yes' } })),
    presumeDeadline: letGo('deadline', 'missed its deadline'),
    concludeOutage: letGo('unreachable', 'gave no sign of itself'),
    concludeRead: on('read.failed', ({ job }, { failure }) => ({
      outcome: {
        status: 'failed',
        failure: { ...failure, followable: failure.code !== 'not-found', charged: 'yes', job },
      },
    })),

    announceJob: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context: { id, job } }) => ({
      type: 'submitted',
      id,
      job: job as JobRef,
    })),
    announceOutcome: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(args => {
      const { status, ...result } = resultOf(args);
      // The union of results is the union of emissions, by `status` instead of `type`.
      return { type: status, ...result } as GenerationEmitted<TOutput>;
    }),
  };
}
