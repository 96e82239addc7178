import { serve } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableHalf, serverHalf } from '../support/server-half.js';

describe('the health route', () => {
  it('says that a server is ready whose store answers, to anybody', async () => {
    const { ask, server, log } = durableHalf();
    const ready = { status: 'pass', store: 'pass', lateMs: 0 };
    const response = await ask('health');
    expect([response.status, await response.json()]).toEqual([200, { ...ready, engine: 'none' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    server.start();
    expect(await (await ask('health')).json()).toEqual({ ...ready, engine: 'running' });
    await server.stop();
    // Probes are no requests of the log.
    expect(log).toEqual([]);
  });

  it('says that a server is not ready whose store fails, and tells why to the log only', async () => {
    const { store } = durableHalf();
    const count = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'));
    const { ask, log } = durableHalf({ store: { ...store, count } });
    const response = await ask('health');
    expect([response.status, await response.json()]).toEqual([503, { status: 'fail', store: 'fail', engine: 'none' }]);
    expect((await ask('health')).status).toBe(503);
    // Once for all who ask within a second.
    expect(log).toMatchObject([{ event: 'store.failed', message: 'Error: connect ECONNREFUSED 10.0.0.7:5432' }]);
  });

  it('does not wait for a store that does not answer', async () => {
    const { store } = durableHalf();
    const { ask } = durableHalf({ store: { ...store, count: () => new Promise(() => undefined) } });
    expect((await ask('health')).status).toBe(503);
  });

  it('says for how long the longest due job waits', async () => {
    const { ask, submit, store } = durableHalf({}, { scenario: { queuedMs: 3_600_000 } });
    const { job } = (await (await submit('ada')).json()) as { job: { id: string } };
    const row = await store.get(job.id);
    await store.write(job.id, { version: Number(row?.version) }, { dueAt: Date.now() - 60_000 });
    const { lateMs } = (await (await ask('health')).json()) as { lateMs: number };
    expect(lateMs).toBeGreaterThanOrEqual(60_000);
  });

  it('says that a server is not ready once it stops, and alive all the time', async () => {
    const { store } = durableHalf();
    const { ask, server } = durableHalf({ store: { ...store, count: () => Promise.reject(new Error('away')) } });
    server.start();
    expect((await ask('health/live')).status).toBe(200);
    await server.stop();
    const response = await ask('health');
    expect([response.status, await response.json()]).toEqual([503, { status: 'fail', engine: 'stopped' }]);
    expect(await (await ask('health/live')).json()).toEqual({ status: 'pass' });
  });

  it('is there in a relay, which has no store that could be away', async () => {
    const { ask } = serverHalf();
    for (const path of ['health', 'health/live']) {
      const response = await ask(path);
      expect([response.status, await response.json()]).toEqual([200, { status: 'pass' }]);
    }
  });

  it('answers HEAD without a body, and no other method', async () => {
    const { ask } = serverHalf();
    const response = await ask('health', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await ask('health', { method: 'POST' })).status).toBe(404);
  });

  it('takes nothing from a backend that is called health', async () => {
    const { backend } = serverHalf();
    const { ask } = serverHalf({ backends: { health: backend } as never });
    expect((await ask('health')).status).toBe(200);
    expect((await ask('health/jobs/a')).status).toBe(401);
  });

  it('answers a load balancer that asks by an address, although there are hosts', async () => {
    const half = durableHalf({ hosts: ['app.example.com'] });
    const { url, close } = await serve(half.server, { port: 0, handleSignals: false });
    onTestFinished(close);
    expect((await fetch(`${url}/api/generations/health`)).status).toBe(200);
    expect((await fetch(`${url}/api/generations/image/jobs/a`)).status).toBe(421);
  });
});
