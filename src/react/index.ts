export type { GenerationClientCommands, UseGenerationsResult } from '../bindings/client-binding.types.js';
export type {
  GenerationCommands,
  UseGenerationEvent,
  UseGenerationOptions,
  UseGenerationResult,
} from '../bindings/generation-binding.types.js';
export { useGeneration } from './use-generation.js';
export { useGenerations } from './use-generations.js';
export { useTimeLeft } from './use-time-left.js';
