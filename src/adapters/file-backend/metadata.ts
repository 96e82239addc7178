import type { FileMetadata } from './file-backend.types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const texts = ['prompt', 'negativePrompt', 'model', 'style', 'shotSize', 'resolution'] as const;
const numbers = ['width', 'height', 'seed', 'steps', 'duration', 'frameRate'] as const;

/**
 * How a file was made, from an input, a stored request or the backend's record of it, which name the same things in
 * different shapes (`model` or `model: {name}`, `frameRate` or `frame_rate`). Earlier sources win; what none has is absent.
 */
export function toMetadata(...sources: readonly unknown[]): FileMetadata {
  const found: Mutable<FileMetadata> = {};
  for (const source of sources) {
    const members = toMembers(source);
    const read = (key: string) =>
      members.get(key) ?? members.get(key.replace(/[A-Z]/, letter => `_${letter.toLowerCase()}`));
    const size = toMembers(read('resolution'));
    for (const key of texts) {
      const text = toText(read(key));
      if (text) found[key] ??= text;
    }
    for (const key of numbers) {
      const number = read(key) ?? size.get(key);
      if (typeof number === 'number') found[key] ??= number;
    }
  }
  return found;
}

/** A text, or the one that names or identifies an object; `undefined` for anything else. */
export function toText(value: unknown): string | undefined {
  const members = toMembers(value);
  const text = members.get('name') ?? members.get('id') ?? members.get('fileId') ?? value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The members of an object by name; none for anything else. */
export function toMembers(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' ? Object.entries(value ?? {}) : []);
}
