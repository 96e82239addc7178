import { createCanvas, loadImage } from '@napi-rs/canvas';
import { toAnimatedWebp } from './animated-webp.mjs';

/** In percent: the words of the page stay sharp. */
const quality = 82;
/** Colours that differ by less are the same: what a browser draws again is not always the same to the last bit. */
const leastDifference = 6;

/**
 * Collects pictures of one size. Of each, only the part that differs from the one before it is kept.
 *
 * @param {{ width: number, height: number }} size in pixels
 */
export function createReel({ width, height }) {
  /** @type {import('./animated-webp.mjs').Frame[]} */
  const frames = [];
  /** @type {Uint8ClampedArray | undefined} */
  let before;

  return {
    /** @param {Uint8Array} png @param {number} ms how long it is shown */
    async add(png, ms) {
      const canvas = createCanvas(width, height);
      canvas.getContext('2d').drawImage(await loadImage(png), 0, 0);
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      const changed = changedPart(before, data, width, height);
      before = data;
      const last = frames.at(-1);
      if (!changed) {
        if (last) last.ms += ms;
        return;
      }
      const part = createCanvas(changed.width, changed.height);
      part.getContext('2d').drawImage(canvas, -changed.x, -changed.y);
      frames.push({ ...changed, webp: await part.encode('webp', quality), ms });
    },
    finish: () => toAnimatedWebp(frames, { width, height }),
  };
}

/**
 * The smallest rectangle, with an even corner, around all that differs; `undefined` if nothing does.
 *
 * @param {Uint8ClampedArray | undefined} before
 * @param {Uint8ClampedArray} after
 * @param {number} width
 * @param {number} height
 */
function changedPart(before, after, width, height) {
  if (!before) return { x: 0, y: 0, width, height };
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let at = 0; at < after.length; at += 4) {
    const isSame = [0, 1, 2].every(i => Math.abs((before[at + i] ?? 0) - (after[at + i] ?? 0)) < leastDifference);
    if (isSame) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  if (right === 0) return undefined;
  const [x, y] = [left - (left % 2), top - (top % 2)];
  return { x, y, width: right - x, height: bottom - y };
}
