import {
  createGenerationMachine,
  type GenerationAdapter,
  type JobRef,
  type JobUpdate,
  runGeneration,
} from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, type JobStore, memoryJobs, type StoredJob } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { base, origin, secret, userOf } from '../support/server-half.js';

type Output = { readonly url: string };
type Adapter = GenerationAdapter<unknown, unknown>;

const picture = `data:image/png;base64,${Buffer.from('the picture').toString('base64')}`;
const patience = { interval: 10 };

/** A backend whose jobs are streams, and the hand that writes them. */
function streaming() {
  const said = new Map<string, { updates: JobUpdate<unknown>[]; isOver: boolean; wake: () => void }>();
  const calls = { submit: 0, cancel: [] as string[], open: 0 };
  const adapter: Adapter = {
    stream: { tells: 'states', isJob: true },
    async submit() {
      calls.submit += 1;
      const id = `stream-${calls.submit}`;
      said.set(id, { updates: [], isOver: false, wake: () => {} });
      return { job: { id }, update: { kind: 'pending', phase: 'queued' } };
    },
    read: async () => ({ kind: 'ignored' }),
    async *events({ id }: JobRef, { signal, onOpen }) {
      const stream = said.get(id);
      if (!stream) throw new TypeError('The stream is not here.');
      calls.open += 1;
      onOpen();
      signal.addEventListener('abort', () => stream.wake());
      try {
        for (;;) {
          if (signal.aborted) return;
          const update = stream.updates.shift();
          if (update) yield update;
          else if (stream.isOver) return;
          else
            await new Promise<void>(resolve => {
              stream.wake = resolve;
            });
        }
      } finally {
        calls.open -= 1;
      }
    },
    async cancel({ id }) {
      calls.cancel.push(id);
      return { kind: 'cancelled', charged: 'maybe' };
    },
  };
  const tell = (update: JobUpdate<unknown> | 'lost', id = 'stream-1') => {
    const stream = said.get(id) ?? expect.unreachable('It was not submitted.');
    if (update === 'lost') stream.isOver = true;
    else stream.updates.push(update);
    stream.wake();
  };
  return { adapter, calls, tell };
}

/** A server half of one process, with a store that others may have, too. */
function half(adapter: Adapter, store: JobStore = memoryJobs(), leaseMs = 15_000) {
  const server = createGenerationServer({
    store,
    leaseMs,
    secrets: secret,
    authorize: userOf,
    log: () => undefined,
    backends: { image: { adapter, input: (wish: unknown) => wish, policy: { pollDelayMs: [20], minReadGapMs: 10 } } },
  });
  const ask = (path: string, init: RequestInit = {}) =>
    server.handle(
      new Request(new URL(path, `${base}/`), {
        ...init,
        headers: { authorization: 'Bearer ada', 'content-type': 'application/json', ...init.headers },
      }),
    );
  const submit = async (key = 'key-1') => {
    const answer = await ask('jobs', { method: 'POST', body: '{}', headers: { 'idempotency-key': key } });
    const { job } = (await answer.json()) as { job: JobRef };
    return job.id;
  };
  const read = async (id: string) => (await (await ask(`jobs/${id}`)).json()) as { update: Record<string, unknown> };
  const row = async (id: string) => (await store.get(id)) ?? expect.unreachable('The row is gone.');
  const page = remoteBackend<object, Output>({
    baseUrl: base,
    durable: true,
    headers: { authorization: 'Bearer ada' },
    fetch: (url, init) => server.handle(new Request(url, init)),
  });
  return { server, store, ask, submit, read, row, page };
}

const isEnded = ({ status }: StoredJob) => status !== 'submitting' && status !== 'running';

