import { add, blend, createRamp, type Light, oklch, scale, toLight } from '../colour.js';
import { coverage, type Frame, flowing, type Scene, swing } from '../frame.js';
import { clamp, smoothstep } from '../noise.js';
import { starlight } from '../sky.js';

type Point = { readonly x: number; readonly y: number };

/** Clouds of gas and stars, sometimes with a planet or a constellation. */
export function createNebula(frame: Frame): Scene {
  const { noise, random, words, mood, turn } = frame;
  const hue = towardsSpace(mood.hue);
  const gas = createRamp([
    oklch(0.09, 0.03, hue - 30),
    oklch(0.22, 0.09, hue - 25),
    oklch(0.42, 0.15, hue + 5),
    oklch(0.66, 0.16, hue + 45),
    oklch(0.93, 0.08, hue + 80),
  ]);
  const other = toLight(oklch(0.55, 0.17, hue + random.pick([140, -110, 180])));
  const white = toLight(oklch(0.98, 0.02, 240));
  const zoom = random.between(1.1, 1.9);
  const shift = random.between(0, 80);
  const salt = random.whole(1, 1e6);
  const tilt = random.between(-0.9, 0.9);
  const bright = Array.from({ length: 9 }, () => ({
    x: random.between(0.04, 0.96) * frame.width,
    y: random.between(0.04, 0.96) * frame.height,
    size: random.between(0.35, 1),
  }));
  const figure = /\b(constellation|zodiac|stars?|astronom)/.test(words)
    ? bright.slice(0, 7).sort((a, b) => a.x - b.x)
    : [];
  const planet = /\b(planet|moon|saturn|world|orbit|alien)/.test(words) || random.chance(0.45);
  const body = planet ? createPlanet(frame) : undefined;

  return {
    shade(x, y, into) {
      const px = x * zoom + shift;
      const py = y * zoom - shift;
      const qx = noise.fbm(px + 0.05 * swing(turn, 0), py + 0.05 * swing(turn, 0.25), 4);
      const qy = noise.fbm(px + 5.2, py + 1.3, 4);
      const rx = noise.fbm(px + 2.6 * qx + 1.7, py + 2.6 * qy + 9.2 + 0.08 * swing(turn, 0.5), 4);
      const density = noise.fbm(px + 2.8 * rx, py + 2.8 * qy, 5);
      const band = Math.exp(-(((y - frame.height / 2 - (x - frame.width / 2) * tilt) / 0.42) ** 2));
      const thick = clamp(0.06 + band * 0.4 + density * 1.15 + rx * 0.25);
      gas.at(thick, into);
      add(into, other, 0.75 * smoothstep(0.02, 0.5, qy) * band * smoothstep(0.1, 0.5, thick));
      scale(into, 1 - 0.75 * smoothstep(0.02, 0.4, noise.fbm(px * 2.2 - qx * 2, py * 2.2 + rx * 2, 4)) * band);
      add(into, white, starlight(x, y, salt, turn) * 1.1 * (1 - 0.5 * thick));
      for (const star of bright)
        add(into, white, sparkle(x - star.x, y - star.y, star.size) * (1 + 0.3 * swing(turn, star.size)));
      for (let i = 1; i < figure.length; i++) {
        const away = distanceToLine({ x, y }, figure[i - 1], figure[i]);
        add(into, white, 0.22 * coverage(0.0012 - away, frame.pixels));
      }
      body?.shade(x, y, into);
    },
  };
}

/** A bright star with diffraction spikes. */
function sparkle(dx: number, dy: number, size: number): number {
  const away = Math.hypot(dx, dy);
  if (away > 0.16 * size) return 0;
  const cross =
    Math.exp(-Math.abs(dx) * 900) * Math.exp(-Math.abs(dy) * 45) +
    Math.exp(-Math.abs(dy) * 900) * Math.exp(-Math.abs(dx) * 45);
  return (
    size * (1.6 * Math.exp(-away * 320) + 0.4 * Math.exp(-away * 60) + 0.7 * cross) * smoothstep(0.16 * size, 0, away)
  );
}

