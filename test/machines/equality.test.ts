import { describe, expect, it } from 'vitest';
import { isSame, keepSame } from '../../src/machines/equality.js';

describe('two objects', () => {
  const part = {};

  it.each([
    { what: 'equal members', one: { part, n: Number.NaN }, other: { part, n: Number.NaN }, same: true },
    { what: 'another value', one: { n: 1 }, other: { n: 2 }, same: false },
    { what: 'a member that is equal, but another object', one: { part }, other: { part: {} }, same: false },
    { what: 'a member more', one: { n: 1 }, other: { n: 1, m: 2 }, same: false },
    { what: 'a member fewer', one: { n: 1, m: 2 }, other: { n: 1 }, same: false },
    { what: 'nothing before', one: undefined, other: {}, same: false },
    { what: 'no members', one: {}, other: {}, same: true },
  ])('are compared by their members: $what', ({ one, other, same }) => {
    expect(isSame(one, other)).toBe(same);
  });
});

describe('a list of items', () => {
  const [a, b] = [
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
  ];
  const list = [a, b];

  it('is the older one if nothing differs', () => {
    expect(keepSame(list, [{ ...a }, { ...b }])).toBe(list);
    expect(keepSame(list, list)).toBe(list);
  });

  it('has the older objects where they are equal, and the newer ones elsewhere', () => {
    const changed = { id: 'b', n: 2 };
    const kept = keepSame(list, [{ ...a }, changed]);
    expect(kept).toEqual([a, changed]);
    expect(kept[0]).toBe(a);
    expect(kept[1]).toBe(changed);
  });

  it('is the newer one in another order or length', () => {
    expect(keepSame(list, [b, a])).toEqual([b, a]);
    expect(keepSame(list, [a])).toEqual([a]);
    expect(keepSame(list, [a, b, { id: 'c', n: 1 }])).toHaveLength(3);
    expect(keepSame([], [a])).toEqual([a]);
  });

  it('takes a new object for another item if it is no JSON', () => {
    const itself = (id: string) => {
      const item: { id: string; self?: unknown } = { id };
      item.self = item;
      return item;
    };
    const [one, other] = [itself('a'), itself('a')];
    expect(keepSame([one], [other])[0]).toBe(other);
    const older = [one];
    expect(keepSame(older, [one])).toBe(older);
  });
});
