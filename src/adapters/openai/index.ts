export { openai } from './openai.js';
export type {
  OpenAIAdapter,
  OpenAIImage,
  OpenAIImagesAdapter,
  OpenAIImagesInput,
  OpenAIImagesOptions,
  OpenAIImagesOutput,
  OpenAIImageTool,
  OpenAIInput,
  OpenAIOptions,
  OpenAIOutput,
  OpenAISettings,
} from './openai.types.js';
export { openaiImages } from './openai-images.js';
