import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeLeft } from '../../../src/machines/reads/estimate.js';
import { type ShownEstimate, steadyEstimate } from '../../../src/machines/reads/steady-estimate.js';

const now = 1_800_000_000_000;
const word = (leftMs: number, from: TimeLeft['from'] = 'backend'): TimeLeft => ({
  leftMs,
  lowMs: leftMs / 2,
  highMs: leftMs * 2,
  from,
});
const shown = (inMs: number): ShownEstimate => ({ expectedAt: now + inMs, lowAt: now, highAt: now + 2 * inMs });

describe('the estimate that is shown', () => {
  it('is the first one as it is made, as times', () => {
    expect(steadyEstimate(undefined, word(12_000), now)).toEqual({
      expectedAt: now + 12_000,
      lowAt: now + 6_000,
      highAt: now + 24_000,
    });
  });

  it('stays the same object for a second, and for a tenth of what is left', () => {
    for (const [before, leftMs] of [
      [5_000, 6_000],
      [5_000, 4_000],
      [100_000, 109_000],
      [100_000, 91_000],
    ] as const) {
      const known = shown(before);
      expect(steadyEstimate(known, word(leftMs), now)).toBe(known);
    }
  });

  it('moves by more than that, sooner or later', () => {
    expect(steadyEstimate(shown(5_000), word(6_001), now)?.expectedAt).toBe(now + 6_001);
    expect(steadyEstimate(shown(100_000), word(89_000), now)?.expectedAt).toBe(now + 89_000);
  });

  it('follows a progress half of the way', () => {
    const known = shown(20_000);
    expect(steadyEstimate(known, word(24_000, 'progress'), now)).toBe(known);
    expect(steadyEstimate(known, word(30_000, 'progress'), now)?.expectedAt).toBe(now + 25_000);
    expect(steadyEstimate(undefined, word(30_000, 'progress'), now)?.expectedAt).toBe(now + 30_000);
  });

  it('is kept without news until its moment has passed, and then dropped', () => {
    const known = shown(5_000);
    expect(steadyEstimate(known, undefined, now + 4_999)).toBe(known);
    expect(steadyEstimate(known, undefined, now + 5_000)).toBeUndefined();
  });

  it('is replaced as a whole once its moment has passed', () => {
    expect(steadyEstimate(shown(5_000), word(800, 'progress'), now + 6_000)?.expectedAt).toBe(now + 6_800);
  });

  it('has no upper end where nobody knows one', () => {
    expect(steadyEstimate(undefined, { ...word(9_000), highMs: undefined }, now)?.highAt).toBeUndefined();
  });

  it('keeps its rules whatever comes', () => {
    const made = fc.option(
      fc.record({
        leftMs: fc.integer({ min: 0, max: 600_000 }),
        lowMs: fc.integer({ min: 0, max: 600_000 }),
        highMs: fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: undefined }),
        from: fc.constantFrom('backend', 'progress', 'history'),
      }) satisfies fc.Arbitrary<TimeLeft>,
      { nil: undefined },
    );
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }), made });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        let time = now;
        let known: ShownEstimate | undefined;
        for (const { afterMs, made } of steps) {
          time += afterMs;
          const next = steadyEstimate(known, made, time);
          if (next && next !== known) {
            // Never in the past, and within its range.
            expect(next.expectedAt).toBeGreaterThanOrEqual(time);
            expect(next.lowAt).toBeLessThanOrEqual(next.expectedAt);
            expect(next.highAt ?? next.expectedAt).toBeGreaterThanOrEqual(next.expectedAt);
          }
          if (next && known && next !== known && known.expectedAt > time) {
            const leftMs = Math.max(next.expectedAt, known.expectedAt) - time;
            // Rounded to whole ms.
            expect(Math.abs(next.expectedAt - known.expectedAt)).toBeGreaterThanOrEqual(
              Math.max(1_000, leftMs / 10) - 1,
            );
          }
          if (!next) expect(made).toBeUndefined();
          known = next;
        }
      }),
    );
  });
});
