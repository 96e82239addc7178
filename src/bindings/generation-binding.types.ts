import type { ActorOptions, AnyActorLogic } from 'xstate';
import type { GenerationEmitted, ResumeToken } from '../machines/generation/generation.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/** What a callback gets: the emitted event, the generation's id and input, and its resume token. */
export type UseGenerationEvent<
  TOutput,
  TType extends GenerationEmitted<TOutput>['type'] = GenerationEmitted<TOutput>['type'],
  TInput = unknown,
> = Extract<GenerationEmitted<TOutput>, { type: TType }> & {
  /** The generation's id. */
  readonly id: string;
  /** A copy of what was passed to `generate`. `undefined` for a generation that was resumed from a token. */
  readonly input: TInput | undefined;
  /** Store it, and pass it as `resume` after a reload, or to follow the job of a `resumable` failure. */
  readonly resumeToken: ResumeToken;
};

/**
 * Options of `useGeneration`. You may write callbacks inline: the newest one is called, and a new one restarts nothing.
 * A callback therefore sees the props and state at the time of the outcome, not those at the time of `generate`: decide
 * by the `id` and the `input` that it gets. If a callback throws, the error is reported as uncaught and does not affect
 * the generation.
 */
export type UseGenerationOptions<TOutput, TInput = unknown> = {
  /**
   * The backend has accepted the job. Called at once, even after the component has unmounted: it may be the last chance
   * to store a charged job.
   */
  readonly onSubmitted?: ((event: UseGenerationEvent<TOutput, 'submitted', TInput>) => void) | undefined;
  /**
   * Called once per generation, like `onFailed` and `onCancelled`. If the component is hidden, the call waits until it
   * is shown again.
   */
  readonly onCompleted?: ((event: UseGenerationEvent<TOutput, 'completed', TInput>) => void) | undefined;
  readonly onFailed?: ((event: UseGenerationEvent<TOutput, 'failed', TInput>) => void) | undefined;
  readonly onCancelled?: ((event: UseGenerationEvent<TOutput, 'cancelled', TInput>) => void) | undefined;
  /** XState's `inspect`, for every actor of this component. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /** A token to continue from after mounting. Read once, when the component is created. Submits nothing. */
  readonly resume?: ResumeToken | undefined;
};

/** The commands of a generation in a component. The four functions never change. */
export type GenerationCommands<TInput> = {
  /**
   * Submits a copy of the input. Ignored while a generation runs, and while the component is not mounted. After an
   * outcome it starts a new generation with its own id, which is charged again. One exception: if the last submit may
   * have been charged, its job is unknown, and the adapter's `idempotentSubmit` replays keys, the same input is sent
   * with the same key and charged once.
   */
  readonly generate: (input: TInput) => void;
  /**
   * Asks the backend to cancel. Also works in a component's cleanup, for a job that nobody needs after the unmount. No
   * cleanup runs when the page is closed, reloaded or navigates away: then nothing is sent, and the job runs on.
   */
  readonly cancel: () => void;
  /** Reads the job now. */
  readonly check: () => void;
  /**
   * Returns to idle. Stops following a running generation without calling its callbacks. Nothing is cancelled, and a
   * submit in flight runs to its end.
   */
  readonly reset: () => void;
};

/** A generation in a component: its view and its commands. Immutable; a new object per change. */
export type UseGenerationResult<TInput, TOutput> = GenerationView<TOutput> &
  GenerationCommands<TInput> & {
    /** The generation's unique id. Empty until one starts. */
    readonly id: string;
  };
