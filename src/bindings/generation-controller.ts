import { type Actor, createActor } from 'xstate';
import { isSame } from '../machines/equality.js';
import { initialContext } from '../machines/generation/generation.actions.js';
import { newId } from '../machines/generation/generation.id.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { metaOf, requireMeta } from '../machines/generation/generation.meta.js';
import { canReplay } from '../machines/generation/generation.replay.js';
import { toResumeToken } from '../machines/generation/generation.token.js';
import type { GenerationEmitted } from '../machines/generation/generation.types.js';
import { viewGeneration } from '../machines/generation/generation.view.js';
import { copyInput, isSameInput } from '../machines/input.js';
import { isolatedInspect } from '../machines/isolated.js';
import { assertKnownOptions } from '../machines/options.js';
import { callIsolated } from './call-isolated.js';
import type {
  GenerationCommands,
  UseGenerationEvent,
  UseGenerationOptions,
  UseGenerationResult,
} from './generation-binding.types.js';
import type { SnapshotSource } from './snapshot-source.js';

/** The generations of one component, one after the other. Its subscriber is the mounted component, one at a time. */
export type GenerationController<TInput, TOutput> = SnapshotSource<UseGenerationResult<TInput, TOutput>> & {
  /** Replaces the callbacks, and the machine of the next generation: a hot reload makes another one. */
  readonly update: (
    machine: GenerationMachine<TInput, TOutput>,
    options: UseGenerationOptions<TOutput, TInput>,
  ) => void;
};

/** Inputs hold files: no more of them are kept for a key that may be sent again. */
const maxAttempts = 10;

const optionNames: { readonly [name in keyof Required<UseGenerationOptions<unknown>>]: true } = {
  onSubmitted: true,
  onCompleted: true,
  onFailed: true,
  onCancelled: true,
  inspect: true,
  resume: true,
};

/**
 * Created in a render, so it reads no clock and no random number, and starts no actor, before a command or `subscribe`.
 *
 * @throws TypeError for an unknown option, and for what is no machine
 */
