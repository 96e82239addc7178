import type { JobRef } from 'generation-lifecycle';
import { type JobStore, type JobWake, memoryJobs } from 'generation-lifecycle/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handEngine } from '../support/hand-engine.js';
import { durableHalf } from '../support/server-half.js';

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;

/** A server with an engine, which is started. */
function start(options: Parameters<typeof durableHalf>[0], vendor: Parameters<typeof durableHalf>[1] = {}) {
  const hand = handEngine();
  const half = durableHalf({ engine: hand.engine, ...options }, vendor);
  half.server.start();
  onTestFinished(() => half.server.stop());
  return { ...half, ...hand };
}

describe('an engine', () => {
  it('is told of a cancel that was left while a wake that came too early had the job', async () => {
    const store = memoryJobs();
    const { backend, double } = durableHalf({}, { scenario: { queuedMs: 3_600_000 } });
    let cancel: (() => Promise<unknown>) | undefined;
    const release: JobStore['release'] = async (...call) => {
      const left = cancel;
      cancel = undefined;
      await left?.();
      return store.release(...call);
    };
    const image = { ...backend, policy: { pollDelayMs: [60_000] } };
    const half = start({ store: { ...store, release }, backends: { image, other: image } }, { double });
    const { id } = await jobOf(await half.submit('ada'));
    await expect.poll(() => half.told).toHaveLength(1);
    await half.wake(half.told[0] as JobWake);
    await expect.poll(() => half.told).toHaveLength(2);

    cancel = () => half.ask(`image/jobs/${id}/cancel`, { method: 'POST', user: 'ada' });
    await half.wake(half.told[1] as JobWake);
    const left = await store.get(id);
    expect(left).toMatchObject({ owner: null, state: { cancelRequested: true } });
    await expect.poll(() => half.told.at(-1)).toMatchObject({ id, version: left?.version, delayMs: 0 });
    await half.wake(half.told.at(-1) as JobWake);
    expect((await store.get(id))?.status).toBe('cancelled');
  });

  it('is told when a hook that has failed twice is called again', async () => {
    const time = { passedMs: 0 };
    const memory = memoryJobs({ now: () => Date.now() + time.passedMs });
    // No sweep helps.
    const store: JobStore = { ...memory, claimDue: async () => [] };
    let settled = 0;
    const onSettle = () => {
      settled += 1;
      if (settled < 3) throw new Error('The ledger is locked.');
    };
    const half = start({ store, onSettle }, { scenario: { queuedMs: 0, runningMs: 0 } });
    const { id } = await jobOf(await half.submit('ada'));
    const wakeUntil = (isOver: () => boolean | Promise<boolean>) =>
      expect
        .poll(async () => {
          const wake = half.told.shift();
          time.passedMs += wake?.delayMs ?? 0;
          if (wake) await half.wake(wake);
          return isOver();
        })
        .toBe(true);
    await wakeUntil(async () => (await store.get(id))?.status === 'completed');
    expect(settled).toBe(1);
    await wakeUntil(() => settled === 3);
    expect((await store.get(id))?.dueAt).toBeNull();
  });
});
