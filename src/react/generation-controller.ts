import { type Actor, createActor } from 'xstate';
import { isSame } from '../machines/equality.js';
import { initialContext } from '../machines/generation/generation.actions.js';
import { newId } from '../machines/generation/generation.id.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { metaOf } from '../machines/generation/generation.meta.js';
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
} from './use-generation.types.js';
import type { SnapshotSource } from './use-snapshot.js';

/** The generations of one component, one after the other. Its subscriber is the mounted component, one at a time. */
export type GenerationController<TInput, TOutput> = SnapshotSource<UseGenerationResult<TInput, TOutput>> & {
  /** Replaces the callbacks. */
  readonly update: (options: UseGenerationOptions<TOutput, TInput>) => void;
};

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
 * @throws TypeError for an unknown option
 */
export function createGenerationController<TInput, TOutput>(
  machine: GenerationMachine<TInput, TOutput>,
  options: UseGenerationOptions<TOutput, TInput>,
): GenerationController<TInput, TOutput> {
  type Machine = GenerationMachine<TInput, TOutput>;
  type Result = UseGenerationResult<TInput, TOutput>;
  type Notice = UseGenerationEvent<TOutput, GenerationEmitted<TOutput>['type'], TInput>;
  type Viewed = Parameters<typeof viewGeneration<TOutput>>[0];

  assertKnownOptions('useGeneration', options, Object.keys(optionNames));
  let actor: Actor<Machine> | undefined;
  /** What this actor was asked for. */
  let ownInput: TInput | undefined;
  /** Set while the component is mounted. */
  let listener: (() => void) | undefined;
  /** What the next actor continues. */
  let { resume: resumeToken } = options;
  /** What was submitted last, and when its key was first sent, in ms since the epoch. */
  let submitted: { readonly input: TInput; readonly key: string; readonly sentAt: number | undefined } | undefined;
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

  /** The key of the last submit, if it may have been charged, had this input, and the backend answers it with the first job. */
  function replayableKey(input: TInput): string | undefined {
    const { output } = actor?.getSnapshot() ?? {};
    const made = metaOf(machine);
    if (!submitted || !output || output.job || !made || !isSameInput(submitted.input, input)) return undefined;
    const charged =
      output.status === 'failed' ? output.failure.charged : output.status === 'cancelled' ? output.charged : 'no';
    const isOpen = charged === 'maybe' && canReplay(made.adapter, submitted.sentAt, made.environment.now());
    return isOpen ? submitted.key : undefined;
  }

  const commands: GenerationCommands<TInput> = {
    generate(given) {
      if (!listener) return;
      const input = copyInput(given);
      const key = replayableKey(input);
      if (actor && !activeActor()) release();
      const submitting = actor ?? startActor(key);
      if (submitting.getSnapshot().value === 'idle') {
        const { idempotencyKey } = submitting.getSnapshot().context;
        const sentAt = key === undefined ? metaOf(machine)?.environment.now() : submitted?.sentAt;
        submitted = { input, key: idempotencyKey, sentAt };
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
    update(newOptions) {
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
