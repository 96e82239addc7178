import type { ComputedRef, ShallowRef } from 'vue';
import type { GenerationCommands, UseGenerationResult } from '../bindings/generation-binding.types.js';
import type { GenerationView } from '../machines/generation/generation.view.js';
import type { ComputedMembers } from './computed-members.js';

/** A generation in a component: each member of its view as a ref, and its commands. */
export interface UseGenerationReturn<TInput, TOutput>
  extends ComputedMembers<GenerationView<TOutput>>,
    GenerationCommands<TInput> {
  /** The generation's unique id. Empty until one starts. */
  readonly id: ComputedRef<string>;
  /** The whole view as one value, which `useTimeLeft` takes. Immutable; a new object per change. */
  readonly view: Readonly<ShallowRef<UseGenerationResult<TInput, TOutput>>>;
}
