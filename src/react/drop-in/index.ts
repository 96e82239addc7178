export type { GenerationDescription } from './generation-description.js';
export type {
  GeneratorNotice,
  GeneratorOptions,
  GeneratorStatus,
  ImageGenerator,
  VideoGenerator,
} from './generator.types.js';
export type { ImageForm, VideoForm } from './generator-form.js';
export type { GeneratedImage, GeneratedVideo } from './generator-item.js';
export { useImageGenerator } from './use-image-generator.js';
export { useVideoGenerator } from './use-video-generator.js';
