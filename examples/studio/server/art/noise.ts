import type { Random } from './random.js';

/** Smooth noise over the plane, from -1 to 1. */
export type Noise = {
  at(x: number, y: number): number;
  /** Several octaves, for clouds. */
  fbm(x: number, y: number, octaves: number): number;
  /** Several folded octaves, 0..1, for mountain crests. */
  ridged(x: number, y: number, octaves: number): number;
};

/**
 * Creates a field of gradient noise from random numbers.
 *
 * @example
 * createNoise(createRandom('dunes')).fbm(0.3, 1.7, 5);
 */
export function createNoise(random: Random): Noise {
  const permutation = shuffledBytes(random);
  const corner = (column: number, row: number, x: number, y: number) => {
    const h = permutation[((permutation[column & 255] ?? 0) + row) & 255] ?? 0;
    return (sines[(h + 64) & 255] ?? 0) * x + (sines[h] ?? 0) * y;
  };
  const at = (x: number, y: number) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = x - column;
    const v = y - row;
    const fadeU = u * u * u * (u * (u * 6 - 15) + 10);
    const fadeV = v * v * v * (v * (v * 6 - 15) + 10);
    const top = mix(corner(column, row, u, v), corner(column + 1, row, u - 1, v), fadeU);
    const bottom = mix(corner(column, row + 1, u, v - 1), corner(column + 1, row + 1, u - 1, v - 1), fadeU);
    return 1.41 * mix(top, bottom, fadeV);
  };
  return {
    at,
    fbm(x, y, octaves) {
      let [sum, size, scale] = [0, 0.5, 1];
      for (let i = 0; i < octaves; i++) {
        sum += size * at(x * scale + i * 17.3, y * scale - i * 9.1);
        size *= 0.5;
        scale *= 2.03;
      }
      return sum;
    },
    ridged(x, y, octaves) {
      let [sum, size, scale, weight] = [0, 0.55, 1, 1];
      for (let i = 0; i < octaves; i++) {
        const fold = 1 - Math.abs(at(x * scale + i * 31.7, y * scale + i * 5.3));
        sum += size * weight * fold * fold;
        weight = Math.min(1, fold * 1.4);
        size *= 0.48;
        scale *= 2.07;
      }
      return Math.min(1, sum);
    },
  };
}

export const mix = (a: number, b: number, t: number) => a + (b - a) * t;
export const clamp = (value: number, low = 0, high = 1) => Math.min(high, Math.max(low, value));
export const smoothstep = (from: number, to: number, value: number) => {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
};

// The noise uses 256 directions, and a table is much faster than the functions.
const sines = Float64Array.from({ length: 256 }, (_, i) => Math.sin((i * Math.PI) / 128));

function shuffledBytes(random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i > 0; i--) {
    const j = random.whole(0, i);
    const swapped = bytes[i] ?? 0;
    bytes[i] = bytes[j] ?? 0;
    bytes[j] = swapped;
  }
  return bytes;
}
