import type { AnyStateMachine, EventObject } from 'xstate';
import { isTransient } from '../../machines/generation/generation.guards.js';
import { metaOf } from '../../machines/generation/generation.meta.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { ExploredSituation, Monitor } from './explore.types.js';
import { chargeOf, contextOf, emitted, isAboutSubmit, isOutcome, spawned } from './generation.effects.js';
import { violation } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;
type Here = ExploredSituation<AnyStateMachine>;

const isDelay = (event: EventObject | undefined, name: string) => event?.type.startsWith(`xstate.after.${name}.`);
const failureOf = (event: EventObject | undefined): Partial<Failure> => Object(Reflect.get(Object(event), 'failure'));
const keyOf = (input: unknown): unknown => Reflect.get(Object(input), 'idempotencyKey');

/** Whether the backend charges once for all submits with the same key. */
const repeatsAreFree = ({ snapshot }: Here): boolean => {
  const replays = metaOf(snapshot.machine)?.adapter.idempotentSubmit;
  return replays === true || replays === 'replays';
};

type Requested = {
  /** Or resumed with a job. */
  readonly isSubmitted: boolean;
  readonly isCancelled: boolean;
};

const requestsOnce: GenerationMonitor<Requested> = {
  name: 'nothing is bought twice, and a cancel is repeated only where the first was not answered',
  initial: { isSubmitted: false, isCancelled: false },
  check({ isSubmitted, isCancelled }, { event, before, after, effects }) {
    const submits = spawned(effects, 'submit');
    const cancels = spawned(effects, 'cancel');
    const { idempotencyKey, job, submit } = contextOf(after);
    const known = before && contextOf(before);
    if (submits.length > 1 || (submits.length > 0 && known?.job)) return violation('a second job');
    // The first request of a page may be a repetition of another page's.
    const isAgain = submits.length > 0 && (isSubmitted || submit.mayHaveArrived);
    const wasRefused = known?.submit.failure?.charged === 'no' && !submit.mayHaveArrived;
    if (isAgain && !wasRefused && !repeatsAreFree(after)) return violation('a second submit');
    const isCancelAgain = isCancelled && !known?.cancel.isUnanswered;
    if (cancels.length > 1 || (cancels.length > 0 && isCancelAgain)) return violation('a second cancel');
    const mayBegin =
      isDelay(event, 'submitRetryDelay') || ['GENERATE', 'lookup.answered'].includes(String(event?.type));
    if (submits.length > 0 && !mayBegin) return violation(`${event?.type ?? 'a start'} submits`);
    const isKeyed = submits.every(effect => effect.type === 'spawn' && keyOf(effect.input) === idempotencyKey);
    if (!isKeyed || (known && known.idempotencyKey !== idempotencyKey)) return violation('the idempotency key changes');
    return {
      isSubmitted: isSubmitted || submits.length > 0 || job !== undefined,
      isCancelled: isCancelled || cancels.length > 0,
    };
  },
};

/** With `ownJob`, which checks that an accepted job stays in the context and is named in the outcome. */
const noOrphan: GenerationMonitor = {
  name: 'no paid job is orphaned',
  initial: null,
  check(_, { event, before, after, effects }) {
    const isSubmitDone = before?.children.includes('submit') && !after.children.includes('submit');
    const isAnswered = event?.type === 'job.accepted' || event?.type === 'submit.failed';
    if (isSubmitDone && !isAnswered && !isDelay(event, 'submitTimeoutMs'))
      return violation('the submit is aborted, and may have been charged');
    const named = isSubmitDone && event?.type === 'submit.failed' ? failureOf(event) : {};
    const isNameLost = named.resumable && named.job && emitted(effects).some(each => isOutcome(each) && !each.job);
    if (isNameLost) return violation('the refusal names the job that it has begun, and the outcome does not');
    const isUnsent = event?.type === 'CANCEL' && before?.snapshot.matches('waiting');
    for (const outcome of emitted(effects).filter(isOutcome)) {
      const isStopTold = isUnsent || stopEvents.includes(String(event?.type));
      if (outcome.type === 'cancelled' && outcome.stopped && !isStopTold) {
        return violation('the outcome says that the job has stopped, and the backend has not said so');
      }
    }
    return null;
  },
};

/** With these events the backend says that the job has stopped, or that there will be none. */
const stopEvents: readonly string[] = ['job.ended', 'job.accepted', 'submit.failed', 'lookup.answered'];

/** Whether a submit without a job may have arrived: it was not answered, its answer says so, or an earlier page sent it. */
const noFalseFree: GenerationMonitor<boolean> = {
  name: 'nothing is told as free that may be charged',
  initial: false,
  check(before, { event, isFired, before: here, after, effects }) {
    const wasSubmitting = here?.children.includes('submit');
    const isLost = wasSubmitting && isFired && isDelay(event, 'submitTimeoutMs');
    const isFailed = wasSubmitting && event?.type === 'submit.failed' && failureOf(event).charged !== 'no';
    const isResumed = event === undefined && contextOf(after).submit.mayHaveArrived;
    const mayHaveArrived = before || isLost === true || isFailed === true || isResumed;
    const isForbidden = event?.type === 'lookup.answered' && here?.children.includes('forbid');
    const outcome = emitted(effects).find(isOutcome);
    if (outcome && !outcome.job && mayHaveArrived && !isForbidden && chargeOf(outcome) === 'no')
      return violation('a submit may have arrived, and the outcome says that nothing is charged');
    return mayHaveArrived;
  },
};

const cancelKeepsJob: GenerationMonitor = {
  name: 'a job accepted after a cancel is stopped, or its outcome is told',
  initial: null,
  check(_, { event, before, after, effects }) {
    const isAsked = before?.children.some(isAboutSubmit);
    if (event?.type !== 'job.accepted' || !isAsked || !before || !contextOf(before).cancelRequested) return null;
    if (emitted(effects).some(isOutcome)) return null;
    return after.snapshot.matches('cancelling') ? null : violation('the job runs on, and nobody stops it');
  },
};

/** A refusal for now is no outcome of the command. */
const refusalsAreNotEnds: GenerationMonitor = {
  name: 'a command that is refused for now is sent again, or its failure is told',
  initial: null,
  check(_, { event, before, after, effects }) {
    const isTold = emitted(effects).some(isOutcome);
    if (event?.type === 'submit.failed' && before?.children.includes('submit')) {
      const goesOn = after.delays.some(({ id }) => id.startsWith('xstate.after.submitRetryDelay.'));
      const isAsked = after.children.some(child => child === 'find' || child === 'forbid');
      return isTold || goesOn || isAsked ? null : violation('the submit failed, and nothing follows from it');
    }
    if (event?.type === 'cancel.failed' && before?.children.includes('cancel')) {
      const { isUnanswered } = contextOf(after).cancel;
      if (!isTold && isTransient(failureOf(event).code) && !isUnanswered) return violation('the cancel is given up');
    }
    const isDue = isDelay(event, 'cancelReadDelay') && before && contextOf(before).cancel.isUnanswered;
    if (
      isDue &&
      after.snapshot.matches('cancelling') &&
      before.snapshot.matches({ cancelling: { confirming: 'waiting' } })
    )
      return after.children.includes('cancel') ? null : violation('the cancel is not sent again');
    return null;
  },
};

/** The rules about money: what is submitted, what is charged, and what a cancel may claim. */
export const moneyMonitors: readonly GenerationMonitor[] = [
  requestsOnce,
  noOrphan,
  noFalseFree,
  cancelKeepsJob,
  refusalsAreNotEnds,
];
