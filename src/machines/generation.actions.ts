import { assign, emit } from 'xstate';
import { jobOf } from './generation.actors.js';
import { isForGood, outcomeIn } from './generation.guards.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, PendingUpdate } from './generation.port.js';
import { isResumeToken } from './generation.token.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationResult,
} from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** What a new actor remembers: nothing, or what its token says. A token that says nonsense has failed at once. */
export function initialContext<TInput, TOutput>(given: GenerationActorInput): GenerationContext<TInput, TOutput> {
  const { id, resume } = given;
  const fresh = {
    id,
    idempotencyKey: given.idempotencyKey ?? id,
    cancelWanted: false,
    lossCount: 0,
    readCount: 0,
    readWanted: false,
    isJobSeen: false,
    notFoundCount: 0,
    outageSpentMs: 0,
    outageMarkAt: 0,
  };
  if (resume === undefined) return fresh;
  if (!isResumeToken(resume) || resume.id !== id) {
    const message = `The resume token is not one of generation ${id}, or not of this version: set it aside and submit again.`;
    const failure: Failure = {
      code: 'bad-input',
      message,
      retryable: false,
      followable: false,
      charged: 'maybe',
    };
    return { ...fresh, outcome: { status: 'failed', failure } };
  }
  const { version: _, ...remembered } = resume;
  return { ...fresh, ...remembered, isJobSeen: resume.progress !== undefined };
}

/** The result of a generation that has ended, as every end state has. */
export function resultOf<TOutput>(context: GenerationContext<unknown, TOutput>): GenerationResult<TOutput> {
  if (!context.outcome) throw new Error(`Generation ${context.id} has not ended.`);
  return { ...context.outcome, id: context.id, job: context.job };
}

function emittedBy<TOutput>(context: GenerationContext<unknown, TOutput>): GenerationEmitted<TOutput> {
  const { id, job, ...result } = resultOf(context);
  switch (result.status) {
    case 'completed':
      return { type: 'completed', id, job: jobOf(context), output: result.output };
    case 'failed':
      return { type: 'failed', id, job, failure: result.failure };
    case 'cancelled':
      return { type: 'cancelled', id, job, stopped: result.stopped, charged: result.charged };
  }
}

