import type { GenerationCommands, UseGenerationResult } from './generation-binding.types.js';

/** The commands of whatever generation is the current one. */
export const toGenerationCommands = <TInput>(
  current: () => GenerationCommands<TInput>,
): GenerationCommands<TInput> => ({
  generate: input => current().generate(input),
  cancel: () => current().cancel(),
  check: () => current().check(),
  reset: () => current().reset(),
});

/** The names of all that a generation shows. */
export function shownKeys<TInput, TOutput>(result: UseGenerationResult<TInput, TOutput>) {
  const { generate, cancel, check, reset, ...shown } = result;
  return Object.keys(shown) as (keyof typeof shown)[];
}
