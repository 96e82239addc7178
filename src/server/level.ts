import type { Backend } from './backends.js';
import type { WishFiles } from './inputs/wish-inputs.js';
import type { GalleryRoute } from './request/routes.js';
import type { ServerUser } from './server.types.js';

/** Who asks, about which backend. */
export type Asked = { readonly request: Request; readonly backend: Backend; readonly user: ServerUser };

/** A delivery of a vendor to the address of one job. */
export type Delivery = {
  readonly request: Request;
  readonly backend: Backend;
  readonly id: string;
  readonly mac: string;
};

/** What a submit asks for, once `input` has decided. `key` is as the page has sent it. */
export type Wish = {
  readonly key: string;
  readonly input: unknown;
  /** The uploaded files that it needs; `undefined` if there are none. */
  readonly files?: WishFiles | undefined;
};

/** How the routes about jobs are answered: by the relay, or by the durable half. The routes about what is stored need a store. */
export type Level = {
  submit(asked: Asked, wish: Wish): Promise<Response>;
  read(asked: Asked, id: string): Promise<Response>;
  cancel(asked: Asked, id: string): Promise<Response>;
  events(asked: Asked, id: string): Promise<Response>;
  /** The bytes of a result, by its number in the output. */
  result(asked: Asked, id: string, index: number): Promise<Response>;
  /** The bytes of an early picture. */
  preview(asked: Asked, id: string, name: string): Promise<Response>;
  readMany?(asked: Asked, ids: readonly string[]): Promise<Response>;
  allEvents?(asked: Asked): Promise<Response>;
  find?(asked: Asked, key: string): Promise<Response>;
  forbid?(asked: Asked, key: string): Promise<Response>;
  readonly gallery?: GalleryLevel | undefined;
};

/** How the routes about galleries are answered. */
export type GalleryLevel = { readonly [name in GalleryRoute]: (asked: Asked) => Promise<Response> };
