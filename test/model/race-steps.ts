import fc from 'fast-check';
import type { EnvironmentEvent, FailureCode } from 'generation-lifecycle';
import type { CallKind, Saying, StreamSaying } from './reference-types.js';

/** What a backend does with every read that no step speaks to. */
export type Habit = Saying | 'hang';

/** One thing that happens. `back` counts from the newest call of the kind: 1 is the one before it. */
export type Step =
  | { readonly do: 'command'; readonly command: 'GENERATE' | 'CANCEL' | 'CHECK' }
  | { readonly do: 'tell'; readonly fact: EnvironmentEvent }
  | { readonly do: 'say'; readonly kind: CallKind; readonly back: number; readonly saying: StreamSaying }
  | { readonly do: 'arrive' }
  | { readonly do: 'tick'; readonly ms: number }
  /** The time of day jumps, as over a sleep of the machine, or when its clock is set. */
  | { readonly do: 'jump'; readonly ms: number }
  /** The page goes, and another goes on from its token. */
  | { readonly do: 'reload' }
  | { readonly do: 'habit'; readonly habit: Habit };

/** A token, as far as a page goes by it. */
export type Resumed = {
  /** The job has a name. */
  readonly isKnown: boolean;
  readonly progress?: number | undefined;
  readonly lastEventId?: string | undefined;
  /** From the start; below zero it has passed. */
  readonly deadlineInMs?: number | undefined;
  readonly isCancelRequested: boolean;
};

export type Setup = {
  readonly has: { readonly events: boolean; readonly cancel: boolean };
  /** Goes on after an abort, and talks late. */
  readonly ignoresAbort: boolean;
  /** Between 0 and 1; one half is no jitter. */
  readonly chance: number;
  readonly isLong: boolean;
  /** Before the first step: nothing, a submit that is accepted, or a token to go on from. */
  readonly start: 'fresh' | 'accepted' | Resumed;
  readonly habit: Habit;
};

const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const url = fc.nat({ max: 3 }).map(host => `https://cdn-${host}.test/1.png`);

const pending: fc.Arbitrary<Saying> = fc.record({
  say: one('pending'),
  progress: one(undefined, 0, 0.25, 0.5, 1),
  readAfterMs: one(undefined, undefined, undefined, 4_000, 60_000),
});
const succeeded: fc.Arbitrary<Saying> = fc.record({ say: one('succeeded'), url });
const failed: fc.Arbitrary<Saying> = fc.constant({ say: 'failed' });
const cancelled: fc.Arbitrary<Saying> = fc.constant({ say: 'cancelled' });
const changed: fc.Arbitrary<Saying> = fc.constant({ say: 'changed' });
const error = (...codes: readonly FailureCode[]): fc.Arbitrary<Saying> =>
  fc.record({ say: one('error'), code: fc.constantFrom(...codes) });
const busy: fc.Arbitrary<Saying> = fc.record({
  say: one('error'),
  code: one('rate-limited'),
  retryAfterMs: one(undefined, 7_000, 30_000),
});

const ofRead = fc.oneof(
  { arbitrary: pending, weight: 6 },
  { arbitrary: succeeded, weight: 1 },
  { arbitrary: failed, weight: 1 },
  { arbitrary: cancelled, weight: 1 },
  { arbitrary: error('not-found', 'network', 'unauthorized'), weight: 4 },
  { arbitrary: busy, weight: 1 },
);
const ofStream: fc.Arbitrary<StreamSaying> = fc.oneof(
  { arbitrary: fc.record({ say: one('open') }), weight: 5 },
  { arbitrary: one<StreamSaying>({ say: 'alive' }, { say: 'ignored' }, { say: 'end' }), weight: 4 },
  { arbitrary: pending, weight: 3 },
  { arbitrary: changed, weight: 2 },
  { arbitrary: fc.record({ say: one('id'), id: one('event-1', 'event-2', '') }), weight: 2 },
  { arbitrary: fc.record({ say: one('retry'), retryMs: one(0, 500, 12_000, 45_000, 3_600_000) }), weight: 1 },
  { arbitrary: succeeded, weight: 1 },
  { arbitrary: fc.oneof(failed, cancelled), weight: 1 },
  { arbitrary: fc.oneof(error('network', 'not-found', 'event-too-large'), busy), weight: 1 },
);
const ofSubmit = fc.oneof(
  { arbitrary: pending, weight: 4 },
  { arbitrary: fc.oneof(succeeded, failed, cancelled), weight: 1 },
  { arbitrary: error('network', 'payment-required'), weight: 1 },
);
const ofCancel = fc.oneof(cancelled, fc.constant<Saying>({ say: 'pending' }), succeeded, failed, error('network'));