export function createGenerationController<TInput, TOutput>(
  machine: GenerationMachine<TInput, TOutput>,
  options: UseGenerationOptions<TOutput, TInput>,
): GenerationController<TInput, TOutput> {
  type Machine = GenerationMachine<TInput, TOutput>;
  type Result = UseGenerationResult<TInput, TOutput>;
  type Notice = UseGenerationEvent<TOutput, GenerationEmitted<TOutput>['type'], TInput>;
  type Viewed = Parameters<typeof viewGeneration<TOutput>>[0];
  type Attempt = {
    readonly actor: Actor<Machine>;
    readonly input: TInput;
    readonly key: string;
    /** When the key was first sent, in ms since the epoch. */
    readonly sentAt: number | undefined;
  };

  requireMeta(machine, 'useGeneration() needs a machine');
  assertKnownOptions('useGeneration', options, Object.keys(optionNames));
  let actor: Actor<Machine> | undefined;
  /** What this actor was asked for. */
  let ownInput: TInput | undefined;
  /** Set while the component is mounted. */
  let listener: (() => void) | undefined;
  /** What the next actor continues. */
  let { resume: resumeToken } = options;
  /** What was submitted here and may have no answer, the newest last. */
  let attempts: readonly Attempt[] = [];
  /** An outcome that came while the component was not mounted. */
  let pendingOutcome: Notice | undefined;

  /** The actor, unless its generation has ended. */
  const activeActor = () => (actor?.getSnapshot().status === 'active' ? actor : undefined);

  const notify = (event: Notice) =>
    callIsolated(() => {
      if (event.type === 'submitted') options.onSubmitted?.(event);
      else if (event.type === 'completed') options.onCompleted?.(event);
      else if (event.type === 'failed') options.onFailed?.(event);
      else options.onCancelled?.(event);
    });

  function receive(emitted: GenerationEmitted<TOutput>, snapshot: Parameters<typeof toResumeToken>[0]): void {
    const event = { ...emitted, id: snapshot.context.id, input: ownInput, resumeToken: toResumeToken(snapshot) };
    if (listener || event.type === 'submitted') notify(event);
    else pendingOutcome = event;
  }

  function startActor(idempotencyKey?: string | undefined): Actor<Machine> {
    const { inspect } = options;
    const started = createActor(machine, {
      input: { id: resumeToken?.id ?? newId(), idempotencyKey, resume: resumeToken },
      ...(inspect && { inspect: isolatedInspect(inspect) }),
    });
    started.on('*', emitted => {
      if (actor === started) receive(emitted, started.getSnapshot());
    });
    started.subscribe(() => {
      if (actor === started) listener?.();
    });
    actor = started;
    ownInput = resumeToken = undefined;
    return started.start();
  }

  const isDetached = () => actor?.getSnapshot().context.isDetached;

  function detach(): void {
    if (!isDetached()) activeActor()?.send({ type: 'DETACH' });
  }

  function attach(): void {
    if (!listener) return;
    if (!actor && resumeToken) startActor();
    else if (isDetached()) activeActor()?.send({ type: 'ATTACH' });
  }

  /** The generation goes on without the component: a submit or a cancel in flight runs to its end. */
  function release(): void {
    detach();
    actor = resumeToken = pendingOutcome = undefined;
  }

  /** It has ended without a job, or with one that may be running, and the backend answers its key with this job. */
  function isUnanswered({ actor: made, sentAt }: Attempt): boolean {
    const { output } = made.getSnapshot();
    const meta = metaOf(machine);
    const mayRun = output?.status === 'failed' && output.failure.resumable;
    if (!output || (output.job && !mayRun) || !meta) return false;
    const charged =
      output.status === 'failed' ? output.failure.charged : output.status === 'cancelled' ? output.charged : 'no';
    return charged === 'maybe' && canReplay(meta.adapter, sentAt, meta.environment.now());
  }

  /** A submit of this input that may have been charged: its key is sent again, also after a reset. */
  const findAttempt = (input: TInput): Attempt | undefined =>
    [...attempts].reverse().find(attempt => isUnanswered(attempt) && isSameInput(attempt.input, input));

  function addAttempt(attempt: Attempt): void {
    // Another attempt with the same key has its place. One that has its answer is not repeated.
    const open = attempts.filter(
      other => other.key !== attempt.key && (!other.actor.getSnapshot().output || isUnanswered(other)),
    );
    attempts = [...open, attempt].slice(-maxAttempts);
  }

  const commands: GenerationCommands<TInput> = {
    generate(given) {
      if (!listener) return;
      const input = copyInput(given);
      const earlier = findAttempt(input);
      if (actor && !activeActor()) release();
      const submitting = actor ?? startActor(earlier?.key);
      if (submitting.getSnapshot().value === 'idle') {
        const { idempotencyKey: key } = submitting.getSnapshot().context;
        const sentAt = earlier ? earlier.sentAt : metaOf(machine)?.environment.now();
        addAttempt({ actor: submitting, input, key, sentAt });
        ownInput = input;
      }
      // The chart ignores it unless it is idle.
      submitting.send({ type: 'GENERATE', input });
    },
    cancel() {
      if (actor) {
        activeActor()?.send({ type: 'CANCEL' });
      } else if (resumeToken?.job) {
        resumeToken = { ...resumeToken, cancelRequested: true };
        startActor();
      }
    },
    check() {
      activeActor()?.send({ type: 'CHECK' });
    },
    reset() {
      release();
      listener?.();
    },
  };

  const toResult = (snapshot: Viewed): Result =>
    Object.freeze({ ...viewGeneration<TOutput>(snapshot), id: snapshot.context.id, ...commands });
  const idleResult = toResult({ value: 'idle', context: initialContext<TOutput>({ input: { id: '' } }) });
  let viewed: Viewed | undefined;
  let result = idleResult;

  return {
    update(newMachine, newOptions) {
      machine = newMachine;
      options = newOptions;
    },
    subscribe(newListener) {
      listener = newListener;
      const outcome = pendingOutcome;
      pendingOutcome = undefined;
      if (outcome) notify(outcome);
      // StrictMode runs the effects twice. In a microtask, that opens one stream.
      queueMicrotask(attach);
      return () => {
        listener = undefined;
        detach();
      };
    },
    getSnapshot() {
      const snapshot = actor?.getSnapshot();
      if (!snapshot) return idleResult;
      if (snapshot !== viewed) {
        viewed = snapshot;
        const next = toResult(snapshot);
        // A page shows little of what a chart remembers: a ping of the stream renders nothing.
        if (!isSame(result, next)) result = next;
      }
      return result;
    },
    getServerSnapshot: () => idleResult,
  };
}
