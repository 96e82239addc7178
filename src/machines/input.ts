import { attempt } from './isolated.js';
import { getOwn } from './json.js';

type Members = { readonly [name: string]: unknown };
type TypedArray = ArrayBufferView & ArrayLike<unknown> & { slice(): unknown };

/** A plain object, also one of another frame or without a prototype. */
function isPlain(value: object): value is Members {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Not every platform has `FormData` and `URLSearchParams`. */
const isForm = (value: unknown): value is FormData => typeof FormData === 'function' && value instanceof FormData;

const isQuery = (value: unknown): value is URLSearchParams =>
  typeof URLSearchParams === 'function' && value instanceof URLSearchParams;

/** What a list, or an object that works like one, consists of; `undefined` for anything else. */
const listOf = (value: object): readonly unknown[] | undefined =>
  Array.isArray(value) ||
  value instanceof Map ||
  value instanceof Set ||
  isQuery(value) ||
  isForm(value) ||
  isTypedArray(value)
    ? Array.from<unknown>(value)
    : undefined;

/** A copy of plain data, whose getters are read once. @throws if it refers to itself, or a getter throws */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, part => copyOf(part));
  if (value instanceof Date) return new Date(value);
  if (value instanceof Map) return new Map(Array.from(value, ([key, part]) => [key, copyOf(part)] as const));
  if (value instanceof Set) return new Set(Array.from(value, part => copyOf(part)));
  if (isQuery(value)) return new URLSearchParams(value);
  if (value instanceof ArrayBuffer) return value.slice(0);
  // The method of a Node `Buffer` copies nothing.
  if (value instanceof Uint8Array) return Uint8Array.prototype.slice.call(value);
  if (isTypedArray(value)) return value.slice();
  if (isForm(value)) {
    const copy = new FormData();
    for (const [name, part] of value) copy.append(name, part);
    return copy;
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]));
}

/**
 * A copy of an input, so that a later change of the caller's object changes nothing. Files, blobs, functions and instances
 * of classes are not copied: the copy refers to the same ones.
 *
 * @throws TypeError if a part cannot be read, or refers to itself
 */
export function copyInput<TInput>(input: TInput): TInput {
  try {
    return copyOf(input) as TInput;
  } catch (cause) {
    // One that refers to itself exceeds the stack.
    throw new TypeError(
      'The input cannot be copied: a part of it cannot be read, or refers to itself. Nothing is submitted. Pass plain data and files.',
      { cause },
    );
  }
}

/** The text or number that an object is as JSON: a `URL`, or a date or number of a library. */
function jsonOf(value: object): unknown {
  // It may have no such function, or an own one that fails.
  const json = attempt(() => (value as { readonly toJSON: () => unknown }).toJSON());
  return typeof json === 'string' || typeof json === 'number' ? json : undefined;
}

/**
 * Whether two inputs are equal as JSON. What {@link copyInput} does not copy has to be the same object, unless its
 * `toJSON` makes a text or a number of it, or it is a function. An input that cannot be read any more is the same as no other.
 */
export const isSameInput = (one: unknown, other: unknown): boolean => attempt(() => isSame(one, other)) ?? false;

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || one === other) return true;
  // A handler that is called twice makes two of them, and JSON has none.
  if (typeof one === 'function' && typeof other === 'function') return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Date) return other instanceof Date && Object.is(one.getTime(), other.getTime());
  if (one instanceof ArrayBuffer)
    return other instanceof ArrayBuffer && isSame(new Uint8Array(one), new Uint8Array(other));
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const [parts, others] = [listOf(one), listOf(other)];
  if (parts && others) return parts.length === others.length && parts.every((part, at) => isSame(part, others[at]));
  const json = jsonOf(one);
  if (json !== undefined && json === jsonOf(other)) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.every(name => isSame(getOwn(one, name), getOwn(other, name)));
}
