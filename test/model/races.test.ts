import fc from 'fast-check';
import type { EventsCall } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { race, type Tampering } from './race.js';
import { describeStep, type Setup, type Step, setup, steps } from './race-steps.js';

const numRuns = Number(process.env['RACE_RUNS'] ?? 500);
/** The same races on each run, so that a change is what breaks them. `npm run prove` picks another seed each time. */
const seed = Number(process.env['RACE_SEED'] ?? 651_089_273);

const races = (wrong?: Tampering) =>
  fc.asyncProperty(setup, steps, fc.scheduler(), async (given, taken, scheduler) => {
    await race(given, taken, scheduler, wrong);
  });

const describeCounterexample = ([given, taken]: readonly [Setup, readonly Step[], fc.Scheduler]) =>
  [JSON.stringify(given), ...taken.map(describeStep)].join('\n  ');

const job = { id: 'job-1' };

/** A fault in how streams are opened. */
const listening = (change: (call: EventsCall) => EventsCall): Tampering => ({
  adapter: adapter => ({
    ...adapter,
    ...(adapter.events && { events: (about, call) => adapter.events?.(about, change(call)) ?? nothing() }),
  }),
});

async function* nothing(): AsyncGenerator<never> {}

const faults: readonly { readonly name: string; readonly wrong: Tampering; readonly message: RegExp }[] = [
  {
    name: 'tells its outcome twice',
    wrong: { outcomes: outcomes => [...outcomes, ...outcomes] },
    message: /2 outcomes, not one/,
  },
  {
    name: 'keeps its outcome to itself',
    wrong: { outcomes: () => [] },
    // Where the rules leave open whether it has ended, nothing says so.
    message: /0 outcomes, not one|the status is failed, not/,
  },
  {
    name: 'reads after its end',
    wrong: { afterwards: adapter => void adapter.read(job, new AbortController()) },
    message: /read \d+ (while ended|within minReadGapMs|is a second final read)/,
  },
  {
    name: 'submits twice',
    wrong: {
      adapter: adapter => ({
        ...adapter,
        submit: (input, call) => {
          void adapter.submit(input, call);
          return adapter.submit(input, call);
        },
      }),
    },
    message: /submit 1 is not allowed/,
  },
  {
    name: 'reads twice as often',
    wrong: {
      adapter: adapter => ({
        ...adapter,
        read: (about, call) => {
          void adapter.read(about, call);
          return adapter.read(about, call);
        },
      }),
    },
    message: /read \d+ (while another is in flight|within minReadGapMs)/,
  },
  {
    name: 'submits under a key of its own',
    wrong: {
      adapter: adapter => ({
        ...adapter,
        submit: (input, call) => adapter.submit(input, { ...call, idempotencyKey: 'another' }),
      }),
    },
    message: /submit \d+ is not allowed/,
  },
  {
    name: 'forgets where a stream was',
    wrong: listening(call => ({ ...call, lastEventId: undefined })),
    message: /goes on from undefined, not event-\d/,
  },
  {
    name: 'does not heed what a stream asks to wait',
    wrong: listening(call => ({ ...call, onRetry: () => {} })),
    message: /comes while the stream is lost/,
  },
  {
    name: 'shows progress as it was last describeCounterexample',
    wrong: { view: view => ({ ...view, progress: view.progress && 1 - view.progress }) },
    message: /the progress (falls|is)/,
  },
  {
    name: 'can be cancelled for ever',
    wrong: { view: view => ({ ...view, canCancel: view.status !== 'idle' }) },
    message: /canCancel|can be cancelled after its end/,
  },
];

describe('the running actor', () => {
  it('behaves like the reference model in every order of events', { timeout: 900_000 }, async () => {
    const result = await fc.check(races(), { seed, numRuns });
    const shrunk = result.counterexample ? describeCounterexample(result.counterexample) : '';
    const report = `RACE_SEED=${seed}, shrunk ${result.numShrinks} times:\n${shrunk}\n${result.errorInstance}`;
    expect(result.failed, report).toBe(false);
  });
});

describe('the reference model', () => {
  it.each(faults)('notices a generation that $name, and shrinks it to a few steps', async ({ wrong, message }) => {
    const result = await fc.check(races(wrong), { seed: 1, numRuns: 100 });
    expect(String(result.errorInstance)).toMatch(message);
    expect(result.counterexample?.[1].length).toBeLessThan(12);
  });
});
