import type { JsonObject, JsonValue } from '../machines/generation/generation.port.js';
import { membersOf } from '../machines/json.js';
import { createJsonRoom, payloadNames, type Room } from './json-room.js';
import { isNameKey, isSecretKey, redactedText, redactText } from './redacted-text.js';

/** One member of a value that is about to be sent or recorded. */
export type RedactedMember = {
  /** Its name. A list's item has the list's name. */
  readonly key: string;
  /** Its path, with dots: `update.output.files.0.url` in an event, `context.job.request` in a snapshot. */
  readonly path: string;
  readonly value: unknown;
};

/**
 * Returns what to show of one member. `usual()` returns what the default shows. Called from the outside in; its result
 * for an object replaces all its members. The result is converted to JSON, and cut if it is too long. If the function
 * throws, the member is `[redacted]`.
 *
 * By default, numbers, booleans and shapes are shown. Of texts, only these are shown: `type`, `kind`, `status`, `code`,
 * `charged`, the ids of jobs, files, projects, requests and events, and URLs without their query, fragment, user and
 * unusual path segments. Every other text is `[redacted]`, and so is every member named `input`, `request`, `headers`,
 * `details`, `metadata`, `settings`, `params`, `body`, `form`, `payload`, `credentials`, `authorization`, `cookie`,
 * `token`, `password` or `secret`.
 *
 * @example
 * // Shows the backend's messages, and no urls.
 * const redact: Redact = ({ key, value }, usual) =>
 *   key === 'message' ? value : key === 'url' ? '[redacted]' : usual();
 */
export type Redact = (member: RedactedMember, usual: () => unknown) => unknown;

/** A value as JSON, and what of it was left out because it is too large or cannot be read. */
export type Redacted = { readonly json: JsonValue | undefined; readonly omitted: readonly string[] };

/** Longer than any name of an event of this library and of XState. */
const maxTypeLength = 1_000;

/** An event as JSON. Its type is a name of the chart. */
export function redactedEvent(
  event: { readonly type: string },
  redact?: Redact,
  isRedactable: (member: RedactedMember) => boolean = () => true,
): { readonly event: JsonObject & { readonly type: string }; readonly omitted: readonly string[] } {
  const { json, omitted } = redacted(event, redact, member => member.path !== 'type' && isRedactable(member));
  return { event: { ...membersOf(json), type: event.type.slice(0, maxTypeLength) }, omitted };
}

/** A member on the way: where it stands, and how much may be written for it. */
type Place = RedactedMember & {
  readonly room: Room;
  /** Levels below the value, or below the payload that it is in. */
  readonly depth: number;
  readonly isInPayload: boolean;
  /** A user's `redact` has returned it: its texts are shown. */
  readonly isShown: boolean;
  readonly parents: readonly object[];
};

const omittedText = '[omitted]';
const maxDepth = 10;
const maxItems = 100;
const maxNameLength = 200;
/** The least that a member needs: its value may be `[redacted]`, and its name is short. */
const memberLength = 20;

/** JSON has no infinity and no `NaN`: the largest number compares like infinity, a missing one like `NaN`. */
const toJsonNumber = (number: number) =>
  Number.isNaN(number) ? undefined : Math.max(-Number.MAX_VALUE, Math.min(number, Number.MAX_VALUE));

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

const lengthOf = (json: JsonValue) => JSON.stringify(json).length;

/**
 * A value as JSON, redacted and of bounded length, for a bounded amount of work. Members that are `undefined`, functions or
 * `NaN` are left out.
 *
 * @param isRedactable whether `redact` is called for a member
 */
