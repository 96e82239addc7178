import type { GenerationCommands } from '../bindings/generation-binding.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/** A generation in a component: its view as reactive members, and its commands. Do not destructure the view. */
export interface UseGenerationReturn<TInput, TOutput> extends GenerationView<TOutput>, GenerationCommands<TInput> {
  /** The generation's unique id. Empty until one starts. */
  readonly id: string;
}
