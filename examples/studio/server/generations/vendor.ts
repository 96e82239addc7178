import path from 'node:path';
import { type FalAdapter, fal } from 'generation-lifecycle/adapters/fal';
import { falDouble, type VendorScenario } from 'generation-lifecycle/testing/vendors';
import type { ImageSpec } from '../art/composition.js';
import type { Renderer } from '../renderer.js';
import { planVideo } from '../video.plan.js';
import { keptJobs } from './kept-jobs.js';
import { createVendorFiles, type VendorFiles } from './vendor-files.js';
import type { ImageWish, VideoWish } from './wishes.js';

/** What the models answer, as far as the page shows it. */
export type ImageAnswer = {
  readonly images: readonly { readonly url: string; readonly width?: number; readonly height?: number }[];
  readonly seed?: number;
  readonly prompt?: string;
};
export type VideoAnswer = {
  readonly video: { readonly url: string };
  readonly seed?: number;
  readonly prompt?: string;
};

/** Who renders: fal itself, or its double on this machine. */
export type Vendor = {
  readonly name: 'fal' | 'double';
  readonly image: FalAdapter<ImageWish, ImageAnswer>;
  readonly video: FalAdapter<VideoWish, VideoAnswer>;
  /** What only the double can show. */
  readonly double?: Double | undefined;
};

type Double = {
  readonly files: VendorFiles;
  /** How many submits it has accepted, and would have charged, since its folder is there. */
  charges(): number;
};

type VendorOptions = {
  /** Of fal. Without one, it is the double. */
  readonly falKey: string | undefined;
  /** Where the double keeps its jobs and its pictures. */
  readonly folder: string;
  readonly renderer: Renderer;
  /** How long the double works on a job, in ms. */
  readonly renderMs: number;
};

const models = { image: 'fal-ai/flux/dev', video: 'fal-ai/ltx-video-13b-distilled' } as const;

/** A double works as long as it is told to; a real vendor has a queue, too. */
const queuedMs = 1_000;

/** Chooses the vendor. Nothing is sent. */
export function openVendor({ falKey, ...options }: VendorOptions): Vendor {
  if (falKey) {
    return {
      name: 'fal',
      image: fal({ model: models.image, apiKey: falKey }),
      video: fal({ model: models.video, apiKey: falKey }),
    };
  }
  return openDouble(options);
}

function openDouble({ folder, renderer, renderMs }: Omit<VendorOptions, 'falKey'>): Vendor {
  const files = createVendorFiles(path.join(folder, 'files'), renderer);
  const scenario = (input: unknown): VendorScenario => ({
    queuedMs,
    runningMs: renderMs,
    output: toAnswer(input as ImageWish | VideoWish, files),
  });
  const double = falDouble({ jobs: keptJobs(path.join(folder, 'jobs')), scenario });
  const place = { apiKey: 'the-key:of-the-double', fetch: double.fetch };
  return {
    name: 'double',
    image: fal({ model: models.image, ...place }),
    video: fal({ model: models.video, ...place }),
    double: { files, charges: () => double.chargedCount },
  };
}

/** What each model answers in the end. The double knows it at the submit. */
function toAnswer(wish: ImageWish | VideoWish, files: VendorFiles): ImageAnswer | VideoAnswer {
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
