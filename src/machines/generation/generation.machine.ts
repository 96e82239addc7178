import { and, not, setup, stateIn } from 'xstate';
import { checkedEnvironment } from '../checked-environment.js';
import { type Environment, serverEnvironment } from '../environment.js';
import { assertKnownOptions } from '../options.js';
import { generationActions, initialContext, toResult } from './generation.actions.js';
import { generationActors, toJobInput, toSubmitInput } from './generation.actors.js';
import { generationDelays } from './generation.delays.js';
import { generationGuards } from './generation.guards.js';
import { restoredSnapshotMessage } from './generation.messages.js';
import type { GenerationMeta } from './generation.meta.js';
import { type GenerationPolicy, resolvePolicy } from './generation.policy.js';
import type { GenerationAdapter } from './generation.port.js';
import {
  acceptances,
  cancelAnswers,
  endings,
  lastReadState,
  lookupStates,
  opened,
  readNow,
  remembered,
} from './generation.states.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationResult,
} from './generation.types.js';

/** Some backends run the job only as long as its stream is open. */
const streamJobLost = { guard: 'isStreamJob', target: '#generation.failed', actions: 'setStreamJobLost' } as const;
const end = { type: 'final', entry: 'announce' } as const;
const lostByIdleTimeout = { target: '#lost', actions: 'countLoss' } as const;
const whileConnecting = stateIn('#connecting');
/** The stream says what happens to the job, so reads can be rare. */
const whileStreaming = and([stateIn('#streaming'), 'isStreamTelling']);

/** The options of {@link createGenerationMachine}. */
export type GenerationMachineOptions = {
  /** Lengths of time that differ from the image preset. @see {@link GenerationPolicy} */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /** Clock, random numbers, network and page lifecycle; in a browser, `browserEnvironment()`. @defaultValue `serverEnvironment()` */
  readonly environment?: Environment | undefined;
};

