import { once } from 'node:events';
import { connect } from 'node:net';
import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { serve } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

/** A refused host is told to the console. */
const spyOnConsole = () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warned.mockRestore());
  return warned;
};

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
    spyOnConsole();
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

  it('does not start where it cannot listen', async () => {
    const { server } = serverHalf();
    const { url } = await served({ server });
    await expect(serve(server, { port: Number(new URL(url).port), handleSignals: false })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  it('refuses options that do not exist', async () => {
    const { server } = serverHalf();
    await expect(serve(server, { prot: 1 } as Parameters<typeof serve>[1])).rejects.toThrow('port');
  });
});

describe('a Host that is not ours, at serve()', () => {
  /** The status for a request of this host, whose connection leads to the server all the same. */
  async function statusOf(url: string, host: string) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `GET /api/generations/image/jobs/a HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ada\r\nConnection: close\r\n\r\n`,
    );
    let answer = '';
    socket.on('data', data => {
      answer += data;
    });
    await once(socket, 'close');
    return Number(answer.split(' ')[1]);
  }

  it.each([
    'evil.test',
    'evil.test:4173',
    'localhost.evil.test',
    'notlocalhost',
    '127.0.0.1.evil.test',
    '7f000001.rbndr.test',
    'app.test.evil.test',
  ])('is answered with 421, and nobody is asked: %s', async host => {
    spyOnConsole();
    let asked = 0;
    const authorize = () => {
      asked += 1;
      return { id: 'ada' };
    };
    const { url } = await served(serverHalf({ origin: 'https://app.test', authorize }));
    expect([await statusOf(url, host), asked]).toEqual([421, 0]);
  });

  it.each(['localhost', 'localhost:8080', 'page.localhost', '127.0.0.1', '192.168.0.7:4173', '[::1]', '[fe80::1]:80'])(
    'is none of the names of this machine, behind any port: %s',
    async host => {
      const { url } = await served(serverHalf());
      expect(await statusOf(url, host)).toBe(404);
    },
  );

  it('is none that an option names, whatever port a proxy has made of it', async () => {
    const warned = spyOnConsole();
    const publicUrl = 'https://hooks.test/api/generations';
    const { url } = await served(durableHalf({ origin: 'https://app.test:8443', publicUrl }));
    const hosts = ['app.test', 'app.test:8443', 'APP.test', 'hooks.test', 'other.test', 'other.test'];
    const statuses = await Promise.all(hosts.map(host => statusOf(url, host)));
    expect(statuses).toEqual([404, 404, 404, 404, 421, 421]);
    // Once: whoever asks decides how often.
    expect(warned).toHaveBeenCalledOnce();
    expect(warned.mock.calls[0]?.[0]).toContain('app.test, hooks.test');
  });

  it('is each but those of the option hosts, and of where vendors post to', async () => {
    spyOnConsole();
    const publicUrl = 'https://hooks.test/api/generations';
    const { url } = await served(durableHalf({ hosts: ['app.test'], origin: 'https://app.test', publicUrl }));
    const hosts = ['app.test', 'hooks.test', 'localhost', 'evil.test'];
    const statuses = await Promise.all(hosts.map(host => statusOf(url, host)));
    expect(statuses).toEqual([404, 404, 421, 421]);
  });
});
