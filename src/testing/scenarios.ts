import type { JobUpdate } from '../machines/generation/generation.port.js';
import type { Script, StreamStep } from './scripted.types.js';

/**
 * A backend that does one thing wrong, for one result. `again` is the same result as it is told a second time, where
 * the two differ: another signature, another host.
 */
export type Scenario = <TOutput>(output: TOutput, again?: TOutput) => Script<TOutput>;

/** When a result is published in all of them, in ms since the submit, unless the scenario is about just that. */
const doneAt = 20_000;

const pending = { kind: 'pending' } as const;
const success = <TOutput>(output: TOutput): JobUpdate<TOutput> => ({ kind: 'succeeded', output });
const opens = { afterMs: 100, opens: true } as const;

/** Reads that see the result once it is there. */
const reads = <TOutput>(output: TOutput, at = doneAt): NonNullable<Script<TOutput>['read']> => [
  { untilMs: at, afterMs: 50, update: pending },
  { afterMs: 50, update: success(output) },
];
/** A stream that tells some progress, and the result if it is open by then. */
const tells = <TOutput>(output: TOutput, at = doneAt): readonly StreamStep<TOutput>[] => [
  ...[0.2, 0.5, 0.8].map(share => ({ atMs: share * at, update: { kind: 'pending', progress: share } }) as const),
  { atMs: at, update: success(output) },
];

/** Every read is refused for so long. */
const refusesUntil = (untilMs: number, code: 'network' | 'not-found') => ({ untilMs, error: { code } }) as const;

const failure = {
  code: 'job-failed',
  message: 'The model refused.',
  retryable: true,
  resumable: false,
  charged: 'no',
} as const;

/**
 * The faults of slow, paid backends, by name. Each is a script for `scripted`, plain data that may be spread and
 * changed. Under the image policy all but the last six end `completed`, after at most 2 minutes; these end with the
 * failure that they are named for, after at most 8.
 *
 * @example
 * it.each(Object.entries(scenarios))('%s ends once', async (_, scenario) => {
 *   const machine = createGenerationMachine(scripted(scenario({ url: 'https://files.test/1.png' })));
 *   // …
 * });
 */
export const scenarios = {
  /** Nothing wrong. */
  healthy: output => ({ read: reads(output), events: [[opens, ...tells(output)]] }),
  /** The answer to the submit holds the result. */
  resultInSubmit: output => ({ submit: [{ afterMs: 3_000, update: success(output) }], events: [[opens]] }),
  /** Finished before the stream is open, and never told on it. */
  resultBeforeStream: output => ({ read: reads(output, 50), events: [[{ afterMs: 800, opens: true }]] }),
  /** The stream opens only when reading has begun, and delivers while a slow read is in flight. */
  openLate: (output, again = output) => ({
    read: [{ afterMs: 12_000, update: success(again) }],
    events: [
      [
        { afterMs: 15_000, opens: true },
        { atMs: doneAt, update: success(output) },
      ],
    ],
  }),
  /** The stream is open, pings and delivers nothing. */
  silentStream: output => ({ read: reads(output), events: [[opens, { pingsEveryMs: 15_000 }]] }),
  /** The stream ends cleanly before the job does, again and again, and what it would have told is told to nobody. */
  cutStream: output => ({ read: reads(output), events: [[opens, { afterMs: 4_000, ends: true }]] }),
  /** There is no stream for this job, and there will be none. */
  noStream: output => ({ read: reads(output), events: [[{ afterMs: 100, error: { code: 'not-found' } }]] }),
  /** Every event comes three times, the result included. */
  duplicateEvents: (output, again = output) => ({
    read: reads(again),
    events: [[opens, ...tells(output).flatMap(step => [step, step, step]), { update: success(again) }]],
  }),
  /** The stream delivers while a read is in flight that has the same result under another url. */
  rotatedUrl: (output, again = output) => ({
    read: [
      { untilMs: 15_000, update: pending },
      { afterMs: 5_000, update: success(again) },
    ],
    events: [[opens, ...tells(output)]],
  }),
  /** The reads do not know the job for a while. */
  notFoundAtFirst: output => ({ read: [refusesUntil(doneAt, 'not-found'), { update: success(output) }] }),
  /** The reads are refused with a demand to wait. */
  rateLimited: output => ({
    read: [{ error: { code: 'rate-limited', retryAfterMs: 20_000 } }, ...reads(output)],
  }),
  /** Nothing answers for a minute. */
  outage: output => ({
    read: [refusesUntil(60_000, 'network'), { update: success(output) }],
    events: [[{ error: { code: 'network' } }]],
  }),
  /** The first read never answers. */
  hangingRead: output => ({ read: [{ hangs: true }, ...reads(output)] }),
  /** The stream tells a failure that is none: the reads know better. */
  falseAlarm: output => ({
    read: reads(output, 4_000),
    events: [[opens, { atMs: 5_000, update: { kind: 'failed', failure } }]],
  }),
  /** An adapter that forgets the signal, so that stopped reads and streams talk after all. */
  lateTalk: (output, again = output) => ({
    read: [
      { untilMs: 15_000, update: pending },
      { afterMs: 40_000, update: success(again) },
    ],
    events: [[opens, ...tells(output), { afterMs: 10_000, update: { kind: 'failed', failure } }]],
    ignoresAbort: true,
  }),

  /** The backend says no to the submit, which costs nothing: `payment-required`. */
  refusedSubmit: () => ({ submit: [{ afterMs: 500, error: { code: 'payment-required', charged: 'no' } }] }),
  /** The submit is never answered, and may have been paid: `interrupted`. */
  unansweredSubmit: () => ({ submit: [{ hangs: true }] }),
  /** The job fails, which the stream tells and a read confirms: `job-failed`. */
  failsOnStream: () => ({
    read: [{ untilMs: 5_000, update: pending }, { update: { kind: 'failed', failure } }],
    events: [[opens, { atMs: 5_000, update: { kind: 'failed', failure } }]],
  }),
  /** The job fails, which only the reads tell: `job-failed`. */
  failsInRead: () => ({
    read: [{ untilMs: 5_000, update: pending }, { update: { kind: 'failed', failure } }],
    events: [[opens, { pingsEveryMs: 15_000 }]],
  }),
  /** The backend answers the submit, and then nothing any more: `unreachable`. */
  unreachable: () => ({ read: [{ error: { code: 'network' } }], events: [[{ error: { code: 'network' } }]] }),
  /** The job goes on for ever: `deadline`. */
  neverEnds: () => ({ read: [{ update: pending }], events: [[opens, { pingsEveryMs: 15_000 }]] }),
} as const satisfies { readonly [name: string]: Scenario };
