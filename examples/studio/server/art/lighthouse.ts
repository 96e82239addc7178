import { add, blend, oklch, scale, toLight } from './colour.js';
import { coverage, type Frame, type Scene, swing } from './frame.js';
import { clamp } from './noise.js';

/** A tower on a rock at the horizon, and its beam, painted over the scene. */
export function createLighthouse({ width, height, pixels, random, noise, mood, turn }: Frame, horizon: number): Scene {
  const left = random.chance(0.5);
  const foot = { x: width * (left ? random.between(0.18, 0.3) : random.between(0.7, 0.82)), y: horizon - 0.045 };
  const tall = Math.min(height * 0.34, horizon * 0.62);
  const lamp = { x: foot.x, y: foot.y - tall };
  const aim = (left ? 0 : Math.PI) + random.between(-0.12, 0.12) + 0.45 * swing(turn, 0);
  const wall = toLight(oklch(mood.dark ? 0.55 : 0.88, 0.02, 70));
  const band = toLight(oklch(mood.dark ? 0.36 : 0.52, 0.16, 28));
  const iron = toLight(oklch(0.2, 0.02, 270));
  const warm = toLight(oklch(0.93, 0.12, 85));
  const rock = toLight(oklch(mood.dark ? 0.13 : 0.24, 0.03, 275));
  const box = (x: number, y: number, halfWidth: number, top: number, bottom: number) =>
    coverage(Math.min(halfWidth - Math.abs(x - foot.x), y - top, bottom - y), pixels);

  return {
    shade(x, y, into) {
      const reach = Math.hypot(x - lamp.x, y - lamp.y);
      const angle = Math.atan2(y - lamp.y, x - lamp.x) - aim;
      const off = Math.abs(Math.atan2(Math.sin(angle), Math.cos(angle)));
      const beam = Math.exp(-((off / 0.085) ** 2)) * Math.exp(-reach * 1.5) * clamp(reach * 30);
      add(into, warm, beam * 0.75 + 0.5 * Math.exp(-reach * 24) + 0.12 * Math.exp(-reach * 5));

      const up = clamp((foot.y - y) / tall);
      const half = 0.036 - 0.013 * up;
      const side = clamp(0.5 + ((x - foot.x) / half) * 0.5);
      const tower = box(x, y, half, lamp.y + 0.028, foot.y + 0.02);
      if (tower > 0) {
        const painted = { ...(Math.floor(up * 5.6) % 2 === 0 ? wall : band) };
        scale(painted, left ? 0.5 + 0.6 * side : 1.1 - 0.6 * side);
        blend(into, painted, tower);
      }
      blend(into, iron, box(x, y, 0.032, lamp.y + 0.02, lamp.y + 0.029));
      blend(into, warm, box(x, y, 0.015, lamp.y - 0.016, lamp.y + 0.02));
      const roof = lamp.y - 0.016 - y;
      blend(into, iron, coverage(Math.min(0.02 - roof * 0.7 - Math.abs(x - foot.x), roof), pixels));

      const away = Math.abs(x - foot.x);
      const cliff =
        horizon -
        0.075 * Math.exp(-((away / 0.17) ** 4)) +
        0.02 * noise.fbm(x * 14, 3, 4) +
        0.02 * (away > 0.2 ? 1 : 0);
      const stone = { ...rock };
      scale(stone, 1 + 0.9 * noise.fbm(x * 30, y * 44, 3));
      blend(into, stone, coverage(Math.min(y - cliff, 0.235 - away), pixels));
    },
  };
}