/**
 * The statechart of one generation. One actor is one generation: it submits at most once, follows the job by its
 * stream and by polling, and emits exactly one outcome. A retry is a new actor with a new id; to follow the same job
 * again, create an actor from its token.
 *
 * Make one machine per adapter and policy, at module scope.
 *
 * @throws TypeError when an option or a field of the policy does not exist, or a field is not a time in ms
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
  options: GenerationMachineOptions = {},
) {
  assertKnownOptions('createGenerationMachine', options, ['policy', 'environment']);
  const { policy: given, environment: givenEnvironment = serverEnvironment() } = options;
  const environment = checkedEnvironment(givenEnvironment);
  const policy = resolvePolicy(given);

  const machine = setup({
    types: {} as {
      context: GenerationContext<TOutput>;
      events: GenerationEvent<TInput, TOutput>;
      emitted: GenerationEmitted<TOutput>;
      input: GenerationActorInput;
      output: GenerationResult<TOutput>;
    },
    actors: generationActors(adapter, environment),
    actions: generationActions<TInput, TOutput>(adapter, policy, environment),
    guards: generationGuards<TOutput>(adapter, policy, environment),
    delays: generationDelays(policy, environment),
  }).createMachine({
    id: 'generation',
    context: initialContext,
    output: toResult,
    on: { '*': {} },
    meta: { adapter, policy, environment } satisfies GenerationMeta<TInput, TOutput>,
    initial: 'idle',
    states: {
      idle: {
        always: [
          { guard: 'isEnded', target: 'failed' },
          { guard: 'isResumedCancel', target: 'cancelling' },
          { guard: 'isPastDeadline', target: 'expiring' },
          { guard: 'isResumed', target: 'following' },
          { guard: 'canForbid', target: 'forbidding' },
          { guard: 'canFind', target: 'lookingUp' },
          { guard: 'isCancelRequested', target: 'cancelled', actions: 'setSubmitOutcome' },
        ],
        on: {
          GENERATE: [
            { guard: 'isUnrepeatable', target: 'failed', actions: 'setSubmitOutcome' },
            { target: 'submitting', actions: 'beginSubmit' },
          ],
        },
      },

      submitting: {
        entry: 'countSubmit',
        invoke: { id: 'submit', src: 'submit', input: toSubmitInput },
        after: { submitTimeoutMs: { target: 'unaccepted', actions: 'setSubmitFailure' } },
        on: {
          ...remembered,
          'job.accepted': acceptances,
          'submit.failed': { target: 'unaccepted', actions: 'setSubmitFailure' },
        },
      },

      /** The submit was refused, or its answer is lost. */
      unaccepted: {
        always: [
          { guard: 'isDeferred', target: 'waiting', actions: 'setRetryAt' },
          { guard: 'canForbid', target: 'forbidding' },
          { guard: 'canFind', target: 'lookingUp' },
          { guard: 'isCancelRequested', target: 'cancelled', actions: 'setSubmitOutcome' },
          { target: 'failed', actions: 'setSubmitOutcome' },
        ],
      },

      /** Between two submits with the same key. */
      waiting: {
        after: { submitRetryDelay: 'submitting' },
        on: {
          ...remembered,
          CANCEL: [
            { guard: 'isInProgress', actions: 'requestCancel' },
            { target: 'cancelled', actions: ['requestCancel', 'setSubmitOutcome'] },
          ],
        },
      },

      /** A submit without an answer is looked up by its key, and not bought again. */
      lookingUp: {
        initial: 'asking',
        after: {
          submitTimeoutMs: [
            { guard: 'isCancelRequested', target: 'cancelled', actions: 'setSubmitOutcome' },
            { target: 'failed', actions: ['setUnanswered', 'setSubmitOutcome'] },
          ],
        },
        on: {
          ...remembered,
          ...(adapter.cancelByKey && { CANCEL: { target: 'forbidding', actions: 'requestCancel' } as const }),
          GENERATE: { actions: 'setInput' },
        },
        states: lookupStates('find', [
          { guard: 'isCancelRequested', target: '#generation.cancelled', actions: 'setSubmitOutcome' },
          { guard: 'isRepeatable', target: '#generation.submitting' },
          { target: '#generation.failed', actions: ['setNotFound', 'setSubmitOutcome'] },
        ]),
      },

      /** The backend is asked never to accept this submit, and to stop its job if there is one. */
      forbidding: {
        initial: 'asking',
        after: { cancelPatienceMs: { target: 'cancelled', actions: 'setSubmitOutcome' } },
        states: lookupStates('forbid', { target: '#generation.cancelled', actions: 'setForbidden' }),
      },

      following: {
        type: 'parallel',
        entry: 'startFollowing',
        invoke: { id: 'page', src: 'page' },
        on: {
          CANCEL: { target: 'cancelling', actions: 'requestCancel' },
          DETACH: { target: 'detached', actions: 'detach' },
          'job.ended': endings,
          'job.failureReported': { target: 'verifying', actions: 'setOutcome' },
        },
        states: {
          stream: {
            initial: adapter.events ? 'listening' : 'refused',
            states: {
              listening: {
                initial: 'connecting',
                invoke: { id: 'sse', src: 'sse', input: toJobInput },
                on: {
                  'job.progressed': { actions: 'setProgress' },
                  'job.changed': { actions: 'setJobSeen' },
                  'stream.metadata': { actions: 'setStreamInfo' },
                  'stream.lost': { target: 'lost', actions: 'countLoss' },
                  'stream.refused': 'refused',
                  // A browser has six connections for an origin: a stream that shows nothing may keep the read from its own.
                  'read.starved': { guard: 'isStreamSilent', target: 'lost', actions: 'countLoss' },
                  'page.asleep': 'asleep',
                },
                states: {
                  connecting: {
                    id: 'connecting',
                    after: { pollFallbackAfterMs: 'overdue' },
                    on: opened,
                  },
                  overdue: { after: { streamIdleTimeoutMs: lostByIdleTimeout }, on: opened },
                  streaming: {
                    id: 'streaming',
                    after: { streamIdleTimeoutMs: lostByIdleTimeout },
                    on: { 'stream.alive': { target: 'streaming', reenter: true } },
                  },
                },
              },
              lost: {
                id: 'lost',
                always: streamJobLost,
                after: { reopenDelay: 'listening' },
                on: { 'page.woke': 'listening', 'page.asleep': 'asleep' },
              },
              asleep: { always: streamJobLost, on: { 'page.woke': 'listening' } },
              refused: { always: streamJobLost },
            },
          },

          /** Counts the time in the backend's queue apart. A change of phase restarts nothing else. */
          clock: {
            initial: 'running',
            states: {
              running: {
                entry: 'setDeadline',
                always: { guard: 'isQueued', target: 'queued' },
                after: { deadline: '#generation.expiring' },
              },
              queued: {
                entry: 'setDeadline',
                always: { guard: not('isQueued'), target: 'running' },
                after: { deadline: '#generation.expiring' },
              },
            },
          },

          reads: {
            initial: 'held',
            states: {
              /** Waits for the stream to open. */
              held: {
                always: [
                  { guard: and([not(whileConnecting), 'hasReadHint']), target: 'hinted' },
                  { guard: not(whileConnecting), target: 'reading' },
                ],
                on: readNow,
              },
              /** The answer to the submit says when to read first. */
              hinted: { after: { firstReadDelay: 'reading' }, on: readNow },
              reading: {
                entry: 'clearReadRequest',
                always: { guard: 'isPastDeadline', target: '#generation.expiring' },
                invoke: { id: 'poll', src: 'poll', input: toJobInput },
                after: {
                  requestTimeoutMs: [
                    { guard: 'isOutage', target: '#generation.failed', actions: 'setUnreachable' },
                    { target: 'settling', actions: ['setReadFailure', 'reportStarvedRead'] },
                  ],
                },
                on: {
                  'read.answered': { target: 'settling', actions: 'setReadAnswer' },
                  'read.failed': [
                    { guard: 'isFinalReadError', target: '#generation.failed', actions: 'setReadOutcome' },
                    { guard: 'isOutage', target: '#generation.failed', actions: 'setUnreachable' },
                    { target: 'settling', actions: 'setReadFailure' },
                  ],
                  'job.changed': { actions: 'requestRead' },
                  'stream.opened': { actions: 'requestRead' },
                  'page.woke': { target: 'reading', reenter: true, actions: 'restartPolling' },
                  'page.asleep': 'asleep',
                },
              },
              /** The shortest gap between two reads. Requests for a read are collected. */
              settling: {
                after: {
                  readGap: [
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
              /** The stream is open: the next read follows at a long interval. */
              watching: {
                always: { guard: not(whileStreaming), target: 'reading', actions: 'restartPolling' },
                after: { streamReadInterval: 'reading' },
                on: readNow,
              },
              /** The stream is not open: the next read follows at a short interval. */
              polling: {
                always: { guard: whileStreaming, target: 'reading' },
                after: { pollDelay: 'reading' },
                on: readNow,
              },
              asleep: { on: { 'page.woke': { target: 'reading', actions: 'restartPolling' } } },
            },
          },
        },
      },

      /** Not followed: no request and no timer until `ATTACH`. */
      detached: {
        on: {
          ATTACH: [
            { guard: 'isPastDeadline', target: 'expiring', actions: 'attach' },
            { target: 'following', actions: 'attach' },
          ],
          CANCEL: { target: 'cancelling', actions: 'requestCancel' },
        },
      },

      verifying: lastReadState,
      expiring: { ...lastReadState, entry: 'assumeDeadline' },

      cancelling: {
        entry: 'assumeNotStopped',
        initial: adapter.cancel ? 'asking' : 'unable',
        on: { 'job.ended': endings },
        states: {
          unable: { always: '#generation.cancelled' },
          asking: {
            invoke: { id: 'cancel', src: 'cancel', input: toJobInput },
            after: { requestTimeoutMs: { target: 'confirming', actions: 'setCancelUnanswered' } },
            on: cancelAnswers('confirming'),
          },
          /** Whatever the backend answered, only a read shows how the job ends: it may stop late, or be done before. */
          confirming: {
            after: { cancelPatienceMs: '#generation.cancelled' },
            initial: 'reading',
            states: {
              reading: {
                entry: 'countCancelRead',
                invoke: { id: 'poll', src: 'poll', input: toJobInput },
                after: { requestTimeoutMs: 'waiting' },
                on: { 'read.answered': 'waiting', 'read.failed': 'waiting' },
              },
              waiting: {
                after: {
                  cancelReadDelay: [{ guard: 'isCancelUnanswered', target: 'askingAgain' }, { target: 'reading' }],
                },
              },
              askingAgain: {
                invoke: { id: 'cancel', src: 'cancel', input: toJobInput },
                after: { requestTimeoutMs: { target: 'reading', actions: 'setCancelUnanswered' } },
                on: cancelAnswers('reading'),
              },
            },
          },
        },
      },

      completed: end,
      failed: end,
      cancelled: end,
    },
  });
  // A restored actor would submit again, and no timer of it would run: see statelyai/xstate#5331.
  machine.restoreSnapshot = () => {
    throw new TypeError(restoredSnapshotMessage);
  };
  return machine;
}

/** A machine of {@link createGenerationMachine}. */
export type GenerationMachine<TInput, TOutput> = ReturnType<typeof createGenerationMachine<TInput, TOutput>>;
