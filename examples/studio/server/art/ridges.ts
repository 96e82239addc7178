import { add, between, blend, type Light, toLight } from './colour.js';
import { coverage, type Frame, type Scene, swing } from './frame.js';
import { clamp, mix } from './noise.js';
import { hashCell } from './random.js';
import type { Sky } from './sky.js';

type Kind = 'mountains' | 'dunes' | 'hills';
type Ridge = {
  readonly depth: number;
  readonly crest: Float32Array;
  readonly colour: Light;
  readonly reach: number;
  readonly wooded: boolean;
  readonly aside: number;
};
type Setting = { readonly horizon: number; readonly sky: Sky; readonly sea: boolean };

const kindWords: readonly (readonly [Kind, RegExp])[] = [
  ['dunes', /\b(dune|desert|sand|sahara|oasis|camel)/],
  ['mountains', /\b(mountain|peak|alp|cliff|canyon|volcano|snow|glacier|fjord)/],
  ['hills', /\b(hill|meadow|field|valley|farm|forest|pine|tree|wood|island)/],
];

/** How far the camera of a video moves to each side, in units. The land is that much wider than a still. */
const longestStep = 0.03;

/** Layers of land, paler with distance, with mist between them. */
export function createRidges(frame: Frame, { horizon, sky, sea }: Setting): Scene {
  const { random, words, mood, pixels, height, turn } = frame;

  const byChance = random.pick<Kind>(['mountains', 'mountains', 'dunes', 'hills']);
  const kind = kindWords.find(([, pattern]) => pattern.test(words))?.[0] ?? byChance;
  const wooded = kind !== 'dunes' && (/\b(forest|pine|tree|wood)/.test(words) || random.chance(0.3));
  const count = sea ? random.whole(2, 3) : random.whole(5, 7);
  const ridges = Array.from({ length: count }, (_, index): Ridge => {
    const depth = sea ? (index / count) * 0.4 : index / (count - 1);
    const base = sea ? horizon + 0.004 : horizon + 0.02 + (height - horizon) * 0.86 * depth ** 1.25;
    const trees = wooded && depth > 0.45 ? 0.035 + 0.09 * depth : 0;
    return {
      depth,
      crest: crestOf(frame, { kind, base, depth, sea, trees }),
      colour: between(mood.horizon, mood.ground, sea ? 0.4 + depth : 0.24 + 0.76 * depth ** 0.8),
      reach: 0.1 + 0.22 * depth,
      wooded: trees > 0,
      // Near layers move faster than far ones.
      aside: longestStep * swing(turn, 0) * (0.15 + 0.85 * depth),
    };
  });
  const nearest = toLight(mood.ground);

  const land: Light = { r: 0, g: 0, b: 0 };

  const paint = (ridge: Ridge, x: number, y: number, cover: number, into: Light) => {
    const under = y - crestAt(ridge, x, pixels);
    const nearSun = Math.exp(-Math.abs(x - sky.sun.x) * 1.6);
    // The sun is behind the land: slopes towards it are brighter, most of all near the crest.
    const towards = Math.tanh((x - sky.sun.x) * 5);
    const slope = crestAt(ridge, x + 0.012, pixels) - crestAt(ridge, x - 0.012, pixels);
    const leaning = kind === 'dunes' ? clamp(0.35 + slope * 16 * towards) : 0.4;
    const rock = kind === 'dunes' ? sandRipples(frame, x, under) : crags(frame, x, y, towards);
    Object.assign(land, ridge.colour);
    add(land, ridge.colour, rock * (ridge.wooded ? 0.12 : 0.6));
    if (!ridge.wooded) {
      const strength = (0.04 + 0.22 * nearSun) * (mood.dark ? 0.25 : 0.8);
      add(land, sky.sunlight, leaning * clamp(0.6 + rock) * Math.exp(-under * 8) * strength);
    }
    blend(land, nearest, clamp((under - 0.25) * ridge.depth) * 0.6);
    blend(land, sky.haze, clamp(under / ridge.reach) * (0.62 - 0.55 * ridge.depth));
    blend(into, land, cover);
  };

  return {
    shade(x, y, into) {
      let first = ridges.length - 1;
      const coverOf = (ridge: Ridge | undefined) =>
        coverage(y - crestAt(ridge, x + (ridge?.aside ?? 0), pixels), pixels);
      while (first > 0 && coverOf(ridges[first]) < 1) first--;
      for (const ridge of ridges.slice(first)) {
        const cover = coverOf(ridge);
        if (cover > 0) paint(ridge, x + ridge.aside, y, cover, into);
      }
    },
  };
}

