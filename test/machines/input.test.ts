import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { copyInput, isSameInput } from '../../src/machines/input.js';

const form = (...entries: readonly (readonly [string, string])[]) => {
  const made = new FormData();
  for (const [name, value] of entries) made.append(name, value);
  return made;
};

class Unreadable {
  get toJSON(): never {
    throw Error('unreadable');
  }
}

/** As a library for decimal numbers has it. */
class Amount {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  toJSON(): number {
    return this.#value;
  }
}

/** Two that are equal, and one of the same kind that is not. */
const kinds: readonly { readonly what: string; readonly make: () => readonly [unknown, unknown] }[] = [
  { what: 'plain objects', make: () => [{ a: { b: 1 } }, { a: { b: 2 } }] },
  {
    what: 'objects without a prototype',
    make: () => [Object.assign(Object.create(null), { a: 1 }), Object.create(null)],
  },
  { what: 'objects of another frame', make: () => [runInNewContext('({ a: [1] })'), runInNewContext('({ a: [2] })')] },
  {
    what: 'lists',
    make: () => [
      [1, [2]],
      [1, [3]],
    ],
  },
  { what: 'dates', make: () => [new Date(1), new Date(2)] },
  { what: 'dates that are none', make: () => [new Date(Number.NaN), new Date(0)] },
  { what: 'maps', make: () => [new Map([['a', { b: 1 }]]), new Map([['a', { b: 2 }]])] },
  { what: 'sets', make: () => [new Set([1]), new Set([1, 2])] },
  { what: 'queries', make: () => [new URLSearchParams('a=1&a=2'), new URLSearchParams('a=1')] },
  { what: 'forms', make: () => [form(['a', '1'], ['a', '2']), form(['a', '1'])] },
  { what: 'buffers', make: () => [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer] },
  { what: 'bytes', make: () => [new Uint8Array([1, 2]), new Uint8Array([1, 3])] },
  { what: 'bytes of Node', make: () => [Buffer.from('ab'), Buffer.from('ac')] },
  { what: 'numbers in a buffer', make: () => [new Float64Array([1, 2]), new Float64Array([1])] },
];

describe('the copy of an input', () => {
  it.each(kinds)('is equal and another object: $what', ({ make }) => {
    const [one] = make();
    const copy = copyInput(one);
    expect(copy).toEqual(one);
    expect(copy).not.toBe(one);
    expect(isSameInput(copy, copyInput(one))).toBe(true);
  });

  it.each([
    { what: 'a member', given: { a: [1] }, change: ({ a }: { a: number[] }) => a.push(2) },
    { what: 'an item of a list', given: [[1]], change: ([a]: number[][]) => a?.push(2) },
    { what: 'a date', given: new Date(1), change: (date: Date) => date.setTime(2) },
    {
      what: 'a value of a map',
      given: new Map([['a', [1]]]),
      change: (map: Map<string, number[]>) => map.get('a')?.push(2),
    },
    { what: 'a map', given: new Map([['a', 1]]), change: (map: Map<string, number>) => map.delete('a') },
    { what: 'a member of a set', given: new Set([[1]]), change: (set: Set<number[]>) => [...set][0]?.push(2) },
    { what: 'a set', given: new Set([1]), change: (set: Set<number>) => set.clear() },
    { what: 'a query', given: new URLSearchParams('a=1'), change: (query: URLSearchParams) => query.delete('a') },
    { what: 'a form', given: form(['a', '1']), change: (made: FormData) => made.delete('a') },
    {
      what: 'a byte of a buffer',
      given: new Uint8Array([1]).buffer,
      change: (buffer: ArrayBuffer) => new Uint8Array(buffer).fill(2),
    },
    { what: 'a byte', given: new Uint8Array([1]), change: (bytes: Uint8Array) => bytes.fill(2) },
    { what: 'a byte of Node', given: Buffer.from('a'), change: (bytes: Buffer) => bytes.fill('b') },
    { what: 'a number in a buffer', given: new Float64Array([1]), change: (numbers: Float64Array) => numbers.fill(2) },
  ])('does not change with its original: $what', ({ given, change }) => {
    const copy: unknown = copyInput<unknown>(given);
    Reflect.apply(change, undefined, [given]);
    expect(isSameInput(copy, given)).toBe(false);
  });

  it('keeps each kind, so that it is sent as what it is', () => {
    for (const { make } of kinds) {
      const [one] = make();
      const copied = Object.prototype.toString.call(copyInput(one));
      expect(copied).toBe(Object.prototype.toString.call(one));
    }
  });

  it.each([
    { what: 'a file', part: new File(['a'], 'a.png') },
    { what: 'a function', part: () => 1 },
    {
      what: 'an instance of a class',
      part: new (class Settings {
        readonly seed = 1;
      })(),
    },
    { what: 'a view of a buffer', part: new DataView(new ArrayBuffer(1)) },
    { what: 'a signal', part: new AbortController().signal },
  ])('refers to the same part: $what', ({ part }) => {
    expect(copyInput({ part }).part).toBe(part);
  });

  it.each([null, undefined, '', 'a', 0, true, 10n])('of %s is itself', value => {
    expect(copyInput(value)).toBe(value);
  });

  it('reads each getter once', () => {
    const get = vi.fn(() => 1);
    const copy = copyInput(Object.defineProperty({}, 'seed', { get, enumerable: true }));
    expect(Object.entries(copy)).toEqual([['seed', 1]]);
    expect(Object.entries(copy)).toEqual([['seed', 1]]);
    expect(get).toHaveBeenCalledOnce();
  });

  it.each([
    {
      what: 'refers to itself',
      make: () =>
        Object.assign(
          { self: {} },
          {
            get self() {
              return this;
            },
          },
        ),
    },
    {
      what: 'throws when it is read',
      make: () => ({
        get seed() {
          throw new RangeError('no seed');
        },
      }),
    },
  ])('is refused with a reason if a part $what', ({ make }) => {
    expect(() => copyInput(Object.defineProperties({}, Object.getOwnPropertyDescriptors(make())))).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(
          /^The input cannot be copied: .* Nothing is submitted\. Pass plain data and files\.$/,
        ),
        cause: expect.any(RangeError),
      }),
    );
  });

  it('and the comparison need no forms or queries of the platform', () => {
    for (const name of ['FormData', 'URLSearchParams']) vi.stubGlobal(name, undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const input = { prompt: 'a lighthouse', list: [1] };
    expect(copyInput(input)).toEqual(input);
    expect(isSameInput(input, copyInput(input))).toBe(true);
  });
});

