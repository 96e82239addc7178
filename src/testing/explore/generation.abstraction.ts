import type { AnyMachineSnapshot } from 'xstate';
import type { Environment } from '../../machines/environment.js';
import type { GenerationContext } from '../../machines/generation/generation.context.js';
import type { Choose } from './every-choice.js';
import type { ContextAbstraction } from './explore.types.js';

const ahead = Number.POSITIVE_INFINITY;
const past = Number.NEGATIVE_INFINITY;

type Context = GenerationContext<unknown>;
type ContextPath =
  | keyof Context
  | `submit.${keyof Context['submit']}`
  | `submit.failure.${'code' | 'charged'}`
  | `clock.${keyof Context['clock']}`
  | `shown.${keyof Context['shown']}`
  | `estimate.${keyof Context['estimate']}`
  | `stream.${keyof Context['stream']}`
  | `reads.${keyof Context['reads']}`
  | `health.${keyof Context['health']}`
  | `cancel.${keyof Context['cancel']}`;

type LeftOut = { readonly [path in ContextPath]?: ContextAbstraction[string] };

const someInput = () => 'input';
/** Whether there is an input, and not which: a function is another one at each GENERATE. */
const hasInput = (getInput: unknown) => getInput && someInput;

/**
 * Everything that an exploration of a generation leaves out of the state.
 *
 * This is sound: a guard compares a time only with the clock, a length only with a limit of the policy, and a count only
 * with zero. So instead of the clock, the compared time changes: infinitely late or early, it gives each of the two
 * results of the comparison at any time of the clock, and so does every real number. A guard that reads a value that is
 * left out is tried with each value of its list. A guard that reads a value that is kept gets that value, which is part
 * of the state. A guard that reads anything else ends the exploration with an error. Actions and inputs of children pass
 * on what is left out. Every transition that runs one is run once for each value of the lists, to show that nothing that
 * is kept depends on it. Delays read what is left out only to determine their lengths, and an armed delay may fire at
 * any time. More is tried than can happen (a clock may go back between two guards), and never less.
 */
const leftOut: LeftOut = {
  // Times. `isPastDeadline` is tried before and after the deadline.
  startedAt: [undefined, 0],
  deadlineAt: [ahead, past],
  'clock.phase': ['running', 'queued'],
  'clock.queuedMs': [0],
  'clock.runningMs': [0],
  // `isLate` is tried before and after the time.
  'estimate.lateAt': [undefined, past],

  // `isOutage` is tried before and after `maxOutageMs`, `isFinalReadError` with a stream that has and has not shown the
  // job recently.
  'health.markedAt': [0],
  'health.unansweredMs': [past, ahead],
  'health.seenOnStreamAt': [undefined, ahead],
  // Only the output reads it.
  'health.pendingAt': [undefined, 0],
  endedAt: [undefined, 0],

  // `isDeferred` is tried before and after the patience is over.
  'submit.retryInMs': [past, ahead],
  'submit.getInput': hasInput,
  'submit.firstAt': [undefined, 0],
  'submit.count': [0, 9],
  'submit.lookupCount': [0, 9],
  retryAt: [undefined, 0],

  // `isTooSoon` and `canReopen` are tried before and after the end of each wait, `isReadOverdue` with a young and an old read.
  busyUntil: [undefined, ahead],
  'stream.triedAt': [undefined, 0],
  'reads.lastAt': [undefined, 0],

  // `isStreamTelling` and `isChangeUnread` are tried with each.
  'stream.isTelling': [false, true],
  'reads.change': [undefined, 'unread', 'reading'],

  // Counts and hints determine only the lengths of delays. `canReadAgain` and `isFirstGap` are tried with the first read and
  // with later ones.
  'stream.openedAt': [undefined, past],
  'stream.lostAt': [undefined, 0],
  'stream.lossCount': [0, 9],
  'stream.reopenAfterMs': [undefined, 9_000],
  'reads.count': [0, 9],
  'reads.timeoutCount': [0, 9],
  'reads.readAfterMs': [undefined, 9_000],
  'reads.retryAfterMs': [undefined, 9_000],
  'cancel.readCount': [0, 9],
  'cancel.retryAfterMs': [undefined, 9_000],

  // Read only by the step that raises it, which is run from each of these.
  'shown.progress': [undefined, 0, 0.5, 1],

  // Sent to the backend or shown to the user. The chart does not read it.
  'stream.lastEventId': [undefined, 'event-9'],
  'shown.expectedAt': [undefined, 0],
  'estimate.shown': [undefined, { expectedAt: 0, lowAt: undefined, highAt: undefined }],
  'estimate.isTold': [false, true],
  'estimate.isLate': [false, true],
  'estimate.movingSinceMs': [undefined, 0],
  'estimate.speedAt': [undefined, 0],
  'estimate.madeAt': [undefined, 0],
  'estimate.dueMs': [undefined, 0],
  'shown.message': [undefined, 'painting'],
  'shown.backendPosition': [undefined, 9],
  'shown.previews': [undefined, []],
};