describe('a job that is its own stream', () => {
  it('brings its picture to a page, whose bytes are kept', async () => {
    const { adapter, calls, tell } = streaming();
    const { page, store, server } = half(adapter);
    const machine = createGenerationMachine(page, { policy: { pollDelayMs: [20], minReadGapMs: 10 } });
    const views: unknown[] = [];
    const running = runGeneration(machine, {}, { onSnapshot: view => views.push(view) });
    await expect.poll(() => calls.open, patience).toBe(1);
    tell({ kind: 'pending', phase: 'running', progress: 0.5 });
    await expect.poll(() => JSON.stringify(views), patience).toContain('"progress":0.5');
    tell({ kind: 'succeeded', output: { url: picture } });
    const { url } = await running;
    expect(url).toMatch(/^https:\/\/app\.test\/api\/generations\/image\/jobs\/[\w-]+\/results\/0$/);
    const response = await server.handle(new Request(new URL(url, origin), { headers: { cookie: 'user=ada' } }));
    expect(await response.text()).toBe('the picture');
    const stranger = await server.handle(new Request(new URL(url, origin), { headers: { cookie: 'user=bob' } }));
    expect(stranger.status).toBe(404);
    expect(JSON.stringify(await store.get(/jobs\/([\w-]+)/.exec(url)?.[1] ?? ''))).not.toContain('base64');
    expect([calls.submit, calls.open]).toEqual([1, 0]);
  });

  it('goes on with no page and no engine, and longer than its lease', async () => {
    const { adapter, calls, tell } = streaming();
    const shared = memoryJobs();
    const renewed: boolean[] = [];
    const counting: JobStore = {
      ...shared,
      renew: async (id, lease) => {
        const isHeld = await shared.renew(id, lease);
        renewed.push(isHeld);
        return isHeld;
      },
    };
    const { submit, row } = half(adapter, counting, 300);
    const id = await submit();
    await expect.poll(() => calls.open, patience).toBe(1);
    // Each of them is a third of the lease later.
    await expect.poll(() => renewed.length, patience).toBeGreaterThan(6);
    expect(renewed).not.toContain(false);
    expect(await row(id)).toMatchObject({ status: 'running' });
    tell({ kind: 'succeeded', output: { url: picture } });
    await expect.poll(async () => (await row(id)).status, patience).toBe('completed');
    expect(calls.open).toBe(0);
  });

  it('is left alone by other processes as long as its own lives', async () => {
    const { adapter, calls, tell } = streaming();
    const first = half(adapter);
    const second = half(adapter, first.store);
    const id = await first.submit();
    await expect.poll(() => calls.open, patience).toBe(1);
    expect(await second.server.sweep()).toBe(0);
    expect((await second.read(id)).update).toMatchObject({ kind: 'pending' });
    expect(await second.server.advance(id)).toBe(false);
    expect(calls.open).toBe(1);
    tell({ kind: 'succeeded', output: { url: picture } });
    await expect.poll(async () => (await second.read(id)).update, patience).toMatchObject({ kind: 'succeeded' });
    expect(calls.submit).toBe(1);
  });

  it('is told as maybe if its process is gone, and is never bought again', async () => {
    const { adapter, calls } = streaming();
    // The store of a process that stands still: its lease is not renewed.
    const shared = memoryJobs();
    const frozen: JobStore = { ...shared, renew: () => new Promise(() => undefined) };
    const first = half(adapter, frozen, 50);
    const second = half(adapter, shared, 50);
    const id = await first.submit();
    await expect
      .poll(async () => {
        await second.server.sweep();
        return (await second.row(id)).status;
      }, patience)
      .toBe('failed');
    const { update } = await second.read(id);
    expect(update).toMatchObject({
      kind: 'failed',
      failure: { code: 'interrupted', charged: 'maybe', resumable: false },
    });
    expect((await (await second.ask('keys/key-1')).json()) as object).toMatchObject({ update: { kind: 'failed' } });
    // Asking again and again changes nothing.
    for (let round = 0; round < 3; round += 1) await second.read(id);
    expect(await second.submit()).toBe(id);
    expect(calls.submit).toBe(1);
  });

  it('whose process only stood still beats what was assumed', async () => {
    const { adapter, tell } = streaming();
    const shared = memoryJobs();
    const first = half(adapter, { ...shared, renew: () => new Promise(() => undefined) }, 50);
    const second = half(adapter, shared, 50);
    const id = await first.submit();
    await expect
      .poll(async () => {
        await second.server.sweep();
        return (await second.row(id)).status;
      }, patience)
      .toBe('failed');
    tell({ kind: 'succeeded', output: { url: picture } });
    await expect.poll(async () => (await second.row(id)).status, patience).toBe('completed');
    const response = await second.ask(`jobs/${id}/results/0`);
    expect(await response.text()).toBe('the picture');
  });

  it('that breaks off is told as maybe', async () => {
    const { adapter, calls, tell } = streaming();
    const { submit, row, read } = half(adapter);
    const id = await submit();
    await expect.poll(() => calls.open, patience).toBe(1);
    tell('lost');
    await expect.poll(async () => isEnded(await row(id)), patience).toBe(true);
    expect((await read(id)).update).toMatchObject({ failure: { code: 'interrupted', charged: 'maybe' } });
  });

  it('is cancelled by whichever process is asked', async () => {
    const { adapter, calls } = streaming();
    const first = half(adapter);
    const second = half(adapter, first.store);
    const id = await first.submit();
    await expect.poll(() => calls.open, patience).toBe(1);
    await second.ask(`jobs/${id}/cancel`, { method: 'POST' });
    await expect.poll(async () => (await first.row(id)).status, patience).toBe('cancelled');
    expect(calls.cancel).toEqual(['stream-1']);
    expect(calls.open).toBe(0);
  });

  it('ends by its deadline, and its stream with it', async () => {
    const { adapter, calls } = streaming();
    const server = createGenerationServer({
      store: memoryJobs(),
      authorize: userOf,
      log: () => undefined,
      backends: {
        image: { adapter, input: (wish: unknown) => wish, policy: { deadlineMs: 200, queueDeadlineMs: 200 } },
      },
    });
    const ask = (path: string, init: RequestInit) =>
      server.handle(new Request(new URL(path, `${base}/`), init)).then(answer => answer.json());
    const headers = { authorization: 'Bearer ada', 'content-type': 'application/json', 'idempotency-key': 'key-1' };
    const { job } = (await ask('jobs', { method: 'POST', body: '{}', headers })) as { job: JobRef };
    await expect
      .poll(() => ask(`jobs/${job.id}`, { headers }), patience)
      .toMatchObject({ update: { kind: 'failed', failure: { code: 'deadline' } } });
    expect(calls.open).toBe(0);
  });

  it('is waited for by a process that stops', async () => {
    const { adapter, calls, tell } = streaming();
    const { server, submit, row } = half(adapter);
    server.start();
    const id = await submit();
    await expect.poll(() => calls.open, patience).toBe(1);
    let isStopped = false;
    const stopping = server.stop().then(() => {
      isStopped = true;
    });
    await row(id);
    expect(isStopped).toBe(false);
    tell({ kind: 'succeeded', output: { url: picture } });
    await stopping;
    expect((await row(id)).status).toBe('completed');
  });
});
