import type { Frame, Scene } from './frame.js';
import { createMood } from './mood.js';
import { createNoise } from './noise.js';
import { createRandom } from './random.js';
import { createBloom } from './scenes/bloom.js';
import { createCity } from './scenes/city.js';
import { createLandscape } from './scenes/landscape.js';
import { createNebula } from './scenes/nebula.js';
import { createSilk } from './scenes/silk.js';

/** Everything that determines an image. */
export type ImageSpec = {
  readonly prompt: string;
  readonly style: string;
  /** Other inputs that change the image: seed, model, shot size, a digest of an uploaded image. */
  readonly variation: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** The frames of a looping video. @defaultValue a still image */
  readonly video?: { readonly frames: number; readonly framesPerSecond: number } | undefined;
};

type SceneMaker = (frame: Frame) => Scene;

const sceneWords: readonly (readonly [SceneMaker, RegExp])[] = [
  [createLandscape, /\blighthouse/],
  [createCity, /\b(city|cities|town|street|skyline|skyscraper|tokyo|new york|london|cyberpunk|downtown|urban)/],
  [
    createNebula,
    /\b(space|nebula|galax|planet|saturn|constellation|cosmos|cosmic|universe|orbit|astronaut|zodiac|stars)/,
  ],
  [createBloom, /\b(flower|garden|bloom|blossom|rose|petal|bouquet|poppy|lotus|dahlia|peony|daisy|tulip|sunflower)/],
  [createSilk, /\b(silk|abstract|pattern|texture|marble|fluid|cloth|ribbon|liquid|gradient|agate|music)/],
  [
    createLandscape,
    /\b(mountain|dune|desert|sea|ocean|lake|forest|hill|valley|island|beach|sunset|dawn|dusk|sky|canyon|cliff|river|meadow|pine|fjord|volcano|snow|field|house|castle)/,
  ],
  [createNebula, /\bstars?\b/],
];

/**
 * Chooses scene and colours by the words of the prompt, or by its hash if no word matches. `turn` selects a frame of a video.
 *
 * @example
 * compose({ prompt: 'dunes at dusk', style: '', variation: '7', width: 64, height: 64 }).shade(0.5, 0.5, light);
 */
export function compose({ prompt, style, variation, width, height }: ImageSpec, turn = 0): Scene {
  const words = `${prompt} ${style}`.toLowerCase();
  const random = createRandom(JSON.stringify([prompt, style, variation]));
  const byChance = random.pick<SceneMaker>([
    createLandscape,
    createLandscape,
    createNebula,
    createSilk,
    createCity,
    createBloom,
  ]);
  const make = sceneWords.find(([, pattern]) => pattern.test(words))?.[0] ?? byChance;
  const pixels = Math.min(width, height);
  return make({
    width: width / pixels,
    height: height / pixels,
    pixels,
    words,
    mood: createMood(words, random),
    noise: createNoise(random),
    random,
    turn,
  });
}
