import type { ImageSpec } from './art/composition.js';

/** A message to the render worker. */
export type RenderJob = {
  readonly jobId: number;
  readonly spec: ImageSpec;
  /** The minimum duration: the worker waits between parts. */
  readonly renderMs: number;
  /** Stops after this share of the parts, 0..1, for a job that fails. */
  readonly stopAt?: number | undefined;
};

/** Asks the worker to finish its running jobs without further pauses. */
export type RenderRelease = { readonly kind: 'release' };

/** Asks the worker to give a job up. It says nothing of it any more. */
export type RenderCancel = { readonly kind: 'cancel'; readonly jobId: number };

/** A message of the render worker. Every job that is not given up ends with `painted`, `stopped` or `failed`. */
export type RenderMessage =
  /** A partial picture, as JPEG. */
  | { readonly kind: 'preview'; readonly jobId: number; readonly jpeg: Uint8Array }
  /** Counts tiles of an image, or frames of a video. */
  | { readonly kind: 'progress'; readonly jobId: number; readonly done: number; readonly total: number }
  | { readonly kind: 'painted'; readonly jobId: number; readonly png: Uint8Array; readonly thumbnail: Uint8Array }
  | { readonly kind: 'stopped'; readonly jobId: number }
  | { readonly kind: 'failed'; readonly jobId: number; readonly message: string };
