import { add, between, blend, type Light, oklch, scale, toLight } from '../colour.js';
import { coverage, type Frame, flowing, type Scene, swing } from '../frame.js';
import { clamp, smoothstep } from '../noise.js';
import { hashCell } from '../random.js';
import { createSky } from '../sky.js';

type Building = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly salt: number;
  readonly spire: boolean;
};
type Row = { readonly buildings: readonly (Building | undefined)[]; readonly colour: Light; readonly depth: number };

/** A skyline with lit windows, and its reflection in the water. */
export function createCity(frame: Frame): Scene {
  const { random, mood, noise, height, pixels, turn } = frame;
  const shore = height * random.between(0.68, 0.76);
  const sky = createSky(frame, shore);
  const count = 4;
  const rows = Array.from({ length: count }, (_, index): Row => {
    const depth = index / (count - 1);
    return {
      depth,
      buildings: buildRow(frame, shore, depth),
      colour: between(mood.horizon, mood.ground, 0.42 + 0.55 * depth),
    };
  });
  const lamps = [oklch(0.88, 0.13, 80), oklch(0.82, 0.14, 60), oklch(0.92, 0.05, 100), oklch(0.74, 0.17, mood.hue)].map(
    toLight,
  );
  const water = between(mood.ground, mood.zenith, 0.4);
  const lit = mood.dark ? 0.5 : 0.3;

  const face: Light = { r: 0, g: 0, b: 0 };
  const paint = ({ colour, depth }: Row, building: Building, x: number, y: number) => {
    Object.assign(face, colour);
    scale(face, 0.86 + 0.28 * hashCell(building.salt, 1, 5));
    blend(face, sky.haze, smoothstep(0.3, 0, shore - y) * (0.55 - 0.4 * depth));
    if (y < building.top + 0.012) return;
    const lamp = lamps[Math.floor(hashCell(building.salt, Math.floor(y * 60), 3) * lamps.length)] ?? sky.sunlight;
    add(face, lamp, windowLight(building, x, y, { lit, pixels, depth, turn }) * (0.4 + 0.75 * depth));
  };

  const above = (x: number, y: number, into: Light) => {
    sky.shade(x, y, into);
    const column = Math.floor(x * pixels);
    for (const row of rows) {
      const building = row.buildings[clamp(column, 0, row.buildings.length - 1)];
      const cover = building ? coverage(roofDistance(building, x, y), pixels) : 0;
      if (!building || cover === 0) continue;
      paint(row, building, x, y);
      blend(into, face, cover);
    }
  };

  return {
    shade(x, y, into) {
      if (y < shore) return above(x, y, into);
      const depth = (y - shore) / (height - shore);
      const wave = flowing(noise.fbm(x * 4, 0.9 / (depth + 0.06), 3), turn);
      const ripple = flowing(noise.at(x * 26, 3.2 / (depth + 0.05)), turn);
      const mirrored = shore - (y - shore) * 2.1 + (wave * 0.13 + ripple * 0.07) * (0.08 + depth);
      above(x + (wave * 0.02 + ripple * 0.012) * depth, clamp(mirrored, 0, shore - 0.002), into);
      scale(into, 0.8 - 0.2 * depth);
      blend(into, water, 0.18 + 0.35 * depth);
    },
  };
}

/** The building at each column of pixels. */
function buildRow({ random, noise, width, pixels }: Frame, shore: number, depth: number): (Building | undefined)[] {
  const columns: (Building | undefined)[] = new Array<Building | undefined>(Math.ceil(width * pixels) + 1).fill(
    undefined,
  );
  const tall = shore * (0.68 - 0.3 * depth);
  const shift = random.between(0, 60);
  let left = -0.05;
  while (left < width + 0.05) {
    const right = left + random.between(0.035, 0.075) * (0.85 + 0.5 * depth);
    const centre = 0.55 + 0.75 * noise.at(left * 1.5 + shift, depth * 5);
    const building: Building = {
      left,
      right,
      top: shore - tall * clamp(centre * random.between(0.55, 1.05), 0.12, 1.05),
      salt: random.whole(1, 1e6),
      spire: random.chance(0.2),
    };
    for (let i = Math.max(0, Math.floor(left * pixels)); i < Math.min(columns.length, right * pixels); i++)
      columns[i] = building;
    left = right + (random.chance(0.3) ? random.between(0.005, 0.03) : 0.001);
  }
  return columns;
}

/** How far inside the outline: a box, sometimes stepped, sometimes with a spire. */
function roofDistance({ left, right, top, salt, spire }: Building, x: number, y: number): number {
  const side = Math.min(x - left, right - x);
  const body = Math.min(y - top, side);
  const inset = (right - left) * 0.24;
  const step = hashCell(salt, 2, 9) < 0.45 ? Math.min(y - top + 0.03, side - inset) : -1;
  const mast = spire ? Math.min(y - top + 0.085, 0.0016 - Math.abs(x - (left + right) / 2)) : -1;
  return Math.max(body, step, mast);
}

type Glazing = { readonly lit: number; readonly pixels: number; readonly depth: number; readonly turn: number };

function windowLight(
  { left, right, top, salt }: Building,
  x: number,
  y: number,
  { lit, pixels, depth, turn }: Glazing,
): number {
  const across = Math.max(3, Math.round((right - left) / (0.0085 + 0.004 * depth)));
  const u = ((x - left) / (right - left)) * across;
  const rowHeight = 0.0135 + 0.006 * depth;
  const v = (y - top) / rowHeight;
  const [column, row] = [Math.floor(u), Math.floor(v)];
  if (column < 0 || column >= across) return 0;
  const chance = hashCell(column + salt, row, 7);
  // Some floors are lit completely.
  const floor = hashCell(salt, row, 21) < 0.12 ? 0.4 : 0;
  // In a video, single windows turn on and off.
  const habit = hashCell(column + salt, row, 13);
  const changed = habit < 0.3 ? 0.5 * swing(turn, habit / 0.3) : 0;
  if (chance > lit + floor + changed) return 0;
  const insideX = Math.min(u - column - 0.22, 0.78 - (u - column)) * ((right - left) / across);
  const insideY = Math.min(v - row - 0.26, 0.74 - (v - row)) * rowHeight;
  return coverage(Math.min(insideX, insideY), pixels) * (0.35 + 0.65 * hashCell(column, row, salt));
}
