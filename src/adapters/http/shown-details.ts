import type { JsonValue } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { toShownText } from './shown-text.js';

/** How many bytes of JSON of the backend are stored with a failure. */
const maxDetailsBytes = 2_000;
const maxDepth = 5;
const maxItems = 20;

/** Members that repeat the request, are for the backend's developers only, or are secrets. */
const hiddenNames =
  /^(?:input|inputs|request|body|ctx|logs?|headers|stack|stack_?trace|traceback|trace|\w{0,40}(?:secret|password|api_?key)\w{0,40})$/i;
const unsafeNames: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** A text for a value that takes more room than there is left. */
const left = '…';

/**
 * What the backend said, as JSON that may be shown and stored: its texts as {@link toShownText} makes them, and no more
 * than 2 kB. Members come in their order; what does not fit is left out.
 */
export function toShownDetails(body: unknown, secrets: readonly string[] | undefined): JsonValue | undefined {
  let room = maxDetailsBytes;
  const take = (value: unknown, depth: number): JsonValue | undefined => {
    if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      room -= String(value).length + 1;
      return room >= 0 ? value : undefined;
    }
    if (typeof value === 'string') {
      // What has to be escaped in JSON takes more bytes than the text.
      const text = toShownText(value, secrets, Math.min(500, Math.max(room - 10, 10)));
      room -= byteLength(JSON.stringify(text)) + 1;
      return room >= 0 ? text : undefined;
    }
    if (typeof value !== 'object') return undefined;
    room -= 3;
    if (depth === 0) return room >= 0 ? left : undefined;
    if (Array.isArray(value)) return value.slice(0, maxItems).flatMap(item => take(item, depth - 1) ?? []);
    const members: [string, JsonValue][] = [];
    for (const [name, member] of Object.entries(isObject(value) ? value : {}).slice(0, 100)) {
      if (hiddenNames.test(name) || unsafeNames.includes(name) || name.length > 100) continue;
      room -= byteLength(name) + 4;
      if (room < 0) break;
      const shown = take(member, depth - 1);
      if (shown !== undefined) members.push([name, shown]);
    }
    return Object.fromEntries(members);
  };
  const details = take(body, maxDepth);
  const isEmpty = typeof details === 'object' && details !== null && Object.keys(details).length === 0;
  return isEmpty || details === null ? undefined : details;
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;
