import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverEnvironment } from '../../src/machines/environment.js';

describe('the clock of an environment', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('begins with the time of day, and goes on with it', () => {
    const { now } = serverEnvironment();
    expect(now()).toBe(1_800_000_000_000);
    vi.advanceTimersByTime(5_000);
    expect(now()).toBe(1_800_000_005_000);
  });

  it('begins with the time of its first call, whenever that is', () => {
    vi.advanceTimersByTime(7_000);
    const { now } = serverEnvironment();
    expect(now()).toBe(1_800_000_007_000);
  });

  it('does not jump when the device is set within a millisecond', () => {
    const { now } = serverEnvironment();
    const before = now();
    vi.setSystemTime(Date.now() + 1_000);
    expect(now()).toBe(before);
  });

  it.each([-3_600_000, 86_400_000])('E7, E8: does not jump when the device is set by %s ms', ms => {
    const { now } = serverEnvironment();
    const before = now();
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(1_000);
    expect(now() - before).toBe(1_000);
  });

  it('agrees with one that was made after the device was set', () => {
    const first = serverEnvironment();
    first.now();
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(serverEnvironment().now()).toBe(first.now());
  });

  it('works at the first call in a page', async () => {
    vi.resetModules();
    const { steadyClock } = await import('../../src/machines/steady-clock.js');
    expect(steadyClock()()).toBe(1_800_000_000_000);
  });

  it('begins anew where a test sets the platform’s clock back', () => {
    const platform = vi.spyOn(performance, 'now').mockReturnValue(5_000);
    const { now } = serverEnvironment();
    expect(now()).toBe(1_800_000_000_000);
    platform.mockReturnValue(0);
    expect(now()).toBe(1_800_000_000_000);
    platform.mockRestore();
  });

  it('begins anew where a test replaces the platform’s clock', () => {
    vi.useRealTimers();
    const { now } = serverEnvironment();
    now();
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    expect(now()).toBe(1_700_000_000_000);
  });
});
