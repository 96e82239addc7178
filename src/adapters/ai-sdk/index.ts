export type {
  AiSdkVideoAdapter,
  AiSdkVideoFile,
  AiSdkVideoInput,
  AiSdkVideoJob,
  AiSdkVideoModel,
  AiSdkVideoOptions,
  AiSdkVideoOutput,
} from './ai-sdk.types.js';
export { aiSdkVideo } from './ai-sdk-video.js';
