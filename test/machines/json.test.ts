import { describe, expect, it } from 'vitest';
import { serverEnvironment } from '../../src/machines/environment.js';
import { getOwn, isJson, isObject, membersOf } from '../../src/machines/json.js';
import { missingApis, toPlatformError } from '../../src/machines/platform.js';

describe('a value', () => {
  it.each([
    null,
    'a',
    '',
    true,
    false,
    0,
    -1.5,
    [],
    ['a', [null]],
    {},
    { a: { b: [1] }, c: undefined },
    Object.assign(Object.create(null), { a: 1 }),
  ])('is JSON: %j', value => {
    expect(isJson(value)).toBe(true);
  });

  it.each([
    { what: 'nothing', value: undefined },
    { what: 'no number', value: Number.NaN },
    { what: 'infinity', value: Number.POSITIVE_INFINITY },
    { what: 'a large integer', value: 1n },
    { what: 'a symbol', value: Symbol('a') },
    { what: 'a function', value: () => 1 },
    { what: 'a function without a prototype', value: Object.setPrototypeOf(() => 1, null) },
    { what: 'a date', value: new Date(0) },
    { what: 'a map', value: new Map() },
    { what: 'an object that says itself what its JSON is', value: { toJSON: () => 1 } },
    { what: 'an object that does so unseen', value: Object.defineProperty({}, 'toJSON', { value: () => 1 }) },
    { what: 'a list with a part that is none', value: [1, undefined] },
    { what: 'an object with a part that is none', value: { a: 1, b: { c: Number.NaN } } },
  ])('is not JSON: $what', ({ value }) => {
    expect(isJson(value)).toBe(false);
  });

  it('is an object with members unless it is a list or null', () => {
    expect([{}, new Date(0)].map(isObject)).toEqual([true, true]);
    expect([null, [], 'a', undefined, () => 1].map(isObject)).toEqual(Array(5).fill(false));
  });

  it('has its members, or none', () => {
    expect(membersOf({ a: 1 })).toEqual({ a: 1 });
    for (const value of [null, 'a', 1, [1], undefined]) expect(membersOf(value)).toEqual({});
  });

  it('has a member of its own only, whatever its name', () => {
    expect(getOwn({ a: 1 }, 'a')).toBe(1);
    expect(getOwn<unknown>({}, 'constructor')).toBeUndefined();
    expect(getOwn<unknown>(JSON.parse('{"constructor":1}'), 'constructor')).toBe(1);
  });
});

describe('the environment of a server', () => {
  it('is online, and reports nothing', () => {
    const environment = serverEnvironment();
    expect(environment.isOnline()).toBe(true);
    expect(environment.subscribe(() => {})()).toBeUndefined();
    expect(environment.random).toBe(Math.random);
  });
});

describe('what a platform lacks', () => {
  it('is found by name', () => {
    expect(missingApis('fetch', 'crystalBall', 'AbortController', 'timeMachine')).toEqual([
      'crystalBall',
      'timeMachine',
    ]);
    expect(missingApis()).toEqual([]);
  });

  it('is named in the error of what did not begin', () => {
    expect(toPlatformError(['fetch', 'crypto'], 'The submit')).toMatchObject({
      code: 'network',
      message:
        'The submit did not begin, because this platform has no fetch, no crypto. Nothing was sent. Use a newer browser or runtime, or add it before this library runs.',
      failure: { charged: 'no' },
    });
  });
});
