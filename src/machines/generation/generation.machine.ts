import { not, setup, stateIn } from 'xstate';
import { type Environment, serverEnvironment } from '../environment.js';
import { generationActions, initialContext, resultOf } from './generation.actions.js';
import { generationActors, toJob, toSubmission } from './generation.actors.js';
import { generationDelays } from './generation.delays.js';
import { generationGuards } from './generation.guards.js';
import { type GenerationPolicy, resolvePolicy } from './generation.policy.js';
import type { GenerationAdapter } from './generation.port.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationResult,
} from './generation.types.js';

/** The one list of how a job ends. It stands on whole states only: a region's handler would swallow the event. */
const endings = [
  { guard: 'isSuccess', target: '#generation.completed', actions: 'conclude' },
  { guard: 'isFailure', target: '#generation.failed', actions: 'conclude' },
  { guard: 'isCancellation', target: '#generation.cancelled', actions: 'conclude' },
] as const;

/** The one read that a heard failure or a deadline still grants; what has been concluded stands unless it says otherwise. */
const lastRead = {
  initial: 'reading',
  invoke: { id: 'watch', src: 'watch' },
  on: { CANCEL: { target: 'cancelling', actions: 'requestCancel' }, 'job.ended': endings },
  states: {
    reading: {
      invoke: { id: 'poll', src: 'poll', input: toJob },
      after: { requestTimeoutMs: '#generation.failed' },
      on: {
        'read.answered': '#generation.failed',
        'read.failed': '#generation.failed',
        'page.woke': { target: 'reading', reenter: true },
        'page.asleep': 'asleep',
      },
    },
    asleep: { on: { 'page.woke': 'reading' } },
  },
} as const;

/** Between two reads, whatever asks for one gets it. */
const readNow = {
  CHECK: 'reading',
  'job.changed': 'reading',
  'page.woke': { target: 'reading', actions: 'restartPolling' },
  'page.asleep': 'asleep',
} as const;

/** What has bytes is open, whether or not the adapter said so. */
const opened = { 'stream.opened': 'streaming', 'stream.alive': 'streaming' } as const;
const end = { type: 'final', entry: 'announce' } as const;
const lostInSilence = { target: '#lost', actions: 'noteLoss' } as const;
const whileConnecting = stateIn('#connecting');
const whileStreaming = stateIn('#streaming');

/** What a machine is made with besides its adapter. */
export type GenerationMachineOptions = {
  /** Lengths of time that differ from the image preset. @see {@link GenerationPolicy} */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /** Clock, chance and page; in a browser, `browserEnvironment()`. @defaultValue `serverEnvironment()` */
  readonly environment?: Environment | undefined;
};

/**
 * The statechart of one generation. One actor is one generation: it submits at most once, follows the job by its
 * stream and by reading, and emits exactly one outcome. Trying again is a new actor.
 *
 * Make one machine per adapter and policy, at module scope.
 *
 * @throws TypeError when a field of the policy is not a time in ms
 * @example
 * const machine = createGenerationMachine(fileBackend({ kind: 'image' }), {
 *   policy: policyFor('image'),
 *   environment: browserEnvironment(),
 * });
 * const actor = createActor(machine, { input: { id: crypto.randomUUID() } });
 * actor.on('completed', ({ output }) => show(output));
 * actor.start();
 * actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
 */
