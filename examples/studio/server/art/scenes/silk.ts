import { add, createRamp, oklch, scale, toLight } from '../colour.js';
import { type Frame, type Scene, swing } from '../frame.js';
import { clamp } from '../noise.js';

/** Folded, shining cloth, for abstract prompts. */
export function createSilk(frame: Frame): Scene {
  const { random, mood, noise, turn } = frame;
  const hue = mood.hue;
  const anySpread = random.pick([70, 110, 150, -90]);
  // Dark yellow looks olive, so golden cloth turns towards red instead of green.
  const spread = hue > 45 && hue < 130 ? -75 : anySpread;
  const dye = createRamp([
    oklch(0.24, 0.1, hue - 20),
    oklch(0.46, 0.16, hue),
    oklch(0.68, 0.16, hue + spread * 0.4),
    oklch(0.86, 0.1, hue + spread * 0.75),
    oklch(0.52, 0.17, hue + spread),
    oklch(0.22, 0.09, hue + spread + 20),
  ]);
  const shine = toLight(oklch(0.97, 0.04, hue + spread * 0.5));
  const folds = Array.from({ length: 6 }, (_, i) => ({
    wave: 1.35 * 1.42 ** i * random.between(0.85, 1.15),
    size: 0.62 / 1.32 ** i,
    phase: random.between(0, Math.PI * 2) + 0.22 * swing(turn, i / 6),
  }));
  const zoom = random.between(1.5, 2.6);
  const lie = random.between(0, Math.PI);
  const [cos, sin] = [Math.cos(lie) * zoom, Math.sin(lie) * zoom];
  const lamp = { x: -0.48, y: -0.62, z: 0.62 };

  // Each fold bends the result of the previous folds.
  const height = (x: number, y: number) => {
    let [u, v] = [x * cos - y * sin, x * sin + y * cos];
    for (const { wave, size, phase } of folds) {
      const before = u;
      u += size * Math.sin(v * wave + phase);
      v += size * Math.sin(before * wave * 0.9 + phase * 1.7);
    }
    return Math.sin(u * 1.1 + v * 0.55);
  };
  const step = 0.003;

  return {
    shade(x, y, into) {
      const here = height(x, y);
      const slopeX = (height(x + step, y) - here) / step;
      const slopeY = (height(x, y + step) - here) / step;
      const thread = 0.012 * noise.at(x * 90, y * 260);
      dye.at(0.5 + 0.5 * here * 0.94 + thread, into);
      const steep = 0.16;
      const length = Math.hypot(slopeX * steep, slopeY * steep, 1);
      const facing = (-slopeX * steep * lamp.x - slopeY * steep * lamp.y + lamp.z) / length;
      const gloss = clamp(facing) ** 22;
      scale(into, 0.32 + 0.9 * clamp(facing));
      add(into, shine, 0.42 * gloss + 0.04 * clamp(facing));
    },
  };
}
