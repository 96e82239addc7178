import type { CreateSheet, Sheet } from '../server/art/sheet.js';

/** A sheet of a page. */
export const createCanvasSheet: CreateSheet = (width, height) => toSheet(new OffscreenCanvas(width, height));

function penOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser does not paint in a worker. Use a newer one.');
  return pen;
}

function toSheet(canvas: OffscreenCanvas): Sheet {
  const pen = penOf(canvas);
  const encode = async (type: string, quality?: number) =>
    new Uint8Array(
      await (await canvas.convertToBlob({ type, ...(quality !== undefined && { quality }) })).arrayBuffer(),
    );
  return {
    put: (pixels, { x, y, width, height }) => pen.putImageData(new ImageData(pixels, width, height), x, y),
    scaled(width, height) {
      const copy = new OffscreenCanvas(width, height);
      const copyPen = penOf(copy);
      copyPen.imageSmoothingQuality = 'high';
      copyPen.drawImage(canvas, 0, 0, width, height);
      return toSheet(copy);
    },
    toPng: () => encode('image/png'),
    toJpeg: quality => encode('image/jpeg', quality / 100),
  };
}
