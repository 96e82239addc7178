import { expect, it, onTestFinished, vi } from 'vitest';
import { clientBench } from '../../support/client-bench.js';

/** The platform's timers, of which those with a reference keep a process of Node alive. */
function platformTimers() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const running = new Set<NodeJS.Timeout>();
  let isBroken = false;
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    if (isBroken) throw Error('no timer');
    const timer = set(() => {
      running.delete(timer);
      run();
    }, ms);
    running.add(timer);
    return timer;
  });
  vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout) => {
    running.delete(timer);
    clear(timer);
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return {
    /** `undefined` while there is no timer. */
    keepAlive: () => (running.size === 0 ? undefined : [...running].some(timer => timer.hasRef())),
    advance: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    break() {
      isBroken = true;
    },
  };
}

it('a client keeps a process of Node alive until its store is read for the first time', async () => {
  const timers = platformTimers();
  const bench = clientBench();
  const readGenerations = () => new Promise<never>(() => {});
  const page = await bench.open({ clock: undefined, store: { ...bench.store, readGenerations } });
  await timers.advance(1_000);
  expect([page.view().isReady, timers.keepAlive()]).toEqual([false, true]);
  await timers.advance(1_000);
  // It tries again.
  expect([page.view().isReady, timers.keepAlive()]).toEqual([true, false]);
  page.client.stop();
});

it('a client keeps a process of Node alive while a generation runs, also beside one that has ended', async () => {
  const timers = platformTimers();
  const bench = clientBench();
  const page = await bench.open({ clock: undefined });
  const advance = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      await bench.world.advance(100);
      await timers.advance(100);
    }
  };
  await advance(100);
  expect([page.view().isReady, timers.keepAlive()]).toEqual([true, false]);
  await page.generate('a');
  await page.generate('b');
  bench.finish('job-1');
  await advance(5_000);
  expect([page.statuses(), timers.keepAlive()]).toEqual([{ a: 'completed', b: 'polling' }, true]);

  bench.finish('job-2');
  for (let turn = 0; page.generation('b')?.isRunning && turn < 200; turn += 1) await advance(100);
  expect([page.statuses(), timers.keepAlive()]).toEqual([{ a: 'completed', b: 'completed' }, false]);
  page.client.stop();
});

it('a client that has stopped with an error keeps no process of Node alive', async () => {
  const timers = platformTimers();
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const bench = clientBench();
  const page = await bench.open({ clock: undefined });
  await page.generate('a');
  await timers.advance(5_000);
  expect(timers.keepAlive()).toBe(true);
  timers.break();
  await bench.store.upsertItems([{ id: 'other', url: 'https://files.test/o.png', prompt: '' }]);
  expect(printed).toHaveBeenCalledWith(Error('no timer'));
  expect(timers.keepAlive()).toBe(false);
  printed.mockRestore();
});
