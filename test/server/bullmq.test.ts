import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { JobRef } from 'generation-lifecycle';
import { memoryJobs } from 'generation-lifecycle/server';
import { type BullmqEngineOptions, bullmqEngine } from 'generation-lifecycle/server/bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../../scripts/services/redis.mjs';
import { durableHalf } from '../support/server-half.js';

// A real Redis. The rows are in memory: the engine knows nothing of the store.

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;
let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

let queues = 0;
const newQueue = () => {
  queues += 1;
  return `test${queues}`;
};
const connection = () => ({ url: redis.url });

/** A server half whose jobs BullMQ wakes. */
function openHalf(
  options: Partial<BullmqEngineOptions>,
  half: Parameters<typeof durableHalf>[0] = {},
  vendor: Parameters<typeof durableHalf>[1] = {},
) {
  const engine = bullmqEngine({ connection: connection(), ...options });
  const opened = durableHalf({ engine, ...half }, vendor);
  onTestFinished(() => opened.server.stop());
  return opened;
}

function openQueue(name: string) {
  const queue = new Queue(`${name}-image`, { connection: connection() });
  onTestFinished(() => queue.close());
  return queue;
}

describe('bullmqEngine', () => {
  it('follows a job to its end in a process that is not the one which was asked', async () => {
    const store = memoryJobs();
    const queue = newQueue();
    const { submit, double } = openHalf({ queue }, { store }, { scenario: { queuedMs: 200, runningMs: 200 } });
    openHalf({ queue }, { store }, { double }).server.start();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(async () => (await store.get(id))?.status).toBe('completed');
    expect(double.chargedCount).toBe(1);
  });

  it('takes a wake again that it has delivered, and keeps one twice that waits', async () => {
    const queue = newQueue();
    const engine = bullmqEngine({ connection: connection(), queue });
    onTestFinished(() => engine.close?.());
    const wake = { id: 'job', backend: 'image', version: 1, dueAt: 5, delayMs: 3_600_000, wakeKey: 'job-1-5' };
    await engine.schedule([wake]);
    await engine.schedule([wake]);
    expect(await openQueue(queue).getDelayedCount()).toBe(1);
    const advanced: string[] = [];
    const backends = ['image'];
    const advance = async ({ id }: { readonly id: string }) => void advanced.push(id);
    await engine.start?.({ backends, advance, report: () => {} });
    onTestFinished(() => engine.stop?.());
    const soon = { ...wake, id: 'other', delayMs: 0, wakeKey: 'other-1-5' };
    await engine.schedule([soon]);
    await expect.poll(() => advanced).toEqual(['other']);
    await expect
      .poll(async () => {
        await engine.schedule([soon]);
        return advanced.length;
      })
      .toBeGreaterThan(1);
  });

  it('loses nothing with all that Redis holds', async () => {
    const queue = newQueue();
    const time = { passedMs: 0 };
    const store = memoryJobs({ now: () => Date.now() + time.passedMs });
    const { submit, server } = openHalf({ queue }, { store }, { scenario: { queuedMs: 50, runningMs: 50 } });
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => openQueue(queue).count()).toBe(1);
    await openQueue(queue).obliterate({ force: true });
    time.passedMs = 10_000;
    server.start();
    await expect.poll(async () => (await store.get(id))?.status).toBe('completed');
  });

  it('wakes a backend as often as is allowed over two processes', async () => {
    const queue = newQueue();
    const options = { connection: connection(), queue, maxStepsPerSecond: { image: 5 } };
    const engines = [bullmqEngine(options), bullmqEngine(options)];
    const times: number[] = [];
    const worker = { backends: ['image'], advance: async () => void times.push(Date.now()), report: () => {} };
    onTestFinished(async () => {
      for (const engine of engines) {
        await engine.stop?.();
        await engine.close?.();
      }
    });
    await engines[0]?.schedule(
      Array.from({ length: 12 }, (_, at) => {
        const id = `job-${at}`;
        return { id, backend: 'image', version: 1, dueAt: 5, delayMs: 0, wakeKey: id };
      }),
    );
    for (const engine of engines) await engine.start?.(worker);
    await expect.poll(() => times.length).toBe(12);
    // Five in each second.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_500);
  });

  it('waits for the steps that it has begun when it is stopped', async () => {
    const engine = bullmqEngine({ connection: connection(), queue: newQueue() });
    const order: string[] = [];
    const advance = async () => {
      order.push('begun');
      await sleep(200);
      order.push('made');
    };
    await engine.start?.({ backends: ['image'], advance, report: () => {} });
    await engine.schedule([{ id: 'job', backend: 'image', version: 1, dueAt: 5, delayMs: 0, wakeKey: 'job-1-5' }]);
    await expect.poll(() => order).toEqual(['begun']);
    await engine.stop?.();
    order.push('stopped');
    await engine.close?.();
    expect(order).toEqual(['begun', 'made', 'stopped']);
  });

  it('refuses what cannot be', () => {
    expect(() => bullmqEngine({} as BullmqEngineOptions)).toThrow('has no connection');
    expect(() => bullmqEngine({ connection: connection(), maxStepsPerSecond: { image: -1 } })).toThrow('image is -1');
    const engine = bullmqEngine({ connection: connection(), maxStepsPerSecond: { film: 1 } });
    const { server } = durableHalf({ engine });
    expect(() => server.start()).toThrow('names the backend film, and the server has image, other');
  });
});
