import type { AnyMachineSnapshot } from 'xstate';
import type { Environment } from '../../machines/environment.js';
import type { GenerationContext } from '../../machines/generation/generation.types.js';
import type { Ask } from './every-answer.js';
import type { Abstraction } from './explore.types.js';

const ahead = Number.POSITIVE_INFINITY;
const past = Number.NEGATIVE_INFINITY;

type Context = GenerationContext<unknown>;
type ContextPath =
  | keyof Context
  | `shown.${keyof Context['shown']}`
  | `stream.${keyof Context['stream']}`
  | `reads.${keyof Context['reads']}`
  | `health.${keyof Context['health']}`;

type Forgotten = { readonly [path in ContextPath]?: readonly unknown[] };

/**
 * All that the exploration of a generation forgets, in one place.
 *
 * Why this is sound: a guard compares an instant only with the clock, a length only with a limit of the policy, and a
 * count only with zero. So instead of moving the clock, the date is moved: infinitely far ahead or past, it gives the
 * guard each of its two answers at any time, and every number of the real world gives one of them. A guard that reads
 * what is forgotten is tried with each value of its list; a guard that reads what is not forgotten sees the value,
 * which is part of the state; a guard that reads anything else ends the exploration. Actions and inputs of children
 * carry the forgotten along, and every transition that runs one is run once for each kind, to show that nothing that
 * is kept depends on it. Delays read it, too, but only to say how long they are, and an armed delay
 * may fire at any time. More is tried than can happen (a clock may go back between two guards), and never less.
 */
const forgotten: Forgotten = {
  // Instants. `isPastDeadline` is tried before and past it.
  startedAt: [undefined, 0],
  deadlineAt: [ahead, past],

  // How long there was no sign of the job: `isOutage` is tried with its budget unspent and spent, `isReadRefused` with a
  // stream that has and has not shown the job of late.
  'health.markedAt': [0],
  'health.unansweredMs': [past, ahead],
  'health.seenOnStreamAt': [undefined, ahead],

  // Counts and hints decide only how long delays are.
  'stream.lossCount': [0, 9],
  'stream.reopenAfterMs': [undefined, 9_000],
  'reads.count': [0, 9],
  'reads.readAfterMs': [undefined, 9_000],
  'reads.retryAfterMs': [undefined, 9_000],

  // Read by nothing but the step that raises it: each step is made from each of these.
  'shown.progress': [undefined, 0, 0.5, 1],

  // Said to the backend or shown to the user, and read by nothing.
  'stream.lastEventId': [undefined, 'event-9'],
  'shown.message': [undefined, 'painting'],
  'shown.backendPosition': [undefined, 9],
  'shown.previews': [undefined, []],
};

/** Decides only where an accepted job leads, which is past. */
const forgottenAfterSubmit: Forgotten = { ...forgotten, isDetached: [false, true] };

/** What decides only how a job is followed, and no longer matters once it is not. */
const forgottenAfterFollowing: Forgotten = {
  ...forgottenAfterSubmit,
  'reads.isReadRequested': [false, true],
  'reads.isMissing': [false, true],
  'health.isJobSeen': [false, true],
};

/** A requested read is made as soon as one can be, and whoever follows again begins with a read. */
const forgottenBetweenReads: Forgotten = { ...forgottenAfterSubmit, 'reads.isReadRequested': [false, true] };

/** What is forgotten in a state. Looked up for every transition, so it takes the value as it is. */
export function generationAbstraction({ value }: AnyMachineSnapshot): Abstraction {
  if (value === 'idle' || value === 'submitting') return forgotten;
  const state = typeof value === 'object' ? Object.keys(value)[0] : value;
  if (state === 'detached' || state === 'verifying' || state === 'expiring') return forgottenBetweenReads;
  const following: unknown = typeof value === 'object' ? value.following : undefined;
  if (following === undefined) return forgottenAfterFollowing;
  const reads: unknown = Reflect.get(Object(following), 'reads');
  return reads === 'reading' || reads === 'settling' ? forgottenAfterSubmit : forgottenBetweenReads;
}

/** Everything a guard of the chart reads. A guard that reads more ends the exploration. */
export const generationGuardReads: readonly (`context.${ContextPath}` | `${'event' | 'environment'}.${string}`)[] = [
  // Kept whole: part of the state.
  'context.job',
  'context.outcome',
  'context.cancelRequested',
  'context.isDetached',
  'context.reads.isReadRequested',
  'context.reads.isMissing',
  'context.health.isJobSeen',
  // Taken up, without looking into them.
  'context.reads',
  'context.health',
  // Forgotten, and tried with each kind.
  'context.deadlineAt',
  'context.health.markedAt',
  'context.health.unansweredMs',
  'context.health.seenOnStreamAt',
  // Of the event: each kind of outcome, update and failure arrives.
  'event.outcome',
  'event.outcome.kind',
  'event.update',
  'event.update.kind',
  'event.failure',
  'event.failure.code',
  // Of the world.
  'environment.now',
  'environment.isOnline',
];

/** Environment whose every answer is chosen by the exploration that `connect` is given to. */
export function chosenEnvironment() {
  let ask: Ask = (_, kinds) => kinds[0];
  const environment: Environment = {
    // One instant is enough: see above, it is the dates that move. What an action takes from the clock is such a date.
    now: () => Number(ask('environment.now', [0])),
    random: () => Number(ask('environment.random', [0, 0.5])),
    isOnline: () => Boolean(ask('environment.isOnline', [true, false])),
    // The exploration itself says what the page does.
    subscribe: () => () => {},
  };
  return {
    environment,
    connect: (exploration: Ask): void => {
      ask = exploration;
    },
  };
}
