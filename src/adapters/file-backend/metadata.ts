import { cutText } from '../http/shown-text.js';
import type { FileMetadata } from './file-backend.types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const textFields = ['prompt', 'negativePrompt', 'model', 'style', 'shotSize', 'resolution'] as const;
const numberFields = ['width', 'height', 'steps', 'duration', 'frameRate'] as const;

/** Metadata is stored with each item. A prompt may be long, and a log is none. */
const maxTextBytes = 20_000;

const toSnakeCase = (key: string) => key.replace(/[A-Z]/, letter => `_${letter.toLowerCase()}`);

/**
 * How a file was made, from an input, a stored request, or the file object of the backend. They name the same things in
 * different shapes (`model` or `model: { name }`, `frameRate` or `frame_rate`). The first source that has a field wins.
 */
export function toMetadata(...sources: readonly unknown[]): FileMetadata {
  const metadata: Mutable<FileMetadata> = {};
  for (const source of sources) {
    const members = toMembers(source);
    const read = (key: string) => members.get(key) ?? members.get(toSnakeCase(key));
    const size = toMembers(read('resolution'));
    for (const key of textFields) {
      const text = toText(read(key));
      if (text) metadata[key] ??= cutText(text, maxTextBytes);
    }
    for (const key of numberFields) {
      const number = toNumber(read(key) ?? size.get(key));
      if (number !== undefined) metadata[key] ??= number;
    }
    const seed = toSeed(read('seed'));
    if (seed !== undefined) metadata.seed ??= seed;
  }
  return metadata;
}

/** A seed that a number cannot hold stays a text: a rounded one makes another picture. */
function toSeed(value: unknown): number | string | undefined {
  const isLong = typeof value === 'string' && /^-?\d{16,40}$/.test(value);
  return toNumber(value) ?? (isLong ? value : undefined);
}

/** A string that is not empty, or the one that names an object; `undefined` for anything else. */
export function toText(value: unknown): string | undefined {
  const members = toMembers(value);
  const text = members.get('name') ?? members.get('id') ?? members.get('fileId') ?? value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The members of an object by name; none for anything else. */
export function toMembers(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' ? Object.entries(value ?? {}) : []);
}

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?\s*%?\s*$/i;

/** A finite number, also one in a text. A whole number that JavaScript would round is none. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40 || !decimal.test(value)) return undefined;
  const number = Number(value.replace('%', ''));
  const isRounded = Number.isInteger(number) && !Number.isSafeInteger(number);
  return Number.isFinite(number) && !isRounded ? number : undefined;
}
