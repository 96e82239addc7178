export { useGeneration } from './use-generation.js';
export type {
  GenerationCommands,
  UseGenerationEvent,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';
export { useGenerations } from './use-generations.js';
export type { GenerationClientCommands, UseGenerationsResult } from './use-generations.types.js';
export { useTimeLeft } from './use-time-left.js';
