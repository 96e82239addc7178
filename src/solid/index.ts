export type { GenerationClientCommands } from '../bindings/client-binding.types.js';
export type {
  GenerationCommands,
  UseGenerationEvent,
  UseGenerationOptions,
  UseGenerationResult,
} from '../bindings/generation-binding.types.js';
export type { MaybeGetter } from '../bindings/getter.js';
export { useGeneration } from './use-generation.js';
export type { UseGenerationReturn } from './use-generation.types.js';
export { useGenerations } from './use-generations.js';
export type { UseGenerationsReturn } from './use-generations.types.js';
export { type UseTimeLeftReturn, useTimeLeft } from './use-time-left.js';
