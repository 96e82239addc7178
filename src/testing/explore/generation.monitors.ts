import type { AnyStateMachine, EventObject } from 'xstate';
import type { GenerationContext, GenerationEmitted } from '../../machines/generation/generation.types.js';
import type { Effect, Monitor, Situation } from './explore.types.js';
import { livenessMonitors } from './generation.liveness.js';
import { broken } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;
type Emission = GenerationEmitted<unknown>;
type OutcomeEmission = Exclude<Emission, { type: 'submitted' }>;

const isOutcome = (event: EventObject): event is OutcomeEmission =>
  ['completed', 'failed', 'cancelled'].includes(event.type);
const isSubmitted = (event: EventObject): event is Extract<Emission, { type: 'submitted' }> =>
  event.type === 'submitted';

const emitted = (effects: readonly Effect[]): readonly EventObject[] =>
  effects.flatMap(effect => (effect.type === 'emit' ? [effect.event] : []));
const contextOf = ({ snapshot }: Situation<AnyStateMachine>): GenerationContext<unknown> => snapshot.context;
const spawned = (effects: readonly Effect[], child: string) =>
  effects.filter(effect => effect.type === 'spawn' && effect.child === child);

const oneOutcome: GenerationMonitor<number> = {
  name: 'exactly one outcome',
  initial: 0,
  watch(before, { after: { snapshot }, effects }) {
    const count = before + emitted(effects).filter(isOutcome).length;
    if (count > 1) return broken('a second outcome');
    if (count > 0 && snapshot.status === 'active') return broken('an outcome, and it goes on');
    if (count === 0 && snapshot.status !== 'active') return broken('an end without an outcome');
    return count;
  },
};

const quietEnd: GenerationMonitor = {
  name: 'nothing is left in an end state',
  initial: null,
  watch(_, { after: { snapshot, children, delays }, effects }) {
    if (snapshot.status === 'active') return null;
    const left = [...children, ...Object.keys(snapshot.children), ...delays.map(({ id }) => id)];
    if (left.length > 0) return broken(`left: ${left.join(', ')}`);
    return effects.at(-1)?.type === 'emit' ? null : broken('something is asked for after the outcome');
  },
};

/** The job is learned from the submit that is alive, or from the token: not from what the chart says. */
const ownJob: GenerationMonitor<string | null> = {
  name: 'every word is of the submitted job',
  initial: null,
  watch(known, { event, before, after, effects }) {
    const { job, outcome } = contextOf(after);
    const isAnswer = event?.type === 'job.accepted' && before?.children.includes('submit');
    const answered = known ?? (isAnswer ? String(Reflect.get(Object(Reflect.get(event, 'job')), 'id')) : null);
    const own = event === undefined ? (job?.id ?? null) : answered;
    if ((job?.id ?? null) !== own) return broken(`it follows ${job?.id ?? 'no job'}, and not ${own ?? 'none'}`);
    const output: unknown = after.snapshot.output;
    const said = emitted(effects).filter(event => isOutcome(event) || isSubmitted(event));
    for (const { type, job } of said) {
      if ((job?.id ?? null) !== own) return broken(`${type} names ${job?.id ?? 'no job'}, and not ${own ?? 'none'}`);
    }
    if (output !== undefined && Reflect.get(Object(output), 'status') !== said.at(-1)?.type) {
      return broken('the output is not what was emitted');
    }
    const failed = after.snapshot.status === 'done' && outcome?.status === 'failed' ? outcome.failure : undefined;
    if (own !== null && failed && failed.job?.id !== own) return broken(`the failure does not name ${own}`);
    return own;
  },
};

type Asked = {
  /** Submitted, or resumed with a job that was. */
  readonly isSubmitted: boolean;
  readonly isCancelled: boolean;
};

const asksOnce: GenerationMonitor<Asked> = {
  name: 'at most one submit, and one cancel',
  initial: { isSubmitted: false, isCancelled: false },
  watch({ isSubmitted, isCancelled }, { event, before, after, effects }) {
    const submits = spawned(effects, 'submit');
    const cancels = spawned(effects, 'cancel');
    if (submits.length + Number(isSubmitted) > 1) return broken('a second submit');
    if (cancels.length + Number(isCancelled) > 1) return broken('a second cancel');
    if (submits.length > 0 && event?.type !== 'GENERATE') return broken(`submitted by ${event?.type ?? 'a start'}`);
    const { idempotencyKey, job } = contextOf(after);
    const isKeyed = submits.every(effect => effect.type === 'spawn' && keyOf(effect.input) === idempotencyKey);
    if (!isKeyed || (before && contextOf(before).idempotencyKey !== idempotencyKey)) return broken('another key');
    return {
      isSubmitted: isSubmitted || submits.length > 0 || job !== undefined,
      isCancelled: isCancelled || cancels.length > 0,
    };
  },
};

const keyOf = (input: unknown): unknown => Reflect.get(Object(input), 'idempotencyKey');

/** Together with `ownJob`, by which a job that was accepted is kept, and named at the end. */
const noOrphan: GenerationMonitor = {
  name: 'no paid job is orphaned',
  initial: null,
  watch(_, { event, isArmed, before, after, effects }) {
    const isLeft = before?.children.includes('submit') && !after.children.includes('submit');
    const isAnswered = event?.type === 'job.accepted' || event?.type === 'submit.failed';
    const isTimedOut = event?.type.startsWith('xstate.after.submitTimeoutMs.');
    if (isLeft && !isAnswered && !isTimedOut) return broken('the submit is aborted, and may be charged');
    for (const outcome of emitted(effects).filter(isOutcome)) {
      if (outcome.type === 'cancelled' && outcome.stopped && !stoppers.includes(String(event?.type))) {
        return broken('said to be stopped, though the backend did not say so');
      }
      const charged =
        outcome.type === 'failed' ? outcome.failure.charged : outcome.type === 'cancelled' ? outcome.charged : 'yes';
      if (isLeft && isTimedOut && isArmed && charged === 'no') return broken('unanswered, and said to be free');
    }
    return null;
  },
};

/** By these the backend says that nothing runs any more. */
const stoppers: readonly string[] = ['job.ended', 'job.accepted', 'submit.failed'];

const progressRises: GenerationMonitor = {
  name: 'progress never falls',
  initial: null,
  watch(_, { before, after }) {
    const { progress } = contextOf(after).shown;
    const earlier = before && contextOf(before).shown.progress;
    if (progress !== undefined && !(progress >= 0 && progress <= 1)) return broken(`progress is ${progress}`);
    if (earlier === undefined || (progress !== undefined && progress >= earlier)) return null;
    return broken(`progress falls from ${earlier} to ${progress}`);
  },
};

/**
 * The rules that every run of a generation keeps: what `exploreGeneration` watches by itself.
 *
 * @example
 * exploreGeneration(machine, [...generationMonitors, myMonitor]);
 */
export const generationMonitors: readonly GenerationMonitor[] = [
  oneOutcome,
  quietEnd,
  ownJob,
  asksOnce,
  noOrphan,
  progressRises,
  ...livenessMonitors,
];
