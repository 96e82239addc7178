export { useGeneration } from './use-generation.js';
export type {
  GenerationCommands,
  GenerationNews,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';
