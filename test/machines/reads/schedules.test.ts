import {
  addDuration,
  type DurationHistory,
  fixed,
  learned,
  proportional,
  type ReadContext,
} from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';

const first: ReadContext = { readCount: 1 };
const historyOf = (...durationsMs: readonly number[]) =>
  durationsMs.reduce<DurationHistory | undefined>((history, ms) => addDuration(history, [ms, ms]), undefined);
const twelve = historyOf(...Array.from({ length: 20 }, (_, index) => 11_000 + index * 100));

describe('fixed()', () => {
  it('goes through its list, and repeats the last', () => {
    const schedule = fixed(1_000, 2_000, 5_000);
    const gaps = [0, 1, 2, 3, 9].map(readCount => schedule(60_000, { readCount }));
    expect(gaps).toEqual([1_000, 1_000, 2_000, 5_000, 5_000]);
  });

  it.each([0, 2_147_483_647])('takes %d ms', delayMs => {
    expect(fixed(delayMs)(60_000, first)).toBe(delayMs);
  });

  it.each([
    { given: [], message: 'fixed() needs at least one time in ms.' },
    { given: [-1], message: 'fixed(): each delay must be a time in ms, from 0 to 2147483647. It is -1.' },
    { given: [1, Number.NaN], message: 'fixed(): each delay must be a time in ms, from 0 to 2147483647. It is NaN.' },
    { given: [2 ** 31], message: 'fixed(): each delay must be a time in ms, from 0 to 2147483647. It is 2147483648.' },
    { given: [null as never], message: 'fixed(): each delay must be a time in ms, from 0 to 2147483647. It is null.' },
  ])('refuses $given', ({ given, message }) => {
    expect(() => fixed(...given)).toThrow(new TypeError(message));
  });
});

describe('proportional()', () => {
  it('grows with the age of the job, from 1 s to 10 s', () => {
    const gaps = [0, 5_000, 10_000, 40_000, 66_000, 1e9].map(ms => proportional()(ms, first));
    expect(gaps).toEqual([1_000, 1_000, 1_500, 6_000, 9_900, 10_000]);
  });

  it('takes a share, a shortest and a longest gap', () => {
    const schedule = proportional({ share: 0.5, minMs: 200, maxMs: 3_000 });
    expect([0, 2_000, 60_000].map(ms => schedule(ms, first))).toEqual([200, 1_000, 3_000]);
  });

  it.each([
    { given: { share: 0 }, message: 'proportional(): share must be a number above 0. It is 0.' },
    { given: { share: Number.POSITIVE_INFINITY }, message: 'It is Infinity.' },
    { given: { minMs: -1 }, message: 'proportional(): minMs must be a time in ms' },
    { given: { maxMs: Number.NaN }, message: 'proportional(): maxMs must be a time in ms' },
    { given: { minMS: 1 }, message: 'proportional() has no option "minMS". Did you mean "minMs"?' },
  ])('refuses $given', ({ given, message }) => {
    expect(() => proportional(given)).toThrow(TypeError);
    expect(() => proportional(given)).toThrow(message);
  });
});

