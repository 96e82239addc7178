import { compose, type ImageSpec } from './composition.js';
import { hashCell } from './random.js';
import type { CreateSheet, Rectangle, Sheet } from './sheet.js';

/** A sketch has one pixel for a square of this side. */
const coarseSide = 24;
const previewQuality = 72;

/** An image or a video in progress: paint each part in order, then encode it as PNG. */
export type Painting = {
  /** The number of tiles of an image, or of frames of a video. */
  readonly parts: number;
  paint(part: number): Promise<void> | void;
  /** Paints a coarse whole, before the first part. Each part replaces its piece of it. */
  sketch(): void;
  /** Call it after every part is painted. */
  toPng(): Promise<Uint8Array>;
  /** A copy of at most `side` pixels in width and height, as PNG. */
  toThumbnail(side: number): Promise<Uint8Array>;
  /** What is painted so far, at most `side` pixels in width and height, as JPEG. Call it after `sketch`. */
  toPreview(side: number): Promise<Uint8Array>;
};

/**
 * Starts an image. The same spec always gives the same bytes, on one kind of sheet.
 *
 * @example
 * const painting = startPainting(spec, createNodeSheet);
 * for (let part = 0; part < painting.parts; part++) await painting.paint(part);
 * await writeFile('image.png', await painting.toPng());
 */
export function startPainting(spec: ImageSpec, createSheet: CreateSheet, turn = 0): Painting {
  const { width, height, video } = spec;
  let sheet: Sheet | undefined;
  const whole = () => {
    sheet ??= createSheet(width, height);
    return sheet;
  };
  const scene = compose(spec, turn);
  const unit = Math.min(width, height);
  const light = { r: 0, g: 0, b: 0 };
  const tiles = tilesOf(width, height);
  // Grain hides bands in long gradients, but makes the frames of a video hard to compress.
  const coarseness = video ? 0.5 : 1.6;

  const shrunk = (side: number) => {
    const factor = Math.min(1, side / Math.max(width, height));
    return whole().scaled(Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)));
  };

  return {
    parts: tiles.length,
    paint(part) {
      const tile = tiles[part];
      if (!tile) throw new RangeError(`There is no tile ${part}.`);
      const bytes = new Uint8ClampedArray(4 * tile.width * tile.height);
      let i = 0;
      for (let row = tile.y; row < tile.y + tile.height; row++) {
        for (let column = tile.x; column < tile.x + tile.width; column++) {
          scene.shade((column + 0.5) / unit, (row + 0.5) / unit, light);
          const grain = coarseness * (hashCell(column, row, 77) - 0.5);
          bytes[i] = toByte(light.r) + grain;
          bytes[i + 1] = toByte(light.g) + grain;
          bytes[i + 2] = toByte(light.b) + grain;
          bytes[i + 3] = 255;
          i += 4;
        }
      }
      whole().put(bytes, tile);
    },
    sketch() {
      const [across, down] = [Math.ceil(width / coarseSide), Math.ceil(height / coarseSide)];
      const bytes = new Uint8ClampedArray(4 * across * down);
      for (let i = 0; i < across * down; i++) {
        const [column, row] = [i % across, Math.floor(i / across)];
        scene.shade(((column + 0.5) * width) / across / unit, ((row + 0.5) * height) / down / unit, light);
        bytes.set([toByte(light.r), toByte(light.g), toByte(light.b), 255], 4 * i);
      }
      const small = createSheet(across, down);
      small.put(bytes, { x: 0, y: 0, width: across, height: down });
      sheet = small.scaled(width, height);
    },
    toPng: () => whole().toPng(),
    toPreview: side => shrunk(side).toJpeg(previewQuality),
    toThumbnail: side => shrunk(side).toPng(),
  };
}

/** From 4 tiles for a tiny image to 64 for the default size: enough to show progress at a low cost. */
function tilesOf(width: number, height: number): Rectangle[] {
  const across = Math.min(12, Math.max(2, Math.round(width / 128)));
  const down = Math.min(12, Math.max(2, Math.round(height / 128)));
  const tiles: Rectangle[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const x = Math.floor((column * width) / across);
      const y = Math.floor((row * height) / down);
      const right = Math.floor(((column + 1) * width) / across);
      const bottom = Math.floor(((row + 1) * height) / down);
      tiles.push({ x, y, width: right - x, height: bottom - y });
    }
  }
  return tiles;
}

const knee = 0.72;
const steps = 4095;
const byteOf = Float32Array.from({ length: steps + 1 }, (_, i) => {
  const value = i / steps;
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
});

/** Converts linear light to a byte. Values above the knee are compressed instead of cut off. */
function toByte(light: number): number {
  const compressed = light <= knee ? light : knee + (1 - knee) * Math.tanh((light - knee) / (1 - knee) / 1.35);
  return byteOf[Math.round(Math.min(1, Math.max(0, compressed)) * steps)] ?? 0;
}
