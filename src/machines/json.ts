import type { JsonObject, JsonValue } from './generation/generation.port.js';

/** Whether a value is an object with members: not `null`, and no list. */
export const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of a JSON object; none of any other value. */
export const membersOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
