import type { AnyStateMachine } from 'xstate';
import type { Monitor } from './explore.types.js';
import { contextOf, emitted, isAboutSubmit, isOutcome, isSubmitted } from './generation.effects.js';
import { livenessMonitors } from './generation.liveness.js';
import { moneyMonitors } from './generation.money.js';
import { violation } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;

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
    return effects[effects.length - 1]?.type === 'emit' ? null : violation('the outcome is not the last effect');
  },
};

/** Takes the job from the answer to the running submit or from the token, and not from the context. */
const ownJob: GenerationMonitor<string | null> = {
  name: 'everything is about the submitted job',
  initial: null,
  check(known, { event, before, after, effects }) {
    const { job, outcome, submit } = contextOf(after);
    const isAnswer = event?.type === 'job.accepted' && before?.children.some(isAboutSubmit);
    const answered = known ?? (isAnswer ? String(Reflect.get(Object(Reflect.get(event, 'job')), 'id')) : null);
    // A refusal may have named one. It counts if nothing else is found out about the submit.
    const named = after.snapshot.status === 'done' ? (submit.job?.id ?? null) : null;
    const own = event === undefined ? (job?.id ?? null) : (answered ?? named);
    if ((job?.id ?? null) !== own)
      return violation(`the context has ${job?.id ?? 'no job'} instead of ${own ?? 'none'}`);
    const output: unknown = after.snapshot.output;
    const reported = emitted(effects).filter(event => isOutcome(event) || isSubmitted(event));
    for (const { type, job } of reported) {
      if ((job?.id ?? null) !== own)
        return violation(`${type} names ${job?.id ?? 'no job'} instead of ${own ?? 'none'}`);
    }
    if (output !== undefined && Reflect.get(Object(output), 'status') !== reported[reported.length - 1]?.type) {
      return violation('the output and the emitted outcome differ');
    }
    const failed = after.snapshot.status === 'done' && outcome?.status === 'failed' ? outcome.failure : undefined;
    if (own !== null && failed && failed.job?.id !== own) return violation(`the failure does not name ${own}`);
    return own;
  },
};

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
  ...moneyMonitors,
  progressRises,
  ...livenessMonitors,
];
