import type { GenerationAdapter } from 'generation-lifecycle';
import { type ComfyWorkflow, comfyApi } from 'generation-lifecycle/adapters/comfyui';
import { comfyApiDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorColumn } from './columns.js';

/** The ways to ComfyUI. */
export const comfyColumns: readonly VendorColumn[] = [
  {
    name: 'Comfy API v2',
    shows: ['progress', 'previews'],
    key: 'comfyui-key-of-the-table',
    input: { '9': { class_type: 'SaveImage', inputs: {} } },
    lacks: ['webhook'],
    create(options) {
      const double = comfyApiDouble(options);
      const adapter: GenerationAdapter<ComfyWorkflow, unknown> = comfyApi({ apiKey: this.key, fetch: double.fetch });
      return { double, adapter: adapter as GenerationAdapter<unknown, unknown> };
    },
  },
];