/** The changes and emissions of the chart, by the names it uses. */
export function generationActions<TInput, TOutput>(policy: GenerationPolicy, surroundings: Surroundings) {
  type Context = GenerationContext<TInput, TOutput>;
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
  const conclude = (outcome: (context: Context) => NonNullable<Context['outcome']>) =>
    remember(context => ({ outcome: outcome(context) }));

  /** Progress never falls, and a number that is none changes nothing. */
  const furthest = (known: number | undefined, told: number | undefined) =>
    told !== undefined && told >= 0 ? Math.max(known ?? 0, Math.min(told, 1)) : known;
  const shown = (context: Context, update: PendingUpdate): Partial<Context> => ({
    progress: furthest(context.progress, update.progress),
    message: update.message ?? context.message,
    position: update.position ?? context.position,
    previews: update.previews ?? context.previews,
  });
  const seen = () => ({ isJobSeen: true, outageSpentMs: 0, outageMarkAt: surroundings.now() });
  const seenOnStream = () => ({ ...seen(), lossCount: 0, streamSeenAt: surroundings.now() });
  /** Time offline, or asleep, is not time without a sign. */
  const spentUntilNow = (context: Context) => ({
    outageSpentMs:
      context.outageSpentMs + (surroundings.isOnline() ? Math.max(0, surroundings.now() - context.outageMarkAt) : 0),
    outageMarkAt: surroundings.now(),
  });
  /** A failure of an accepted job that is ours, not the job's. */
  const gaveUp = (context: Context, code: Failure['code'], happened: string): NonNullable<Context['outcome']> => ({
    status: 'failed',
    failure: {
      code,
      message: `Job ${jobOf(context).id} ${happened}. It may still be running: follow it again.`,
      retryable: false,
      followable: true,
      charged: 'yes',
      job: context.job,
    },
  });

  return {
    keepInput: on('START', (_, { input }) => ({ input, startedAt: surroundings.now() })),
    forgetInput: remember(() => ({ input: undefined })),
    keepJob: on('job.accepted', (context, { job, update }) => ({
      job,
      ...(update?.kind === 'pending' ? { ...shown(context, update), isJobSeen: true } : {}),
    })),
    wantCancel: remember(() => ({ cancelWanted: true })),
    startFollowing: remember(context => ({
      deadlineAt: context.deadlineAt ?? surroundings.now() + policy.deadlineMs,
      outageMarkAt: surroundings.now(),
    })),

    showProgress: on('job.progressed', (context, { update }) => ({ ...shown(context, update), ...seenOnStream() })),
    noteChange: on('job.changed', seenOnStream),
    noteEventId: on('stream.identified', (_, { lastEventId }) => ({ lastEventId })),
    noteReopenDelay: on('stream.delayed', (_, { reopenAfterMs }) => ({ reopenAfterMs })),
    noteLoss: remember((context, event) => ({
      lossCount: context.lossCount + 1,
      ...(event.type === 'stream.lost' && event.retryAfterMs !== undefined
        ? { reopenAfterMs: event.retryAfterMs }
        : {}),
    })),

    wantRead: remember(() => ({ readWanted: true })),
    startRead: remember(() => ({ readWanted: false })),
    restartPolling: remember(() => ({ readCount: 0 })),
    noteWaking: remember(() => ({ readCount: 0, outageMarkAt: surroundings.now() })),
    showRead: on('read.answered', (context, { update }) => ({
      ...(update ? shown(context, update) : {}),
      ...seen(),
      readCount: context.readCount + 1,
      notFoundCount: 0,
      readAfterMs: update?.readAfterMs,
      retryAfterMs: undefined,
    })),
    noteFailedRead: on('read.failed', (context, { failure, retryAfterMs }) => {
      const isNotFound = failure.code === 'not-found';
      return {
        ...(isNotFound && !context.isJobSeen
          ? { outageSpentMs: 0, outageMarkAt: surroundings.now() }
          : spentUntilNow(context)),
        readCount: isForGood(failure, context) ? policy.pollDelaysMs.length : context.readCount + 1,
        notFoundCount: isNotFound ? context.notFoundCount + 1 : 0,
        readAfterMs: undefined,
        retryAfterMs,
      };
    }),
    noteSlowRead: remember(context => ({
      ...spentUntilNow(context),
      readCount: context.readCount + 1,
      notFoundCount: 0,
      readAfterMs: undefined,
      retryAfterMs: undefined,
    })),

    concludeOutcome: remember((context, event) => {
      const ended = outcomeIn(event);
      if (ended?.kind === 'succeeded') return { outcome: { status: 'completed', output: ended.output } };
      if (ended?.kind === 'failed') {
        return { outcome: { status: 'failed', failure: { ...ended.failure, job: ended.failure.job ?? context.job } } };
      }
      return { outcome: { status: 'cancelled', stopped: true, charged: 'maybe' } };
    }),
    concludeRefusedSubmit: on('submit.failed', (context, { failure }) => ({
      outcome: context.cancelWanted
        ? { status: 'cancelled', stopped: failure.charged === 'no', charged: failure.charged }
        : { status: 'failed', failure },
    })),
    concludeInterrupted: conclude(({ id, cancelWanted }) =>
      cancelWanted
        ? { status: 'cancelled', stopped: false, charged: 'maybe' }
        : {
            status: 'failed',
            failure: {
              code: 'interrupted',
              message: `The submit of generation ${id} was not answered within ${policy.submitTimeoutMs} ms, so it may have been charged: look before submitting again.`,
              retryable: false,
              followable: false,
              charged: 'maybe',
            },
          },
    ),
    presumeUnstopped: conclude(() => ({ status: 'cancelled', stopped: false, charged: 'yes' })),
    concludeForbidden: on('read.failed', (context, { failure }) => ({
      outcome: {
        status: 'failed',
        failure: {
          ...failure,
          retryable: failure.code === 'not-found',
          followable: failure.code !== 'not-found',
          charged: 'yes',
          job: context.job,
        },
      },
    })),
    concludeUnreachable: conclude(context =>
      gaveUp(context, 'unreachable', `showed no sign of itself for ${policy.outageMs} ms`),
    ),
    presumeDeadline: conclude(context => gaveUp(context, 'deadline', 'did not end before its deadline')),

    announceOutcome: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) =>
      emittedBy(context),
    ),
    announceSubmitted: emit<Context, Event, undefined, Event, GenerationEmitted<TOutput>>(({ context }) => ({
      type: 'submitted',
      id: context.id,
      job: jobOf(context),
    })),
  };
}
