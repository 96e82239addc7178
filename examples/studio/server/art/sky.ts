import { add, between, blend, createRamp, type Light, oklch, toLight, tune } from './colour.js';
import { coverage, type Frame, type Scene, swing } from './frame.js';
import { smoothstep } from './noise.js';
import { hashCell } from './random.js';

/** A sky, and the position of its sun or moon. */
export type Sky = Scene & {
  readonly sun: { readonly x: number; readonly y: number; readonly radius: number };
  readonly sunlight: Light;
  /** The light of distant haze. */
  readonly haze: Light;
};

/** Gradient, clouds, a sun or a moon with its glow, and stars when it is dark. */
export function createSky(frame: Frame, horizon: number): Sky {
  const { mood, noise, random, pixels, turn } = frame;
  const wind = { x: 0.13 * swing(turn, 0), y: 0.07 * swing(turn, 0.25) };
  const ramp = createRamp([mood.zenith, mood.middle, mood.horizon]);
  const sunlight = toLight(mood.light);
  const glowlight = mood.dark ? toLight(tune(mood.horizon, { l: 0.12, c: 1.15 })) : sunlight;
  const sun = {
    x: frame.width * random.between(0.18, 0.82),
    y: horizon * (mood.dark ? random.between(0.2, 0.5) : random.between(0.35, 0.93)),
    radius: mood.dark ? random.between(0.035, 0.06) : random.between(0.04, 0.1),
  };
  const crescent = mood.dark && random.chance(0.5) ? { x: sun.radius * 0.55, y: -sun.radius * 0.2 } : undefined;
  const clouds = {
    threshold: random.between(-0.08, 0.18),
    strength: random.between(0.35, 0.85),
    offset: random.between(0, 50),
    lit: toLight(tune(mood.horizon, { l: 0.05 })),
    shadow: between(mood.zenith, mood.middle, 0.55),
  };
  const salt = random.whole(1, 1e6);
  const white = toLight(oklch(0.95, 0.02, 240));

  return {
    sun,
    sunlight,
    haze: between(mood.horizon, mood.middle, 0.18),
    shade(x, y, into) {
      ramp.at((y / horizon) ** 1.25, into);
      const distance = Math.hypot(x - sun.x, y - sun.y);
      if (mood.dark) add(into, white, 0.85 * starlight(x, y, salt, turn) * smoothstep(1.02, 0.55, y / horizon));
      const glow = 0.34 * Math.exp(-distance * 3.6) + 0.5 * Math.exp(-distance * 13);
      add(into, glowlight, mood.dark ? glow * 0.7 : glow);

      let disc = coverage(sun.radius - distance, pixels);
      if (crescent) {
        const bite = Math.hypot(x - sun.x - crescent.x, y - sun.y - crescent.y);
        disc *= 1 - coverage(sun.radius * 0.96 - bite, pixels);
      }
      if (disc > 0) {
        const marks = mood.dark ? 0.12 * noise.fbm(x * 26, y * 26, 3) : 0;
        blend(into, sunlight, disc * (0.97 + marks));
      }

      const drift = x + 0.32 * noise.fbm(x * 1.4, y * 3.2 + clouds.offset, 3);
      const body = noise.fbm(drift * 1.7 + clouds.offset + wind.x, y * 6.2 + wind.y, 5);
      const cover = smoothstep(clouds.threshold, clouds.threshold + 0.34, body) * clouds.strength;
      if (cover > 0.002) {
        const towardsSun = Math.exp(-distance * 2.2);
        const share = cover * (0.35 + 0.65 * smoothstep(0, 0.75, y / horizon));
        blend(into, clouds.shadow, share * 0.6);
        blend(into, clouds.lit, share * smoothstep(0.5, -0.1, body) * (0.25 + 0.75 * towardsSun));
      }
    },
  };
}

/** At most one star of three sizes per grid cell. They twinkle in a video. */
export function starlight(x: number, y: number, salt: number, turn: number): number {
  let sum = 0;
  for (let size = 0; size < 3; size++) {
    const cells = 74 - size * 24;
    const column = Math.floor(x * cells);
    const row = Math.floor(y * cells);
    const chance = hashCell(column, row, salt + size);
    if (chance > 0.17 - size * 0.05) continue;
    const dx = x * cells - column - 0.25 - 0.5 * hashCell(column, row, salt + 11 + size);
    const dy = y * cells - row - 0.25 - 0.5 * hashCell(column, row, salt + 23 + size);
    const sharpness = 190 - size * 30;
    const twinkle = turn === 0 ? 1 : Math.max(0.1, 1 + 0.45 * swing(turn, hashCell(column, row, salt + 31)));
    sum += twinkle * (0.5 + size * 0.45) * Math.exp(-(dx * dx + dy * dy) * sharpness) * (0.3 + 3.2 * chance);
  }
  return sum;
}
