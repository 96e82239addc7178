import type { Readable } from 'svelte/store';
import type { GenerationCommands, UseGenerationResult } from '../bindings/generation-binding.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/**
 * A generation in a component: its view as reactive members, and its commands. Do not destructure the view. It is also
 * a store with all of these: `$generation.status`.
 */
export interface UseGenerationReturn<TInput, TOutput>
  extends GenerationView<TOutput>,
    GenerationCommands<TInput>,
    Readable<UseGenerationResult<TInput, TOutput>> {
  /** The generation's unique id. Empty until one starts. */
  readonly id: string;
}