export function createGenerationMachine<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  { policy: given, environment = serverEnvironment() }: GenerationMachineOptions = {},
) {
  const policy = resolvePolicy(given);

  return setup({
    types: {} as {
      context: GenerationContext<TOutput>;
      events: GenerationEvent<TInput, TOutput>;
      emitted: GenerationEmitted<TOutput>;
      input: GenerationActorInput;
      output: GenerationResult<TOutput>;
    },
    actors: generationActors(adapter, environment),
    actions: generationActions<TInput, TOutput>(policy, environment),
    guards: generationGuards<TOutput>(policy, environment),
    delays: generationDelays(policy, environment),
  }).createMachine({
    id: 'generation',
    context: initialContext,
    output: resultOf,
    on: { '*': {} },
    // Whoever holds the machine may ask whether a submit may be repeated.
    meta: adapter,
    initial: 'idle',
    states: {
      idle: {
        always: [
          { guard: 'isEnded', target: 'failed' },
          { guard: 'isResumedCancel', target: 'cancelling' },
          { guard: 'isPastDeadline', target: 'expiring' },
          { guard: 'isResumed', target: 'following' },
        ],
        on: { GENERATE: { target: 'submitting', actions: 'noteStart' } },
      },

      submitting: {
        invoke: { id: 'submit', src: 'submit', input: toSubmission },
        after: {
          submitTimeoutMs: [
            { guard: 'isCancelRequested', target: 'cancelled', actions: 'concludeSubmit' },
            { target: 'failed', actions: 'concludeSubmit' },
          ],
        },
        on: {
          CANCEL: { actions: 'requestCancel' },
          'job.accepted': [
            { guard: 'isSuccess', target: 'completed', actions: ['keepJob', 'announce', 'conclude'] },
            { guard: 'isFailure', target: 'failed', actions: ['keepJob', 'announce', 'conclude'] },
            { guard: 'isCancellation', target: 'cancelled', actions: ['keepJob', 'announce', 'conclude'] },
            { guard: 'isCancelRequested', target: 'cancelling', actions: ['keepJob', 'announce'] },
            { target: 'following', actions: ['keepJob', 'announce'] },
          ],
          'submit.failed': [
            { guard: 'isCancelRequested', target: 'cancelled', actions: 'concludeSubmit' },
            { target: 'failed', actions: 'concludeSubmit' },
          ],
        },
      },

      following: {
        type: 'parallel',
        entry: 'startFollowing',
        invoke: { id: 'watch', src: 'watch' },
        after: { deadline: 'expiring' },
        on: {
          CANCEL: { target: 'cancelling', actions: 'requestCancel' },
          'job.ended': endings,
          'job.failureReported': { target: 'verifying', actions: 'conclude' },
        },
        states: {
          stream: {
            initial: adapter.events ? 'listening' : 'refused',
            states: {
              listening: {
                initial: 'connecting',
                invoke: { id: 'sse', src: 'sse', input: toJob },
                on: {
                  'job.progressed': { actions: 'showProgress' },
                  'job.changed': { actions: 'noteChange' },
                  'stream.noted': { actions: 'noteStream' },
                  'stream.lost': { target: 'lost', actions: 'noteLoss' },
                  'stream.refused': 'refused',
                  'page.asleep': 'asleep',
                },
                states: {
                  connecting: {
                    id: 'connecting',
                    after: { pollFallbackAfterMs: 'overdue' },
                    on: opened,
                  },
                  overdue: { after: { streamIdleTimeoutMs: lostInSilence }, on: opened },
                  streaming: {
                    id: 'streaming',
                    after: { streamIdleTimeoutMs: lostInSilence },
                    on: { 'stream.alive': { target: 'streaming', reenter: true } },
                  },
                },
              },
              lost: {
                id: 'lost',
                after: { reopen: 'listening' },
                on: { 'page.woke': 'listening', 'page.asleep': 'asleep' },
              },
              asleep: { on: { 'page.woke': 'listening' } },
              refused: {},
            },
          },

          reads: {
            initial: 'held',
            states: {
              held: { always: { guard: not(whileConnecting), target: 'reading' }, on: readNow },
              reading: {
                entry: 'startRead',
                always: { guard: 'isPastDeadline', target: '#generation.expiring' },
                invoke: { id: 'poll', src: 'poll', input: toJob },
                after: {
                  requestTimeoutMs: [
                    { guard: 'isOutage', target: '#generation.failed', actions: 'concludeOutage' },
                    { target: 'settling', actions: 'noteFailedRead' },
                  ],
                },
                on: {
                  'read.answered': { target: 'settling', actions: 'showRead' },
                  'read.failed': [
                    { guard: 'isReadRefused', target: '#generation.failed', actions: 'concludeRead' },
                    { guard: 'isOutage', target: '#generation.failed', actions: 'concludeOutage' },
                    { target: 'settling', actions: 'noteFailedRead' },
                  ],
                  'job.changed': { actions: 'requestRead' },
                  'stream.opened': { actions: 'requestRead' },
                  'page.woke': { target: 'reading', reenter: true, actions: 'restartPolling' },
                  'page.asleep': 'asleep',
                },
              },
              settling: {
                after: {
                  settle: [
                    { guard: 'isReadRequested', target: 'reading' },
                    { guard: whileStreaming, target: 'watching' },
                    { target: 'polling' },
                  ],
                },
                on: {
                  CHECK: { actions: 'requestRead' },
                  'job.changed': { actions: 'requestRead' },
                  'stream.opened': { actions: 'requestRead' },
                  'page.woke': { actions: ['restartPolling', 'requestRead'] },
                  'page.asleep': 'asleep',
                },
              },
              watching: {
                always: { guard: not(whileStreaming), target: 'reading', actions: 'restartPolling' },
                after: { quiet: 'reading' },
                on: readNow,
              },
              polling: {
                always: { guard: whileStreaming, target: 'reading' },
                after: { poll: 'reading' },
                on: readNow,
              },
              asleep: { on: { 'page.woke': { target: 'reading', actions: 'restartPolling' } } },
            },
          },
        },
      },

      verifying: lastRead,
      expiring: { ...lastRead, entry: 'presumeDeadline' },

      cancelling: {
        entry: 'presumeUnstopped',
        initial: adapter.cancel ? 'asking' : 'unable',
        on: { 'job.ended': endings },
        states: {
          unable: { always: '#generation.cancelled' },
          asking: {
            invoke: { id: 'cancel', src: 'cancel', input: toJob },
            after: { requestTimeoutMs: '#generation.cancelled' },
            on: { 'cancel.answered': 'reading', 'cancel.failed': '#generation.cancelled' },
          },
          reading: {
            invoke: { id: 'poll', src: 'poll', input: toJob },
            after: { requestTimeoutMs: '#generation.cancelled' },
            on: { 'read.answered': '#generation.cancelled', 'read.failed': '#generation.cancelled' },
          },
        },
      },

      completed: end,
      failed: end,
      cancelled: end,
    },
  });
}

/** A machine of {@link createGenerationMachine}. */
export type GenerationMachine<TInput, TOutput> = ReturnType<typeof createGenerationMachine<TInput, TOutput>>;
