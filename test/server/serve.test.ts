import { once } from 'node:events';
import { connect } from 'node:net';
import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { serve } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableHalf, type Picture, serverHalf, type Wish } from '../support/server-half.js';

const policy = { pollDelayMs: [20], minReadGapMs: 10 };

async function served(half: Pick<ReturnType<typeof serverHalf>, 'server'>) {
  const { url, close } = await serve(half.server, { port: 0, handleSignals: false });
  onTestFinished(close);
  const page = (durable: boolean) =>
    remoteBackend<Wish, Picture>({
      baseUrl: `${url}/api/generations/image`,
      headers: { authorization: 'Bearer ada' },
      durable,
    });
  return { url, close, page };
}

describe('serve()', () => {
  it.each([
    ['a relay', () => serverHalf(), false],
    ['a store', () => durableHalf(), true],
  ])('brings a generation through sockets, with %s', async (_, make, durable) => {
    const half = make();
    const { page } = await served(half);
    const machine = createGenerationMachine(page(durable), { policy });
    await expect(runGeneration(machine, { prompt: 'a lighthouse' })).resolves.toHaveProperty('images');
    expect(half.double.chargedCount).toBe(1);
  });

  it('closes the stream of the vendor when the page goes away', async () => {
    const half = serverHalf({}, { scenario: { queuedMs: 3_600_000 } });
    const { page } = await served(half);
    const pictures = page(false);
    const controller = new AbortController();
    const { signal } = controller;
    const { job } = await pictures.submit({ prompt: 'a' }, { signal, idempotencyKey: 'key-1' });
    const ignore = () => undefined;
    const call = { signal, onOpen: ignore, onAlive: ignore, onId: ignore, onRetry: ignore };
    const following = (async () => {
      for await (const _ of pictures.events(job, call)) if (half.double.openCount > 0) controller.abort();
    })();
    await following.catch(ignore);
    await expect.poll(() => half.double.openCount).toBe(0);
  });

  it('ends its streams and lets its submits end when it is closed', async () => {
    const half = durableHalf({}, { scenario: { queuedMs: 3_600_000 } });
    const { url, close } = await serve(half.server, { port: 0, handleSignals: false, graceMs: 50 });
    const headers = { authorization: 'Bearer ada' };
    const stream = await fetch(`${url}/api/generations/image/events`, { headers });
    const ended = stream.text().catch(() => 'broken off');
    await close();
    await ended;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it.each([
    ['a host that is none', 'GET /api/generations/image/jobs/a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['another host as path', 'GET //evil.test/api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['a whole URL as path', 'GET http://evil.test/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['an asterisk as path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('answers %s, and goes on', async (_, text) => {
    const { url } = await served(serverHalf());
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    socket.on('data', data => {
      answer += data;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 (?:20|4)/);
    const response = await fetch(`${url}/api/generations/image/jobs/a`, { headers: { authorization: 'Bearer ada' } });
    expect(response.status).toBe(404);
  });

  it('refuses options that do not exist', async () => {
    const { server } = serverHalf();
    await expect(serve(server, { prot: 1 } as Parameters<typeof serve>[1])).rejects.toThrow('port');
  });
});
