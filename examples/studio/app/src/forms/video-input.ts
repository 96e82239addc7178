import type { VideoInput } from 'generation-lifecycle/adapters';
import type { StudioBackend } from '../clients/studio-backend.js';
import type { Description } from './description.js';
import { newSeed, type Shape } from './image-input.js';

/** What the renderer of this machine paints: each frame is as much work as an image. */
const renderedShapes: readonly Shape[] = [
  { name: 'Wide', width: 512, height: 288 },
  { name: 'Square', width: 512, height: 512 },
  { name: 'Portrait', width: 288, height: 512 },
];

/** The 720p of the model at fal, which is asked for a shape and not for a size. */
const falShapes: readonly Shape[] = [
  { name: 'Wide', width: 1280, height: 720 },
  { name: 'Square', width: 960, height: 960 },
  { name: 'Portrait', width: 720, height: 1280 },
];

/** The shapes of films, in the sizes in which they arrive. */
export const videoShapesOf = ({ name, isDouble }: Pick<StudioBackend, 'name' | 'isDouble'>): readonly Shape[] =>
  name === 'fal' && !isDouble ? falShapes : renderedShapes;

/** In seconds. */
export const videoLengths: readonly number[] = [2, 4, 8];

/** In frames per second. */
export const videoRates: readonly number[] = [8, 12, 24];

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
  const [width = 1, height = 1] = (resolution.match(/\d+/g) ?? []).map(Number);
  return { prompt, width, height, count: 1 };
}
