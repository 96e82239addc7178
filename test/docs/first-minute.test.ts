import { readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { createReel } from '../../scripts/first-minute/reel.mjs';

const size = { width: 41, height: 20 };

/** A red picture, with a blue square at this place. */
function pictureWith(x?: number): Uint8Array {
  const canvas = createCanvas(size.width, size.height);
  const pen = canvas.getContext('2d');
  pen.fillStyle = 'red';
  pen.fillRect(0, 0, size.width, size.height);
  pen.fillStyle = 'blue';
  if (x !== undefined) pen.fillRect(x, 3, 6, 5);
  return canvas.toBuffer('image/png');
}

/** What stands in the chunks of this type. */
function chunksOf(webp: Buffer, type: string): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 12; at < webp.length; ) {
    const end = at + 8 + webp.readUInt32LE(at + 4);
    if (webp.toString('latin1', at, at + 4) === type) found.push(webp.subarray(at + 8, end));
    at = end + (end % 2);
  }
  return found;
}

describe('the moving picture of the README', () => {
  it('keeps of each picture what differs from the one before, and shows the same one longer', async () => {
    const reel = createReel(size);
    await reel.add(pictureWith(), 100);
    await reel.add(pictureWith(9), 200);
    await reel.add(pictureWith(9), 50);
    const webp = reel.finish();
    expect(webp.readUInt32LE(4)).toBe(webp.length - 8);
    const frames = chunksOf(webp, 'ANMF').map(frame =>
      [0, 3, 6, 9, 12].map(
        (at, index) => frame.readUIntLE(at, 3) * (index < 2 ? 2 : 1) + (index === 2 || index === 3 ? 1 : 0),
      ),
    );
    // The corner is even, so the part begins one pixel further left than the square, and one higher.
    expect(frames).toEqual([
      [0, 0, 41, 20, 100],
      [8, 2, 7, 6, 250],
    ]);
    const { width, height } = await loadImage(webp);
    expect({ width, height }).toEqual(size);
  });

  it('is there, moves, and has at most a megabyte', async () => {
    const webp = readFileSync(new URL('../../docs/first-minute.webp', import.meta.url));
    expect(chunksOf(webp, 'ANMF').length).toBeGreaterThan(10);
    expect(webp.length).toBeLessThan(1_000_000);
    expect(await loadImage(webp)).toMatchObject({ width: 800, height: 600 });
  });
});
