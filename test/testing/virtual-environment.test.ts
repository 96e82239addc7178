import type { EnvironmentEvent } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';

const series = (seed: number | undefined) => {
  const { random } = virtualEnvironment({ seed });
  return Array.from({ length: 1_000 }, () => random());
};

describe('virtual environment', () => {
  it('leave nothing to chance, or give the same series for the same seed', () => {
    expect(new Set(series(undefined))).toEqual(new Set([0.5]));
    expect(series(7)).toEqual(series(7));
    expect(series(7)).not.toEqual(series(8));
    expect(series(7).every(number => number >= 0 && number < 1)).toBe(true);
    expect(new Set(series(7)).size).toBeGreaterThan(990);
  });

  it('tell each fact to all who watch, and to nobody who has left', () => {
    const environment = virtualEnvironment();
    const told: string[] = [];
    const leave: (() => void)[] = [];
    const watch = (name: string, also = () => {}) =>
      leave.push(
        environment.subscribe((fact: EnvironmentEvent) => {
          told.push(`${name} ${fact}`);
          also();
        }),
      );
    watch('first', () => leave[1]?.());
    watch('second');
    watch('third');
    environment.tell('woke');
    expect(told).toEqual(['first woke', 'third woke']);
    expect(environment.watcherCount).toBe(2);
    for (const go of leave) go();
    expect(environment.watcherCount).toBe(0);
  });

  it('are online until they are told or set otherwise', () => {
    const environment = virtualEnvironment();
    const seen = [environment.isOnline()];
    for (const fact of ['offline', 'woke', 'online'] as const) {
      environment.tell(fact);
      seen.push(environment.isOnline());
    }
    environment.setOnline(false);
    expect([...seen, environment.isOnline()]).toEqual([true, false, false, true, false]);
    expect(virtualEnvironment({ isOnline: false }).isOnline()).toBe(false);
  });

  it('take the time from the test', () => {
    expect(virtualEnvironment({ now: () => 42 }).now()).toBe(42);
  });
});
