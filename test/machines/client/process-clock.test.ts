import { expect, it, onTestFinished, vi } from 'vitest';
import { processClock } from '../../../src/machines/client/process-clock.js';

/** The platform's timers, each of which says whether it keeps the process alive. */
function watchedTimers() {
  const timers: { readonly run: () => void; readonly ms: number; isAlive: boolean }[] = [];
  const cleared = vi.fn();
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    const timer = {
      run,
      ms,
      isAlive: true,
      ref: () => {
        timer.isAlive = true;
      },
      unref: () => {
        timer.isAlive = false;
      },
    };
    timers.push(timer);
    return timer;
  });
  vi.stubGlobal('clearTimeout', cleared);
  onTestFinished(() => void vi.unstubAllGlobals());
  return { timers, cleared, alive: () => timers.map(({ isAlive }) => isAlive) };
}

it('keeps a process alive until it is told not to, and again', () => {
  const { timers, alive } = watchedTimers();
  const clock = processClock();
  const ran = vi.fn();
  clock.setTimeout(ran, 5);
  expect(timers[0]?.ms).toBe(5);
  expect(alive()).toEqual([true]);
  clock.setKeepAlive(false);
  clock.setTimeout(ran, 6);
  expect(alive()).toEqual([false, false]);
  clock.setKeepAlive(true);
  clock.setTimeout(ran, 7);
  expect(alive()).toEqual([true, true, true]);
  timers[1]?.run();
  expect(ran).toHaveBeenCalledOnce();
});

it('changes only timers that are still to come', () => {
  const { timers, cleared, alive } = watchedTimers();
  const clock = processClock();
  const ids = [1, 2, 3].map(ms => clock.setTimeout(() => {}, ms));
  timers[0]?.run();
  clock.clearTimeout(ids[1]);
  expect(cleared).toHaveBeenCalledExactlyOnceWith(ids[1]);
  clock.setKeepAlive(false);
  expect(alive()).toEqual([true, true, false]);
  // The same again touches nothing.
  const last = timers[2];
  if (last) last.isAlive = true;
  clock.setKeepAlive(false);
  expect(alive()).toEqual([true, true, true]);
});

it('takes the timers of a browser, which are numbers', () => {
  vi.stubGlobal('setTimeout', () => 7);
  onTestFinished(() => void vi.unstubAllGlobals());
  const clock = processClock();
  expect(clock.setTimeout(() => {}, 1)).toBe(7);
  expect(() => clock.setKeepAlive(false)).not.toThrow();
});
