import type { Readable } from 'svelte/store';
import type { GenerationCommands, UseGenerationResult } from '../bindings/generation-binding.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';

/**
 * A generation in a component: what it shows, as reactive members, and what can be done with it. Do not destructure what it shows.
 * It is also a store, whose value is all of it: `$generation.status`.
 */
export interface UseGenerationReturn<TInput, TOutput>
  extends GenerationView<TOutput>,
    GenerationCommands<TInput>,
    Readable<UseGenerationResult<TInput, TOutput>> {
  /** The unique id of the generation. Empty until one starts. */
  readonly id: string;
}
