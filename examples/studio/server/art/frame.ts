import type { Light } from './colour.js';
import type { Mood } from './mood.js';
import type { Noise } from './noise.js';
import type { Random } from './random.js';

/** What a scene is told before it is drawn. Lengths are in units: the shorter side of the picture is 1. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  /** Pixels to a unit. */
  readonly pixels: number;
  /** The prompt and the style, in lower case. */
  readonly words: string;
  readonly mood: Mood;
  readonly random: Random;
  readonly noise: Noise;
  /** Where a film is in its loop, in radians: 0 in a picture that stands still, and again after 2π. */
  readonly turn: number;
};

/** A picture as a function: the light at a place, x to the right and y down, in units. */
export type Scene = { shade(x: number, y: number, into: Light): void };

/** How far something has swung from where it stands in a still, -2..2; each has a phase of its own, 0..1. */
export const swing = (turn: number, phase: number) =>
  Math.sin(turn + phase * 2 * Math.PI) - Math.sin(phase * 2 * Math.PI);

/** Noise that flows through itself and comes back, which one that is only pushed along does not. */
export const flowing = (value: number, turn: number) => value + 0.3 * swing(turn, value);

/** Whether a thing covers the pixel whose centre is so far inside it (in units): 0..1, with a soft edge. */
export const coverage = (inside: number, pixels: number) => Math.min(1, Math.max(0, inside * pixels + 0.5));
