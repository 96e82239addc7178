import type { StoredGeneration } from '../../machines/client/client.port.js';
import { isNewerVersion, isResumeToken } from '../../machines/generation/generation.token.js';
import { isObject } from '../../machines/json.js';

/** The members of an object. None for any other value, lists included. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? { ...value } : {};
}

const endStatuses = new Set<unknown>(['completed', 'failed', 'cancelled']);

/**
 * Whether a value from a storage is a {@link StoredGeneration} that a client can resume. Use it in `fromStored` of a
 * {@link StoredFormat}.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('generation') ?? 'null');
 * const generation = isStoredGeneration(stored) ? stored : undefined;
 */
export function isStoredGeneration(value: unknown): value is StoredGeneration {
  const { version, token, createdAt, updatedAt, ended } = toObject(value);
  const isEnd = ended === undefined || endStatuses.has(toObject(ended)['status']);
  return version === 1 && isResumeToken(token) && Number.isFinite(createdAt) && Number.isFinite(updatedAt) && isEnd;
}

/** Whether a newer version of this library has written it: the entry, or the token in it. */
export function isNewerGeneration(value: unknown): boolean {
  const { version, token } = toObject(value);
  const tokenVersion = toObject(token)['version'];
  return (typeof version === 'number' && version > 1) || isNewerVersion(tokenVersion);
}

/** Sorts generations as each store returns them: the oldest first. */
export function oldestFirst(generations: Iterable<StoredGeneration>): readonly StoredGeneration[] {
  return [...generations].sort((a, b) => a.createdAt - b.createdAt);
}
