export { comfyApi } from './comfy-api.js';
export { comfyui } from './comfyui.js';
export type {
  ComfyApiAdapter,
  ComfyApiFile,
  ComfyApiJob,
  ComfyApiOptions,
  ComfyApiOutput,
  ComfyNode,
  ComfyWorkflow,
} from './comfyui.types.js';
export type {
  ComfyUiAdapter,
  ComfyUiFile,
  ComfyUiJob,
  ComfyUiOptions,
  ComfyUiOutput,
} from './comfyui-server.types.js';
