import type { ImageInput } from '../../adapters/file-backend/file-backend.types.js';
import { toMembers, toText } from '../../adapters/file-backend/metadata.js';

type Size = string | { readonly width: number | string; readonly height: number | string } | null | undefined;

/** Two whole numbers and a cross. A Cyrillic letter looks the same as an x, and is typed in its place. */
const pixels = /^(\d+)\s*(?:px)?\s*[x*\u00d7\u2715\u2716\u0445]\s*(\d+)\s*(?:px)?$/iu;

/** No backend makes a picture with a shorter side. `16x9` is a ratio. */
const minPixels = 32;

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const wholeNumber = /^\+?(-?\d+)(?:\.0*)?$/;

/** Whether a form says nothing: a missing value, white space, or NaN, which is what a blank number field gives. */
export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || Number.isNaN(value) || (typeof value === 'string' && value.trim() === '');

/** A string that is not a number becomes NaN, so that the adapter's check names the field. */
export function toAmount(value: unknown): number | undefined {
  if (isBlank(value)) return undefined;
  if (typeof value !== 'string') return Number(value);
  const text = value.trim();
  return decimal.test(text) ? Number(text) : Number.NaN;
}

/** A seed that a number cannot hold stays a text, because another seed makes another picture. */
export function toSeed(value: unknown): number | string | undefined {
  const amount = toAmount(value);
  if (amount === undefined || Number.isSafeInteger(amount) || typeof value === 'number') return amount;
  return wholeNumber.exec(String(value).trim())?.[1] ?? amount;
}

/** The text of a choice: the choice itself, or the member of its object that the backend knows it by. */
export function toChoice(value: unknown, key: 'name' | 'id'): string | undefined {
  const choice = toMembers(value).get(key) ?? toText(value) ?? value;
  if (isBlank(choice)) return undefined;
  return typeof choice === 'string' || typeof choice === 'number' ? String(choice).trim() : undefined;
}

/** The width and the height of an object; `undefined` if it has neither. One that is missing is NaN. */
function toSides(size: object): { readonly width: number; readonly height: number } | undefined {
  const members = toMembers(size);
  const [width, height] = [toAmount(members.get('width')), toAmount(members.get('height'))];
  if (width === undefined && height === undefined) return undefined;
  return { ...size, width: width ?? Number.NaN, height: height ?? Number.NaN };
}

/** A size in pixels as two numbers. Ratios and names stay texts: the backend knows what they stand for. */
export function toSize(size: Size): ImageInput['resolution'] {
  if (typeof size === 'object' && size) return toSides(size) ?? toChoice(size, 'name');
  const text = toChoice(size, 'name');
  const [width, height] = (pixels.exec(text ?? '') ?? []).slice(1).map(Number);
  return width && height && Math.min(width, height) >= minPixels ? { width, height } : text;
}

/** A size as the text that the video route takes. */
export function toSizeText(size: Size): string | undefined {
  const sides = typeof size === 'object' && size ? toSides(size) : undefined;
  return sides ? `${sides.width}x${sides.height}` : toChoice(size, 'name');
}

/** The file of a form. A file input without a choice gives an empty file without a name. */
export function toFile(file: Blob | null | undefined): Blob | undefined {
  const isUnchosen = typeof File === 'function' && file instanceof File && file.size === 0 && file.name === '';
  return file && !isUnchosen ? file : undefined;
}
