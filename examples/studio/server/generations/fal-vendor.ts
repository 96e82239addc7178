import { fal } from 'generation-lifecycle/adapters/fal';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import type { ImageSpec } from '../art/composition.js';
import { planVideo } from '../video.plan.js';
import type { VendorPlan } from './vendor.types.js';
import type { VendorPlans } from './vendor-files.js';
import { readWish } from './wishes.js';

/** What the page asks the image model for. @see https://fal.ai/models/fal-ai/flux/dev/api */
type ImageWish = {
  readonly prompt: string;
  readonly image_size: { readonly width: number; readonly height: number };
  readonly num_images: number;
  readonly seed: number;
};

/** What the page asks the video model for. @see https://fal.ai/models/fal-ai/ltx-video-13b-distilled/api */
type VideoWish = {
  readonly prompt: string;
  readonly aspect_ratio: '16:9' | '1:1' | '9:16';
  readonly resolution: '720p';
  readonly num_frames: number;
  readonly frame_rate: number;
  readonly seed: number;
};

/** More than that the model does not make. */
const mostFrames = 161;

/** The input of the image model. The page decides neither the model nor how much is rendered for one wish. */
function toImageWish(wish: unknown): ImageWish {
  const { prompt, width, height, batchSize, seed } = readWish('image', wish);
  return { prompt, image_size: { width, height }, num_images: batchSize, seed };
}

/** The input of the video model, which knows shapes and frames. */
function toVideoWish(wish: unknown): VideoWish {
  const { prompt, width, height, duration, frameRate, seed } = readWish('video', wish);
  const frames = Math.min(mostFrames, Math.round(duration * frameRate) + 1);
  return {
    prompt,
    aspect_ratio: width === height ? '1:1' : width > height ? '16:9' : '9:16',
    resolution: '720p',
    num_frames: frames,
    frame_rate: frameRate,
    seed,
  };
}

/** What each model answers. */
function toOutput(wish: ImageWish | VideoWish, files: VendorPlans) {
  const { prompt, seed } = wish;
  if ('num_frames' in wish) return { video: { url: files.plan(toVideoSpec(wish)) }, prompt, seed };
  const { width, height } = wish.image_size;
  const images = Array.from({ length: wish.num_images }, (_, index) => {
    const spec: ImageSpec = { prompt, style: '', variation: String(seed + index), width, height };
    return { url: files.plan(spec), width, height };
  });
  return { images, prompt, seed };
}

const sizes = {
  '16:9': { width: 1280, height: 720 },
  '1:1': { width: 960, height: 960 },
  '9:16': { width: 720, height: 1280 },
} as const;

function toVideoSpec({ prompt, seed, aspect_ratio: shape, num_frames: frames, frame_rate: frameRate }: VideoWish) {
  const video = planVideo({ ...sizes[shape], frameRate, duration: Math.max(1, frames / frameRate) });
  const { width, height } = video;
  return { prompt, style: '', variation: String(seed), width, height, video } satisfies ImageSpec;
}

/** It has an event stream, a place in its queue, and a cancel. */
export const falVendor: VendorPlan = {
  mostImages: 4,
  openDouble: falDouble,
  toOutput: (input, files) => toOutput(input as ImageWish | VideoWish, files),
  toBackends: place => ({
    image: {
      adapter: fal<ImageWish | VideoWish, unknown>({ model: 'fal-ai/flux/dev', ...place }),
      input: toImageWish,
    },
    video: {
      adapter: fal<ImageWish | VideoWish, unknown>({ model: 'fal-ai/ltx-video-13b-distilled', ...place }),
      input: toVideoWish,
    },
  }),
};
