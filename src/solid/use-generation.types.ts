import type { GenerationCommands } from '../bindings/generation-binding.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/** A generation in a component: what it shows, as reactive members, and what can be done with it. Do not destructure what it shows. */
export interface UseGenerationReturn<TInput, TOutput> extends GenerationView<TOutput>, GenerationCommands<TInput> {
  /** The unique id of the generation. Empty until one starts. */
  readonly id: string;
}
