import { describe, expect, it } from 'vitest';
import { longestDelayMs, toTimerMs } from '../../../src/machines/reads/delays.js';

describe('a time for a timer of the platform', () => {
  // A longer one fires at once: the platform keeps it in 32 bits.
  it.each([
    [2 ** 31, longestDelayMs],
    [Number.POSITIVE_INFINITY, longestDelayMs],
    [longestDelayMs, longestDelayMs],
    [1.5, 1.5],
    [-1, 0],
  ])('is within what it can wait: %d', (ms, waited) => {
    expect(toTimerMs(ms)).toBe(waited);
  });
});
