import type { GenerationAdapter } from 'generation-lifecycle';
import { aiSdkVideo } from 'generation-lifecycle/adapters/ai-sdk';
import { fal } from 'generation-lifecycle/adapters/fal';
import { replicate } from 'generation-lifecycle/adapters/replicate';
import {
  falDouble,
  replicateDouble,
  type VendorDouble,
  type VendorDoubleOptions,
} from 'generation-lifecycle/testing/vendors';
import { videoOfFal } from './video-of-fal.js';

/** A vendor, as an adapter that is connected to its double. */
export type VendorColumn = {
  readonly name: string;
  readonly key: string;
  readonly input: unknown;
  /** What its adapter does not have. @defaultValue none */
  readonly lacks?: readonly ('cancel' | 'webhook')[];
  readonly create: (
    options: VendorDoubleOptions,
    webhookUrl?: string,
  ) => {
    readonly double: VendorDouble;
    readonly adapter: GenerationAdapter<unknown, unknown>;
  };
};

export const columns: readonly VendorColumn[] = [
  {
    name: 'fal',
    key: 'fal-key-id:fal-key-secret',
    input: { prompt: 'a lighthouse' },
    create(options, webhookUrl) {
      const double = falDouble(options);
      const { fetch } = double;
      return { double, adapter: fal({ model: 'fal-ai/flux/dev', apiKey: this.key, fetch, webhookUrl }) };
    },
  },
  {
    name: 'Replicate',
    key: 'r8_replicate-token',
    input: { prompt: 'a lighthouse' },
    create(options, webhookUrl) {
      const double = replicateDouble(options);
      const { fetch } = double;
      return { double, adapter: replicate({ model: 'owner/model', apiKey: this.key, fetch, webhookUrl }) };
    },
  },
  {
    name: 'AI SDK',
    key: 'fal-key-id:fal-key-secret',
    input: { prompt: 'a lighthouse' },
    lacks: ['cancel', 'webhook'],
    create(options) {
      const double = falDouble(options);
      const model = videoOfFal(this.key, double.fetch);
      return { double, adapter: aiSdkVideo(model, { secrets: [this.key], origins: ['https://queue.fal.run'] }) };
    },
  },
];
