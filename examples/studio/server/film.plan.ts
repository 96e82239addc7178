import type { GenerationRequest } from './submit.form.js';

/** A film as it is really painted. */
export type FilmPlan = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In one loop. */
  readonly frames: number;
  readonly framesPerSecond: number;
};

const longestSide = 448;
const mostFrames = 24;
const mostPerSecond = 12;

/**
 * What is made of a video that was asked for: its shape, and its length as a whole number of loops, since each frame is
 * as much work as a picture.
 *
 * @example
 * filmOf({ width: 1280, height: 720, duration: 5, frameRate: 24 });
 * // { width: 448, height: 252, frames: 20, framesPerSecond: 12 }, three times in 5 s
 */
export function filmOf({
  width,
  height,
  duration,
  frameRate,
}: Pick<GenerationRequest, 'width' | 'height' | 'duration' | 'frameRate'>): FilmPlan {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  const wanted = duration * Math.min(frameRate, mostPerSecond);
  const loops = Math.ceil(wanted / mostFrames);
  const frames = Math.max(2, Math.round(wanted / loops));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
    frames,
    framesPerSecond: (frames * loops) / duration,
  };
}