export function redacted(
  value: unknown,
  redact?: Redact,
  isRedactable: (member: RedactedMember) => boolean = () => true,
): Redacted {
  const { whole, payloads, inPayload, omit, omitted } = createJsonRoom();

  const write = <TJson extends JsonValue>({ room }: Place, json: TJson): TJson => {
    room.left -= lengthOf(json);
    return json;
  };
  const writeOmitted = (place: Place, reason: string): JsonValue => {
    omit(place.path, reason);
    return write(place, omittedText);
  };

  function member(place: Place): JsonValue | undefined {
    if (place.isInPayload || !payloadNames.has(place.key)) return shown(place);
    return inPayload(room => shown({ ...place, room, depth: 0, isInPayload: true }));
  }

  function shown(place: Place): JsonValue | undefined {
    const { key, path, value: it, room, isShown } = place;
    const before = [room.left, payloads.left] as const;
    const forget = () => {
      [room.left, payloads.left] = before;
    };
    let usually: { readonly json: JsonValue | undefined } | undefined;
    const usual = () => {
      usually ??= { json: toJson(place) };
      return usually.json;
    };
    try {
      if (!redact || isShown || path === '' || !isRedactable({ key, path, value: it })) return usual();
      const result = redact({ key, path, value: it }, usual);
      forget();
      return toJson({ ...place, value: result, isShown: true });
    } catch {
      forget();
      return write(place, redactedText);
    }
  }

  function toJson(place: Place): JsonValue | undefined {
    const { key, value: it, isShown, parents } = place;
    if (it === null) return write(place, it);
    if (it === undefined || typeof it === 'function' || typeof it === 'symbol') return undefined;
    if (!isShown && isSecretKey(key)) return write(place, redactedText);
    if (typeof it === 'string') return isShown ? shorten(place, it) : writeText(place, redactText(it, key));
    if (typeof it === 'boolean') return write(place, it);
    if (typeof it === 'number') {
      const number = toJsonNumber(it);
      return number === undefined ? undefined : write(place, number);
    }
    if (typeof it !== 'object') return write(place, redactedText);
    if (parents.includes(it)) return writeOmitted(place, 'refers to itself');
    if (place.depth > maxDepth) return writeOmitted(place, 'is nested too deeply');
    const inside = { ...place, parents: [...parents, it] };
    if (Array.isArray(it)) return items(inside, it);
    if (isShown && 'toJSON' in it && typeof it.toJSON === 'function') {
      return toJson({ ...inside, value: it.toJSON(key), depth: place.depth + 1 });
    }
    if (it instanceof Error) return members(inside, it, { type: redactText(it.name, 'type') });
    const isOpen = isShown || place.path === '' || isPlain(it);
    return isOpen ? members(inside, it, {}) : write(place, redactedText);
  }

  function writeText(place: Place, text: string): JsonValue {
    const { room, path } = place;
    if (lengthOf(text) <= room.left) return write(place, text);
    omit(path, `${text.length} characters`);
    return write(place, omittedText);
  }

  /** The beginning of a text that is too long. */
  function shorten(place: Place, text: string): JsonValue {
    const { room, path } = place;
    let count = Math.min(text.length, Math.max(0, room.left - 3));
    const cut = () => (count === text.length ? text : `${text.slice(0, count)}…`);
    while (count > 0 && lengthOf(cut()) > room.left) count = Math.floor(count * 0.7);
    if (count < text.length) omit(path, `${text.length - count} of ${text.length} characters`);
    return write(place, cut());
  }

  /** What a member gets: an equal share of what is left, or what its name and the shortest value need. */
  const shareOf = ({ left }: Room, nameLength: number, waiting: number): Room | undefined =>
    left < nameLength + memberLength
      ? undefined
      : { left: Math.max(Math.floor(left / waiting), nameLength + memberLength) - nameLength };

  /** Writes a member below another one, if there is room for it. */
  function below(place: Place, name: string, key: string, waiting: number, get: () => unknown) {
    const nameLength = Array.isArray(place.value) ? 1 : lengthOf(name) + 2;
    const room = shareOf(place.room, nameLength, waiting);
    if (!room) return undefined;
    const given = room.left;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const found: Place = { ...place, key, path, room, depth: place.depth + 1, value: undefined };
    let json: JsonValue | undefined;
    try {
      json = member({ ...found, value: get() });
    } catch {
      json = writeOmitted(found, 'cannot be read');
    }
    place.room.left -= given - room.left + (json === undefined ? 0 : nameLength);
    return { json };
  }

  const countFor = (count: number, { left }: Room) =>
    Math.min(count, maxItems, Math.max(0, Math.floor(left / memberLength)));

  function items(place: Place, list: readonly unknown[]): JsonValue {
    place.room.left -= 2;
    const count = countFor(list.length, place.room);
    const written: JsonValue[] = [];
    while (written.length < count) {
      const index = written.length;
      const item = below(place, String(index), place.key, count - index, () => list[index]);
      if (!item) break;
      written.push(item.json ?? write(place, null));
    }
    if (written.length < list.length) omit(place.path, `${list.length - written.length} of ${list.length} items`);
    return written;
  }

  function members(place: Place, object: object, first: { readonly [name: string]: JsonValue }): JsonValue {
    place.room.left -= lengthOf(first);
    const all = Object.keys(object);
    const count = countFor(all.length, place.room);
    // The chart and the reader need the names of things, however many other members there are.
    const names = all.length > count ? [...all.filter(isNameKey), ...all.filter(name => !isNameKey(name))] : all;
    const written = new Map(Object.entries(first));
    let done = 0;
    for (const name of names.slice(0, count)) {
      // The key of a dictionary may be a text, such as a prompt.
      const key = (place.isShown ? name.length <= maxNameLength : /^\S{1,64}$/.test(name)) ? name : redactedText;
      const one = below(place, key, key, count - done, () => Reflect.get(object, name));
      if (!one) break;
      done += 1;
      if (one.json !== undefined) written.set(key, one.json);
    }
    if (done < all.length) omit(place.path, `${all.length - done} of ${all.length} members`);
    return Object.fromEntries(written);
  }

  const start = { key: '', path: '', value, room: whole, depth: 0, isInPayload: false, isShown: false, parents: [] };
  return { json: shown(start), omitted };
}
