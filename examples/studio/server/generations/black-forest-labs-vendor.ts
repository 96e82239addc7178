import { GenerationError } from 'generation-lifecycle';
import { blackForestLabs } from 'generation-lifecycle/adapters/black-forest-labs';
import { blackForestLabsDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorPlan } from './vendor.types.js';
import { readWish } from './wishes.js';

/** @see https://docs.bfl.ai/flux_2/flux2_overview */
type BlackForestLabsWish = {
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
};

function toWish(wish: unknown): BlackForestLabsWish {
  const { prompt, width, height, batchSize, seed } = readWish('image', wish);
  if (batchSize > 1) {
    const message = 'Nothing was submitted. Ask for one image: Black Forest Labs makes one at a time.';
    throw new GenerationError({ code: 'bad-input', message });
  }
  return { prompt, width, height, seed };
}

/** It says what a job costs, and has no cancel: what is cancelled runs on and is paid. Its results live for 10 minutes. */
export const blackForestLabsVendor: VendorPlan = {
  mostImages: 1,
  openDouble: blackForestLabsDouble,
  toOutput(input, files) {
    const { seed, ...spec } = input as BlackForestLabsWish;
    const sample = files.plan({ ...spec, style: '', variation: String(seed) });
    return { sample, prompt: spec.prompt, seed };
  },
  toBackends: place => ({
    image: {
      adapter: blackForestLabs<BlackForestLabsWish>({ model: 'flux-2-pro', ...place }),
      input: toWish,
    },
  }),
};
