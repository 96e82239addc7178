import fc from 'fast-check';
import type { EnvironmentEvent, FailureCode } from 'generation-lifecycle';
import type { CallKind, JobMessage, StreamMessage } from './reference-types.js';

/** What the backend does with a read that no step answers. */
export type DefaultRead = JobMessage | 'hang';

/** `back` selects a call of the kind: 0 is the newest, 1 the one before it. */
export type Step =
  | { readonly do: 'command'; readonly command: 'GENERATE' | 'CANCEL' | 'CHECK' }
  | { readonly do: 'page'; readonly event: EnvironmentEvent }
  | { readonly do: 'send'; readonly kind: CallKind; readonly back: number; readonly message: StreamMessage }
  | { readonly do: 'arrive' }
  | { readonly do: 'tick'; readonly ms: number }
  /** The time of day jumps, as when the computer sleeps or its clock is set. */
  | { readonly do: 'jump'; readonly ms: number }
  /** The page closes, and another resumes from its token. */
  | { readonly do: 'reload' }
  | { readonly do: 'defaultRead'; readonly defaultRead: DefaultRead };

/** What a page reads from a token. */
export type Resumed = {
  /** The id of the job is known. */
  readonly isKnown: boolean;
  readonly progress?: number | undefined;
  readonly lastEventId?: string | undefined;
  /** From the start; negative if it has passed. */
  readonly deadlineInMs?: number | undefined;
  readonly isCancelRequested: boolean;
};

export type Setup = {
  readonly has: { readonly events: boolean; readonly cancel: boolean };
  /** Its calls go on after an abort, and answer late. */
  readonly ignoresAbort: boolean;
  /** Between 0 and 1; 0.5 is no jitter. */
  readonly chance: number;
  readonly isLong: boolean;
  /** Before the first step: nothing, an accepted submit, or a token to resume from. */
  readonly start: 'fresh' | 'accepted' | Resumed;
  readonly defaultRead: DefaultRead;
};

const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const url = fc.nat({ max: 3 }).map(host => `https://cdn-${host}.test/1.png`);

const pending: fc.Arbitrary<JobMessage> = fc.record({
  type: one('pending'),
  phase: one(undefined, undefined, undefined, 'queued', 'running'),
  progress: one(undefined, 0, 0.25, 0.5, 1),
  readAfterMs: one(undefined, undefined, undefined, 4_000, 60_000),
});
const succeeded: fc.Arbitrary<JobMessage> = fc.record({ type: one('succeeded'), url });
const failed: fc.Arbitrary<JobMessage> = fc.constant({ type: 'failed' });
const cancelled: fc.Arbitrary<JobMessage> = fc.constant({ type: 'cancelled' });
const changed: fc.Arbitrary<JobMessage> = fc.constant({ type: 'changed' });
const error = (...codes: readonly FailureCode[]): fc.Arbitrary<JobMessage> =>
  fc.record({ type: one('error'), code: fc.constantFrom(...codes) });
const busy: fc.Arbitrary<JobMessage> = fc.record({
  type: one('error'),
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
const ofStream: fc.Arbitrary<StreamMessage> = fc.oneof(
  { arbitrary: fc.record({ type: one('open') }), weight: 5 },
  { arbitrary: one<StreamMessage>({ type: 'alive' }, { type: 'ignored' }, { type: 'end' }), weight: 4 },
  { arbitrary: pending, weight: 3 },
  { arbitrary: changed, weight: 2 },
  { arbitrary: fc.record({ type: one('id'), id: one('event-1', 'event-2', '') }), weight: 2 },
  { arbitrary: fc.record({ type: one('retry'), retryMs: one(0, 500, 12_000, 45_000, 3_600_000) }), weight: 1 },
  { arbitrary: succeeded, weight: 1 },
  { arbitrary: fc.oneof(failed, cancelled), weight: 1 },
  { arbitrary: fc.oneof(error('network', 'not-found', 'event-too-large'), busy), weight: 1 },
);
const ofSubmit = fc.oneof(
  { arbitrary: pending, weight: 4 },
  { arbitrary: fc.oneof(succeeded, failed, cancelled), weight: 1 },
  { arbitrary: error('network', 'payment-required'), weight: 1 },
  { arbitrary: fc.oneof(error('busy'), busy), weight: 2 },
);
const ofCancel = fc.oneof(
  cancelled,
  fc.constant<JobMessage>({ type: 'pending' }),
  succeeded,
  failed,
  error('network', 'busy'),
);

const send = (kind: CallKind, message: fc.Arbitrary<StreamMessage>): fc.Arbitrary<Step> =>
  fc.record({ do: one('send'), kind: one(kind), back: one(0, 0, 0, 1, 2), message });
const defaultRead: fc.Arbitrary<DefaultRead> = fc.oneof(
  one('hang'),
  pending,
  error('network', 'not-found', 'unauthorized'),
  busy,
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: one('command'), command: one('GENERATE', 'CHECK', 'CHECK') }), weight: 3 },
  { arbitrary: fc.record({ do: one('command'), command: one('CANCEL') }), weight: 1 },
  { arbitrary: fc.record({ do: one('page'), event: one('woke', 'asleep', 'online', 'offline') }), weight: 3 },
  { arbitrary: send('events', ofStream), weight: 8 },
  { arbitrary: send('read', ofRead), weight: 4 },
  { arbitrary: send('submit', ofSubmit), weight: 2 },
  { arbitrary: send('cancel', ofCancel), weight: 1 },
  { arbitrary: fc.record({ do: one('arrive') }), weight: 12 },
  // A short sleep, one past the deadline, a night; and a clock that was set back.
  { arbitrary: fc.record({ do: one('jump'), ms: one(5_000, 200_000, 36_000_000, -90_000) }), weight: 1 },
  { arbitrary: fc.record({ do: one('reload') }), weight: 1 },
  { arbitrary: fc.record({ do: one('defaultRead'), defaultRead }), weight: 2 },
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
/** The page closed before the submit was answered. */
const withoutJob: fc.Arbitrary<Resumed> = fc.record({ isKnown: one(false), isCancelRequested: fc.boolean() });

export const setup: fc.Arbitrary<Setup> = fc.record({
  has: fc.record({ events: one(true, true, true, false), cancel: one(true, true, false) }),
  ignoresAbort: fc.boolean(),
  chance: one(0.5, 0, 0.999),
  isLong: one(false, false, true),
  start: fc.oneof(
    { arbitrary: one('accepted'), weight: 4 },
    { arbitrary: one('fresh'), weight: 1 },
    { arbitrary: fc.oneof(resumed, resumed, withoutJob), weight: 2 },
  ),
  defaultRead,
});

const describeMessage = (message: StreamMessage | 'hang') =>
  typeof message === 'string'
    ? message
    : Object.values(message)
        .filter(value => value !== undefined)
        .join(' ');

/** A step in one line. */
export function describeStep(step: Step): string {
  if (step.do === 'send')
    return `${step.kind} ${step.back ? `(${step.back} before) ` : ''}sends ${describeMessage(step.message)}`;
  if (step.do === 'defaultRead') return `reads answer ${describeMessage(step.defaultRead)}`;
  return Object.values(step).join(' ');
}
