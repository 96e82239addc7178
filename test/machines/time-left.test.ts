import { formatTimeLeft, toTimeLeft } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';

const now = 1_800_000_000_000;
const text = (remainingMs: number | undefined, isLate = false) => formatTimeLeft({ remainingMs, isLate });

describe('formatTimeLeft()', () => {
  it.each([
    [0, 'almost done'],
    [2_400, 'almost done'],
    [2_500, 'about 3 s left'],
    [2_600, 'about 3 s left'],
    [12_400, 'about 12 s left'],
    [19_400, 'about 19 s left'],
    [22_000, 'about 20 s left'],
    [23_000, 'about 25 s left'],
    [64_000, 'about 60 s left'],
    [94_000, 'about 90 s left'],
    [95_000, 'about 2 min left'],
    [96_000, 'about 2 min left'],
    [600_000, 'about 10 min left'],
    [7_200_000, 'about 2 hr left'],
  ])('says of %d ms: %s', (remainingMs, expected) => {
    expect(text(remainingMs)).toBe(expected);
  });

  it('says that it takes longer than usual, and how much longer if that is known', () => {
    expect(text(undefined, true)).toBe('longer than usual');
    expect(text(12_000, true)).toBe('longer than usual, about 12 s left');
  });

  it('says nothing where nothing is known', () => {
    expect(text(undefined)).toBeUndefined();
  });

  it('writes numbers and units as the locale does, with words of yours', () => {
    const phrases = { left: (time: string) => `noch etwa ${time}`, soon: 'gleich fertig', late: 'länger als sonst' };
    const german = (remainingMs: number, isLate = false) =>
      formatTimeLeft({ remainingMs, isLate }, { locale: 'de', phrases });
    expect(german(12_000)).toMatch(/^noch etwa 12\sSek\.$/);
    expect(german(180_000, true)).toMatch(/^länger als sonst, noch etwa 3\sMin\.$/);
    expect(german(900)).toBe('gleich fertig');
    expect(formatTimeLeft({ remainingMs: 12_000, isLate: false }, { locale: 'ar-EG' })).toContain('١٢');
  });

  it('refuses an unknown option, and a locale that is none', () => {
    expect(() => formatTimeLeft({ remainingMs: 1, isLate: false }, { local: 'de' } as object)).toThrow(
      'formatTimeLeft() has no option "local". Did you mean "locale"?',
    );
    expect(() => formatTimeLeft({ remainingMs: 9_000, isLate: false }, { locale: 'not a tag' })).toThrow(RangeError);
  });
});

describe('toTimeLeft()', () => {
  const view = { expectedAt: now + 12_000, highAt: now + 20_000, isLate: false };

  it('counts down to 0, and has nothing to say once the range has passed', () => {
    expect(toTimeLeft(view, now)).toEqual({ remainingMs: 12_000, isLate: false, text: 'about 12 s left' });
    expect(toTimeLeft(view, now + 12_000)).toEqual({ remainingMs: 0, isLate: false, text: 'almost done' });
    expect(toTimeLeft(view, now + 19_999)).toMatchObject({ remainingMs: 0 });
    expect(toTimeLeft(view, now + 20_000)).toEqual({ remainingMs: undefined, isLate: false, text: undefined });
  });

  it('ends at the expected time where there is no range', () => {
    expect(toTimeLeft({ expectedAt: now + 5_000 }, now + 4_000)).toMatchObject({ remainingMs: 1_000, isLate: false });
    expect(toTimeLeft({ expectedAt: now + 5_000, highAt: undefined }, now + 5_000).remainingMs).toBeUndefined();
  });

  it('knows without a time only whether it is late', () => {
    expect(toTimeLeft(view, undefined)).toEqual({ remainingMs: undefined, isLate: false, text: undefined });
    expect(toTimeLeft({ isLate: true }, undefined)).toEqual({
      remainingMs: undefined,
      isLate: true,
      text: 'longer than usual',
    });
  });
});
