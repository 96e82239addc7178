import type { JsonObject, JsonValue } from './generation/generation.port.js';

/** Whether a value is an object with members: not `null`, and no list. */
export const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of a JSON object; none of any other value. */
export const membersOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

/** Whether a value survives JSON unchanged. Members that are `undefined` count as absent. */
export const isJson = (value: unknown): value is JsonValue =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  Number.isFinite(value) ||
  (Array.isArray(value) && value.every(isJson)) ||
  (typeof value === 'object' &&
    !('toJSON' in value) &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value)) &&
    Object.values(value).every(member => member === undefined || isJson(member)));

/** The member of this name. Names can be any text, also that of a member which every object has, such as `constructor`. */
export const getOwn = <TValue>(members: { readonly [name: string]: TValue }, name: string): TValue | undefined =>
  // `Object.hasOwn` is of 2021, and these members are plain data.
  Object.prototype.propertyIsEnumerable.call(members, name) ? members[name] : undefined;
