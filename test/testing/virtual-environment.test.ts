import type { SurroundingsFact } from 'generation-lifecycle';
import { virtualSurroundings } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';

const series = (seed: number | undefined) => {
  const { random } = virtualSurroundings({ seed });
  return Array.from({ length: 1_000 }, () => random());
};

describe('virtual surroundings', () => {
  it('leave nothing to chance, or give the same series for the same seed', () => {
    expect(new Set(series(undefined))).toEqual(new Set([0.5]));
    expect(series(7)).toEqual(series(7));
    expect(series(7)).not.toEqual(series(8));
    expect(series(7).every(number => number >= 0 && number < 1)).toBe(true);
    expect(new Set(series(7)).size).toBeGreaterThan(990);
  });

  it('tell each fact to all who watch, and to nobody who has left', () => {
    const surroundings = virtualSurroundings();
    const told: string[] = [];
    const leave: (() => void)[] = [];
    const watch = (name: string, also = () => {}) =>
      leave.push(
        surroundings.watch((fact: SurroundingsFact) => {
          told.push(`${name} ${fact}`);
          also();
        }),
      );
    watch('first', () => leave[1]?.());
    watch('second');
    watch('third');
    surroundings.tell('woke');
    expect(told).toEqual(['first woke', 'third woke']);
    expect(surroundings.watcherCount).toBe(2);
    for (const go of leave) go();
    expect(surroundings.watcherCount).toBe(0);
  });

  it('are online until they are told or set otherwise', () => {
    const surroundings = virtualSurroundings();
    const seen = [surroundings.isOnline()];
    for (const fact of ['offline', 'woke', 'online'] as const) {
      surroundings.tell(fact);
      seen.push(surroundings.isOnline());
    }
    surroundings.setOnline(false);
    expect([...seen, surroundings.isOnline()]).toEqual([true, false, false, true, false]);
    expect(virtualSurroundings({ isOnline: false }).isOnline()).toBe(false);
  });

  it('take the time from the test', () => {
    expect(virtualSurroundings({ now: () => 42 }).now()).toBe(42);
  });
});
