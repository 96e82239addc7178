import { type Oklch, oklch, tune } from './colour.js';
import type { Random } from './random.js';

/** The colours of one image. */
export type Mood = {
  readonly zenith: Oklch;
  readonly middle: Oklch;
  readonly horizon: Oklch;
  /** Sun, moon, lamps. */
  readonly light: Oklch;
  readonly ground: Oklch;
  /** Stars are visible. */
  readonly dark: boolean;
  /** The main hue, in degrees. */
  readonly hue: number;
};

type Hour = 'dawn' | 'day' | 'dusk' | 'night' | 'dream';

const hourWords: readonly (readonly [Hour, RegExp])[] = [
  ['dusk', /\b(dusk|sunset|evening|golden hour|twilight|autumn|fire|desert)/],
  ['night', /\b(night|midnight|moon|star|aurora|dark|winter night)/],
  ['dawn', /\b(dawn|sunrise|morning|mist|fog|spring|pastel|snow|winter)/],
  ['day', /\b(noon|day|summer|bright|sunny|tropical)/],
  ['dream', /\b(dream|surreal|alien|neon|fantasy|abstract|cosmic|magic)/],
];

const hueWords: readonly (readonly [number, RegExp])[] = [
  [25, /\b(red|crimson|scarlet|ruby|poppy|lava)/],
  [355, /\b(pink|rose|magenta|cherry|sakura)/],
  [55, /\b(orange|amber|copper|rust)/],
  [88, /\b(gold|golden|yellow|honey|sunflower)/],
  [150, /\b(green|emerald|jade|moss)/],
  [195, /\b(teal|turquoise|cyan|aqua)/],
  [255, /\b(blue|azure|indigo|sapphire|cobalt)/],
  [305, /\b(violet|purple|lavender|lilac|amethyst)/],
];

/**
 * Chooses the colours by the words that name an hour or a colour, else at random.
 *
 * @example
 * createMood('a lighthouse at dusk', createRandom('a lighthouse at dusk')).dark; // false
 */
export function createMood(words: string, random: Random): Mood {
  const byChance = random.pick<Hour>(['dawn', 'day', 'dusk', 'dusk', 'night', 'dream', 'dream']);
  const hour = hourWords.find(([, pattern]) => pattern.test(words))?.[0] ?? byChance;
  const drift = random.between(-22, 22);
  const anyHue = random.between(0, 360);
  const named = hueWords.find(([, pattern]) => pattern.test(words))?.[0];
  const mood = tinted(moods[hour](drift, named ?? anyHue), named);
  const chroma = /\b(noir|monochrome|black and white|ink)\b/.test(words)
    ? 0.12
    : /\bneon|vivid\b/.test(words)
      ? 1.3
      : 1;
  const soft = (colour: Oklch) => tune(colour, { c: chroma });
  return {
    ...mood,
    zenith: soft(mood.zenith),
    middle: soft(mood.middle),
    horizon: soft(mood.horizon),
    light: soft(mood.light),
    ground: soft(mood.ground),
  };
}

/** A colour in the prompt becomes the colour of the middle of the sky and of the ground. */
function tinted(mood: Mood, hue: number | undefined): Mood {
  if (hue === undefined) return mood;
  const at = (colour: Oklch, chroma: number): Oklch => ({ ...colour, c: Math.max(colour.c, chroma), h: hue });
  return { ...mood, middle: at(mood.middle, 0.13), ground: at(mood.ground, 0.05), hue };
}

const moods: Record<Hour, (drift: number, hue: number) => Mood> = {
  dawn: (drift, hue) => ({
    zenith: oklch(0.66, 0.075, 255 + drift),
    middle: oklch(0.83, 0.06, 330 + drift),
    horizon: oklch(0.94, 0.065, 75 + drift / 2),
    light: oklch(0.98, 0.06, 85),
    ground: oklch(0.34, 0.055, 265 + drift),
    dark: false,
    hue,
  }),
  day: (drift, hue) => ({
    zenith: oklch(0.56, 0.125, 250 + drift / 2),
    middle: oklch(0.75, 0.09, 232 + drift / 2),
    horizon: oklch(0.94, 0.035, 200 + drift),
    light: oklch(0.99, 0.04, 95),
    ground: oklch(0.36, 0.075, 175 + drift * 2),
    dark: false,
    hue,
  }),
  dusk: (drift, hue) => ({
    zenith: oklch(0.31, 0.1, 285 + drift),
    middle: oklch(0.6, 0.15, 12 + drift),
    horizon: oklch(0.86, 0.125, 68 + drift / 2),
    light: oklch(0.95, 0.1, 80),
    ground: oklch(0.19, 0.055, 300 + drift),
    dark: false,
    hue,
  }),
  night: (drift, hue) => ({
    zenith: oklch(0.15, 0.05, 272 + drift),
    middle: oklch(0.27, 0.075, 262 + drift),
    horizon: oklch(0.5, 0.085, 225 + drift * 2),
    light: oklch(0.96, 0.03, 95),
    ground: oklch(0.12, 0.035, 265 + drift),
    dark: true,
    hue,
  }),
  dream: (_drift, hue) => ({
    zenith: oklch(0.33, 0.12, hue),
    middle: oklch(0.64, 0.15, hue + 48),
    horizon: oklch(0.9, 0.09, hue + 100),
    light: oklch(0.97, 0.07, hue + 115),
    ground: oklch(0.2, 0.07, hue - 18),
    dark: false,
    hue,
  }),
};
