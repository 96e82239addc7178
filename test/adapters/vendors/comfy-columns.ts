import type { GenerationAdapter } from 'generation-lifecycle';
import { type ComfyWorkflow, comfyApi, comfyui } from 'generation-lifecycle/adapters/comfyui';
import { comfyApiDouble, comfyuiDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorColumn } from './columns.js';
import { direct } from './wire.js';

const input: ComfyWorkflow = {
  '3': { class_type: 'KSampler', inputs: { seed: 1 } },
  '9': { class_type: 'SaveImage', inputs: { images: ['3', 0] } },
};

/** The ways to ComfyUI. */
export const comfyColumns: readonly VendorColumn[] = [
  {
    name: 'Comfy API v2',
    shows: ['progress', 'previews'],
    key: 'comfyui-key-of-the-table',
    input,
    submitPath: /\/jobs$/,
    lacks: ['webhook'],
    create(options, _, wire = direct) {
      const double = comfyApiDouble(options);
      const adapter: GenerationAdapter<ComfyWorkflow, unknown> = comfyApi({ apiKey: this.key, fetch: wire(double) });
      return { double, adapter: adapter as GenerationAdapter<unknown, unknown> };
    },
  },
  {
    name: 'ComfyUI',
    shows: ['progress', 'previews'],
    // ComfyUI has none. A proxy in front of it does.
    key: 'key-of-a-proxy',
    input,
    submitPath: /\/prompt$/,
    lacks: ['webhook'],
    ends: {
      // What is deleted is not known any more.
      'the result is deleted': ['failed: not-found'],
      // A submit whose answer is lost is found in the queue.
      'the answer to the submit is lost': ['completed'],
    },
    create(options, _, wire = direct) {
      const double = comfyuiDouble(options);
      const headers = { authorization: `Bearer ${this.key}` };
      const adapter: GenerationAdapter<ComfyWorkflow, unknown> = comfyui({
        headers,
        fetch: wire(double),
        webSocket: url => double.webSocket(url, headers),
      });
      return { double, adapter: adapter as GenerationAdapter<unknown, unknown> };
    },
  },
];
