import type { JobRef } from 'generation-lifecycle';
import { type Fetch, fileBackend } from 'generation-lifecycle/adapters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import { eventBlocksOf, eventsOf, post, read, small, submit, submitDone } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

const { signal } = new AbortController();
const fileOf = async (id: string) => (await read(backend, id)).json();
const cancel = (id: string) => fetch(`${backend.url}/api/file/${id}`, { method: 'DELETE' });

/** The library's adapter of this backend. The faults travel with its submits. */
function adapterWith(faults: Faults) {
  const withFaults: Fetch = (url, init) => {
    const headers = new Headers(init.headers);
    if (init.method === 'POST') headers.set('x-studio-faults', JSON.stringify(faults));
    return fetch(url, { ...init, headers });
  };
  return fileBackend({ kind: 'image', baseUrl: backend.url, fetch: withFaults, canCancel: true });
}
type Adapter = ReturnType<typeof adapterWith>;

const submitted = async (adapter: Adapter) =>
  (await adapter.submit(small, { signal, idempotencyKey: crypto.randomUUID() })).job;

/** What the first read says that is no longer pending. */
async function outcomeOf(adapter: Adapter, job: JobRef) {
  await expect.poll(async () => (await adapter.read(job, { signal })).kind, { timeout: 30_000 }).not.toBe('pending');
  return adapter.read(job, { signal });
}

describe('the queue of the backend', () => {
  it('names phase, position and time while a job waits, and no position once it runs', async () => {
    const faults: Faults = { queue: { ahead: 2, eachMs: 20 }, renderMs: 50 };
    const events = eventsOf(await eventBlocksOf(backend, faults, block => block.includes('"completed"')));
    const told = events.flatMap(({ type, object }) => (type === 'render_progress' ? [JSON.stringify(object)] : []));
    expect(told[0]).toContain('"status":"queued","queue_position":1,"eta_ms":40');
    expect(told[1]).toContain('"status":"queued","queue_position":0,"eta_ms":20');
    expect(told[2]).toContain('"status":"running","queue_position":null');
  });

  it('is told by a read, as the adapter understands it', async () => {
    const adapter = adapterWith({ queue: { ahead: 4, eachMs: 60_000 } });
    const job = await submitted(adapter);
    expect(await adapter.read(job, { signal })).toMatchObject({
      kind: 'pending',
      phase: 'queued',
      backendPosition: 3,
      etaMs: 240_000,
    });
  });

  it('says nothing of it without the fault', async () => {
    expect(Object.keys(await fileOf(await submit(backend)))).not.toContain('status');
  });
});

describe('a slow cancel', () => {
  it('is accepted while the job goes on, which stops later and is free', async () => {
    const adapter = adapterWith({ renderMs: 600_000, slowCancel: { stopsAfterMs: 30 } });
    const job = await submitted(adapter);
    expect(await adapter.cancel?.(job, { signal })).toEqual({ kind: 'changed' });
    expect(await outcomeOf(adapter, job)).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect((await cancel(job.id)).status).toBe(409);
  });

  it('stops a job that is still queued', async () => {
    const adapter = adapterWith({ queue: { ahead: 9, eachMs: 60_000 }, slowCancel: { stopsAfterMs: 0 } });
    const job = await submitted(adapter);
    await adapter.cancel?.(job, { signal });
    expect(await outcomeOf(adapter, job)).toMatchObject({ kind: 'cancelled' });
  });

  it('comes too late for a job that is done meanwhile', async () => {
    const adapter = adapterWith({ slowCancel: { stopsAfterMs: 86_400_000 } });
    const job = await submitted(adapter);
    await adapter.cancel?.(job, { signal }).catch(() => undefined);
    expect(await outcomeOf(adapter, job)).toMatchObject({ kind: 'succeeded' });
  });
});

describe('a cancel', () => {
  it('stops the job and its rendering at once, free of charge', async () => {
    const adapter = adapterWith({ renderMs: 600_000 });
    const job = await submitted(adapter);
    expect(await adapter.cancel?.(job, { signal })).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(await outcomeOf(adapter, job)).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect((await cancel(job.id)).status).toBe(409);
  });

  it('has no route with the fault, and none for a job that nobody knows', async () => {
    const faults: Faults = { renderMs: 60_000, noCancel: true };
    expect((await cancel(await submit(backend, { faults }))).status).toBe(404);
    expect((await cancel('nobody')).status).toBe(404);
  });
});

describe('a busy backend', () => {
  it.each([429, 503] as const)(
    'refuses the first submits of each key with %i, and charges none of them',
    async status => {
      const before = backend.charges();
      const faults: Faults = { busySubmits: { times: 2, status, retryAfterS: 7 } };
      const adapter = adapterWith(faults);
      const idempotencyKey = `key-${status}`;
      for (let nth = 0; nth < 2; nth += 1) {
        const refused = adapter.submit(small, { signal, idempotencyKey });
        await expect(refused).rejects.toMatchObject({ code: 'busy', retryAfterMs: 7_000, failure: { charged: 'no' } });
      }
      expect(backend.charges()).toBe(before);
      await adapter.submit(small, { signal, idempotencyKey });
      await expect(adapter.submit(small, { signal, idempotencyKey: `other-${status}` })).rejects.toThrow();
      expect(backend.charges()).toBe(before + 1);
    },
  );

  it('counts by user where there is no key', async () => {
    const options = { user: 'keyless', faults: { busySubmits: { times: 1, retryAfterS: 0 } } };
    expect([(await post(backend, options)).status, (await post(backend, options)).status]).toEqual([503, 200]);
  });
});

describe('moderation', () => {
  it('refuses a submit, which is free', async () => {
    const before = backend.charges();
    const adapter = adapterWith({ moderation: { at: 'submit', category: 'hate' } });
    await expect(submitted(adapter)).rejects.toMatchObject({
      code: 'moderated',
      failure: { charged: 'no', status: 400, details: { categories: ['hate'] } },
    });
    expect(backend.charges()).toBe(before);
  });

  it('fails a job at its end, which is charged', async () => {
    const adapter = adapterWith({
      moderation: { at: 'end', category: 'sexual' },
      cost: { amount: 2, unit: 'credits' },
    });
    expect(await outcomeOf(adapter, await submitted(adapter))).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'moderated',
        charged: 'yes',
        message: expect.stringContaining('The content was flagged for sexual'),
        details: { categories: ['sexual'] },
      },
    });
  });
});

describe('urls that expire', () => {
  it('work until then, and a read signs new ones', async () => {
    const id = await submitDone(backend, { faults: { urlsExpireAfterS: 1 } });
    const first = await fileOf(id);
    expect((await fetch(first.url)).status).toBe(200);
    expect(Date.parse(first.expires_at) - Date.now()).toBeLessThanOrEqual(1_000);
    await expect.poll(async () => (await fetch(first.url)).status, { timeout: 20_000 }).toBe(403);
    const second = await fileOf(id);
    expect(second.url).not.toBe(first.url);
    expect((await fetch(second.url)).status).toBe(200);
  });

  it('are told as such by the adapter, with the cost', async () => {
    const adapter = adapterWith({ urlsExpireAfterS: 60, cost: { amount: 0.04, unit: 'USD' } });
    const outcome = await outcomeOf(adapter, await submitted(adapter));
    expect(outcome).toMatchObject({ kind: 'succeeded', cost: { amount: 0.04, unit: 'USD' } });
    expect(outcome).toHaveProperty('expiresAt', expect.any(Number));
  });
});
