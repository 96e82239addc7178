import { pause } from '../pause.js';
import { toAnimatedPng } from './animated-png.js';
import type { ImageSpec } from './composition.js';
import { type Painting, startPainting } from './painting.js';
import type { CreateSheet } from './sheet.js';

/**
 * Starts a video. Its parts are its frames, in order. It loops without a visible seam.
 *
 * @example
 * const video = startVideo(spec, { frames: 20, framesPerSecond: 12 }, createNodeSheet);
 * for (let frame = 0; frame < video.parts; frame++) await video.paint(frame);
 * await writeFile('video.png', await video.toPng());
 */
export function startVideo(
  spec: ImageSpec,
  { frames, framesPerSecond }: NonNullable<ImageSpec['video']>,
  createSheet: CreateSheet,
): Painting {
  const pngs: Uint8Array[] = [];
  const first = startPainting(spec, createSheet);

  return {
    parts: frames,
    async paint(frame) {
      const painting = frame === 0 ? first : startPainting(spec, createSheet, (frame / frames) * 2 * Math.PI);
      for (let tile = 0; tile < painting.parts; tile++) {
        await painting.paint(tile);
        // A frame takes as long as many tiles, so other jobs run in between.
        await pause(0);
      }
      pngs.push(await painting.toPng());
    },
    toPng: async () => toAnimatedPng(pngs, 1000 / framesPerSecond),
    // The first frame stands for the film.
    sketch: first.sketch,
    toThumbnail: first.toThumbnail,
    toPreview: first.toPreview,
  };
}
