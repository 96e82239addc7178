import type { EnvironmentEvent } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';

const series = (seed: number | undefined) => {
  const { random } = virtualEnvironment({ seed });
  return Array.from({ length: 1_000 }, () => random());
};

describe('a virtual environment', () => {
  it('has no randomness, or the same series for the same seed', () => {
    expect(new Set(series(undefined))).toEqual(new Set([0.5]));
    expect(series(7)).toEqual(series(7));
    expect(series(7)).not.toEqual(series(8));
    expect(series(7).every(number => number >= 0 && number < 1)).toBe(true);
    expect(new Set(series(7)).size).toBeGreaterThan(990);
  });

  it('sends each event to all subscribers, and not to those whose subscription has ended', () => {
    const environment = virtualEnvironment();
    const received: string[] = [];
    const subscriptions: (() => void)[] = [];
    const subscribe = (name: string, also = () => {}) =>
      subscriptions.push(
        environment.subscribe((event: EnvironmentEvent) => {
          received.push(`${name} ${event}`);
          also();
        }),
      );
    subscribe('first', () => subscriptions[1]?.());
    subscribe('second');
    subscribe('third');
    environment.emit('woke');
    expect(received).toEqual(['first woke', 'third woke']);
    expect(environment.subscriberCount).toBe(2);
    for (const unsubscribe of subscriptions) unsubscribe();
    expect(environment.subscriberCount).toBe(0);
  });

  it('is online until an event or setOnline changes that', () => {
    const environment = virtualEnvironment();
    const seen = [environment.isOnline()];
    for (const event of ['offline', 'woke', 'online'] as const) {
      environment.emit(event);
      seen.push(environment.isOnline());
    }
    environment.setOnline(false);
    expect([...seen, environment.isOnline()]).toEqual([true, false, false, true, false]);
    expect(virtualEnvironment({ isOnline: false }).isOnline()).toBe(false);
  });

  it('takes the time from the test', () => {
    expect(virtualEnvironment({ now: () => 42 }).now()).toBe(42);
  });
});
