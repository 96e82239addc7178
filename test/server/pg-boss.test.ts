import type { JobRef } from 'generation-lifecycle';
import { memoryJobs } from 'generation-lifecycle/server';
import { type PgBossEngineOptions, pgBossEngine } from 'generation-lifecycle/server/pg-boss';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../scripts/services/postgres.mjs';
import { durableHalf } from '../support/server-half.js';

// A real PostgreSQL. The rows are in memory: the engine knows nothing of the store.

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function openBoss() {
  const boss = new PgBoss({ connectionString: postgres.url, max: 3 });
  boss.on('error', () => {});
  await boss.start();
  onTestFinished(() => boss.stop({ graceful: false }));
  return boss;
}

let queues = 0;
const newQueue = () => {
  queues += 1;
  return `test${queues}`;
};

/** A server half whose jobs pg-boss wakes, a process of which is started or not. */
async function openHalf(
  options: PgBossEngineOptions,
  half: Parameters<typeof durableHalf>[0] = {},
  vendor: Parameters<typeof durableHalf>[1] = {},
) {
  const boss = await openBoss();
  const engine = pgBossEngine(boss, { queue: 'test', ...options });
  const opened = durableHalf({ engine, ...half }, vendor);
  onTestFinished(() => opened.server.stop());
  return { ...opened, boss };
}

describe('pgBossEngine', () => {
  it('follows a job to its end in a process that is not the one which was asked', async () => {
    const store = memoryJobs();
    const queue = newQueue();
    const { submit, double } = await openHalf({ queue }, { store }, { scenario: { queuedMs: 200, runningMs: 200 } });
    const worker = await openHalf({ queue, pollMs: 20 }, { store }, { double });
    worker.server.start();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(async () => (await store.get(id))?.status).toBe('completed');
    expect(double.chargedCount).toBe(1);
  });

  it('keeps one wake of each row, and none that it has delivered', async () => {
    const queue = newQueue();
    const { submit, server, boss, store } = await openHalf({ queue }, {}, { scenario: { queuedMs: 3_600_000 } });
    const { id } = await jobOf(await submit('ada'));
    const waiting = () => boss.findJobs<{ id: string }>(`${queue}-image`, { queued: true });
    await expect.poll(async () => (await waiting().catch(() => [])).length).toBe(1);
    const row = await store.get(id);
    const engine = pgBossEngine(boss, { queue });
    const wake = { id, backend: 'image', version: Number(row?.version), dueAt: 5, delayMs: 3_600_000, wakeKey: 'same' };
    await engine.schedule([wake]);
    await engine.schedule([wake]);
    expect(await waiting()).toHaveLength(2);
    server.start();
    await expect.poll(async () => (await store.get(id))?.version).toBeGreaterThan(Number(row?.version));
    await expect
      .poll(async () => (await boss.findJobs<{ version?: number }>(`${queue}-image`)).map(({ data }) => data.version))
      .not.toContain(1);
    await server.stop();
    const left = await boss.findJobs(`${queue}-image`);
    expect(left.every(({ state }) => state === 'created')).toBe(true);
  });

  it('loses nothing with all that it holds', async () => {
    const queue = newQueue();
    const time = { passedMs: 0 };
    const store = memoryJobs({ now: () => Date.now() + time.passedMs });
    const vendor = { scenario: { queuedMs: 50, runningMs: 50 } };
    const { submit, server, boss } = await openHalf({ queue, pollMs: 20 }, { store }, vendor);
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(async () => boss.getQueue(`${queue}-image`)).not.toBeNull();
    await boss.deleteQueue(`${queue}-image`);
    time.passedMs = 10_000;
    server.start();
    await expect.poll(async () => (await store.get(id))?.status).toBe('completed');
  });

  it('wakes a backend as often as is allowed over two processes, and another one at once', async () => {
    const store = memoryJobs();
    const queue = newQueue();
    const times: number[] = [];
    const adapter = {
      submit: async (_: object, { idempotencyKey }: { readonly idempotencyKey: string }) => ({
        job: { id: idempotencyKey },
      }),
      read: async () => {
        times.push(Date.now());
        return { kind: 'succeeded' as const, output: { images: [] } };
      },
    };
    const options = { queue, pollMs: 20, maxStepsPerSecond: { image: 10 } };
    const { backend } = durableHalf();
    const image = { ...backend, adapter };
    const backends = {
      image,
      other: { ...image, adapter: { ...adapter, read: async () => ({ kind: 'pending' as const }) } },
    };
    const first = await openHalf(options, { store, backends });
    const second = await openHalf(options, { store, backends });
    const ids = [];
    for (let at = 0; at < 12; at += 1) ids.push((await jobOf(await first.submit('ada', { key: `key-${at}` }))).id);
    first.server.start();
    second.server.start();
    await expect.poll(() => times.length).toBe(12);
    // One at once, and eleven a tenth of a second apart.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('refuses what cannot be', async () => {
    const boss = new PgBoss(postgres.url);
    expect(() => pgBossEngine({} as PgBoss)).toThrow('needs a PgBoss');
    expect(() => pgBossEngine(boss, { maxStepsPerSecond: { image: 0 } })).toThrow('of backend image is 0');
    const { server } = durableHalf({ engine: pgBossEngine(boss, { maxStepsPerSecond: { film: 1 } }) });
    expect(() => server.start()).toThrow('names the backend film, and the server has image, other');
  });
});
