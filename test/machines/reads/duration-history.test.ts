import { addDuration, type DurationHistory, isDurationHistory, type JobDuration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';

const many = (count: number, job: (index: number) => JobDuration) =>
  Array.from({ length: count }, (_, index) => job(index)).reduce<DurationHistory | undefined>(addDuration, undefined);

describe('a history of durations', () => {
  it('keeps the newest 24 jobs, the oldest first', () => {
    const history = many(30, index => [index, index]);
    expect(history?.jobs).toHaveLength(24);
    expect(history?.jobs.at(0)).toEqual([6, 6]);
    expect(history?.jobs.at(-1)).toEqual([29, 29]);
  });

  it('keeps three digits, and has less than 500 bytes', () => {
    const history = many(24, index => [123_456.789 + index, 987_654.321 + index]);
    expect(history?.jobs[0]).toEqual([123_000, 988_000]);
    expect(JSON.stringify(history).length).toBeLessThan(500);
  });

  it('survives JSON', () => {
    const history = addDuration(addDuration(undefined, [4_000, 4_500]), [9_000, null]);
    const read: unknown = JSON.parse(JSON.stringify(history));
    expect(isDurationHistory(read)).toBe(true);
    expect(read).toEqual(history);
  });

  it('is read again when it is full', () => {
    const history = many(24, index => [index, index]);
    expect(isDurationHistory(JSON.parse(JSON.stringify(history)))).toBe(true);
  });

  it.each<JobDuration>([
    [-1, 5],
    [5, 4],
    [Number.NaN, 5],
    [0, Number.POSITIVE_INFINITY],
    [1e12, null],
  ])('is not changed by %o, which is no duration', (...job) => {
    const history = addDuration(undefined, [1, 2]);
    expect(addDuration(history, job)).toBe(history);
    expect(addDuration(undefined, job)).toEqual({ version: 1, jobs: [] });
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { version: 2, jobs: [] },
    { version: 1, jobs: {} },
    { version: 1, jobs: [[1]] },
    { version: 1, jobs: [[1, 2, 3]] },
    { version: 1, jobs: [['1', 2]] },
    { version: 1, jobs: [[2, 1]] },
    {
      version: 1,
      jobs: [
        [1, 2],
        [2, 1],
      ],
    },
    { version: 1, jobs: [[1, undefined]] },
    { version: 1, jobs: Array.from({ length: 25 }, () => [1, 2]) },
  ])('is not %j', value => {
    expect(isDurationHistory(value)).toBe(false);
  });
});