function distanceToLine(at: Point, from: Point | undefined, to: Point | undefined): number {
  if (!from || !to) return 1;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  // As on a star map, the line ends before its stars.
  const along = ((at.x - from.x) * dx + (at.y - from.y) * dy) / (dx * dx + dy * dy);
  const margin = 0.022 / Math.hypot(dx, dy);
  if (along < margin || along > 1 - margin) return 1;
  return Math.hypot(at.x - from.x - along * dx, at.y - from.y - along * dy);
}

/** Olive gas looks muddy, so hues from yellow to green are moved towards blue. */
function towardsSpace(hue: number): number {
  const turned = ((hue % 360) + 360) % 360;
  return turned > 60 && turned < 205 ? 205 + (turned - 60) * 0.3 : turned;
}

function createPlanet({ width, height, pixels, random, noise, words, turn }: Frame): Scene {
  const base = random.pick([20, 35, 230, 265, 330]);
  const radius = random.between(0.13, 0.3);
  const centre = { x: width * random.pick([0.26, 0.7, 0.74]), y: height * random.pick([0.3, 0.64, 0.7]) };
  const bands = createRamp([
    oklch(0.34, 0.09, base),
    oklch(0.6, 0.11, base + 15),
    oklch(0.86, 0.07, base + 45),
    oklch(0.55, 0.12, base - 18),
  ]);
  const air = toLight(oklch(0.78, 0.11, base + 10));
  const dust = toLight(oklch(0.82, 0.06, base + 40));
  const ringed = /\b(saturn|ring)/.test(words) || random.chance(0.5);
  const lean = random.between(-0.5, 0.5);
  const stripes = random.between(2.5, 6);
  const sun = { x: -0.62, y: -0.5, z: 0.6 };

  const ring = (x: number, y: number, front: boolean, into: Light) => {
    const u = x * Math.cos(lean) + y * Math.sin(lean);
    const v = (y * Math.cos(lean) - x * Math.sin(lean)) * 3.6;
    if (v > 0 !== front) return;
    const away = Math.hypot(u, v);
    const inside = Math.min(away - 1.35, 2.15 - away);
    if (inside <= 0) return;
    const grooves = 0.55 + 0.45 * noise.at(away * 15, 4) + 0.25 * noise.at(away * 47, 8);
    const shadow = front ? 1 : 1 - 0.8 * smoothstep(1.05, 0.75, Math.abs(u + v * 0.2 - 0.6));
    blend(
      into,
      { r: dust.r * shadow, g: dust.g * shadow, b: dust.b * shadow },
      clamp(grooves) * 0.75 * clamp(inside * 18),
    );
  };

  return {
    shade(x, y, into) {
      const u = (x - centre.x) / radius;
      const v = (y - centre.y) / radius;
      const away = Math.hypot(u, v);
      if (away > 2.4) return;
      if (ringed) ring(u, v, false, into);
      add(
        into,
        air,
        0.5 * Math.exp(-Math.max(0, away - 1) * 16) * clamp(0.6 - u * sun.x * -0.2 + (u * sun.x + v * sun.y) * 0.6),
      );
      const disc = coverage((1 - away) * radius, pixels);
      if (disc > 0) {
        const z = Math.sqrt(Math.max(0, 1 - away * away));
        const latitude = v * Math.cos(lean) - u * Math.sin(lean);
        const swirl = flowing(noise.fbm(u * 2 + 3 + 0.15 * swing(turn, 0), latitude * 7, 4), turn);
        const ground: Light = { r: 0, g: 0, b: 0 };
        bands.at(0.5 + 0.5 * Math.sin(latitude * stripes * 2 + swirl * 2.6 + noise.at(u * 3, v * 3)), ground);
        const day = clamp((u * sun.x + v * sun.y + z * sun.z) * 1.25 + 0.05);
        scale(ground, 0.015 + day ** 1.2);
        add(ground, air, (1 - z) ** 3 * day * 0.9);
        blend(into, ground, disc);
      }
      if (ringed) ring(u, v, true, into);
    },
  };
}