describe('learned()', () => {
  const schedule = learned();

  it('is proportional() as long as there is no history', () => {
    for (const ms of [0, 3_000, 20_000, 400_000]) expect(schedule(ms, first)).toBe(proportional()(ms, first));
  });

  it('reads rarely while no job has ended yet, often where jobs end, and rarely again after that', () => {
    const gapAt = (ms: number) => schedule(ms, { readCount: 1, history: twelve });
    expect(gapAt(0)).toBeGreaterThan(5_000);
    expect(gapAt(11_000)).toBe(1_000);
    expect(gapAt(30_000)).toBeGreaterThan(3_000);
    expect(gapAt(12_000)).toBeLessThan(gapAt(20_000));
  });

  it('leaves 1 to 10 s between two reads, whatever it has learned', () => {
    const histories = [twelve, historyOf(1), historyOf(0, 1e11), historyOf(...Array.from({ length: 24 }, () => 500))];
    for (const history of histories) {
      for (const ms of [0, 1, 400, 12_000, 1e7, Number.POSITIVE_INFINITY]) {
        const gapMs = schedule(ms, { readCount: 1, history });
        expect(gapMs).toBeGreaterThanOrEqual(1_000);
        expect(gapMs).toBeLessThanOrEqual(10_000);
      }
    }
  });

  it('trusts ten jobs more than one', () => {
    const gap = (jobs: number) =>
      schedule(0, { readCount: 1, history: historyOf(...Array.from({ length: jobs }, () => 12_000)) });
    expect(gap(1)).toBeLessThan(2_000);
    expect(gap(3)).toBeGreaterThan(gap(1));
    expect(gap(10)).toBeGreaterThan(6_000);
  });

  it('reads often at each of two humps, and rarely between them', () => {
    const history = historyOf(...Array.from({ length: 20 }, (_, index) => (index % 2 ? 4_000 : 60_000) + index * 20));
    const gapAt = (ms: number) => schedule(ms, { readCount: 1, history });
    expect(gapAt(4_000)).toBe(1_000);
    expect(gapAt(20_000)).toBeGreaterThan(8_000);
    expect(gapAt(60_000)).toBeLessThan(2_000);
  });

  it('believes ten recent jobs more than ten older ones', () => {
    const ten = (ms: number) => Array.from({ length: 10 }, () => ms);
    const gapAt = (ms: number, history: DurationHistory | undefined) =>
      learned({ patience: 20 })(ms, { readCount: 1, history });
    const [slower, faster] = [historyOf(...ten(6_000), ...ten(30_000)), historyOf(...ten(30_000), ...ten(6_000))];
    expect(gapAt(5_500, slower)).toBeGreaterThan(gapAt(5_500, faster));
    expect(gapAt(29_000, faster)).toBeGreaterThan(gapAt(29_000, slower));
  });

  it('counts a cancelled job with those that took longer than it', () => {
    const half = Array.from({ length: 10 }, () => [4_000, 4_000] as const);
    const late = Array.from({ length: 2 }, () => [60_000, 60_000] as const);
    const given = Array.from({ length: 10 }, () => [20_000, null] as const);
    const of = (jobs: readonly (readonly [number, number | null])[]) =>
      jobs.reduce<DurationHistory | undefined>(addDuration, undefined);
    const gap = (history: DurationHistory | undefined) => schedule(55_000, { readCount: 1, history });
    expect(gap(of([...half, ...late, ...given]))).toBeLessThan(gap(of([...half, ...late])));
  });

  it('waits longer with more patience, and never longer than 10 s', () => {
    const gap = (patience: number) => learned({ patience })(14_000, { readCount: 1, history: twelve });
    expect(gap(16)).toBeGreaterThan(gap(4));
    expect(gap(4)).toBeGreaterThan(gap(0.1));
    expect(gap(1e9)).toBeLessThanOrEqual(10_000);
  });

  it('is proportional() while the job is queued, because a history tells how long jobs run', () => {
    expect(schedule(0, { readCount: 1, history: twelve, phase: 'queued' })).toBe(1_000);
    expect(schedule(0, { readCount: 1, history: twelve, phase: 'running' })).toBeGreaterThan(5_000);
  });

  it.each([
    { word: 'progress', near: { progress: 0.98 }, far: { progress: 0.1 } },
    { word: 'estimate', near: { etaMs: 500 }, far: { etaMs: 300_000 } },
  ])('reads sooner if the $word of the backend says that it is nearly done', ({ near, far }) => {
    const gap = (said: Partial<ReadContext>) => schedule(60_000, { readCount: 1, ...said });
    expect(gap(near)).toBeLessThan(gap({}));
    expect(gap(near)).toBeLessThan(gap(far));
  });

  it.each([
    { word: 'progress', far: { progress: 0.5 } },
    { word: 'estimate', far: { etaMs: 60_000 } },
  ])('reads more rarely as long as the end is far by the $word of the backend', ({ far }) => {
    expect(schedule(60_000, { readCount: 1, ...far })).toBeGreaterThan(proportional()(60_000, first));
  });

  it('does not take a job that has progress at the age of 0 for one that is done', () => {
    const gap = (progress: number) => schedule(0, { readCount: 1, history: twelve, progress });
    expect(gap(0.5)).toBe(gap(0));
  });

  it.each([
    { progress: 1 },
    { progress: 0 },
    { progress: 0.02 },
    { etaMs: 0 },
    { etaMs: -1 },
    { progress: Number.NaN },
  ])('learns nothing from %o', said => {
    expect(schedule(60_000, { readCount: 1, ...said })).toBe(proportional()(60_000, first));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a patience of %d', patience => {
    const message = `learned(): patience must be a number above 0. It is ${patience}.`;
    expect(() => learned({ patience })).toThrow(new TypeError(message));
  });

  it('refuses an unknown option', () => {
    expect(() => learned({ patient: 1 } as object)).toThrow('learned() has no option "patient"');
  });
});
