import type { JobRef } from '../../machines/generation/generation.port.js';
import { getOwn } from '../../machines/json.js';
import type { RestAnswer, RestPlace } from './rest-backend.types.js';

/** The value at a path such as `data.outputs.0.url`; `undefined` where there is none. */
export function placeOf(value: unknown, path: string): unknown {
  let part = value;
  for (const name of path.split('.')) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = getOwn(part as { readonly [name: string]: unknown }, name);
  }
  return part;
}

/** What an answer says at a place. */
export function readPlace(place: RestPlace | undefined, answer: RestAnswer, job: JobRef): unknown {
  if (place === undefined) return undefined;
  return typeof place === 'function' ? place(answer, job) : placeOf(answer, place);
}
