import { createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { ExplorationError, exploreGeneration, generationMonitors } from 'generation-lifecycle/testing/explore';
import { describe, expect, it } from 'vitest';
import { assign, raise } from 'xstate';
import type { GenerationContext } from '../../src/machines/generation/generation.context.js';
import { type Mutant, mutated } from '../support/mutant.js';

const never = () => Promise.reject(new Error('An exploration does not call the adapter.'));
const withoutEvents: GenerationAdapter<unknown, string> = { submit: never, read: never, cancel: never };
const adapter: GenerationAdapter<unknown, string> = {
  ...withoutEvents,
  async *events() {
    await never();
    yield { kind: 'ignored' };
  },
};
const machine = createGenerationMachine(adapter);
const machines = {
  events: machine,
  none: createGenerationMachine(withoutEvents),
  lookups: createGenerationMachine({
    ...withoutEvents,
    idempotentSubmit: 'replays',
    find: never,
    cancelByKey: never,
  }),
  patience: createGenerationMachine(withoutEvents, { policy: { submitPatienceMs: 60_000 } }),
};

type Read = { readonly context: GenerationContext<unknown> };

const inReads = 'states.following.states.reads.states';
const inClock = 'states.following.states.clock.states';
const inListening = 'states.following.states.stream.states.listening';

/** Where a fault shows soonest, if it takes long in the whole exploration. */
type Fault = Mutant & { readonly arrivals?: readonly ['any']; readonly of?: keyof typeof machines };

/** By monitor, the faults that only it finds. */
const faults: { readonly [monitor: string]: readonly Fault[] } = {
  'exactly one outcome': [
    { name: 'an end that says nothing', config: { 'states.completed.entry': undefined } },
    {
      name: 'an end that goes on',
      config: { 'states.completed': { entry: 'announce', on: { 'read.answered': 'failed' } } },
    },
  ],
  'nothing runs in an end state': [
    {
      name: 'a delay armed by an end',
      config: { 'states.failed.entry': ['announce', raise({ type: 'LATE' }, { delay: 1_000, id: 'late' })] },
    },
  ],
  'everything is about the submitted job': [
    {
      name: 'a late submit of another generation taken for ours',
      config: { 'states.following.on.job:accepted': { actions: 'setJob' } },
      arrivals: ['any'],
    },
    {
      name: 'a failure without its job',
      provide: { actions: { setReadOutcome: assign({ outcome: { status: 'failed', failure: { charged: 'yes' } } }) } },
    },
    { name: 'an accepted job that is not kept', config: { 'states.submitting.on.job:accepted': 'following' } },
  ],
  'nothing is bought twice, and a cancel is repeated only where the first was not answered': [
    {
      name: 'GENERATE while followed submits again',
      // The actions make up for what the exploration leaves out while a job is followed.
      config: { 'states.following.on.GENERATE': { target: 'submitting', actions: ['beginRead', 'attach'] } },
    },
    {
      name: 'another key than the one that is kept',
      config: { 'states.submitting.invoke.input': () => ({ idempotencyKey: 'another' }) },
    },
    {
      name: 'a submit without an answer is bought again',
      config: { 'states.submitting.after': { submitTimeoutMs: { target: 'waiting', actions: 'setSubmitFailure' } } },
    },
    {
      name: 'the submit of an earlier page is bought again',
      config: { 'states.idle.on.GENERATE': { target: 'submitting', actions: 'beginSubmit' } },
    },
    { name: 'CANCEL while cancelling cancels again', config: { 'states.cancelling.on.CANCEL': '.asking' } },
  ],
  'no paid job is orphaned': [
    {
      name: 'CANCEL aborts the submit',
      config: {
        'states.submitting.on.CANCEL': { target: 'cancelled', actions: ['requestCancel', 'setSubmitOutcome'] },
      },
    },
    {
      name: 'a cancel that nobody confirmed is called stopped',
      provide: {
        actions: { assumeNotStopped: assign({ outcome: { status: 'cancelled', stopped: true, charged: 'yes' } }) },
      },
    },
  ],
  'nothing is told as free that may be charged': [
    {
      name: 'a later refusal speaks for an earlier submit',
      provide: {
        actions: {
          setSubmitFailure: assign({
            submit: ({ context, event }) => ({ ...context.submit, failure: event.failure ?? { charged: 'no' } }),
          }),
        },
      },
    },
    {
      name: 'a lookup that finds nothing is told as free',
      provide: {
        actions: { setSubmitOutcome: assign({ outcome: { status: 'cancelled', stopped: false, charged: 'no' } }) },
      },
      of: 'lookups',
    },
  ],
  'a job accepted after a cancel is stopped, or its outcome is told': [
    {
      name: 'the cancel is forgotten',
      config: { 'states.submitting.on.job:accepted': { target: 'following', actions: ['setJob', 'announce'] } },
    },
    {
      name: 'a job that was to be forbidden is followed',
      config: {
        'states.forbidding.states.asking.on.job:accepted': { target: '#generation.following', actions: ['setJob'] },
      },
      of: 'lookups',
    },
  ],
  'a command that is refused for now is sent again, or its failure is told': [
    { name: 'the wait has no end', config: { 'states.waiting.after': undefined }, of: 'patience' },
    {
      name: 'the cancel is given up',
      provide: { actions: { setCancelFailure: assign({}) } },
    },
    {
      name: 'the cancel is not sent again',
      config: { 'states.cancelling.states.confirming.states.waiting.after': { cancelReadDelay: 'reading' } },
    },
  ],
  'progress never falls': [
    {
      name: 'the newest progress is shown',
      provide: { actions: { setProgress: assign({ shown: ({ event }) => ({ progress: event.update.progress }) }) } },
    },
  ],
  'an end can be reached': [
    {
      name: 'a cancel that may hang for ever',
      config: { 'states.cancelling.states.asking.after': undefined },
      of: 'none',
    },
  ],
  'the deadline holds': [
    { name: 'no deadline', config: { [`${inClock}.running.after`]: undefined } },
    { name: 'no deadline in the queue', config: { [`${inClock}.queued.after`]: undefined } },
    {
      name: 'updates put it off',
      config: { 'states.following.on.job:changed': { target: 'following', reenter: true } },
      arrivals: ['any'],
    },
    {
      name: 'the last read is repeated',
      config: { 'states.expiring.states.reading.after': { requestTimeoutMs: { target: 'reading', reenter: true } } },
    },
    { name: 'the last read may hang for ever', config: { 'states.expiring.states.reading.after': undefined } },
    { name: 'it fires, and following goes on', config: { [`${inClock}.running.after`]: { deadline: {} } } },
  ],
  'reads never starve': [
    { name: 'nothing is read while streaming', config: { [`${inReads}.watching.after`]: undefined } },
    {
      name: 'a ping puts the read off',
      config: { [`${inReads}.watching.on.stream:alive`]: { target: 'watching', reenter: true } },
    },
    { name: 'the delay leads to another one', config: { [`${inReads}.polling.after`]: { pollDelay: 'settling' } } },
    { name: 'held for ever', config: { [`${inReads}.held.always`]: undefined } },
  ],
  'one child of each kind, and each bounded in time': [
    { name: 'a read without a timeout', config: { [`${inReads}.reading.after`]: undefined } },
    { name: 'a stream whose silence is borne', config: { [`${inListening}.states.streaming.after`]: undefined } },
    {
      name: 'a second page child beside the first',
      config: { [`${inReads}.polling.invoke`]: { id: 'page', src: 'page' } },
    },
  ],
  'a cancel ends in time': [
    { name: 'it is confirmed for ever', config: { 'states.cancelling.states.confirming.after': undefined } },
  ],
  'a sleeping page makes no requests': [
    { name: 'the stream stays open', config: { [`${inListening}.on.page:asleep`]: undefined } },
    { name: 'the read goes on', config: { [`${inReads}.reading.on.page:asleep`]: undefined } },
  ],
  'a detached generation makes no requests': [
    { name: 'it is followed all the same', config: { 'states.following.on.DETACH': { actions: 'detach' } } },
  ],
  'delays are valid times': [
    { name: 'a delay that is none', provide: { delays: { streamReadInterval: () => Number.NaN } } },
  ],
};

/** Faults that end an exploration without a monitor. */
const withoutMonitor: readonly (Mutant & { readonly expected: object })[] = [
  {
    name: 'a guard that throws',
    provide: { guards: { isSuccess: () => Reflect.get(Object(undefined), 'outcome').kind === 'succeeded' } },
    expected: { code: 'violated', monitor: 'never stops in error' },
  },
  {
    name: 'a guard that reads a value that is left out',
    provide: { guards: { isPastDeadline: ({ context }: Read) => context.stream.lossCount > 3 } },
    expected: { code: 'unlisted-read', message: expect.stringContaining('context.stream.lossCount') },
  },
  {
    name: 'an action that keeps what it computes from a value that is left out',
    provide: { actions: { countLoss: assign({ cancelRequested: ({ context }) => context.stream.lossCount > 3 }) } },
    expected: { code: 'interference' },
  },
];

const createFailure = ({ arrivals, of = 'events', ...mutant }: Fault, monitors: typeof generationMonitors): unknown => {
  const explored = mutated(machines[of], mutant);
  try {
    return exploreGeneration(explored, monitors, { arrivals });
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
};

describe.each(generationMonitors)('the rule that $name', monitor => {
  it.each(faults[monitor.name] ?? [])('is violated by $name', mutant => {
    expect(createFailure(mutant, [monitor])).toMatchObject({ code: 'violated', monitor: monitor.name });
  });

  it('has a fault that violates it', () => {
    expect(faults[monitor.name]).not.toBeUndefined();
  });
});

describe('a generation machine', () => {
  it.each(withoutMonitor)('with $name ends the exploration with an error', ({ expected, ...mutant }) => {
    expect(createFailure(mutant, [])).toMatchObject(expected);
  });
});
