import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobRef } from 'generation-lifecycle';
import { memoryJobs } from 'generation-lifecycle/server';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableHalf, serverHalf } from '../support/server-half.js';

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;
const forever = { queuedMs: 3_600_000 };

/** A store whose time a test puts forward. */
function withTime() {
  let passedMs = 0;
  const time = {
    get now() {
      return Date.now() + passedMs;
    },
    set now(now: number) {
      passedMs = now - Date.now();
    },
  };
  return { time, store: memoryJobs({ now: () => time.now }) };
}

describe('a step', () => {
  it('stores where the chart stands, and when it goes on', async () => {
    const { store, time } = withTime();
    const { backend } = serverHalf({}, { scenario: forever });
    const image = { ...backend, policy: { pollDelayMs: [60_000] } };
    const { submit, server } = durableHalf({ store, backends: { image, other: image } });
    const { id } = await jobOf(await submit('ada'));
    await server.advance(id);
    const row = await store.get(id);
    expect(row).toMatchObject({ status: 'running', owner: null, version: 4 });
    expect(Number(row?.dueAt)).toBeGreaterThan(time.now);
    expect(row?.state).toMatchObject({ token: { version: 2, id, job: {} }, position: { requests: [] } });
  });

  it('holds nothing of the input of a submit', async () => {
    const { submit, store } = durableHalf({}, { scenario: forever });
    const { id } = await jobOf(await submit('ada', { body: '{"prompt":"a secret garden"}' }));
    expect(JSON.stringify(await store.get(id))).not.toContain('garden');
  });

  it('goes on from the token where another version has stored the position', async () => {
    const { submit, server, store, double, log } = durableHalf({}, { scenario: { queuedMs: 0, runningMs: 30 } });
    const { id } = await jobOf(await submit('ada'));
    const { version, state } = (await store.get(id)) ?? {};
    const position = { form: 'another', value: { gone: {} }, context: {}, delays: {}, requests: [] };
    await store.write(id, { version: Number(version) }, { state: { ...state, position } });
    await server.sweep();
    expect(log.some(({ event }) => event === 'step.failed')).toBe(false);
    await expect
      .poll(async () => {
        await server.sweep();
        return (await store.get(id))?.status;
      })
      .toBe('completed');
    expect(double.chargedCount).toBe(1);
  });

  it('gives a job up at its deadline, and asks once more when a page reads it', async () => {
    const { store, time } = withTime();
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => undefined };
    const { submit, server, ask } = durableHalf({ store }, { scenario: { queuedMs: 1_000, runningMs: 1_000 }, clock });
    const { id } = await jobOf(await submit('ada'));
    await server.advance(id);
    time.now += 3_600_000;
    await server.sweep();
    expect(await store.get(id)).toMatchObject({ status: 'failed', state: { isAssumed: true } });
    now = 10_000;
    time.now += 60_000;
    const told = (await (await ask(`image/jobs/${id}`, { user: 'ada' })).json()) as { update: { kind: string } };
    expect(told.update.kind).toBe('succeeded');
  });

  it('counts no outage for a time in which nobody was there to read', async () => {
    const { store, time } = withTime();
    const scenario = { ...forever, faults: [{ on: 'read' as const, answer: 502, times: 1 }] };
    const { submit, server } = durableHalf({ store }, { scenario });
    const { id } = await jobOf(await submit('ada'));
    time.now += 300_000;
    await server.sweep();
    expect((await store.get(id))?.status).toBe('running');
  });

  it('fails a job that cannot be read for as long as the policy says', async () => {
    const { store, time } = withTime();
    const scenario = { ...forever, faults: [{ on: 'read' as const, answer: 502 }] };
    const { submit, server } = durableHalf({ store }, { scenario });
    const { id } = await jobOf(await submit('ada'));
    for (let round = 0; round < 20 && (await store.get(id))?.status === 'running'; round += 1) {
      await server.sweep();
      time.now += 10_000;
    }
    expect((await store.get(id))?.state).toMatchObject({
      outcome: { failure: { code: 'unreachable', resumable: true } },
    });
  });

  it('that throws is put off, and told to the log', async () => {
    const { store, time } = withTime();
    const { submit, server, log } = durableHalf({ store }, { scenario: forever });
    const { id } = await jobOf(await submit('ada'));
    await store.write(id, { version: 3 }, { state: { token: 'broken' } });
    expect(await server.sweep()).toBe(1);
    expect(log.some(({ event }) => event === 'step.failed')).toBe(true);
    const row = await store.get(id);
    expect(Number(row?.dueAt)).toBeGreaterThan(time.now + 5_000);
    expect(row?.owner).toBeNull();
  });
});

