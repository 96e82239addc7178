import { add, between, blend, type Light, scale, tune } from '../colour.js';
import { coverage, type Frame, flowing, type Scene } from '../frame.js';
import { createLighthouse } from '../lighthouse.js';
import { clamp, mix, smoothstep } from '../noise.js';
import { createRidges } from '../ridges.js';
import { createSky } from '../sky.js';

/** Ridges in the haze, or a coast. */
export function createLandscape(frame: Frame): Scene {
  const { random, words, height } = frame;
  const wantsSea = /\b(sea|ocean|lake|water|river|beach|coast|island|lighthouse|boat|ship|harbou?r|wave|reflection)/;
  const sea = wantsSea.test(words) || random.chance(0.25);
  const horizon = height * (sea ? random.between(0.52, 0.66) : random.between(0.46, 0.6));
  const sky = createSky(frame, horizon);
  const ridges = createRidges(frame, { horizon, sky, sea });
  const lighthouse = /\blighthouse/.test(words) ? createLighthouse(frame, horizon) : undefined;
  const above: Scene = {
    shade(x, y, into) {
      sky.shade(x, Math.min(y, horizon), into);
      ridges.shade(x, y, into);
      lighthouse?.shade(x, y, into);
    },
  };
  return sea ? createCoast(frame, { above, horizon, sun: sky.sun, sunlight: sky.sunlight }) : above;
}

type Shore = {
  readonly above: Scene;
  readonly horizon: number;
  readonly sun: { readonly x: number };
  readonly sunlight: Light;
};

/** Water that reflects the scene above it, with glitter on its ripples. */
function createCoast({ mood, noise, height, pixels, turn }: Frame, { above, horizon, sun, sunlight }: Shore): Scene {
  const deep = between(tune(mood.ground, { l: 0.04, c: 1.4 }), mood.zenith, 0.35);
  return {
    shade(x, y, into) {
      const depth = (y - horizon) / (height - horizon);
      if (depth <= 0) return above.shade(x, y, into);
      const distance = 0.055 / (depth + 0.03);
      const swell = flowing(noise.fbm(x * mix(3, 9, distance), distance * 34, 3), turn);
      const ripple = flowing(noise.at(x * (8 + 22 * distance), distance * 90 + swell * 2), turn);
      const mirroredX = x + (swell * 0.02 + ripple * 0.012) * (0.3 + depth);
      const mirroredY = horizon - (y - horizon) * 0.92 + (swell * 0.11 + ripple * 0.05) * (0.12 + depth);
      above.shade(mirroredX, Math.min(horizon - 0.001, Math.max(0, mirroredY)), into);
      scale(into, 0.86 - 0.22 * depth);
      blend(into, deep, 0.12 + 0.38 * smoothstep(0, 1, depth) + 0.08 * swell);
      const path = Math.exp(-(((x - sun.x) / (0.035 + 0.16 * depth)) ** 2));
      add(
        into,
        sunlight,
        path * (0.9 - 0.7 * depth) * smoothstep(0.12, 0.75, ripple + swell * 0.9) * (mood.dark ? 0.5 : 0.9),
      );
      blend(into, sunlight, 0.22 * clamp(1 - (depth * pixels) / 6) * coverage(y - horizon, pixels));
    },
  };
}
