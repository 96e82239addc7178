import type { ImageInput } from 'generation-lifecycle/adapters';
import type { Description } from './description.js';

/** Sizes are in pixels. */
export type Shape = { readonly name: string; readonly width: number; readonly height: number };

export const square: Shape = { name: 'Square', width: 1024, height: 1024 };

export const imageShapes: readonly Shape[] = [
  square,
  { name: 'Portrait', width: 832, height: 1152 },
  { name: 'Landscape', width: 1152, height: 832 },
  { name: 'Wide', width: 1344, height: 768 },
];

export const imageCounts: readonly number[] = [1, 2, 3];

/** Example prompts, and the labels of their buttons. */
export const imageExamples: readonly { readonly word: string; readonly prompt: string }[] = [
  { word: 'Lighthouse', prompt: 'A lighthouse in evening fog' },
  { word: 'Dunes', prompt: 'Dunes under a violet dawn' },
  { word: 'City', prompt: 'A quiet city street after rain' },
  { word: 'Poppies', prompt: 'Poppies in a windy garden' },
  { word: 'Nebula', prompt: 'A nebula like spilled ink' },
];

/** The input of a submit. A new seed each time gives a different image for the same prompt. */
export const toImageInput = (prompt: string, { width, height }: Shape, count: number): ImageInput => ({
  prompt,
  resolution: { width, height },
  chatId: 'studio',
  seed: newSeed(),
  ...(count > 1 && { batchSize: count }),
});

/** What is stored of the input while the generation runs. */
export function describeImage({ prompt, resolution, batchSize = 1 }: ImageInput): Description {
  const { width, height } = typeof resolution === 'object' ? resolution : square;
  return { prompt, width, height, count: batchSize };
}

export const newSeed = () => Math.floor(Math.random() * 2 ** 32);