describe('a late acceptance', () => {
  it('beats the end that was assumed while its process did not answer', async () => {
    const store = memoryJobs();
    let accept = () => {};
    const accepted = new Promise<void>(resolve => {
      accept = resolve;
    });
    const half = durableHalf({ store, leaseMs: 30 }, { scenario: { queuedMs: 5, runningMs: 5 } });
    const slow = durableHalf({
      store,
      leaseMs: 30,
      backends: {
        image: {
          input: () => ({ prompt: 'a lighthouse' }),
          adapter: {
            ...half.adapter,
            submit: async (input, call) => {
              const submission = await half.adapter.submit(input, call);
              await accepted;
              return submission;
            },
          },
        },
        other: half.backend,
      },
    });
    const { renew } = store;
    store.renew = async () => false;
    const answer = slow.submit('ada');
    const find = () => store.findByKey('ada', 'key-1');
    await expect
      .poll(async () => {
        await half.server.sweep();
        return (await find())?.status;
      })
      .toBe('failed');
    store.renew = renew;
    accept();
    expect((await answer).status).toBe(201);
    expect((await find())?.status).not.toBe('failed');
    await expect
      .poll(async () => {
        await half.server.sweep();
        return (await find())?.status;
      })
      .toBe('completed');
    expect(half.double.chargedCount).toBe(1);
  });
});

describe('an engine', () => {
  it('picks up what a process has left in its file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const open = () => sqliteJobs({ url: `file:${folder}/jobs.db` });
    const double = falDouble({ scenario: { queuedMs: 10, runningMs: 10 }, key: 'id:the-vendor-key' });
    const first = open();
    await first.migrate();
    const before = durableHalf({ store: first }, { double });
    const { id } = await jobOf(await before.submit('ada'));
    await first.close();
    const second = open();
    await second.migrate();
    const after = durableHalf({ store: second }, { double });
    after.server.start();
    onTestFinished(async () => {
      await after.server.stop();
      await second.close();
    });
    await expect.poll(async () => (await second.get(id))?.status).toBe('completed');
  });

  it('waits for the submits and steps of its process before it has stopped', async () => {
    const half = durableHalf({}, { scenario: forever });
    let accept = () => {};
    const accepted = new Promise<void>(resolve => {
      accept = resolve;
    });
    const slow = durableHalf({
      store: half.store,
      backends: {
        image: {
          input: () => ({ prompt: 'a lighthouse' }),
          adapter: {
            ...half.adapter,
            submit: async (input, call) => {
              await accepted;
              return half.adapter.submit(input, call);
            },
          },
        },
        other: half.backend,
      },
    });
    slow.server.start();
    const answer = slow.submit('ada');
    await expect.poll(async () => half.store.findByKey('ada', 'key-1')).toBeDefined();
    let isStopped = false;
    const stopped = slow.server.stop().then(() => {
      isStopped = true;
    });
    await half.server.sweep();
    expect(isStopped).toBe(false);
    accept();
    await stopped;
    expect((await answer).status).toBe(201);
    expect(await half.store.findByKey('ada', 'key-1')).toMatchObject({ status: 'running' });
  });

  it('sweeps each job once, although all are due again at once', async () => {
    const { backend } = serverHalf({}, { scenario: forever });
    const adapter = {
      submit: async (_: object, { idempotencyKey }: { readonly idempotencyKey: string }) => ({
        job: { id: idempotencyKey },
      }),
      read: async () => ({ kind: 'pending' as const }),
    };
    const image = { ...backend, adapter, policy: { pollDelayMs: [0], minReadGapMs: 0 } };
    const { server, submit } = durableHalf({ backends: { image, other: image } });
    const keys = Array.from({ length: 120 }, (_, at) => `key-${at}`);
    for (const key of keys) await submit('ada', { key });
    expect(await server.sweep()).toBe(keys.length);
  });

  it('deletes what ended long ago, and keeps what runs', async () => {
    const { store, time } = withTime();
    const { server, submit } = durableHalf({ store, keepMs: 1_000 }, { scenario: forever });
    const { id } = await jobOf(await submit('ada'));
    const old = await jobOf(await submit('ada', { key: 'key-2' }));
    await store.write(old.id, { version: 3 }, { status: 'completed', dueAt: null });
    time.now += 2_000;
    await server.sweep();
    expect(await store.get(old.id)).toBeUndefined();
    expect(await store.get(id)).toBeDefined();
  });
});