/** `isDetached` decides only which state follows `submitting`. */
const leftOutAfterSubmit: LeftOut = { ...leftOut, isDetached: [false, true] };

/** These decide only how a job is followed. */
const leftOutAfterFollowing: LeftOut = {
  ...leftOutAfterSubmit,
  'shown.phase': [undefined, 'queued', 'running'],
  'reads.isReadRequested': [false, true],
  'reads.isMissing': [false, true],
  'health.isJobSeen': [false, true],
};

/** A requested read starts as soon as it can, and following starts with a read. */
const leftOutBetweenReads: LeftOut = { ...leftOutAfterSubmit, 'reads.isReadRequested': [false, true] };

const beforeJob: readonly string[] = ['idle', 'submitting', 'unaccepted', 'waiting', 'lookingUp', 'forbidding'];

/** What is left out in a state. Called for every transition, so it avoids `snapshot.matches`. */
export function generationAbstraction({ value }: AnyMachineSnapshot): ContextAbstraction {
  const state = typeof value === 'object' ? Object.keys(value)[0] : value;
  if (state && beforeJob.includes(state)) return leftOut;
  if (state === 'detached' || state === 'verifying' || state === 'expiring') return leftOutBetweenReads;
  const following: unknown = typeof value === 'object' ? value.following : undefined;
  if (following === undefined) return leftOutAfterFollowing;
  const reads: unknown = Reflect.get(Object(following), 'reads');
  return reads === 'reading' || reads === 'settling' ? leftOutAfterSubmit : leftOutBetweenReads;
}

/** Everything that the guards of the chart read. If one reads more, the exploration ends with an error. */
export const generationGuardReads: readonly (`context.${ContextPath}` | `${'event' | 'environment'}.${string}`)[] = [
  // Part of the state.
  'context.job',
  'context.outcome',
  'context.cancelRequested',
  'context.isDetached',
  'context.submit',
  'context.submit.mayHaveArrived',
  'context.submit.failure',
  'context.submit.failure.code',
  'context.submit.failure.charged',
  'context.submit.getInput',
  'context.shown',
  'context.shown.phase',
  'context.estimate',
  'context.reads.isReadRequested',
  'context.reads.isMissing',
  'context.reads.change',
  'context.stream.isTelling',
  'context.health.isJobSeen',
  // Read as objects only, without a member.
  'context.reads',
  'context.stream',
  'context.health',
  'context.cancel',
  'context.cancel.isUnanswered',
  // Left out, and tried with each value of the lists.
  'context.startedAt',
  'context.submit.firstAt',
  'context.busyUntil',
  'context.stream.triedAt',
  'context.reads.lastAt',
  'context.reads.count',
  'context.reads.timeoutCount',
  'context.reads.readAfterMs',
  'context.submit.retryInMs',
  'context.deadlineAt',
  'context.estimate.lateAt',
  'context.health.markedAt',
  'context.health.unansweredMs',
  'context.health.seenOnStreamAt',
  // An event of each kind arrives.
  'event.outcome',
  'event.outcome.kind',
  'event.update',
  'event.update.kind',
  'event.failure',
  'event.failure.code',
  // Chosen: see `chosenEnvironment`.
  'environment.now',
  'environment.isOnline',
];

/** An environment whose values the exploration chooses. Pass `connect` to it. */
export function chosenEnvironment() {
  let choose: Choose = (_, values) => values[0];
  const environment: Environment = {
    // One value is enough, because the times that it is compared with change. Actions store it as such a time.
    now: () => Number(choose('environment.now', [0])),
    random: () => Number(choose('environment.random', [0, 0.5])),
    isOnline: () => Boolean(choose('environment.isOnline', [true, false])),
    // Page events are among the events that arrive.
    subscribe: () => () => {},
  };
  return {
    environment,
    connect: (chooseNext: Choose): void => {
      choose = chooseNext;
    },
  };
}
