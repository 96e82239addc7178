import { fixed, learned, proportional } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { distributions, lognormal, oneOf, simulate } from '../../../bench/reads/simulation.mjs';

/** As data libraries poll: each 2 s, without jitter. */
const loop = (draw: Parameters<typeof simulate>[1], options = {}) =>
  simulate(fixed(2_000), draw, { ...options, jitter: 0 });
/** What this library had before. */
const list = fixed(1_000, 2_000, 5_000, 10_000);
const learnsFrom = 20;
const images = lognormal(12_000, 0.35);
const nameOf = (word: string) => Object.keys(distributions).find(name => name.includes(word)) ?? '';
const drawOf = (word: string) => distributions[nameOf(word)] ?? images;

describe('proportional()', () => {
  it('sees the end sooner than a loop of 2 s, for at most 1.6 times its requests over the mix', () => {
    const mix = drawOf('mix');
    const [ours, theirs] = [simulate(proportional(), mix, { jobs: 4_000 }), loop(mix, { jobs: 4_000 })];
    expect(ours.p50).toBeLessThan(theirs.p50);
    expect(ours.requests / theirs.requests).toBeLessThanOrEqual(1.6);
    // Without the read at the beginning, which both make.
    expect((ours.requests - 1) / (theirs.requests - 1)).toBeLessThanOrEqual(1.6);
  });

  it.each([3_000, 8_000, 20_000])('sends at most twice the requests of a loop of 2 s for jobs of %d ms', fromMs => {
    const draw = oneOf(fromMs);
    const [ours, theirs] = [simulate(proportional(), draw), loop(draw)];
    expect((ours.requests - 1) / (theirs.requests - 1)).toBeLessThanOrEqual(2);
  });

  it('sends at most 0.65 times the requests of a loop of 2 s for a job of 90 s', () => {
    const draw = drawOf('90 s');
    expect(simulate(proportional(), draw).requests / loop(draw).requests).toBeLessThanOrEqual(0.65);
  });
});

describe('learned() from 20 jobs', () => {
  it.each([1, 7, 2_026])('sees the end within 0.7 s, for no more requests than a loop of 2 s: seed %d', seed => {
    const ours = simulate(learned(), images, { jobs: 300, seed, learnsFrom });
    expect(ours.p50).toBeLessThanOrEqual(0.7);
    expect(ours.requests).toBeLessThanOrEqual(loop(images, { seed }).requests);
  });

  it('sees the end three times sooner than 1, 2, 5, 10 s, for no more requests', () => {
    const ours = simulate(learned({ patience: 4 }), images, { jobs: 300, learnsFrom });
    const before = simulate(list, images);
    expect(ours.p50).toBeLessThanOrEqual(before.p50 / 3);
    expect(ours.requests).toBeLessThanOrEqual(before.requests);
  });

  it.each(['warm', 'drift'])('is sooner than a loop of 2 s, for about its requests at most: %s', word => {
    const draw = drawOf(word);
    const ours = simulate(learned(), draw, { jobs: 300, learnsFrom });
    const theirs = loop(draw);
    expect(ours.p50).toBeLessThan(theirs.p50 * 0.8);
    expect(ours.requests).toBeLessThanOrEqual(theirs.requests * 1.05);
  });

  it('loses at most the longest gap when the history is wrong', () => {
    // Each job that it knows took five minutes.
    let index = 0;
    const draw = () => (index++ % 21 === 20 ? 12_000 : 300_000);
    expect(simulate(learned(), draw, { jobs: 50, learnsFrom }).p95).toBeLessThanOrEqual(12);
  });
});
