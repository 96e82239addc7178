import { assign, emit } from 'xstate';
import { known } from './generation.actors.js';
import { isForGood, outcomeIn } from './generation.guards.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, PendingUpdate } from './generation.port.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationOutcome,
  GenerationResult,
} from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** A failure of ours, not of the job: nothing is to be gained by paying again. */
const failed = (
  code: Failure['code'],
  message: string,
  rest: Partial<Failure> = {},
): { readonly status: 'failed'; readonly failure: Failure } => ({
  status: 'failed',
  failure: { code, message, retryable: false, followable: false, charged: 'maybe', ...rest },
});

/** What a new actor remembers: nothing, or what its token says. A token that says nonsense has failed at once. */
export function initialContext<TInput, TOutput>({
  id,
  idempotencyKey = id,
  resume,
}: GenerationActorInput): GenerationContext<TInput, TOutput> {
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
    return { ...fresh, outcome: failed('bad-input', `The token is not one of generation ${id} and this version.`) };
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

/** The result of a generation that has ended, as every end state has. */
export const resultOf = <TOutput>(context: GenerationContext<unknown, TOutput>): GenerationResult<TOutput> => ({
  id: context.id,
  job: context.job,
  ...known(context.outcome),
});

/** The changes and emissions of the chart, by the names it uses. */
export function generationActions<TInput, TOutput>(policy: GenerationPolicy, surroundings: Surroundings) {
  type Context = GenerationContext<TInput, TOutput>;
  type Event = GenerationEvent<TInput, TOutput>;
  type Outcome = GenerationOutcome<TOutput>;

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
  const conclude = (outcome: (context: Context) => Outcome) => remember(context => ({ outcome: outcome(context) }));

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
      signs: { ...signs, markAt, missedMs: signs.missedMs + (isMissed ? Math.max(0, markAt - signs.markAt) : 0) },
    };
  };

  const gaveUp = ({ job }: Context, code: Failure['code'], why: string) =>
    failed(code, `Job ${known(job).id} ${why}. It may still run: follow it again.`, {
      followable: true,
      charged: 'yes',
      job,
    });

  return {
    keepInput: on('START', (_, { input }) => ({ input, startedAt: surroundings.now() })),
    forgetInput: remember(() => ({ input: undefined })),
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
      ...(update && { shown: shown(context, update) }),
      ...signed(context),
      ...readEnded(context, { readAfterMs: update?.readAfterMs }),
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
    concludeRefusedSubmit: on('submit.failed', ({ cancelWanted }, { failure }) => {
      const { charged } = failure;
      return {
        outcome: cancelWanted
          ? { status: 'cancelled', stopped: charged === 'no', charged }
          : { status: 'failed', failure },
      };
    }),
    concludeInterrupted: conclude(({ id, cancelWanted }) =>
      cancelWanted
        ? { status: 'cancelled', stopped: false, charged: 'maybe' }
        : failed('interrupted', `The submit of generation ${id} was not answered: it may run, and be charged.`),
    ),
    presumeUnstopped: conclude(() => ({ status: 'cancelled', stopped: false, charged: 'yes' })),
    presumeDeadline: conclude(context => gaveUp(context, 'deadline', 'did not end before its deadline')),
    concludeUnreachable: conclude(context => gaveUp(context, 'unreachable', 'showed no sign of itself for too long')),
    concludeForbidden: on('read.failed', ({ job }, { failure }) => {
      const isGone = failure.code === 'not-found';
      return {
        outcome: {
          status: 'failed',
          failure: { ...failure, retryable: isGone, followable: !isGone, charged: 'yes', job },
        },
      };
    }),

    announceSubmitted: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) => ({
      type: 'submitted',
      id: context.id,
      job: known(context.job),
    })),
    announceOutcome: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) => {
      const { status, ...result } = resultOf(context);
      // The union of results is the union of emissions, by `status` instead of `type`.
      return { type: status, ...result } as GenerationEmitted<TOutput>;
    }),
  };
}
