export { comfyApi } from './comfy-api.js';
export type {
  ComfyApiAdapter,
  ComfyApiFile,
  ComfyApiJob,
  ComfyApiOptions,
  ComfyApiOutput,
  ComfyNode,
  ComfyWorkflow,
} from './comfyui.types.js';
