import { isObject } from '../../machines/json.js';
import type { StreamEvent } from './event-stream.js';
import { parseJson } from './exchange.js';

/** An event, and what its data is as JSON. */
export type JsonEvent = StreamEvent & {
  /** Parsed JSON, or `undefined`. Nobody has checked it. */
  readonly body: unknown;
  /** The members of data that is a JSON object; none of any other. */
  readonly members: { readonly [name: string]: unknown };
};

export function toJsonEvent(event: StreamEvent): JsonEvent {
  const body = parseJson(event.data);
  return { ...event, body, members: isObject(body) ? body : {} };
}