function crestAt(ridge: Ridge | undefined, x: number, pixels: number): number {
  const crest = ridge?.crest;
  return crest?.[clamp(Math.floor((x + longestStep) * pixels), 0, crest.length - 1)] ?? 0;
}

/** Light and shade on rough ground. */
function crags({ noise }: Frame, x: number, y: number, towards: number): number {
  const bent = x + 0.05 * noise.at(x * 5, y * 7);
  const here = noise.fbm(bent * 9, y * 8, 4);
  const beside = noise.fbm(bent * 9 - 0.22 * towards, y * 8 + 0.1, 4);
  return (here - beside) * 1.9 + here * 0.22;
}

type CrestSetting = {
  readonly kind: Kind;
  readonly base: number;
  readonly depth: number;
  readonly sea: boolean;
  readonly trees: number;
};

/** The height of a layer over every column of pixels, in units from the top. */
function crestOf(frame: Frame, { kind, base, depth, sea, trees }: CrestSetting): Float32Array {
  const { noise, random, pixels, width } = frame;
  const offset = random.between(0, 200);
  const salt = random.whole(1, 1e6);
  const rise = sea ? mix(0.13, 0.07, depth) : { mountains: 0.3, dunes: 0.15, hills: 0.12 }[kind] * mix(1, 0.6, depth);
  const stretch = { mountains: 2.2, dunes: 1.15, hills: 1.5 }[kind] * mix(1.25, 0.8, depth);
  return Float32Array.from({ length: Math.ceil((width + 2 * longestStep) * pixels) + 2 }, (_, column) => {
    const x = column / pixels - longestStep;
    const along = x * stretch + offset;
    const shape = {
      mountains: () => noise.ridged(along, offset, 6) * 1.25 - 0.55,
      dunes: () => 0.9 - 1.5 * Math.abs(noise.at(along, offset)) + 0.25 * noise.at(along * 2.3, 3),
      hills: () => noise.fbm(along, offset, 4) * 1.4 + 0.2,
    }[kind]();
    const islands = sea ? 0.75 * noise.at(x * 1.3 + offset, 9) - 0.12 : 0;
    return base - rise * (shape + islands) - (trees > 0 ? pines(x, trees, salt, depth) : 0);
  });
}

/** The outline of a forest: the highest fir at each point. */
function pines(x: number, tall: number, salt: number, depth: number): number {
  const cells = 58 - 26 * depth;
  const cell = Math.floor(x * cells);
  let highest = 0;
  for (let i = cell - 2; i <= cell + 2; i++) {
    const centre = (i + 0.1 + 0.8 * hashCell(i, 1, salt)) / cells;
    const height = tall * (0.3 + 0.7 * hashCell(i, 2, salt) ** 1.5);
    const away = Math.abs(x - centre) / height / 0.3;
    // Branches: the outline falls in steps with drooping tips.
    const boughs = away + 0.075 * (((away * 6) % 1) - 0.6);
    highest = Math.max(highest, height * (1 - Math.max(0, boughs) ** 0.9));
  }
  return highest;
}

function sandRipples({ noise }: Frame, x: number, under: number): number {
  const bend = noise.fbm(x * 3, under * 7, 3);
  return Math.sin((under * 130 + bend * 16) * (1 + x * 0.05)) * 0.35 * Math.exp(-under * 5) + bend * 0.7;
}
