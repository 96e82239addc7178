import type { VideoInput } from 'generation-lifecycle/adapters';
import type { Description } from './description.js';
import { newSeed, type Shape } from './image-input.js';

const wide: Shape = { name: 'Wide', width: 1280, height: 720 };

export const videoShapes: readonly Shape[] = [
  wide,
  { name: 'Square', width: 960, height: 960 },
  { name: 'Portrait', width: 720, height: 1280 },
];

/** In seconds. */
export const videoLengths = [2, 4, 8] as const;

/** In frames per second. */
export const videoRates = [8, 12, 24] as const;

/** Example prompts, and the labels of their buttons. */
export const videoExamples: readonly { readonly word: string; readonly prompt: string }[] = [
  { word: 'Waves', prompt: 'Waves around a lighthouse at night' },
  { word: 'Rain', prompt: 'Rain over a neon city' },
  { word: 'Aurora', prompt: 'A nebula that breathes' },
  { word: 'Meadow', prompt: 'Poppies swaying in the wind' },
];

/** The input of a submit. A new seed each time gives a different video for the same prompt. */
export const toVideoInput = (
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

/** What is stored of the input while the generation runs. */
export function describeVideo({ prompt, resolution = '' }: VideoInput): Description {
  const [width = wide.width, height = wide.height] = (resolution.match(/\d+/g) ?? []).map(Number);
  return { prompt, width, height, count: 1 };
}
