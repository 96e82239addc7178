import { addDuration, type DurationHistory } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { distributions, lognormal, seededRandom } from '../../../bench/reads/simulation.mjs';
import { estimateTimeLeft, usualLimitMs } from '../../../src/machines/reads/estimate.js';

const historyOf = (...durationsMs: readonly number[]) =>
  durationsMs.reduce<DurationHistory | undefined>((history, ms) => addDuration(history, [ms, ms]), undefined);

/** By the history alone. */
const left = (history: DurationHistory | undefined, elapsedMs: number) =>
  estimateTimeLeft({
    elapsedMs,
    isQueued: false,
    history,
    progress: undefined,
    movingSinceMs: 0,
    etaMs: undefined,
  });

describe('how long a simulated job still takes', () => {
  it('moves later and never sooner while the time goes by', () => {
    for (const draw of Object.values(distributions)) {
      const random = seededRandom(7);
      const history = historyOf(...Array.from({ length: 20 }, (_, index) => draw(random, index - 20)));
      const ends = Array.from({ length: 300 }, (_, second) => {
        const made = left(history, second * 1_000);
        return made && second * 1_000 + made.leftMs;
      }).filter(end => end !== undefined);
      expect(ends.length).toBeGreaterThan(0);
      // A quantile is found to a thousandth.
      ends.forEach((end, index) => {
        expect(end).toBeGreaterThanOrEqual((ends[index - 1] ?? 0) * 0.998);
      });
    }
  });

  it.each([1, 7, 2_026])('is in its range for about eight of ten jobs, at any time: seed %d', seed => {
    const random = seededRandom(seed);
    const draw = lognormal(12_000, 0.35);
    let within = 0;
    let count = 0;
    for (let round = 0; round < 400; round += 1) {
      const history = historyOf(...Array.from({ length: 20 }, () => draw(random, 0)));
      const durationMs = draw(random, 0);
      const elapsedMs = durationMs * random();
      const made = left(history, elapsedMs);
      if (!made) continue;
      count += 1;
      const leftMs = durationMs - elapsedMs;
      if (leftMs >= made.lowMs && leftMs <= (made.highMs ?? Number.POSITIVE_INFINITY)) within += 1;
    }
    expect(count).toBeGreaterThan(300);
    expect(within / count).toBeGreaterThan(0.7);
    expect(within / count).toBeLessThan(0.95);
  });
});

describe('the time after which a simulated job is late', () => {
  it.each([1, 7, 2_026])('is passed by about one job of twenty: seed %d', seed => {
    const random = seededRandom(seed);
    const draw = lognormal(12_000, 0.35);
    let late = 0;
    const rounds = 600;
    for (let round = 0; round < rounds; round += 1) {
      const history = historyOf(...Array.from({ length: 20 }, () => draw(random, 0)));
      if (draw(random, 0) > Number(usualLimitMs(history))) late += 1;
    }
    expect(late / rounds).toBeGreaterThan(0.01);
    expect(late / rounds).toBeLessThan(0.09);
  });
});
