import type { AnyStateMachine, EventObject } from 'xstate';
import type { GenerationContext, GenerationEmitted } from '../../machines/generation/generation.types.js';
import type { ExploredEffect, ExploredSituation, Monitor } from './explore.types.js';
import { livenessMonitors } from './generation.liveness.js';
import { violation } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;
type Emission = GenerationEmitted<unknown>;
type OutcomeEmission = Exclude<Emission, { type: 'submitted' }>;

const isOutcome = (event: EventObject): event is OutcomeEmission =>
  ['completed', 'failed', 'cancelled'].includes(event.type);
const isSubmitted = (event: EventObject): event is Extract<Emission, { type: 'submitted' }> =>
  event.type === 'submitted';

const emitted = (effects: readonly ExploredEffect[]): readonly EventObject[] =>
  effects.flatMap(effect => (effect.type === 'emit' ? [effect.event] : []));
const contextOf = ({ snapshot }: ExploredSituation<AnyStateMachine>): GenerationContext<unknown> => snapshot.context;
const spawned = (effects: readonly ExploredEffect[], child: string) =>
  effects.filter(effect => effect.type === 'spawn' && effect.child === child);

const oneOutcome: GenerationMonitor<number> = {
  name: 'exactly one outcome',
  initial: 0,
  check(before, { after: { snapshot }, effects }) {
    const count = before + emitted(effects).filter(isOutcome).length;
    if (count > 1) return violation('a second outcome');
    if (count > 0 && snapshot.status === 'active') return violation('the machine is active after an outcome');
    if (count === 0 && snapshot.status !== 'active') return violation('the machine ends without an outcome');
    return count;
  },
};

const quietEnd: GenerationMonitor = {
  name: 'nothing runs in an end state',
  initial: null,
  check(_, { after: { snapshot, children, delays }, effects }) {
    if (snapshot.status === 'active') return null;
    const left = [...children, ...Object.keys(snapshot.children), ...delays.map(({ id }) => id)];
    if (left.length > 0) return violation(`still running: ${left.join(', ')}`);
    return effects.at(-1)?.type === 'emit' ? null : violation('the outcome is not the last effect');
  },
};

/** Takes the job from the answer to the running submit or from the token, and not from the context. */
const ownJob: GenerationMonitor<string | null> = {
  name: 'everything is about the submitted job',
  initial: null,
  check(known, { event, before, after, effects }) {
    const { job, outcome } = contextOf(after);
    const isAnswer = event?.type === 'job.accepted' && before?.children.includes('submit');
    const answered = known ?? (isAnswer ? String(Reflect.get(Object(Reflect.get(event, 'job')), 'id')) : null);
    const own = event === undefined ? (job?.id ?? null) : answered;
    if ((job?.id ?? null) !== own)
      return violation(`the context has ${job?.id ?? 'no job'} instead of ${own ?? 'none'}`);
    const output: unknown = after.snapshot.output;
    const reported = emitted(effects).filter(event => isOutcome(event) || isSubmitted(event));
    for (const { type, job } of reported) {
      if ((job?.id ?? null) !== own)
        return violation(`${type} names ${job?.id ?? 'no job'} instead of ${own ?? 'none'}`);
    }
    if (output !== undefined && Reflect.get(Object(output), 'status') !== reported.at(-1)?.type) {
      return violation('the output and the emitted outcome differ');
    }
    const failed = after.snapshot.status === 'done' && outcome?.status === 'failed' ? outcome.failure : undefined;
    if (own !== null && failed && failed.job?.id !== own) return violation(`the failure does not name ${own}`);
    return own;
  },
};

type Requested = {
  /** Or resumed with a job. */
  readonly isSubmitted: boolean;
  readonly isCancelled: boolean;
};

const requestsOnce: GenerationMonitor<Requested> = {
  name: 'at most one submit, and a second cancel only where the first was not answered',
  initial: { isSubmitted: false, isCancelled: false },
  check({ isSubmitted, isCancelled }, { event, before, after, effects }) {
    const submits = spawned(effects, 'submit');
    const cancels = spawned(effects, 'cancel');
    if (submits.length + Number(isSubmitted) > 1) return violation('a second submit');
    const isAgain = isCancelled && !(before && contextOf(before).cancel.isUnanswered);
    if (cancels.length > 1 || (cancels.length > 0 && isAgain)) return violation('a second cancel');
    if (submits.length > 0 && event?.type !== 'GENERATE') return violation(`${event?.type ?? 'a start'} submits`);
    const { idempotencyKey, job } = contextOf(after);
    const isKeyed = submits.every(effect => effect.type === 'spawn' && keyOf(effect.input) === idempotencyKey);
    if (!isKeyed || (before && contextOf(before).idempotencyKey !== idempotencyKey))
      return violation('the idempotency key changes');
    return {
      isSubmitted: isSubmitted || submits.length > 0 || job !== undefined,
      isCancelled: isCancelled || cancels.length > 0,
    };
  },
};

const keyOf = (input: unknown): unknown => Reflect.get(Object(input), 'idempotencyKey');

/** With `ownJob`, which checks that an accepted job stays in the context and is named in the outcome. */
const noOrphan: GenerationMonitor = {
  name: 'no paid job is orphaned',
  initial: null,
  check(_, { event, isFired, before, after, effects }) {
    const isSubmitDone = before?.children.includes('submit') && !after.children.includes('submit');
    const isAnswered = event?.type === 'job.accepted' || event?.type === 'submit.failed';
    const isTimedOut = event?.type.startsWith('xstate.after.submitTimeoutMs.');
    if (isSubmitDone && !isAnswered && !isTimedOut)
      return violation('the submit is aborted, and may have been charged');
    for (const outcome of emitted(effects).filter(isOutcome)) {
      if (outcome.type === 'cancelled' && outcome.stopped && !stopEvents.includes(String(event?.type))) {
        return violation('the outcome says that the job has stopped, and the backend has not said so');
      }
      const charged =
        outcome.type === 'failed' ? outcome.failure.charged : outcome.type === 'cancelled' ? outcome.charged : 'yes';
      if (isSubmitDone && isTimedOut && isFired && charged === 'no')
        return violation('the outcome says that nothing was charged, and the backend has not answered');
    }
    return null;
  },
};

/** With these events the backend says that the job has stopped. */
const stopEvents: readonly string[] = ['job.ended', 'job.accepted', 'submit.failed'];

const progressRises: GenerationMonitor = {
  name: 'progress never falls',
  initial: null,
  check(_, { before, after }) {
    const { progress } = contextOf(after).shown;
    const earlier = before && contextOf(before).shown.progress;
    if (progress !== undefined && !(progress >= 0 && progress <= 1)) return violation(`it is ${progress}`);
    if (earlier === undefined || (progress !== undefined && progress >= earlier)) return null;
    return violation(`it falls from ${earlier} to ${progress}`);
  },
};

/**
 * The rules that every run of a generation keeps. `exploreGeneration` checks them by default.
 *
 * @example
 * exploreGeneration(machine, [...generationMonitors, myMonitor]);
 */
export const generationMonitors: readonly GenerationMonitor[] = [
  oneOutcome,
  quietEnd,
  ownJob,
  requestsOnce,
  noOrphan,
  progressRises,
  ...livenessMonitors,
];
