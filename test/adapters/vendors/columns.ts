import type { GenerationAdapter } from 'generation-lifecycle';
import { aiSdkVideo } from 'generation-lifecycle/adapters/ai-sdk';
import { blackForestLabs } from 'generation-lifecycle/adapters/black-forest-labs';
import { fal } from 'generation-lifecycle/adapters/fal';
import { replicate } from 'generation-lifecycle/adapters/replicate';
import { runway } from 'generation-lifecycle/adapters/runway';
import {
  blackForestLabsDouble,
  falDouble,
  replicateDouble,
  runwayDouble,
  type VendorDouble,
  type VendorDoubleOptions,
} from 'generation-lifecycle/testing/vendors';
import { comfyColumns } from './comfy-columns.js';
import { googleColumns } from './google-columns.js';
import { gradioColumn } from './gradio-column.js';
import { openaiColumns } from './openai-columns.js';
import { videoOfFal } from './video-of-fal.js';
import { direct, type Wire } from './wire.js';

/** A vendor, as an adapter that is connected to its double. */
export type VendorColumn = {
  readonly name: string;
  readonly key: string;
  readonly input: unknown;
  /** What its adapter does not have. @defaultValue none */
  readonly lacks?: readonly ('cancel' | 'webhook')[];
  /** What a page shows while the job runs. @defaultValue nothing */
  readonly shows?: readonly ('progress' | 'previews')[];
  /** Of the POST that is paid, and of no other. */
  readonly submitPath: RegExp;
  /** Its stream is the job: only a server half with a store can hold it. `of its submit`: that stream is the answer to the submit. @defaultValue false */
  readonly isStreamJob?: boolean | 'of its submit';
  /** The bytes of its result, which need the key. @defaultValue a page loads the result at the vendor */
  readonly film?: string;
  /** What this vendor comes to in some cases, by their names. @defaultValue what each vendor comes to */
  readonly ends?: Readonly<Record<string, readonly string[]>>;
  readonly create: (
    options: VendorDoubleOptions,
    webhookUrl?: string,
    wire?: Wire,
  ) => {
    readonly double: VendorDouble;
    readonly adapter: GenerationAdapter<unknown, unknown>;
  };
};

export const columns: readonly VendorColumn[] = [
  {
    name: 'fal',
    shows: ['progress'],
    key: 'fal-key-id:fal-key-secret',
    input: { prompt: 'a lighthouse' },
    submitPath: /^\/fal-ai\/flux\/dev$/,
    create(options, webhookUrl, wire = direct) {
      const double = falDouble(options);
      const fetch = wire(double);
      return { double, adapter: fal({ model: 'fal-ai/flux/dev', apiKey: this.key, fetch, webhookUrl }) };
    },
  },
  {
    name: 'Replicate',
    shows: ['progress'],
    key: 'r8_replicate-token',
    input: { prompt: 'a lighthouse' },
    submitPath: /\/predictions$/,
    create(options, webhookUrl, wire = direct) {
      const double = replicateDouble(options);
      const fetch = wire(double);
      return { double, adapter: replicate({ model: 'owner/model', apiKey: this.key, fetch, webhookUrl }) };
    },
  },
  {
    name: 'Runway',
    shows: ['progress'],
    key: 'key_runway-secret',
    input: { model: 'gen4.5', promptText: 'a lighthouse' },
    submitPath: /\/text_to_video$/,
    lacks: ['webhook'],
    // A result is deleted with its task.
    ends: { 'the result is deleted': ['failed: not-found'] },
    create(options, _, wire = direct) {
      const double = runwayDouble(options);
      const fetch = wire(double);
      return { double, adapter: runway<unknown, unknown>({ endpoint: 'text_to_video', apiKey: this.key, fetch }) };
    },
  },
  ...comfyColumns,
  gradioColumn,
  {
    name: 'Black Forest Labs',
    shows: ['progress'],
    key: 'bfl_the-key',
    input: { prompt: 'a lighthouse' },
    submitPath: /\/flux-2-pro$/,
    lacks: ['cancel'],
    // All 429 are about tasks that run at the same time, and what is deleted is not known any more.
    ends: { '429 at the submit': ['failed: busy'], 'the result is deleted': ['failed: not-found'] },
    create(options, webhookUrl, wire = direct) {
      const double = blackForestLabsDouble(options);
      const fetch = wire(double);
      return {
        double,
        adapter: blackForestLabs<unknown, unknown>({ model: 'flux-2-pro', apiKey: this.key, fetch, webhookUrl }),
      };
    },
  },
  ...googleColumns,
  ...openaiColumns,
  {
    name: 'AI SDK',
    key: 'fal-key-id:fal-key-secret',
    input: { prompt: 'a lighthouse' },
    submitPath: /^\/fal-ai\/film\/fast$/,
    lacks: ['cancel', 'webhook'],
    create(options, _, wire = direct) {
      const double = falDouble(options);
      const model = videoOfFal(this.key, wire(double));
      return { double, adapter: aiSdkVideo(model, { secrets: [this.key], origins: ['https://queue.fal.run'] }) };
    },
  },
];
