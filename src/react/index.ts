export type {
  GeneratorNotice,
  GeneratorOptions,
  GeneratorStatus,
  ImageGenerator,
  VideoGenerator,
} from './drop-in/generator.types.js';
export type { ImageForm, VideoForm } from './drop-in/generator-form.js';
export type { GeneratedImage, GeneratedVideo } from './drop-in/generator-item.js';
export { useImageGenerator } from './drop-in/use-image-generator.js';
export { useVideoGenerator } from './drop-in/use-video-generator.js';
export { useGeneration } from './use-generation.js';
export type {
  GenerationCommands,
  GenerationNews,
  UseGenerationOptions,
  UseGenerationResult,
} from './use-generation.types.js';
export { useGenerationTool } from './use-generations.js';
export type { GenerationToolCommands, UseGenerationToolResult } from './use-generations.types.js';
