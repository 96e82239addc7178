import type { JobUpdate } from '../machines/generation/generation.port.js';
import type { Script, StreamStep } from './scripted.types.js';

/**
 * The script of a backend with one fault, for one result. `again` is the same result in a second answer, if it differs,
 * for example in its signature or host.
 */
export type Scenario = <TOutput>(output: TOutput, again?: TOutput) => Script<TOutput>;

/** When the result is published, in ms since the submit, unless the scenario says otherwise. */
const doneAt = 20_000;

const pending = { kind: 'pending' } as const;
const success = <TOutput>(output: TOutput): JobUpdate<TOutput> => ({ kind: 'succeeded', output });
const opens = { afterMs: 100, opens: true } as const;

/** Reads that answer with the result once it is published. */
const reads = <TOutput>(output: TOutput, at = doneAt): NonNullable<Script<TOutput>['read']> => [
  { untilMs: at, afterMs: 50, update: pending },
  { afterMs: 50, update: success(output) },
];
/** A stream with progress, and with the result if it is open when that is published. */
const streams = <TOutput>(output: TOutput, at = doneAt): readonly StreamStep<TOutput>[] => [
  ...[0.2, 0.5, 0.8].map(share => ({ atMs: share * at, update: { kind: 'pending', progress: share } }) as const),
  { atMs: at, update: success(output) },
];

/** Every read fails until this time. */
const failsUntil = (untilMs: number, code: 'network' | 'not-found') => ({ untilMs, error: { code } }) as const;

const failure = {
  code: 'job-failed',
  message: 'The model refused.',
  retryable: true,
  resumable: false,
  charged: 'no',
} as const;

/**
 * The faults of slow, paid backends, by name. Each returns a script for `scripted`: plain data, which you can spread and
 * change. With the image policy, all but the last six end as `completed`, after at most 2 minutes. The last six end as
 * `failed`, after at most 8 minutes.
 *
 * @example
 * it.each(Object.entries(scenarios))('%s ends once', async (_, scenario) => {
 *   const machine = createGenerationMachine(scripted(scenario({ url: 'https://files.test/1.png' })));
 *   // …
 * });
 */
export const scenarios = {
  /** No fault. */
  healthy: output => ({ read: reads(output), events: [[opens, ...streams(output)]] }),
  /** The answer to the submit contains the result. */
  resultInSubmit: output => ({ submit: [{ afterMs: 3_000, update: success(output) }], events: [[opens]] }),
  /** The job ends before the stream is open, so the stream never has the result. */
  resultBeforeStream: output => ({ read: reads(output, 50), events: [[{ afterMs: 800, opens: true }]] }),
  /** The stream opens after the first read has started, and has the result while that slow read is in flight. */
  openLate: (output, again = output) => ({
    read: [{ afterMs: 12_000, update: success(again) }],
    events: [
      [
        { afterMs: 15_000, opens: true },
        { atMs: doneAt, update: success(output) },
      ],
    ],
  }),
  /** The stream is open and sends pings, but no events. */
  silentStream: output => ({ read: reads(output), events: [[opens, { pingsEveryMs: 15_000 }]] }),
  /** The stream repeatedly ends cleanly before the job does, and never has the result. */
  cutStream: output => ({ read: reads(output), events: [[opens, { afterMs: 4_000, ends: true }]] }),
  /** This job never has a stream. */
  noStream: output => ({ read: reads(output), events: [[{ afterMs: 100, error: { code: 'not-found' } }]] }),
  /** Every event arrives three times, including the result. */
  duplicateEvents: (output, again = output) => ({
    read: reads(again),
    events: [[opens, ...streams(output).flatMap(step => [step, step, step]), { update: success(again) }]],
  }),
  /** The stream has the result while a read is in flight, which answers with the same result under another URL. */
  rotatedUrl: (output, again = output) => ({
    read: [
      { untilMs: 15_000, update: pending },
      { afterMs: 5_000, update: success(again) },
    ],
    events: [[opens, ...streams(output)]],
  }),
  /** For 20 s, reads answer that the job does not exist. */
  notFoundAtFirst: output => ({ read: [failsUntil(doneAt, 'not-found'), { update: success(output) }] }),
  /** The first read is refused and asks to wait. */
  rateLimited: output => ({
    read: [{ error: { code: 'rate-limited', retryAfterMs: 20_000 } }, ...reads(output)],
  }),
  /** For a minute, no request is answered. */
  outage: output => ({
    read: [failsUntil(60_000, 'network'), { update: success(output) }],
    events: [[{ error: { code: 'network' } }]],
  }),
  /** The first read is never answered. */
  hangingRead: output => ({ read: [{ hangs: true }, ...reads(output)] }),
  /** The stream reports a failure, but the job goes on: reads answer with the result. */
  falseAlarm: output => ({
    read: reads(output, 4_000),
    events: [[opens, { atMs: 5_000, update: { kind: 'failed', failure } }]],
  }),
  /** The adapter ignores the signal, so aborted reads and streams answer after all. */
  answersAfterAbort: (output, again = output) => ({
    read: [
      { untilMs: 15_000, update: pending },
      { afterMs: 40_000, update: success(again) },
    ],
    events: [[opens, ...streams(output), { afterMs: 10_000, update: { kind: 'failed', failure } }]],
    ignoresAbort: true,
  }),

  /** The backend refuses the submit and charges nothing: `payment-required`. */
  refusedSubmit: () => ({ submit: [{ afterMs: 500, error: { code: 'payment-required', charged: 'no' } }] }),
  /** The submit is never answered and may have been charged: `interrupted`. */
  unansweredSubmit: () => ({ submit: [{ hangs: true }] }),
  /** The job fails. The stream reports it, and a read confirms it: `job-failed`. */
  failsOnStream: () => ({
    read: [{ untilMs: 5_000, update: pending }, { update: { kind: 'failed', failure } }],
    events: [[opens, { atMs: 5_000, update: { kind: 'failed', failure } }]],
  }),
  /** The job fails. Only reads report it: `job-failed`. */
  failsInRead: () => ({
    read: [{ untilMs: 5_000, update: pending }, { update: { kind: 'failed', failure } }],
    events: [[opens, { pingsEveryMs: 15_000 }]],
  }),
  /** The backend answers the submit and nothing after it: `unreachable`. */
  unreachable: () => ({ read: [{ error: { code: 'network' } }], events: [[{ error: { code: 'network' } }]] }),
  /** The job never ends: `deadline`. */
  neverEnds: () => ({ read: [{ update: pending }], events: [[opens, { pingsEveryMs: 15_000 }]] }),
} as const satisfies { readonly [name: string]: Scenario };
