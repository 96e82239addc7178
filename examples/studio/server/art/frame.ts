import type { Light } from './colour.js';
import type { Mood } from './mood.js';
import type { Noise } from './noise.js';
import type { Random } from './random.js';

/** The parameters of a scene. Lengths are in units: the shorter side of the image is 1. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  /** Pixels per unit. */
  readonly pixels: number;
  /** The prompt and the style, in lower case. */
  readonly words: string;
  readonly mood: Mood;
  readonly random: Random;
  readonly noise: Noise;
  /** The position in the loop of a video, in radians; 0 for a still image. */
  readonly turn: number;
};

/** An image as a function of a point, x to the right and y down, in units. */
export type Scene = { shade(x: number, y: number, into: Light): void };

/** The displacement from the still image, -2..2, for a phase of 0..1. */
export const swing = (turn: number, phase: number) =>
  Math.sin(turn + phase * 2 * Math.PI) - Math.sin(phase * 2 * Math.PI);

/** Shifts noise through its own values, so that it is the same again after a full loop. */
export const flowing = (value: number, turn: number) => value + 0.3 * swing(turn, value);

/** How much of a pixel a shape covers, 0..1, by the distance of its centre inside the shape (in units). */
export const coverage = (inside: number, pixels: number) => Math.min(1, Math.max(0, inside * pixels + 0.5));
