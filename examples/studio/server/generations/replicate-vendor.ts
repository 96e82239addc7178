import { replicate } from 'generation-lifecycle/adapters/replicate';
import { replicateDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorPlan } from './vendor.types.js';
import { readWish } from './wishes.js';

/** @see https://replicate.com/black-forest-labs/flux-schnell/api */
type ReplicateWish = {
  readonly prompt: string;
  readonly aspect_ratio: keyof typeof sizes;
  readonly megapixels: '1' | '0.25';
  readonly num_outputs: number;
  readonly seed: number;
};

/** Of one megapixel. A quarter of it has half of each. */
const sizes = {
  '1:1': { width: 1024, height: 1024 },
  '3:2': { width: 1216, height: 832 },
  '2:3': { width: 832, height: 1216 },
  '16:9': { width: 1344, height: 768 },
  '9:16': { width: 768, height: 1344 },
} as const;
const shapes = Object.keys(sizes) as (keyof typeof sizes)[];

/** The model knows shapes: the nearest one. */
function shapeOf(width: number, height: number): keyof typeof sizes {
  const distance = (shape: keyof typeof sizes) =>
    Math.abs(Math.log((width / height) * (sizes[shape].height / sizes[shape].width)));
  return shapes.reduce((nearest, shape) => (distance(shape) < distance(nearest) ? shape : nearest));
}

function toWish(wish: unknown): ReplicateWish {
  const { prompt, width, height, batchSize, seed } = readWish('image', wish);
  const megapixels = width * height > 500_000 ? '1' : '0.25';
  return { prompt, aspect_ratio: shapeOf(width, height), megapixels, num_outputs: batchSize, seed };
}

/** It has no event stream and no place in a queue: its jobs are read. Its results live for an hour. */
export const replicateVendor: VendorPlan = {
  mostImages: 4,
  openDouble: replicateDouble,
  toOutput(input, files) {
    const { prompt, aspect_ratio: shape, megapixels, num_outputs: count, seed } = input as ReplicateWish;
    const part = megapixels === '1' ? 1 : 0.5;
    const size = { width: sizes[shape].width * part, height: sizes[shape].height * part };
    return Array.from({ length: count }, (_, index) =>
      files.plan({ prompt, style: '', variation: String(seed + index), ...size }),
    );
  },
  toBackends: place => ({
    image: {
      adapter: replicate<ReplicateWish, readonly string[]>({ model: 'black-forest-labs/flux-schnell', ...place }),
      input: toWish,
    },
  }),
};
