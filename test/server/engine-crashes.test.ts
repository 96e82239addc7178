import { describe, expect, it } from 'vitest';
import { createLeases } from '../../scripts/crash/engines/leases.mjs';
import { planBlows, plans } from '../../scripts/crash/engines/plan.mjs';
import { problemsOfFleet, quantile } from '../../scripts/crash/engines/report.mjs';
import { problemsOfLedger } from '../../scripts/crash/money/check-ledger.mjs';
import { credits, priceOf } from '../../scripts/crash/money/ledger.mjs';
import { seededRandom } from '../../scripts/faults/seeded-random.mjs';

const ledger = { lines: [], balance: credits };
const report = {
  ...{
    engine: 'pg-boss' as const,
    kills: 2,
    restarts: 1,
    cuts: 1,
    unended: 0,
    takeOvers: [1],
    seconds: 1,
    ledger,
    paid: {},
  },
} as const;
const wish = { key: 'wish-1', paid: 1, result: 'picture', reloads: 0, retries: 0 } as const;

describe('the crashes of an engine', () => {
  it('are those of the plan, in an order that its seed repeats', () => {
    const blows = planBlows(seededRandom(7), plans.whole);
    expect(planBlows(seededRandom(7), plans.whole)).toEqual(blows);
    const count = (name: string) => blows.filter(({ kind }) => kind === name).length;
    expect([count('kill'), count('restart'), count('cut')]).toEqual([100, 5, 5]);
  });

  it('tell how long a row of a process that was killed has nobody', () => {
    const leases = createLeases();
    const [one, other] = [{}, {}];
    leases.hear(one, { lease: 'taken', id: 'a', at: 1 });
    leases.hear(one, { lease: 'taken', id: 'b', at: 1 });
    leases.hear(one, { lease: 'left', id: 'b', at: 2 });
    leases.bury(one, 10);
    leases.hear(other, { lease: 'taken', id: 'b', at: 50 });
    leases.hear(other, { lease: 'taken', id: 'a', at: 40 });
    leases.hear(one, { lease: 'taken', id: 'a', at: 60 });
    expect(leases.takeOvers).toEqual([30]);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
  });

  it.each([
    ['doubled', { ...wish, paid: 2 }],
    ['lost', { ...wish, result: 'maybe' as const }],
    ['nobody has paid', { ...wish, paid: 0 }],
    ['ended as', { ...wish, paid: 0, result: 'wrong' as const }],
  ])('are a problem where a wish is %s', (word, wrong) => {
    expect(problemsOfFleet({ ...report, wishes: [wish] })).toEqual([]);
    expect(problemsOfFleet({ ...report, wishes: [wish, wrong] }).join()).toContain(word);
  });

  it('are a problem where a job has no end, and where many kills took no lease', () => {
    expect(problemsOfFleet({ ...report, wishes: [], unended: 1 })).toEqual([
      'pg-boss: 1 jobs have no end, or their money is not settled',
    ]);
    expect(problemsOfFleet({ ...report, wishes: [], kills: 100, takeOvers: [] })).toHaveLength(1);
  });
});

describe('the money of the crashes', () => {
  const prompt = 'wish-4';
  const price = priceOf(prompt);
  const about = { id: 'job', attempt: 1, prompt, before: null, amount: 0 } as const;
  const reserved = { ...about, kind: 'reserved', charged: null } as const;
  const settled = { ...about, kind: 'settled', charged: 'yes', amount: price } as const;
  const maybe = { ...about, kind: 'settled', charged: 'maybe' } as const;
  const corrected = { ...settled, kind: 'corrected', before: 'maybe' } as const;
  const given = { ...about, kind: 'settled', charged: 'no' } as const;
  const balance = credits - price;
  const paid = { [prompt]: 1 };

  it.each([
    ['settled', [reserved, settled]],
    ['corrected', [reserved, maybe, corrected]],
    ['still unknown', [reserved, maybe]],
    ['refused once', [{ ...reserved, id: 'other' }, { ...given, id: 'other' }, reserved, settled]],
  ])('is right where what is paid is %s', (_, lines) => {
    expect(problemsOfLedger({ lines, balance }, paid)).toEqual([]);
  });

  it.each([
    ['settled 0 times', [reserved], balance, {}],
    ['settled 2 times', [reserved, settled, settled], balance, paid],
    ['reserved 0 times', [settled], balance, paid],
    ['reserved 2 times', [reserved, reserved, settled], balance, paid],
    ['does not follow on', [reserved, maybe, corrected, corrected], balance, paid],
    ['charged 1 times, and paid 0 times', [reserved, settled], balance, {}],
    ['paid 1 times, and charged 0 times', [reserved, given], credits, paid],
    ['paid 1 times, and charged 0 times', [], credits, paid],
    [`charged 1 credits instead of ${price}`, [reserved, { ...settled, amount: 1 }], balance, paid],
    [`${credits} credits are left instead of ${balance}`, [reserved, settled], credits, paid],
  ])('is a problem where it is %s', (text, lines, left, times) => {
    const problems = problemsOfLedger({ lines, balance: left }, times);
    expect(problems.join()).toContain(text);
    expect(problemsOfFleet({ ...report, wishes: [], ledger: { lines, balance: left }, paid: times })).toHaveLength(
      problems.length,
    );
  });
});
