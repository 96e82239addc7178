import type { ImageInput } from 'generation-lifecycle/adapters';

/** A shape that a picture can have, in pixels. */
export type PictureSize = { readonly name: string; readonly width: number; readonly height: number };

export const square: PictureSize = { name: 'Square', width: 1024, height: 1024 };

export const pictureSizes: readonly PictureSize[] = [
  square,
  { name: 'Portrait', width: 832, height: 1152 },
  { name: 'Landscape', width: 1152, height: 832 },
  { name: 'Wide', width: 1344, height: 768 },
];

/** Prompts to begin with, by the word that their button shows. */
export const examplePrompts: readonly { readonly word: string; readonly prompt: string }[] = [
  { word: 'Lighthouse', prompt: 'A lighthouse in evening fog' },
  { word: 'Dunes', prompt: 'Dunes under a violet dawn' },
  { word: 'City', prompt: 'A quiet city street after rain' },
  { word: 'Poppies', prompt: 'Poppies in a windy garden' },
  { word: 'Nebula', prompt: 'A nebula like spilled ink' },
  { word: 'Silk', prompt: 'Folds of silk in warm light' },
];

/** What is submitted. The seed is a new one each time, so that "again" is another picture. */
export const toOrder = (prompt: string, { width, height }: PictureSize): ImageInput => ({
  prompt,
  resolution: { width, height },
  chatId: 'studio',
  seed: newSeed(),
});

/** The same once more, as another picture. */
export const reseeded = (order: ImageInput): ImageInput => ({ ...order, seed: newSeed() });

const newSeed = () => Math.floor(Math.random() * 2 ** 32);
