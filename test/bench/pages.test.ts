import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toChargesPage } from '../../bench/charges/page.mjs';
import { roster as payers } from '../../bench/charges/roster.mjs';
import { roster } from '../../bench/peers/clients/roster.mjs';
import { sizes } from '../../bench/peers/measure/plan.mjs';
import type { Summary } from '../../bench/peers/measure/summary.mjs';
import { toFigures } from '../../bench/peers/report/figures.mjs';
import { toBenchmarksPage } from '../../bench/peers/report/page.mjs';
import { faultNames, faults } from '../../bench/peers/server/faults.mjs';
import { toCell, toCount, toTable, toTime } from '../../bench/report/markdown.mjs';

const seen = { date: '2026-01-02', machine: '2 cores', versions: { 'generation-lifecycle': '1.0.0', fal: '2.0.0' } };

const whole: Summary = {
  jobs: 8,
  right: 8,
  none: 0,
  several: 0,
  p50: 2,
  p95: 4,
  requests: 3,
  requestsAfterEnd: 0,
  openAfterEnd: 0,
  cancelled: 0,
  error: undefined,
};

const toRow = (name: string, calm: Partial<Summary>, faulty: Partial<Summary> = {}) => {
  const contender = roster.find(each => each.name === name);
  if (!contender) throw new Error(`${name} is not in the roster.`);
  return {
    contender,
    calm: { ...whole, ...calm },
    classes: [3_000, 20_000].map(classMs => ({ classMs, summary: { ...whole, ...calm } })),
    faults: faultNames.map(fault => ({ fault, title: faults[fault].title, summary: { ...whole, ...faulty } })),
    cpuMs: 3,
    uncaught: [],
  };
};

const simulated = { ours: 23, loop: 46, jobMs: 90_000 };
const verdictOf = (rows: ReturnType<typeof toRow>[], what: string) =>
  toFigures({ rows, simulated }).find(figure => figure.what.includes(what));

describe('a table of Markdown', () => {
  it('aligns a column to the left if its name ends with a space', () => {
    expect(toTable(['client ', 'p50'], [['a', '1 ms']])).toBe('| client | p50 |\n| --- | ---: |\n| a | 1 ms |');
  });

  it('writes times and counts short, and leaves nothing to read in a text', () => {
    expect([2.74, 253.4, 1_290, undefined, Number.NaN].map(toTime)).toEqual(['2.7 ms', '253 ms', '1.29 s', '–', '–']);
    expect([3, 3.25].map(toCount)).toEqual(['3', '3.3']);
    expect(toCell('502 <b>\nat http://127.0.0.1:4000/x | y')).toBe('502 \\<b\\> at /x \\| y');
  });
});

describe('the goals', () => {
  const loop = toRow('bare 2 s loop', { p50: 1_000, requests: 5 });

  it('are met or missed by what the run has seen', () => {
    const ours = toRow('ours, reads only', { p50: 900, requests: 9 });
    expect(verdictOf([ours, loop], 'default schedule: p50')?.verdict).toBe('met');
    expect(verdictOf([ours, loop], 'over the mix')).toMatchObject({ verdict: 'missed', seen: '1.80 ×' });
    expect(verdictOf([ours, loop], 'worst class')?.verdict).toBe('met');
    expect(verdictOf([ours, loop], 'simulated')).toMatchObject({ verdict: 'met', seen: '0.50 × (23 of 46)' });
    expect(verdictOf([ours, loop], 'history')?.verdict).toBe('not measured');
  });

  it('compare a fault with the best client that delivers each result once', () => {
    const ours = toRow('ours, fileBackend', {}, { requests: 4 });
    const better = toRow('fal, streaming', {}, { requests: 3, right: 7, several: 1 });
    const as = toRow('hand-written hook', {}, { requests: 4 });
    const held = toRow('replicate, block', {}, { requests: 1 });
    expect(verdictOf([ours, better, as, held], 'Silent stream: requests')).toMatchObject({
      verdict: 'met',
      asked: 'at most 4: hand-written hook (p50 2.0 ms; right in 9 of 10 situations)',
    });
    const best = toRow('fal, streaming', {}, { requests: 3 });
    expect(verdictOf([ours, best], 'Silent stream: requests')).toMatchObject({
      verdict: 'missed',
      seen: 'ours, fileBackend 4 (p50 2.0 ms)',
    });
    expect(verdictOf([ours, best], 'Abort: requests')).toBeUndefined();
  });

  it('compare who may only read with who only reads', () => {
    const ours = toRow('ours, reads only', {}, { requests: 5 });
    const rows = [ours, toRow('bare stream loop', {}, { requests: 2 }), toRow('bare 2 s loop', {}, { requests: 5 })];
    expect(verdictOf(rows, 'Silent stream: requests, reads only')?.verdict).toBe('met');
  });

  it('miss an outcome with a second result, and one with a request after the end', () => {
    const twice = toRow('ours, fileBackend', {}, { right: 7, several: 1 });
    const later = toRow('ours, fileBackend', {}, { requestsAfterEnd: 0.5 });
    const open = toRow('ours, fileBackend', {}, { openAfterEnd: 1 });
    for (const row of [twice, later, open]) expect(verdictOf([row], 'Abort: outcome')?.verdict).toBe('missed');
    expect(verdictOf([toRow('ours, fileBackend', {}, { cancelled: 8 })], 'Abort: outcome')?.verdict).toBe('met');
    expect(verdictOf([toRow('ours, fileBackend', {})], 'Abort: outcome')?.verdict).toBe('missed');
  });
});

describe('the pages', () => {
  it('say of each client and fault what was seen', () => {
    const rows = roster.map(({ name }) => toRow(name, {}, { right: 6, error: 'Error: |' }));
    const page = toBenchmarksPage({ rows, simulated }, { ...seen, loads: ['0.1', '0.2'], isQuick: true }, sizes.quick);
    expect(page).toContain('fal 2.0.0');
    expect(page).toContain('A quick run');
    for (const { title } of Object.values(faults)) expect(page).toContain(`### ${title}`);
    for (const { name } of roster) expect(page.split(name).length).toBeGreaterThan(faultNames.length);
    expect(page).toContain('Error: \\|');
  });

  it('say how many jobs a backend starts that honors keys', () => {
    const [payer] = payers;
    if (!payer) throw new Error('Nobody pays.');
    const charge = { posts: 3, keys: 1, told: 'Error: x', ms: 1 };
    const charges = [
      { ...charge, loss: 'reset', jobs: 1 },
      { ...charge, loss: '502', keys: 0, jobs: 3 },
    ];
    const page = toChargesPage([{ payer, charges }], seen);
    expect(page).toContain('| 3 (1 key) | 3 | 3 |');
  });

  const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

  it('are complete in docs, else run `npm run bench:peers` or `npm run bench:charges`', () => {
    const benchmarks = read('benchmarks.md');
    for (const { name } of roster) expect(benchmarks).toContain(name);
    for (const { title, says } of Object.values(faults)) expect(benchmarks).toContain(`### ${title}\n\n${says}`);
    const charges = read('charges.md');
    for (const { action } of payers) expect(charges).toContain(action);
  });
});
