/** Where an image is painted. Each host has its own: Node a package, a page its canvas. */
export type Sheet = {
  /** Puts pixels into a rectangle of it: four bytes each, row by row. */
  put(pixels: Uint8ClampedArray<ArrayBuffer>, at: Rectangle): void;
  /** A copy of another size. */
  scaled(width: number, height: number): Sheet;
  toPng(): Promise<Uint8Array>;
  /** @param quality 0..100 */
  toJpeg(quality: number): Promise<Uint8Array>;
};

/** In pixels. */
export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Makes an empty sheet, in pixels. */
export type CreateSheet = (width: number, height: number) => Sheet;
