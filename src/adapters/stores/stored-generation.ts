import type { StoredGeneration } from '../../machines/client/client.port.js';
import { isResumeToken } from '../../machines/generation/generation.token.js';
import { isObject } from '../../machines/json.js';

/** The members of an object; none of anything else, arrays included. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? { ...value } : {};
}

/**
 * Whether a value out of a storage is a record that a client can go on from.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('record') ?? 'null');
 * const record = isStoredGeneration(stored) ? stored : undefined;
 */
export function isStoredGeneration(value: unknown): value is StoredGeneration {
  const { version, token, createdAt, updatedAt } = toObject(value);
  return version === 1 && isResumeToken(token) && Number.isFinite(createdAt) && Number.isFinite(updatedAt);
}

/** Oldest first, as every store gives them. */
export function oldestFirst(records: Iterable<StoredGeneration>): readonly StoredGeneration[] {
  return [...records].sort((a, b) => a.createdAt - b.createdAt);
}
