import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { CreateSheet, Sheet } from './sheet.js';

/** A sheet of a server. */
export const createNodeSheet: CreateSheet = (width, height) => toSheet(createCanvas(width, height));

function toSheet(canvas: Canvas): Sheet {
  const pen = canvas.getContext('2d');
  return {
    put(pixels, { x, y, width, height }) {
      const image = pen.createImageData(width, height);
      image.data.set(pixels);
      pen.putImageData(image, x, y);
    },
    scaled(width, height) {
      const copy = createCanvas(width, height);
      const copyPen = copy.getContext('2d');
      copyPen.imageSmoothingQuality = 'high';
      copyPen.drawImage(canvas, 0, 0, width, height);
      return toSheet(copy);
    },
    toPng: () => canvas.encode('png'),
    toJpeg: quality => canvas.encode('jpeg', quality),
  };
}
