/**
 * A still picture that becomes a frame: where it lies, and how long it is shown.
 *
 * @typedef {{ webp: Uint8Array, x: number, y: number, width: number, height: number, ms: number }} Frame
 */

/**
 * Joins still WebPs into one that moves twice, and rests on its last frame. Each frame is drawn over those before it, and may be smaller than the whole. `x` and `y`
 * are even.
 *
 * @param {readonly Frame[]} frames
 * @param {{ width: number, height: number }} size of the whole, in pixels
 * @see https://developers.google.com/speed/webp/docs/riff_container#animation
 */
export function toAnimatedWebp(frames, { width, height }) {
  const hasAnimation = 0b10;
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', [uint(hasAnimation, 4), uint(width - 1, 3), uint(height - 1, 3)]),
    // Its background, and how often it moves: nobody can stop it.
    chunk('ANIM', [uint(0, 4), uint(2, 2)]),
    ...frames.map(({ webp, x, y, width, height, ms }) => {
      const isDrawnOver = 0b10;
      const place = [uint(x / 2, 3), uint(y / 2, 3), uint(width - 1, 3), uint(height - 1, 3), uint(ms, 3)];
      return chunk('ANMF', [...place, uint(isDrawnOver, 1), ...pixelChunksOf(webp)]);
    }),
  ]);
  return Buffer.concat([Buffer.from('RIFF'), uint(body.length, 4), body]);
}

/** @param {Uint8Array} webp a still one */
function pixelChunksOf(webp) {
  const bytes = Buffer.from(webp);
  const found = [];
  for (let at = 12; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    const padded = end + (end % 2);
    if (['ALPH', 'VP8 ', 'VP8L'].includes(bytes.toString('latin1', at, at + 4))) found.push(bytes.subarray(at, padded));
    at = padded;
  }
  return found;
}

/** @param {string} type @param {readonly Uint8Array[]} parts */
function chunk(type, parts) {
  const data = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), uint(data.length, 4), data, Buffer.alloc(data.length % 2)]);
}

/** @param {number} value @param {number} length in bytes */
function uint(value, length) {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
}