const say = (kind: CallKind, saying: fc.Arbitrary<StreamSaying>): fc.Arbitrary<Step> =>
  fc.record({ do: one('say'), kind: one(kind), back: one(0, 0, 0, 1, 2), saying });
const habit: fc.Arbitrary<Habit> = fc.oneof(one('hang'), pending, error('network', 'not-found', 'unauthorized'), busy);

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: one('command'), command: one('GENERATE', 'CHECK', 'CHECK') }), weight: 3 },
  { arbitrary: fc.record({ do: one('command'), command: one('CANCEL') }), weight: 1 },
  { arbitrary: fc.record({ do: one('tell'), fact: one('woke', 'asleep', 'online', 'offline') }), weight: 3 },
  { arbitrary: say('events', ofStream), weight: 8 },
  { arbitrary: say('read', ofRead), weight: 4 },
  { arbitrary: say('submit', ofSubmit), weight: 2 },
  { arbitrary: say('cancel', ofCancel), weight: 1 },
  { arbitrary: fc.record({ do: one('arrive') }), weight: 12 },
  // A short sleep, one past the deadline, a night; and a clock that was set back.
  { arbitrary: fc.record({ do: one('jump'), ms: one(5_000, 200_000, 36_000_000, -90_000) }), weight: 1 },
  { arbitrary: fc.record({ do: one('reload') }), weight: 1 },
  { arbitrary: fc.record({ do: one('habit'), habit }), weight: 2 },
  {
    arbitrary: fc.record({ do: one('tick'), ms: fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 30_000 })) }),
    weight: 8,
  },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });

const resumed: fc.Arbitrary<Resumed> = fc.record({
  isKnown: one(true),
  progress: one(undefined, 0, 0.5),
  lastEventId: one(undefined, 'event-0'),
  deadlineInMs: one(undefined, 90_000, 90_000, 400_000, 0, -1),
  isCancelRequested: one(false, false, false, true),
});
/** Its page went before the submit was answered. */
const unnamed: fc.Arbitrary<Resumed> = fc.record({ isKnown: one(false), isCancelRequested: fc.boolean() });

export const setup: fc.Arbitrary<Setup> = fc.record({
  has: fc.record({ events: one(true, true, true, false), cancel: one(true, true, false) }),
  ignoresAbort: fc.boolean(),
  chance: one(0.5, 0, 0.999),
  isLong: one(false, false, true),
  start: fc.oneof(
    { arbitrary: one('accepted'), weight: 4 },
    { arbitrary: one('fresh'), weight: 1 },
    { arbitrary: fc.oneof(resumed, resumed, unnamed), weight: 2 },
  ),
  habit,
});

const telling = (saying: StreamSaying | 'hang') =>
  typeof saying === 'string'
    ? saying
    : Object.values(saying)
        .filter(value => value !== undefined)
        .join(' ');

/** A step on a line. */
export function readable(step: Step): string {
  if (step.do === 'say') return `${step.kind} ${step.back ? `(${step.back} before) ` : ''}says ${telling(step.saying)}`;
  if (step.do === 'habit') return `reads say ${telling(step.habit)}`;
  return Object.values(step).join(' ');
}
