import { and, not, setup, stateIn } from 'xstate';
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
import { inertSurroundings, type Surroundings } from './surroundings.js';

/** The one list of how a job ends. It stands on whole states only: a region's handler would swallow the event. */
const endings = [
  { guard: 'isSuccess', target: '#generation.completed', actions: 'concludeOutcome' },
  { guard: 'isFailure', target: '#generation.failed', actions: 'concludeOutcome' },
  { guard: 'isCancellation', target: '#generation.cancelled', actions: 'concludeOutcome' },
] as const;

/** The one read that a heard failure or a deadline still grants; what has been concluded stands unless it says otherwise. */
const lastRead = {
  initial: 'reading',
  invoke: { id: 'watch', src: 'watch' },
  on: { CANCEL: { target: 'cancelling', actions: 'wantCancel' }, 'job.ended': endings },
  states: {
    reading: {
      invoke: { id: 'poll', src: 'poll', input: toJob },
      after: { requestTimeoutMs: '#generation.failed' },
      on: {
        'read.answered': '#generation.failed',
        'read.failed': '#generation.failed',
        'page.*': { target: 'reading', reenter: true },
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
  'page.*': { target: 'reading', actions: 'noteWaking' },
  'page.asleep': 'asleep',
} as const;

const end = { type: 'final', entry: 'announceOutcome' } as const;
const lostInSilence = { target: '#lost', actions: 'noteLoss' } as const;
const whileConnecting = stateIn('#connecting');
const whileAsleep = stateIn({ following: { reads: 'asleep' } });
const whileStreaming = stateIn('#streaming');

/** What a machine is made with besides its adapter. */
export type GenerationMachineOptions = {
  /** Lengths of time that differ from the image preset. @see {@link GenerationPolicy} */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /** Clock, chance and page; in a browser, `browserSurroundings()`. @defaultValue `inertSurroundings()` */
  readonly surroundings?: Surroundings | undefined;
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
 *   surroundings: browserSurroundings(),
 * });
 * const actor = createActor(machine, { input: { id: crypto.randomUUID() } });
 * actor.on('completed', ({ output }) => show(output));
 * actor.start();
 * actor.send({ type: 'START', input: { prompt: 'a lighthouse' } });
 */
export function createGenerationMachine<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  options: GenerationMachineOptions = {},
) {
  const policy = resolvePolicy(options.policy);
  const surroundings = options.surroundings ?? inertSurroundings();

  return setup({
    types: {} as {
      context: GenerationContext<TOutput>;
      events: GenerationEvent<TInput, TOutput>;
      emitted: GenerationEmitted<TOutput>;
      input: GenerationActorInput;
      output: GenerationResult<TOutput>;
    },
    actors: generationActors(adapter, surroundings),
    actions: generationActions<TInput, TOutput>(policy, surroundings),
    guards: generationGuards<TOutput>(policy, surroundings),
    delays: generationDelays(policy, surroundings),
  }).createMachine({
    id: 'generation',
    context: initialContext,
    output: resultOf,
    on: { '*': {} },
    initial: 'idle',
    states: {
      idle: {
        always: [
          { guard: 'isEnded', target: 'failed' },
          { guard: 'isResumedCancel', target: 'cancelling' },
          { guard: 'isResumed', target: 'following' },
        ],
        on: { START: { target: 'submitting', actions: 'noteStart' } },
      },

      submitting: {
        initial: 'awake',
        invoke: [
          { id: 'submit', src: 'submit', input: toSubmission },
          { id: 'watch', src: 'watch' },
        ],
        states: { awake: { on: { 'page.asleep': 'asleep' } }, asleep: { on: { 'page.woke': 'awake' } } },
        after: {
          submitTimeoutMs: [
            { guard: 'isCancelWanted', target: 'cancelled', actions: 'concludeSubmit' },
            { target: 'failed', actions: 'concludeSubmit' },
          ],
        },
        on: {
          CANCEL: { actions: 'wantCancel' },
          'job.accepted': [
            { guard: 'isSuccess', target: 'completed', actions: ['keepJob', 'announceJob', 'concludeOutcome'] },
            { guard: 'isFailure', target: 'failed', actions: ['keepJob', 'announceJob', 'concludeOutcome'] },
            {
              guard: 'isCancellation',
              target: 'cancelled',
              actions: ['keepJob', 'announceJob', 'concludeOutcome'],
            },
            { guard: 'isCancelWanted', target: 'cancelling', actions: ['keepJob', 'announceJob'] },
            {
              guard: stateIn({ submitting: 'asleep' }),
              target: '#generation.following.reads.asleep',
              actions: ['keepJob', 'announceJob'],
            },
            { target: 'following', actions: ['keepJob', 'announceJob'] },
          ],
          'submit.failed': [
            { guard: 'isCancelWanted', target: 'cancelled', actions: 'concludeSubmit' },
            { target: 'failed', actions: 'concludeSubmit' },
          ],
        },
      },

      following: {
        type: 'parallel',
        entry: 'startFollowing',
        invoke: { id: 'watch', src: 'watch' },
        after: { deadline: { guard: not(whileAsleep), target: 'expiring' } },
        on: {
          CANCEL: { target: 'cancelling', actions: 'wantCancel' },
          'job.ended': endings,
          'job.doubted': { target: 'verifying', actions: 'concludeOutcome' },
        },
        states: {
          stream: {
            initial: adapter.events ? 'listening' : 'refused',
            states: {
              listening: {
                initial: 'connecting',
                invoke: {
                  id: 'sse',
                  src: 'sse',
                  input: toJob,
                },
                on: {
                  'job.progressed': { actions: 'showProgress' },
                  'job.changed': { actions: 'noteChange' },
                  'stream.noted': { actions: 'noteStream' },
                  'stream.lost': { target: 'lost', actions: 'noteLoss' },
                  'stream.refused': 'refused',
                },
                always: { guard: whileAsleep, target: 'asleep' },
                states: {
                  connecting: {
                    id: 'connecting',
                    after: { connectTimeoutMs: 'overdue' },
                    on: { 'stream.opened': 'streaming' },
                  },
                  overdue: { after: { silenceMs: lostInSilence }, on: { 'stream.opened': 'streaming' } },
                  streaming: {
                    id: 'streaming',
                    after: { silenceMs: lostInSilence },
                    on: { 'stream.alive': { target: 'streaming', reenter: true } },
                  },
                },
              },
              lost: {
                id: 'lost',
                after: { reopen: 'listening' },
                always: { guard: whileAsleep, target: 'asleep' },
                on: { 'page.*': 'listening' },
              },
              asleep: { always: { guard: not(whileAsleep), target: 'listening' } },
              refused: {},
            },
          },

          reads: {
            initial: 'held',
            always: { guard: and([not(whileAsleep), 'isPastDeadline']), target: '#generation.expiring' },
            states: {
              held: { always: { guard: not(whileConnecting), target: 'reading' }, on: readNow },
              reading: {
                entry: 'startRead',
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
                    { guard: 'isForbidden', target: '#generation.failed', actions: 'concludeRead' },
                    { guard: 'isOutage', target: '#generation.failed', actions: 'concludeOutage' },
                    { target: 'settling', actions: 'noteFailedRead' },
                  ],
                  'job.changed': { actions: 'wantRead' },
                  'stream.opened': { actions: 'wantRead' },
                  'page.*': { target: 'reading', reenter: true, actions: 'noteWaking' },
                  'page.asleep': 'asleep',
                },
              },
              settling: {
                after: {
                  settle: [
                    { guard: 'isReadWanted', target: 'reading' },
                    { guard: whileStreaming, target: 'watching' },
                    { target: 'polling' },
                  ],
                },
                on: {
                  CHECK: { actions: 'wantRead' },
                  'job.changed': { actions: 'wantRead' },
                  'stream.opened': { actions: 'wantRead' },
                  'page.*': { actions: ['noteWaking', 'wantRead'] },
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
              asleep: { on: { 'page.woke': { target: 'reading', actions: 'noteWaking' } } },
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
