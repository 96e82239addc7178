export { useGeneration } from './use-generation.js';
export type {
  GenerationCommands,
  GenerationNews,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';
export { useGenerationTool } from './use-generations.js';
export type { GenerationToolCommands, UseGenerationToolResult } from './use-generations.types.js';
