import type { ActorOptions, AnyActorLogic } from 'xstate';
import type { GenerationEmitted, ResumeToken } from '../machines/generation/generation.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/** What a callback gets: what the actor emitted, of which generation, and the token to continue from there. */
export type UseGenerationEvent<
  TOutput,
  TType extends GenerationEmitted<TOutput>['type'] = GenerationEmitted<TOutput>['type'],
  TInput = unknown,
> = Extract<GenerationEmitted<TOutput>, { type: TType }> & {
  /** The id of the generation. */
  readonly id: string;
  /** What was passed to `generate`, as it was then. `undefined` for a generation that was resumed from a token. */
  readonly input: TInput | undefined;
  /** Store it, and pass it as `resume`: after a reload, or to follow the job of a failure that is `resumable`. */
  readonly resumeToken: ResumeToken;
};

/**
 * The options of `useGeneration`. Callbacks may be written inline: the newest one is called, and a new one restarts
 * nothing. So a callback sees the props and the state of the moment of the outcome, and not those of the moment of
 * `generate`: decide by the `id` and the `input` that it gets. An error that a callback throws is reported as an uncaught
 * error, and has no effect on the generation.
 */
export type UseGenerationOptions<TOutput, TInput = unknown> = {
  /**
   * The backend has accepted the job. Called at once, even if the component has unmounted: it may be the last chance to
   * store a job that is charged.
   */
  readonly onSubmitted?: ((event: UseGenerationEvent<TOutput, 'submitted', TInput>) => void) | undefined;
  /**
   * Called once per generation, as `onFailed` and `onCancelled` are. If the component is hidden, the call waits until it is
   * shown again.
   */
  readonly onCompleted?: ((event: UseGenerationEvent<TOutput, 'completed', TInput>) => void) | undefined;
  readonly onFailed?: ((event: UseGenerationEvent<TOutput, 'failed', TInput>) => void) | undefined;
  readonly onCancelled?: ((event: UseGenerationEvent<TOutput, 'cancelled', TInput>) => void) | undefined;
  /** XState's `inspect`, for each actor of this component. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /** Continues this generation when the component has mounted. Read once, when the component is created. Submits nothing. */
  readonly resume?: ResumeToken | undefined;
};

/** What a component can do with its generation. The four functions never change. */
export type GenerationCommands<TInput> = {
  /**
   * Submits a copy of the input. Ignored while a generation runs, and while the component is not mounted. After an outcome it
   * starts a new generation with its own id, which is charged again. If the last submit may have been charged, its job is not
   * known, and the adapter's `idempotentSubmit` replays keys, the same input is sent with the same key: it is charged once.
   */
  readonly generate: (input: TInput) => void;
  /**
   * Asks the backend to cancel. Also works in the cleanup of a component, for a job that nobody needs once its component has
   * unmounted. No cleanup runs when the page is closed, reloaded or navigates away: nothing is sent then, and the job runs on.
   */
  readonly cancel: () => void;
  /** Reads the job now. */
  readonly check: () => void;
  /**
   * Returns to idle. A generation that runs is not followed any more, and its callbacks are not called, but nothing is
   * cancelled, and a submit in flight runs to its end.
   */
  readonly reset: () => void;
};

/** A generation in a component: what it shows, and what can be done with it. Immutable; a new object per change. */
export type UseGenerationResult<TInput, TOutput> = GenerationView<TOutput> &
  GenerationCommands<TInput> & {
    /** The unique id of the generation. Empty until one starts. */
    readonly id: string;
  };
