import type { GenerationRequest } from './submit.form.js';

/** The frames that are really painted. */
export type VideoPlan = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In one loop. */
  readonly frames: number;
  readonly framesPerSecond: number;
};

const longestSide = 512;
const mostFrames = 24;
const mostPerSecond = 12;

/**
 * Plans the frames of a requested video: smaller, and looped a whole number of times, because each frame is as much work as
 * an image.
 *
 * @example
 * planVideo({ width: 1280, height: 720, duration: 5, frameRate: 24 });
 * // { width: 512, height: 288, frames: 20, framesPerSecond: 12 }, three times in 5 s
 */
export function planVideo({
  width,
  height,
  duration,
  frameRate,
}: Pick<GenerationRequest, 'width' | 'height' | 'duration' | 'frameRate'>): VideoPlan {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  const requested = duration * Math.min(frameRate, mostPerSecond);
  const loops = Math.ceil(requested / mostFrames);
  const frames = Math.max(2, Math.round(requested / loops));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
    frames,
    framesPerSecond: (frames * loops) / duration,
  };
}
