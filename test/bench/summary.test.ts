import { describe, expect, it } from 'vitest';
import { toOutcome } from '../../bench/peers/measure/outcome.mjs';
import { percentile, summarize } from '../../bench/peers/measure/summary.mjs';

const planned = { key: 'k', fault: 'no fault', classMs: 1_000, durationMs: 1_000 } as const;
const read = (at: number, closedAt?: number) => ({ kind: 'read' as const, at, ...(closedAt && { closedAt }) });

describe('a percentile', () => {
  it('is the smallest value that so large a share does not exceed', () => {
    const values = [5, 1, 4, 2, 3];
    expect(percentile(values, 0.5)).toBe(3);
    expect(percentile(values, 0.95)).toBe(5);
    expect(percentile(values, 0)).toBe(1);
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(percentile([], 0.5)).toBeUndefined();
    expect(values).toEqual([5, 1, 4, 2, 3]);
  });
});

describe('the outcome of a job', () => {
  const delivered = (...times: number[]) => ({ key: 'k', deliveries: times.map(at => ({ url: 'u', at })) });

  it('has the time from the backend’s end to the first delivery', () => {
    const report = { key: 'k', submittedAt: 0, doneAt: 1_000, requests: [read(5, 6), read(1_002, 1_003)] };
    expect(toOutcome(planned, report, delivered(1_004, 1_200))).toMatchObject({
      latencyMs: 4,
      deliveries: 2,
      requests: 2,
      requestsAfterEnd: 0,
      openAfterEnd: 0,
    });
  });

  it('counts what is sent after the end, and what is open a second later', () => {
    const requests = [read(5), read(900, 1_500), read(1_500, 1_600), read(4_000)];
    const outcome = toOutcome(planned, { key: 'k', doneAt: 1_000, requests }, delivered(1_004));
    expect(outcome).toMatchObject({ requestsAfterEnd: 2, openAfterEnd: 1 });
  });

  it('ends with an abort, after which only the cancel is right', () => {
    const requests = [read(5, 6), { kind: 'cancel' as const, at: 2_001, closedAt: 2_002 }, read(3_000, 3_001)];
    const report = { key: 'k', cancelledAt: 2_001, requests };
    const outcome = toOutcome({ ...planned, fault: 'abort' }, report, { ...delivered(), abortedAt: 2_000 });
    expect(outcome).toMatchObject({ requests: 3, cancels: 1, requestsAfterEnd: 1, isCancelled: true });
    expect(summarize([outcome])).toMatchObject({ right: 1, none: 1, cancelled: 1 });
  });

  it('is that nothing came, where neither side has seen the job', () => {
    expect(toOutcome(planned, undefined, undefined)).toMatchObject({
      deliveries: 0,
      requests: 0,
      latencyMs: undefined,
    });
  });
});

describe('a summary', () => {
  it('counts jobs with one result, with none and with several', () => {
    const outcomes = [1, 1, 0, 2].map((deliveries, n) => ({
      ...toOutcome(planned, undefined, undefined),
      deliveries,
      requests: n,
      latencyMs: deliveries > 0 ? 10 * (n + 1) : undefined,
      error: deliveries === 0 ? 'Error: gone' : undefined,
    }));
    expect(summarize(outcomes)).toMatchObject({
      jobs: 4,
      right: 2,
      none: 1,
      several: 1,
      p50: 20,
      p95: 40,
      requests: 1.5,
      error: 'Error: gone',
    });
  });
});
