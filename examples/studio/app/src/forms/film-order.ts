import type { VideoInput } from 'generation-lifecycle/adapters';
import type { Asked } from './asked.js';
import { newSeed, type Shape } from './picture-order.js';

const wide: Shape = { name: 'Wide', width: 1280, height: 720 };

export const filmShapes: readonly Shape[] = [
  wide,
  { name: 'Square', width: 960, height: 960 },
  { name: 'Portrait', width: 720, height: 1280 },
];

/** In seconds. */
export const filmLengths = [2, 4, 8] as const;

/** In frames per second. */
export const filmRates = [8, 12, 24] as const;

/** Prompts to begin with, by the word that their button shows. */
export const filmExamples: readonly { readonly word: string; readonly prompt: string }[] = [
  { word: 'Waves', prompt: 'Waves around a lighthouse at night' },
  { word: 'Rain', prompt: 'Rain over a neon city' },
  { word: 'Aurora', prompt: 'A nebula that breathes' },
  { word: 'Meadow', prompt: 'Poppies swaying in the wind' },
];

/** What is submitted. The seed is a new one each time, so that the same prompt is another film. */
export const toFilmOrder = (
  prompt: string,
  { width, height }: Shape,
  { seconds, framesPerSecond }: { readonly seconds: number; readonly framesPerSecond: number },
): VideoInput => ({
  prompt,
  resolution: `${width}x${height}`,
  duration: seconds,
  frameRate: framesPerSecond,
  generationType: 'text-to-video',
  chatId: 'studio',
  seed: newSeed(),
});

/** What of it is kept while it runs. */
export function describeFilm({ prompt, resolution = '' }: VideoInput): Asked {
  const [width = wide.width, height = wide.height] = (resolution.match(/\d+/g) ?? []).map(Number);
  return { prompt, width, height, count: 1 };
}
