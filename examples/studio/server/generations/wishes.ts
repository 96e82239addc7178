import { GenerationError } from 'generation-lifecycle';
import { type GenerationRequest, readForm } from '../submit.form.js';

/** What the page asks the image model for. @see https://fal.ai/models/fal-ai/flux/dev/api */
export type ImageWish = {
  readonly prompt: string;
  readonly image_size: { readonly width: number; readonly height: number };
  readonly num_images: number;
  readonly seed: number;
};

/** What the page asks the video model for. @see https://fal.ai/models/fal-ai/ltx-video-13b-distilled/api */
export type VideoWish = {
  readonly prompt: string;
  readonly aspect_ratio: '16:9' | '1:1' | '9:16';
  readonly resolution: '720p';
  readonly num_frames: number;
  readonly frame_rate: number;
  readonly seed: number;
};

/** More than that the model does not make. */
const mostFrames = 161;

/** @throws GenerationError whose message the page may show */
function checked(kind: 'image' | 'video', wish: unknown): GenerationRequest {
  const form = readForm(kind, wish);
  if ('request' in form) return form.request;
  const [first] = form.detail;
  const what = first ? `${first.loc.slice(1).join('.') || 'the body'}: ${first.msg}` : 'the body is not right';
  throw new GenerationError({ code: 'bad-input', message: `Nothing was submitted. Change the wish: ${what}` });
}

/** The input of the image model. The page decides neither the model nor how much is rendered for one wish. */
export function toImageWish(wish: unknown): ImageWish {
  const { prompt, width, height, batchSize, seed } = checked('image', wish);
  return { prompt, image_size: { width, height }, num_images: batchSize, seed };
}

/** The input of the video model, which knows shapes and frames. */
export function toVideoWish(wish: unknown): VideoWish {
  const { prompt, width, height, duration, frameRate, seed } = checked('video', wish);
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
