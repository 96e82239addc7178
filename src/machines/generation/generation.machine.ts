import { setup } from 'xstate';
import { checkedEnvironment } from '../checked-environment.js';
import { defaultEnvironment, type Environment } from '../environment.js';
import { assertKnownOptions } from '../options.js';
import { generationActions, initialContext, toResult } from './generation.actions.js';
import { generationActors, toSubmitInput } from './generation.actors.js';
import { cancellingState } from './generation.cancelling.js';
import type { GenerationContext } from './generation.context.js';
import { generationDelays } from './generation.delays.js';
import { toJobDuration } from './generation.duration.js';
import { followingState } from './generation.following.js';
import { generationGuards } from './generation.guards.js';
import { restoredSnapshotMessage } from './generation.messages.js';
import { assertAdapter, type GenerationMeta } from './generation.meta.js';
import { type GenerationPolicy, resolvePolicy, withIdleTimeout } from './generation.policy.js';
import type { GenerationAdapter } from './generation.port.js';
import { acceptances, lastReadState, lookupStates, remembered } from './generation.states.js';
import type { GenerationActorInput, GenerationEmitted, GenerationEvent, GenerationResult } from './generation.types.js';

const end = { type: 'final', entry: 'announce' } as const;

/** Options of {@link createGenerationMachine}. */
export type GenerationMachineOptions = {
  /**
   * Times that differ from the image preset.
   *
   * @see {@link GenerationPolicy}
   */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /** Clock, random numbers, network and page lifecycle; in a browser, `browserEnvironment()`. @defaultValue `serverEnvironment()` */
  readonly environment?: Environment | undefined;
};

function buildMachine<TInput, TOutput>(adapter: GenerationAdapter<TInput, TOutput>, options: GenerationMachineOptions) {
  assertAdapter(adapter);
  assertKnownOptions('createGenerationMachine', options, ['policy', 'environment']);
  const { policy: given, environment: givenEnvironment = defaultEnvironment() } = options;
  const environment = checkedEnvironment(givenEnvironment);
  const policy = withIdleTimeout(resolvePolicy(given), adapter.stream);

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
    output: ({ context }) => {
      const duration = toJobDuration(context, policy);
      return { ...toResult({ context }), ...(duration && { duration }) };
    },
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

      following: followingState(adapter.events ? 'listening' : 'refused'),

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

      cancelling: cancellingState(adapter.cancel ? 'asking' : 'unable'),

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

type BuiltMachine<TInput, TOutput> = ReturnType<typeof buildMachine<TInput, TOutput>>;
type GetInitialSnapshot<TInput, TOutput> = BuiltMachine<TInput, TOutput>['getInitialSnapshot'];

/** A machine of {@link createGenerationMachine}. An interface, so that an editor shows its name in place of its fourteen parts. */
export interface GenerationMachine<TInput, TOutput> extends BuiltMachine<TInput, TOutput> {
  /** @param input needed: without the declaration, XState's types let it be left out of an interface */
  getInitialSnapshot(
    actorScope: Parameters<GetInitialSnapshot<TInput, TOutput>>[0],
    input: GenerationActorInput,
  ): ReturnType<GetInitialSnapshot<TInput, TOutput>>;
}

/**
 * The statechart of one generation. One actor is one generation: it buys at most one job, follows the job by its stream
 * and by polling, and emits exactly one outcome. A retry is a new actor with a new id. To follow the same job again,
 * create an actor from its token.
 *
 * Create one machine per adapter and policy, at module scope.
 *
 * @throws TypeError for an invalid adapter, an unknown option or policy field, and a field that is not a time in ms
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
): GenerationMachine<TInput, TOutput> {
  return buildMachine(adapter, options);
}
