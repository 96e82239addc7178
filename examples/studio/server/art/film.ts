import { setImmediate } from 'node:timers/promises';
import { toAnimatedPng } from './animated-png.js';
import type { Commission } from './composition.js';
import { type Painting, startPainting } from './painting.js';

/**
 * Begins a film, whose parts are its frames, in their order. The end leads over into the beginning.
 *
 * @example
 * const film = startFilm(commission, { frames: 20, framesPerSecond: 12 });
 * for (let frame = 0; frame < film.parts; frame++) await film.paint(frame);
 * await writeFile('film.png', await film.toPng());
 */
export function startFilm(
  commission: Commission,
  { frames, framesPerSecond }: NonNullable<Commission['film']>,
): Painting {
  const pngs: Buffer[] = [];
  let first: Painting | undefined;

  return {
    parts: frames,
    async paint(frame) {
      const painting = startPainting(commission, (frame / frames) * 2 * Math.PI);
      for (let tile = 0; tile < painting.parts; tile++) {
        await painting.paint(tile);
        // A frame is as much as many tiles: the other orders do not wait for all of it.
        await setImmediate();
      }
      pngs.push(await painting.toPng());
      first ??= painting;
    },
    toPng: async () => toAnimatedPng(pngs, 1000 / framesPerSecond),
    async toThumbnail(side) {
      if (!first) throw new RangeError('No frame is painted yet.');
      return first.toThumbnail(side);
    },
  };
}
