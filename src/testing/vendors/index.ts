export { blackForestLabsDouble } from './black-forest-labs.double.js';
export { comfyApiDouble } from './comfy-api.double.js';
export { type ComfyUiDouble, type ComfyUiDoubleSocket, comfyuiDouble } from './comfyui.double.js';
export type {
  VendorAction,
  VendorDouble,
  VendorDoubleOptions,
  VendorFault,
  VendorJob,
  VendorRequest,
  VendorScenario,
} from './double.types.js';
export { falDouble } from './fal.double.js';
export { googleInteractionsDouble, googleOperationsDouble } from './google.double.js';
export { gradioDouble } from './gradio.double.js';
export { type OpenAIDoubleOptions, openaiDouble } from './openai.double.js';
export { openaiImagesDouble } from './openai-images.double.js';
export { replicateDouble } from './replicate.double.js';
export { runwayDouble } from './runway.double.js';
export { vendorScenarios } from './scenarios.js';
