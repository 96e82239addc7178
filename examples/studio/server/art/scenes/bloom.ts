import { add, blend, createRamp, type Light, oklch, type Ramp, scale, toLight, tune } from '../colour.js';
import { type Frame, type Scene, swing } from '../frame.js';
import { clamp, mix, smoothstep } from '../noise.js';

type Flower = {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly petals: number;
  readonly turn: number;
  readonly rings: number;
  readonly pointed: number;
  readonly blur: number;
  readonly petal: Ramp;
  readonly heart: Light;
};

/** Flowers seen from above, the far ones out of focus. */
export function createBloom(frame: Frame): Scene {
  const { random, mood, noise, width, height, turn } = frame;
  const hue = mood.hue;
  const leaf = random.between(135, 215);
  const backdrop = createRamp([oklch(0.16, 0.045, leaf + 12), oklch(0.3, 0.07, leaf), oklch(0.5, 0.09, leaf - 18)]);
  const count = Math.round(14 * (width * height) ** 0.5);
  const flowers = Array.from({ length: count }, (_, i) => createFlower(frame, (i + 1) / count)).toReversed();
  const motes = Array.from({ length: 22 }, (_, i) => ({
    x: random.between(0, width) + 0.03 * swing(turn, i / 7),
    y: random.between(0, height) + 0.03 * swing(turn, i / 11),
    radius: random.between(0.012, 0.05),
    strength: random.between(0.04, 0.13),
  }));
  const glimmer = toLight(oklch(0.93, 0.07, hue + 60));
  const lamp = { x: width * random.between(0.1, 0.9), y: -0.1 };

  return {
    shade(x, y, into) {
      const leaves = noise.fbm(x * 2.4 + noise.at(x * 3, y * 3), y * 2.4, 4);
      backdrop.at(0.42 + leaves * 0.9 - Math.hypot(x - lamp.x, y - lamp.y) * 0.22, into);
      for (const mote of motes) {
        const away = Math.hypot(x - mote.x, y - mote.y);
        if (away < mote.radius) add(into, glimmer, mote.strength * smoothstep(mote.radius, mote.radius * 0.8, away));
      }
      let clear = 1;
      const image: Light = { r: 0, g: 0, b: 0 };
      for (const flower of flowers) {
        if (clear < 0.01) break;
        clear -= paintFlower(flower, x, y, frame, clear, image);
      }
      scale(into, clear);
      add(into, image, 1);
      const lit = 1.12 - 0.34 * Math.hypot(x - lamp.x, y - lamp.y);
      scale(into, Math.max(0.45, lit));
    },
  };
}

function createFlower({ random, mood, width, height, turn }: Frame, nearness: number): Flower {
  const hue = mood.hue + random.pick([0, 0, 0, 22, -26, 60]) + random.between(-8, 8);
  const pale = random.chance(0.25);
  const outer = pale ? oklch(0.93, 0.035, hue) : oklch(random.between(0.62, 0.76), random.between(0.14, 0.19), hue);
  return {
    // The flowers sway in the wind, near ones most, each with its own delay.
    x: random.between(-0.02, 1.02) * width + 0.016 * nearness * swing(turn, nearness),
    y: random.between(-0.02, 1.02) * height + 0.007 * nearness * swing(turn, nearness + 0.2),
    radius: mix(0.07, 0.24, nearness ** 1.6) * random.between(0.85, 1.15),
    petals: random.pick([5, 6, 8, 8, 11, 13]),
    turn: random.between(0, Math.PI * 2) + 0.07 * swing(turn, nearness + 0.1),
    rings: random.whole(2, 4),
    pointed: random.between(0.7, 1.5),
    blur: mix(0.055, 0.0022, Math.min(1, nearness * 1.35)),
    petal: createRamp([
      tune(outer, { l: -0.34, h: -14 }),
      tune(outer, { l: -0.1, c: 1.1 }),
      outer,
      tune(outer, { l: 0.13, c: 0.55, h: 12 }),
    ]),
    heart: toLight(oklch(0.78, 0.15, 82)),
  };
}

/** Paints one flower under the existing ones. Returns how much of the pixel it covers. */
function paintFlower(flower: Flower, x: number, y: number, { noise }: Frame, clear: number, image: Light): number {
  const [dx, dy] = [x - flower.x, y - flower.y];
  const away = Math.hypot(dx, dy);
  const soft = flower.blur;
  if (away > flower.radius + soft) return 0;
  const angle = Math.atan2(dy, dx) + flower.turn;
  const colour: Light = { r: 0, g: 0, b: 0 };
  let cover = 0;
  for (let ring = flower.rings - 1; ring >= 0; ring--) {
    const reach = flower.radius * (1 - 0.24 * (flower.rings - 1 - ring));
    const wobble = 0.05 * noise.at(angle * 2 + flower.turn * 9, ring * 5);
    const swing = angle * flower.petals * 0.5 + ring * (Math.PI / 2) + wobble * 4;
    const lobe = Math.abs(Math.cos(swing));
    const edge = reach * (0.52 + 0.48 * lobe ** (0.55 * flower.pointed) + wobble);
    const inside = smoothstep(-soft, soft, edge - away);
    if (inside === 0) continue;
    const out = away / reach;
    const veins = 0.05 * noise.at(swing * 14, out * 3) * (1 - Math.min(1, soft * 30));
    const petal: Light = { r: 0, g: 0, b: 0 };
    flower.petal.at(clamp(out * 0.95 + veins - 0.06 * (flower.rings - 1 - ring)), petal);
    // Petals are darker under the ring above them and where they meet.
    scale(petal, (0.5 + 0.5 * lobe ** 0.5) * mix(0.62, 1.06, smoothstep(0.15, 0.9, out)));
    blend(colour, petal, inside);
    cover = Math.max(cover, inside);
  }
  const heart = flower.radius * 0.17;
  const core = smoothstep(-soft, soft, heart - away);
  if (core > 0) {
    const seeds = 0.75 + 0.5 * noise.at(dx * 260, dy * 260) * (1 - Math.min(1, soft * 30)) - 0.5 * (away / heart) ** 2;
    blend(colour, { r: flower.heart.r * seeds, g: flower.heart.g * seeds, b: flower.heart.b * seeds }, core);
  }
  const taken = clear * cover;
  add(image, colour, taken / Math.max(cover, 0.001));
  return taken;
}
