import { addDuration, type DurationHistory, type JobDuration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { durationDistribution, quantileOf, seenDurations } from '../../../src/machines/reads/duration-distribution.js';

const historyOf = (...jobs: readonly JobDuration[]) => jobs.reduce<DurationHistory | undefined>(addDuration, undefined);
const seen = (...jobs: readonly JobDuration[]) => {
  const durations = seenDurations(historyOf(...jobs));
  if (!durations) throw new Error('No job has ended.');
  return durations;
};
const ended = (ms: number): JobDuration => [ms, ms];
const givenUp = (ms: number): JobDuration => [ms, null];

describe('jobs that were given up', () => {
  /** A job weighs by its age. The durations are far from each other, so that nothing of a hump is on the other side. */
  const weights = [3, 2, 1, 0].map(age => 2 ** (-age / 10));
  const [first = 0, second = 0, third = 0, fourth = 0] = weights;

  it.each([
    {
      what: 'two before an end each',
      jobs: [givenUp(1e3), ended(1e4), givenUp(1e5), ended(1e6)],
      shares: [second / (second + third + fourth), 1],
    },
    {
      what: 'two before the last end, in any order of history',
      jobs: [givenUp(1e5), ended(1e4), ended(1e6), givenUp(1e3)],
      shares: [second / (first + second + third), 1],
    },
    {
      what: 'one at the moment of an end, which it has outlived',
      jobs: [ended(1e4), givenUp(1e4), ended(1e6), ended(1e6)],
      shares: [first / (first + second + third + fourth), 1],
    },
    {
      what: 'one between two ends, one beyond all',
      jobs: [ended(1e4), givenUp(1e5), ended(1e6), givenUp(1e7)],
      shares: [
        first / (first + second + third + fourth),
        1 - ((second + third + fourth) / (first + second + third + fourth)) * (fourth / (third + fourth)),
      ],
    },
    {
      what: 'two beyond all',
      jobs: [ended(1e4), ended(1e6), givenUp(1e7), givenUp(1e8)],
      shares: [first, first + second].map(share => share / (first + second + third + fourth)),
    },
  ])('count as Kaplan and Meier count them: $what', ({ jobs, shares: [early = 0, late = 0] }) => {
    const { cdf, reached } = seen(...jobs);
    expect(cdf(1e5)).toBeCloseTo(early);
    expect(cdf(1e10)).toBeCloseTo(late);
    expect(reached).toBeCloseTo(late);
  });
});

describe('jobs of which only the reads around their ends are known', () => {
  it('have ended in the middle of them in log time, and most likely between them', () => {
    const { cdf } = seen(...Array.from({ length: 4 }, () => [8_000, 12_500] as const));
    expect(quantileOf(cdf, 0.5)).toBeCloseTo(10_000, -2);
    const [low, high] = [quantileOf(cdf, 0.1), quantileOf(cdf, 0.9)];
    expect(low).toBeGreaterThan(8_000);
    expect(low).toBeLessThan(9_000);
    expect(high).toBeGreaterThan(11_000);
    expect(high).toBeLessThan(12_500);
  });

  it('have hardly ended at once, where they had before the first read', () => {
    expect(quantileOf(seen([0, 10_000]).cdf, 0.5)).toBeCloseTo(5_000, -2);
  });
});

describe('the probability that a job has ended', () => {
  it.each([
    { what: 'nothing is known', history: undefined },
    { what: 'all jobs have ended', history: historyOf(ended(4_000), ended(9_000)) },
    { what: 'a job was given up after all others', history: historyOf(ended(4_000), givenUp(9_000)) },
    { what: 'the backend says when', history: historyOf(ended(4_000), givenUp(9_000)), endMs: 7_000 },
  ])('rises to 1 where $what', ({ history, endMs }) => {
    const { cdf } = durationDistribution(history, endMs);
    expect(cdf(1)).toBeGreaterThanOrEqual(0);
    expect(cdf(1)).toBeLessThan(0.01);
    expect(cdf(1e12)).toBeCloseTo(1);
  });

  it('is worth more jobs with each job, whatever its end, and with the word of the backend', () => {
    const counts = [
      durationDistribution(undefined),
      durationDistribution(historyOf(ended(4_000))),
      durationDistribution(historyOf(ended(4_000), givenUp(9_000))),
      durationDistribution(historyOf(ended(4_000), givenUp(9_000)), 7_000),
    ].map(({ jobCount }) => jobCount);
    expect(counts[0]).toBe(0);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
  });
});

describe('the range of durations that were seen', () => {
  it('is at most a quarter around a duration that nothing is near to', () => {
    const { cdf } = seen(ended(2_000), ended(100_000));
    expect(quantileOf(cdf, 0.05)).toBeGreaterThan(1_500);
    expect(quantileOf(cdf, 0.45)).toBeLessThan(2_700);
  });
});
