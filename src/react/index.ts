export { useGeneration } from './use-generation.js';
export type {
  GenerationCommands,
  GenerationNews,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';
export { useGenerationTool } from './use-generation-tool.js';
export type { GenerationToolCommands, UseGenerationToolResult } from './use-generation-tool.types.js';