type Pair = { readonly what: string; readonly one: unknown; readonly other: unknown };

describe('two inputs', () => {
  it('A2: are the same with functions and objects that a handler makes anew for each click', () => {
    const click = () => ({ from: new URL('https://a.test/1'), onStep: () => {} });
    expect(isSameInput(copyInput(click()), copyInput(click()))).toBe(true);
  });

  it.each(kinds)('are the same with equal parts, and not with other ones: $what', ({ make }) => {
    // What is compared are copies.
    const [one, other, again] = [...make(), ...make()].map(copyInput);
    expect(isSameInput(one, again)).toBe(true);
    expect(isSameInput(one, other)).toBe(false);
    expect(isSameInput(other, one)).toBe(false);
  });

  const differing: readonly Pair[] = [
    { what: 'an object and a list', one: {}, other: [] },
    { what: 'an object and null', one: {}, other: null },
    { what: 'null and an object', one: null, other: {} },
    { what: 'an object and a text', one: {}, other: '' },
    { what: 'a text and an object', one: '', other: {} },
    { what: 'a date and its number', one: new Date(1), other: 1 },
    { what: 'a date and an object', one: new Date(1), other: { getTime: () => 1 } },
    { what: 'an object and a date', one: {}, other: new Date(1) },
    { what: 'a buffer and its bytes', one: new ArrayBuffer(1), other: new Uint8Array(1) },
    { what: 'bytes and their buffer', one: new Uint8Array(1), other: new ArrayBuffer(1) },
    { what: 'a buffer and an object', one: new ArrayBuffer(0), other: {} },
    { what: 'a set and bytes of the same', one: new Set([1]), other: new Uint8Array([1]) },
    { what: 'a list and a set of the same', one: [1], other: new Set([1]) },
    { what: 'a list and an object with a list as its prototype', one: [], other: Object.create(Array.prototype) },
    { what: 'an object with a list as its prototype and a list', one: Object.create(Array.prototype), other: [] },
    { what: 'two files', one: new File(['a'], 'a'), other: new File(['a'], 'a') },
    { what: 'a function and an object', one: () => 1, other: {} },
    { what: 'two texts in JSON', one: new URL('https://a.test/1'), other: new URL('https://a.test/2') },
    {
      what: 'two objects that are not JSON',
      one: { toJSON: () => undefined, a: 1 },
      other: { toJSON: () => undefined, a: 2 },
    },
    {
      what: 'two objects that are null in JSON',
      one: { toJSON: () => null, a: 1 },
      other: { toJSON: () => null, a: 2 },
    },
    { what: 'two numbers in JSON', one: new Amount(1), other: new Amount(2) },
    { what: 'two objects that cannot be JSON', one: new Unreadable(), other: new Unreadable() },
    { what: 'two numbers', one: 1, other: 2 },
    { what: 'an instance and a plain object', one: new (class {})(), other: {} },
    { what: 'a longer and a shorter list', one: [1, 2], other: [1] },
    { what: 'a shorter and a longer list', one: [1], other: [1, 2] },
    { what: 'one member more', one: { a: 1 }, other: { a: 1, b: 2 } },
    { what: 'one member fewer', one: { a: 1, b: 2 }, other: { a: 1 } },
    { what: 'a member and what each object has', one: {}, other: { constructor: Object } },
  ];

  it.each(differing)('are different: $what', ({ one, other }) => {
    expect(isSameInput(one, other)).toBe(false);
  });

  it.each([
    { what: 'a member without a value', one: { a: 1, b: undefined }, other: { a: 1 } },
    { what: 'the order of members', one: { a: 1, b: 2 }, other: { b: 2, a: 1 } },
    { what: 'the sign of zero', one: { a: 0 }, other: { a: -0 } },
    { what: 'which object has made a number', one: new Amount(1), other: new Amount(1) },
    { what: 'no number', one: { a: Number.NaN }, other: { a: Number.NaN } },
  ])('are the same whatever: $what', ({ one, other }) => {
    expect(isSameInput(one, other)).toBe(true);
  });

  it('are the same with the same file or function', () => {
    const parts = { file: new File(['a'], 'a'), count: () => 1 };
    expect(isSameInput({ ...parts }, { ...parts })).toBe(true);
  });
});
