import type { ActorOptions, AnyActorLogic } from 'xstate';
import type { GenerationEmitted, ResumeToken } from '../machines/generation/generation.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/** What a callback is told: what the actor emitted, and the token to go on from there. */
export type UseGenerationEvent<
  TOutput,
  TType extends GenerationEmitted<TOutput>['type'] = GenerationEmitted<TOutput>['type'],
> = Extract<GenerationEmitted<TOutput>, { type: TType }> & {
  /** To be stored, and given back as `resume`: after a reload, or to follow a failure that is `resumable`. */
  readonly resumeToken: ResumeToken;
};

/**
 * What `useGeneration` may be told. Callbacks may be written inline: the newest is called, and a new one restarts
 * nothing. One that throws is reported as an uncaught error, and harms nothing.
 */
export type UseGenerationOptions<TOutput> = {
  /**
   * The backend has the job. Called at once, even if the component has gone meanwhile: it may be the last chance to
   * write down a paid job.
   */
  readonly onSubmitted?: ((news: UseGenerationEvent<TOutput, 'submitted'>) => void) | undefined;
  /** Called once per generation; like the next two, only while the component is shown, else on its return. */
  readonly onCompleted?: ((news: UseGenerationEvent<TOutput, 'completed'>) => void) | undefined;
  readonly onFailed?: ((news: UseGenerationEvent<TOutput, 'failed'>) => void) | undefined;
  readonly onCancelled?: ((news: UseGenerationEvent<TOutput, 'cancelled'>) => void) | undefined;
  /** Hears what every actor does, as XState's `inspect`. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /** Goes on with this generation once the component is shown; read on the first render only. Submits nothing. */
  readonly resume?: ResumeToken | undefined;
};

/** What a component may do with its generation. The four functions never change. */
export type GenerationCommands<TInput> = {
  /**
   * Submits. Ignored while a generation runs, and while the component is not shown; after an end it begins a new,
   * paid generation with an id of its own.
   */
  readonly generate: (input: TInput) => void;
  /** Asks the backend to stop. Works from the clean-up of an effect, too, for jobs that must not outlive the page. */
  readonly cancel: () => void;
  /** Reads the job now. */
  readonly check: () => void;
  /**
   * Back to idle. A generation that runs is let go: it is followed no longer and nothing more is told
   * of it, but it is not cancelled, and a submit on its way is not taken back.
   */
  readonly reset: () => void;
};

/** A generation in a component: what it shows, and what may be done with it. Immutable; a new one per change. */
export type UseGenerationResult<TInput, TOutput> = GenerationView<TOutput> &
  GenerationCommands<TInput> & {
    /** The generation's own, unique one; empty until one begins. */
    readonly id: string;
  };
