import { addDuration, type DurationHistory, type JobDuration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { estimateTimeLeft, usualLimitMs } from '../../../src/machines/reads/estimate.js';

type Facts = Parameters<typeof estimateTimeLeft>[0];

const historyOf = (...jobs: readonly (JobDuration | number)[]) =>
  jobs.reduce<DurationHistory | undefined>(
    (history, job) => addDuration(history, typeof job === 'number' ? [job, job] : job),
    undefined,
  );
const many = (count: number, job: JobDuration | number) => Array.from({ length: count }, () => job);
const left = (facts: Partial<Facts>) =>
  estimateTimeLeft({
    elapsedMs: 0,
    isQueued: false,
    history: undefined,
    progress: undefined,
    movingSinceMs: 0,
    etaMs: undefined,
    ...facts,
  });
const twelve = historyOf(...Array.from({ length: 20 }, (_, index) => 11_000 + index * 100));

describe('how long a job still takes', () => {
  it('is not known where nothing says it', () => {
    expect(left({ elapsedMs: 30_000 })).toBeUndefined();
    expect(left({ history: { version: 1, jobs: [] } })).toBeUndefined();
    expect(left({ history: historyOf(...many(20, [9_000, null])) })).toBeUndefined();
  });

  it('is what the earlier jobs took, with a range', () => {
    const { leftMs = 0, lowMs = 0, highMs = 0, from } = left({ history: twelve }) ?? {};
    expect(from).toBe('history');
    expect(leftMs).toBeGreaterThan(11_500);
    expect(leftMs).toBeLessThan(12_500);
    expect(lowMs).toBeLessThan(leftMs);
    expect(highMs).toBeGreaterThan(leftMs);
    expect(lowMs).toBeGreaterThan(10_000);
    expect(highMs).toBeLessThan(14_000);
  });

  it('is known from a single job', () => {
    expect(left({ history: historyOf(12_000) })?.leftMs).toBeCloseTo(12_000, -2);
  });

  it('counts only the jobs that took longer than this one has taken: a job that is not done after the warm starts is a cold one', () => {
    const history = historyOf(...Array.from({ length: 20 }, (_, index) => (index % 5 === 4 ? 60_000 : 4_000) + index));
    expect(left({ history })?.leftMs).toBeLessThan(5_000);
    const after = left({ history, elapsedMs: 10_000 });
    expect(after?.leftMs).toBeGreaterThan(45_000);
    expect(after?.lowMs).toBeGreaterThan(30_000);
  });

  it('says nothing more once nearly all jobs had ended', () => {
    expect(left({ history: twelve, elapsedMs: 30_000 })).toBeUndefined();
  });

  it('follows a drift: recent jobs count more', () => {
    const { leftMs = 0 } = left({ history: historyOf(...many(10, 12_000), ...many(10, 20_000)) }) ?? {};
    expect(leftMs).toBeGreaterThan(18_000);
  });

  it('does not take jobs that were given up for short ones', () => {
    const given = many(8, [20_000, null] as const);
    const seen = historyOf(...many(8, 10_000), ...many(4, 30_000));
    const without = left({ history: seen, elapsedMs: 8_000 })?.highMs ?? 0;
    const { leftMs = 0, highMs } = left({ history: historyOf(...many(8, 10_000), ...many(4, 30_000), ...given) }) ?? {};
    expect(leftMs).toBeGreaterThan(20_000);
    expect(highMs).toBeGreaterThan(without);
  });

  it('has no upper end where many jobs were given up after all others had ended', () => {
    const made = left({ history: historyOf(...many(9, 10_000), ...many(4, [60_000, null])) });
    expect(made?.leftMs).toBeLessThan(11_000);
    expect(made?.highMs).toBeUndefined();
    expect(left({ history: historyOf(...many(4, 10_000), ...many(9, [60_000, null])) })).toBeUndefined();
  });

  it('is the word of the backend while it has not passed, with the range of both', () => {
    const made = left({ history: twelve, etaMs: 40_000 });
    expect(made).toMatchObject({ leftMs: 40_000, from: 'backend' });
    expect(made?.lowMs).toBeLessThan(12_000);
    expect(made?.highMs).toBe(60_000);
    expect(left({ etaMs: 40_000 })).toEqual({ leftMs: 40_000, lowMs: 30_000, highMs: 60_000, from: 'backend' });
  });

  it('has no upper end with the word of the backend, where it has none by the history', () => {
    const history = historyOf(...many(9, 10_000), ...many(4, [60_000, null]));
    expect(left({ history, etaMs: 5_000 })).toMatchObject({ leftMs: 5_000, highMs: undefined });
    expect(left({ history, elapsedMs: 5_000, progress: 0.5 })).toMatchObject({ from: 'progress', highMs: undefined });
  });

  it('is believed for as much as a day', () => {
    expect(left({ etaMs: 86_400_000 })?.leftMs).toBe(86_400_000);
  });

  it.each([0, -5_000, Number.NaN, 86_400_001, 1e12])('is not an estimate of the backend that is %d ms', etaMs => {
    expect(left({ etaMs })).toBeUndefined();
    expect(left({ history: twelve, etaMs })?.from).toBe('history');
  });

  it('extends the progress in a straight line from when it began to move', () => {
    expect(left({ elapsedMs: 10_000, progress: 0.5 })).toMatchObject({ leftMs: 10_000, from: 'progress' });
    expect(left({ elapsedMs: 40_000, movingSinceMs: 30_000, progress: 0.5 })?.leftMs).toBe(10_000);
  });

  it('sees a speed in 5 % after a second', () => {
    expect(left({ elapsedMs: 1_000, progress: 0.05 })).toMatchObject({ from: 'progress' });
  });

  it.each([
    { progress: 0.04, elapsedMs: 60_000 },
    { progress: 0.5, elapsedMs: 900 },
    { progress: 0, elapsedMs: 60_000 },
    { progress: 1, elapsedMs: 60_000 },
  ])('sees no speed in $progress after $elapsedMs ms', facts => {
    expect(left(facts)).toBeUndefined();
  });

  it('believes the progress as far as it has come, and the history for the rest', () => {
    const at = (progress: number) => left({ history: twelve, elapsedMs: 6_000, progress })?.leftMs ?? 0;
    // A line from 10 % in 6 s says 54 s more, and the history 6 s.
    expect(at(0.1)).toBeGreaterThan(8_000);
    expect(at(0.1)).toBeLessThan(12_000);
    expect(at(0.9)).toBeLessThan(1_500);
    // The range of the line is up to 81 s, and that of the history up to 8 s.
    const made = left({ history: twelve, elapsedMs: 6_000, progress: 0.1 });
    expect(made?.from).toBe('progress');
    expect(made?.highMs).toBeGreaterThan(13_000);
    expect(made?.highMs).toBeLessThan(17_000);
  });

  it('grows while the progress stalls', () => {
    const at = (elapsedMs: number) => left({ elapsedMs, progress: 0.9 })?.leftMs ?? 0;
    expect(at(9_000)).toBeCloseTo(1_000);
    expect(at(60_000)).toBeGreaterThan(6_000);
  });

  it('is known of a job in the queue only from the backend', () => {
    const facts = { history: twelve, elapsedMs: 5_000, progress: 0.5, isQueued: true };
    expect(left(facts)).toBeUndefined();
    expect(left({ ...facts, etaMs: 9_000 })).toMatchObject({ leftMs: 9_000, highMs: 13_500 });
  });
});

describe('the time after which a job is late', () => {
  it('is not known without a job that has ended', () => {
    expect(usualLimitMs(undefined)).toBeUndefined();
    expect(usualLimitMs(historyOf(...many(9, [10_000, null])))).toBeUndefined();
  });

  it('claims little with few jobs', () => {
    const limits = [1, 2, 4, 8, 20].map(count => Number(usualLimitMs(historyOf(...many(count, 12_000)))));
    expect(limits).toEqual([...limits].sort((a, b) => b - a));
    expect(limits[0]).toBeGreaterThan(600_000);
    expect(limits[4]).toBeLessThan(15_000);
  });

  it('includes cold starts that are not rare', () => {
    const history = historyOf(...Array.from({ length: 20 }, (_, index) => (index % 5 === 4 ? 60_000 : 4_000)));
    expect(usualLimitMs(history)).toBeGreaterThan(55_000);
    expect(usualLimitMs(history)).toBeLessThan(120_000);
  });

  it('counts jobs that were given up as longer ones', () => {
    const seen = [...many(16, 10_000)];
    expect(usualLimitMs(historyOf(...seen, ...many(4, [15_000, null])))).toBeGreaterThan(
      2 * Number(usualLimitMs(historyOf(...seen))),
    );
  });
});
