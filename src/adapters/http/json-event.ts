import { isObject } from '../../machines/json.js';
import type { StreamEvent } from './event-stream.js';
import { parseJson } from './exchange.js';

/** An event with its data parsed as JSON. */
export type JsonEvent = StreamEvent & {
  /** Parsed JSON, or `undefined`. Unchecked. */
  readonly body: unknown;
  /** The members of a JSON object; empty for any other data. */
  readonly members: { readonly [name: string]: unknown };
};

export function toJsonEvent(event: StreamEvent): JsonEvent {
  const body = parseJson(event.data);
  return { ...event, body, members: isObject(body) ? body : {} };
}
