/** Lightness 0..1, chroma 0..0.37, hue in degrees. */
export type Oklch = { readonly l: number; readonly c: number; readonly h: number };

/** Linear light without an upper bound: glows add up, and `toByte` compresses the sum. */
export type Light = { r: number; g: number; b: number };

type Lab = { readonly l: number; readonly a: number; readonly b: number };

/** A gradient of colours, at positions 0..1. */
export type Ramp = { at(position: number, into: Light): void };

export const oklch = (l: number, c: number, h: number): Oklch => ({ l, c, h });

/** Adds to lightness and hue, and multiplies chroma. */
export const tune = (colour: Oklch, by: { l?: number; c?: number; h?: number }): Oklch => ({
  l: Math.min(1, Math.max(0, colour.l + (by.l ?? 0))),
  c: Math.max(0, colour.c * (by.c ?? 1)),
  h: colour.h + (by.h ?? 0),
});

export const toLight = (colour: Oklch): Light => labToLight(toLab(colour));

/** Mixes two colours in OKLab, where the mix of two hues is not muddy. */
export function between(from: Oklch, to: Oklch, t: number): Light {
  const [a, b] = [toLab(from), toLab(to)];
  return labToLight({ l: a.l + (b.l - a.l) * t, a: a.a + (b.a - a.a) * t, b: a.b + (b.b - a.b) * t });
}

/**
 * Creates a ramp of evenly spaced colours. Positions outside 0..1 give its ends.
 *
 * @example
 * createRamp([oklch(0.2, 0.08, 280), oklch(0.9, 0.1, 80)]).at(0.5, light);
 */
export function createRamp(stops: readonly [Oklch, Oklch, ...Oklch[]]): Ramp {
  const steps = 511;
  const table = new Float32Array((steps + 1) * 3);
  for (let i = 0; i <= steps; i++) {
    const stop = (i / steps) * (stops.length - 1);
    const index = Math.min(stops.length - 2, Math.floor(stop));
    const light = between(stops[index] ?? stops[0], stops[index + 1] ?? stops[1], stop - index);
    table.set([light.r, light.g, light.b], i * 3);
  }
  return {
    at(position, into) {
      const start = Math.round(Math.min(1, Math.max(0, position)) * steps) * 3;
      into.r = table[start] ?? 0;
      into.g = table[start + 1] ?? 0;
      into.b = table[start + 2] ?? 0;
    },
  };
}

export function blend(into: Light, colour: Light, share: number): void {
  into.r += (colour.r - into.r) * share;
  into.g += (colour.g - into.g) * share;
  into.b += (colour.b - into.b) * share;
}

export function add(into: Light, colour: Light, strength: number): void {
  into.r += colour.r * strength;
  into.g += colour.g * strength;
  into.b += colour.b * strength;
}

export function scale(into: Light, by: number): void {
  into.r *= by;
  into.g *= by;
  into.b *= by;
}

const toLab = ({ l, c, h }: Oklch): Lab => ({
  l,
  a: c * Math.cos((h * Math.PI) / 180),
  b: c * Math.sin((h * Math.PI) / 180),
});

// The matrices of https://bottosson.github.io/posts/oklab/.
function labToLight({ l, a, b }: Lab): Light {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return {
    r: Math.max(0, 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    g: Math.max(0, -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    b: Math.max(0, -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  };
}
