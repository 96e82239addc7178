import type { ImageInput } from 'generation-lifecycle/adapters';
import type { Asked } from './asked.js';

/** A shape that a picture or a film can have, in pixels. */
export type Shape = { readonly name: string; readonly width: number; readonly height: number };

export const square: Shape = { name: 'Square', width: 1024, height: 1024 };

export const pictureShapes: readonly Shape[] = [
  square,
  { name: 'Portrait', width: 832, height: 1152 },
  { name: 'Landscape', width: 1152, height: 832 },
  { name: 'Wide', width: 1344, height: 768 },
];

export const pictureCounts = [1, 2, 3] as const;

/** Prompts to begin with, by the word that their button shows. */
export const pictureExamples: readonly { readonly word: string; readonly prompt: string }[] = [
  { word: 'Lighthouse', prompt: 'A lighthouse in evening fog' },
  { word: 'Dunes', prompt: 'Dunes under a violet dawn' },
  { word: 'City', prompt: 'A quiet city street after rain' },
  { word: 'Poppies', prompt: 'Poppies in a windy garden' },
  { word: 'Nebula', prompt: 'A nebula like spilled ink' },
];

/** What is submitted. The seed is a new one each time, so that the same prompt is another picture. */
export const toPictureOrder = (prompt: string, { width, height }: Shape, count: number): ImageInput => ({
  prompt,
  resolution: { width, height },
  chatId: 'studio',
  seed: newSeed(),
  ...(count > 1 && { batchSize: count }),
});

/** What of it is kept while it runs. */
export const describePicture = ({ prompt, resolution = square, batchSize = 1 }: ImageInput): Asked => ({
  prompt,
  width: resolution.width,
  height: resolution.height,
  count: batchSize,
});

export const newSeed = () => Math.floor(Math.random() * 2 ** 32);
