import type { Commission } from './art/composition.js';

/** Asks the render worker for a picture. */
export type RenderOrder = {
  readonly orderId: number;
  readonly commission: Commission;
  /** The parts are paced so that the whole takes at least so long. */
  readonly renderMs: number;
  /** Stop after this share of the parts, 0..1, as a job that fails does. */
  readonly stopAt?: number | undefined;
};

/** What the render worker says of an order. Every order ends with `painted`, `stopped` or `failed`. */
export type RenderNews =
  /** So many tiles of a picture, or frames of a film, are done. */
  | { readonly kind: 'progress'; readonly orderId: number; readonly done: number; readonly total: number }
  | { readonly kind: 'painted'; readonly orderId: number; readonly png: Uint8Array; readonly thumbnail: Uint8Array }
  | { readonly kind: 'stopped'; readonly orderId: number }
  | { readonly kind: 'failed'; readonly orderId: number; readonly message: string };
