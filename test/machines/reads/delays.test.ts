import { describe, expect, it } from 'vitest';
import { longestDelayMs, toJitteredMs, toTimerMs } from '../../../src/machines/reads/delays.js';

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

describe('a delay with jitter', () => {
  // The tabs of all users open again at the same moment. A constant delay would let them all come at once.
  it.each([
    [0, 800],
    [0.5, 1_000],
    [0.75, 1_100],
  ])('is 1 s ± 20 %%: with the random number %d', (random, ms) => {
    expect(toJitteredMs(1_000, random)).toBeCloseTo(ms);
  });
});
