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
  | `signs.${keyof Context['signs']}`;

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
  'signs.markAt': [0],
  'signs.missedMs': [past, ahead],
  'signs.onStreamAt': [undefined, ahead],

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

/** What decides only how a job is followed, and no longer matters once it is not. */
const forgottenAfterFollowing: Forgotten = {
  ...forgotten,
  'reads.isReadRequested': [false, true],
  'reads.isMissing': [false, true],
  'signs.isJobSeen': [false, true],
};

/** A read that was asked for is made as soon as one can be. */
const forgottenBetweenReads: Forgotten = { ...forgotten, 'reads.isReadRequested': [false, true] };

/** What is forgotten in a state. Looked up for every transition, so it takes the value as it is. */
export function generationAbstraction({ value }: AnyMachineSnapshot): Abstraction {
  if (value === 'idle' || value === 'submitting') return forgotten;
  const following: unknown = typeof value === 'object' ? value.following : undefined;
  if (following === undefined) return forgottenAfterFollowing;
  const reads: unknown = Reflect.get(Object(following), 'reads');
  return reads === 'reading' || reads === 'settling' ? forgotten : forgottenBetweenReads;
}

/** Everything a guard of the chart reads. A guard that reads more ends the exploration. */
export const generationGuardReads: readonly (`context.${ContextPath}` | `${'event' | 'environment'}.${string}`)[] = [
  // Kept whole: part of the state.
  'context.job',
  'context.outcome',
  'context.cancelRequested',
  'context.reads.isReadRequested',
  'context.reads.isMissing',
  'context.signs.isJobSeen',
  // Taken up, without looking into them.
  'context.reads',
  'context.signs',
  // Forgotten, and tried with each kind.
  'context.deadlineAt',
  'context.signs.markAt',
  'context.signs.missedMs',
  'context.signs.onStreamAt',
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
    watch: () => () => {},
  };
  return {
    environment,
    connect: (exploration: Ask): void => {
      ask = exploration;
    },
  };
}
