import type { GenerationRecord } from '../../machines/client/client.port.js';
import { isResumeToken } from '../../machines/generation/generation.token.js';
import { isObject } from '../../machines/json.js';

/** The members of an object; none of anything else, arrays included. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? { ...value } : {};
}

/**
 * Whether a value out of a storage is a record that a tool can go on from.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('record') ?? 'null');
 * const record = isGenerationRecord(stored) ? stored : undefined;
 */
export function isGenerationRecord(value: unknown): value is GenerationRecord {
  const { version, token, createdAt, updatedAt } = toObject(value);
  return version === 1 && isResumeToken(token) && Number.isFinite(createdAt) && Number.isFinite(updatedAt);
}

/** Oldest first, as every store gives them. */
export function oldestFirst(records: Iterable<GenerationRecord>): readonly GenerationRecord[] {
  return [...records].sort((a, b) => a.createdAt - b.createdAt);
}
