import { describe, expect, it } from 'vitest';
import { createLeases } from '../../scripts/crash/engines/leases.mjs';
import { planBlows, plans } from '../../scripts/crash/engines/plan.mjs';
import { problemsOfFleet, quantile } from '../../scripts/crash/engines/report.mjs';
import { seededRandom } from '../../scripts/faults/seeded-random.mjs';

const report = { engine: 'pg-boss', kills: 2, restarts: 1, cuts: 1, unended: 0, takeOvers: [1], seconds: 1 } as const;
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
    expect(problemsOfFleet({ ...report, wishes: [], unended: 1 })).toEqual(['pg-boss: 1 jobs have no end']);
    expect(problemsOfFleet({ ...report, wishes: [], kills: 100, takeOvers: [] })).toHaveLength(1);
  });
});
