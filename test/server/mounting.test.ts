import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { type JobStore, memoryJobs } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import type { VendorScenario } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen as listenExpress } from '../../examples/mounting/express.mjs';
import { listen as listenFastify } from '../../examples/mounting/fastify.mjs';
import { listen as listenHono } from '../../examples/mounting/hono.mjs';
import { listen as listenNode } from '../../examples/mounting/node-http.mjs';
import { durableHalf, type Picture, type Wish } from '../support/server-half.js';

type Handle = (request: Request) => Promise<Response>;
type Listen = (handle: Handle, port: number) => unknown;
const hosts: Record<string, Listen> = {
  'node:http': listenNode,
  'Express 5': listenExpress,
  Fastify: listenFastify,
  Hono: listenHono,
};

/** As they were before anything was mounted. */
const platform = { Request, Response };
const forever = { queuedMs: 3_600_000 };
const authorization = 'Bearer ada';
const submitHeaders = { authorization, 'content-type': 'application/json', 'idempotency-key': 'key-1' };
const submitted = { method: 'POST', body: '{"prompt":"a lighthouse"}', headers: submitHeaders };

/** Listens by the example of this name, or by the library's own `serve`. @returns where */
async function listening(name: string, handle: Handle): Promise<string> {
  const listen = hosts[name];
  if (!listen) {
    const { url, close } = await serve({ handle }, { port: 0, handleSignals: false, graceMs: 0 });
    onTestFinished(close);
    return url;
  }
  const server = (await listen(handle, 0)) as Server;
  if (!server.listening) await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

/** Counts who listens for news. */
function countingStore() {
  const store = memoryJobs();
  const counting: JobStore & { listeners: number } = {
    ...store,
    listeners: 0,
    watch(listener) {
      const stop = store.watch(listener);
      counting.listeners++;
      return () => {
        counting.listeners--;
        stop();
      };
    },
  };
  return counting;
}

/** The server half on a port, mounted by the example of this name. Its streams end neither by time nor say anything twice. */
async function mounted(name: string, scenario: VendorScenario = { queuedMs: 20, runningMs: 40 }) {
  const store = countingStore();
  const half = durableHalf({ store, maxStreamMs: 3_600_000, repeatStateMs: 3_600_000 }, { scenario });
  const baseUrl = `${await listening(name, half.handle)}/api/generations/image`;
  const page = remoteBackend<Wish, Picture>({ baseUrl, durable: true, headers: { authorization } });
  return { ...half, store, baseUrl, page };
}

/** Reads a stream until it has said this. */
async function heardUntil(response: Response, text: string) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes(text)) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`The stream has ended without ${text}: ${heard}`);
    heard += value;
  }
  return heard;
}

const call = () => ({ signal: new AbortController().signal });

describe.each([...Object.keys(hosts), 'serve()'])('the server half, mounted in %s', name => {
  it('brings a generation from a page to its vendor, and the picture back', async () => {
    const { page, double, log } = await mounted(name);
    const { images } = await runGeneration(createGenerationMachine(page), { prompt: 'ein Leuchtturm, 灯台' });
    expect(images[0]?.url).toContain('fal-job-1');
    expect(double.chargedCount).toBe(1);
    expect(log.find(({ route }) => route === 'allEvents' || route === 'events')).toMatchObject({ status: 200 });
  });

  it('sends the first byte of a stream at once, and each event as it comes', async () => {
    const { baseUrl } = await mounted(name, { queuedMs: 200, runningMs: 200 });
    const headers = { authorization };
    const events = await fetch(`${baseUrl}/events`, { headers });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    expect(events.headers.get('generation-protocol')).toBe('1');
    await fetch(`${baseUrl}/jobs`, submitted);
    // Of jobs that come later, too, and it does not end with them.
    expect(await heardUntil(events, '"succeeded"')).toMatch(/^retry: 1000\n\n/);
  });

  it('ends a stream at the server when the page goes', async () => {
    const { baseUrl, store } = await mounted(name, forever);
    const page = new AbortController();
    const events = await fetch(`${baseUrl}/events`, { headers: { authorization }, signal: page.signal });
    await heardUntil(events, 'retry');
    await expect.poll(() => store.listeners).toBe(1);
    page.abort();
    await expect.poll(() => store.listeners).toBe(0);
  });

  it('passes the cancel of a page on', async () => {
    const { page } = await mounted(name, forever);
    const { job } = await page.submit({ prompt: 'a lighthouse' }, { ...call(), idempotencyKey: 'key-1' });
    await page.cancel(job, call());
    await expect.poll(async () => (await page.read?.(job, call()))?.kind).toBe('cancelled');
  });

  it('looks up and forbids a key, whatever is in it', async () => {
    const { page, double } = await mounted(name, forever);
    const keys = ['a/b', '../..', '100 %', 'schlüssel?x=1#y', '%2F'];
    for (const key of keys) {
      const { job } = await page.submit({ prompt: 'a lighthouse' }, { ...call(), idempotencyKey: key });
      expect((await page.find?.(key, call()))?.job).toEqual(job);
    }
    expect(double.chargedCount).toBe(keys.length);
    expect(await page.cancelByKey?.('not yet/sent %', call())).toBeUndefined();
    await page.submit({ prompt: 'a lighthouse' }, { ...call(), idempotencyKey: 'not yet/sent %' });
    expect(double.chargedCount).toBe(keys.length);
  });

  it('takes a large wish, and refuses one that is too large with an answer', async () => {
    const { baseUrl, double } = await mounted(name);
    const wish = (bytes: number) => JSON.stringify({ prompt: 'a'.repeat(bytes) });
    const large = await fetch(`${baseUrl}/jobs`, { ...submitted, body: wish(3_000_000) });
    expect(large.status).toBe(201);
    const tooLarge = await fetch(`${baseUrl}/jobs`, { ...submitted, body: wish(5_000_000) });
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([413, { error: { charged: 'no' } }]);
    expect(double.chargedCount).toBe(1);
  });

  it('answers a body that is too large and does not say so', async () => {
    const { baseUrl } = await mounted(name);
    const init = { ...submitted, body: new Blob(['a'.repeat(20_000_000)]).stream(), duplex: 'half' };
    const { status } = await fetch(`${baseUrl}/jobs`, init);
    expect(status).toBe(413);
    expect((await fetch(`${baseUrl}/jobs`, submitted)).status).toBe(201);
  });

  it('tells refusals, methods and preflights as the server half says them', async () => {
    const { baseUrl } = await mounted(name);
    const ask = async (path: string, init?: RequestInit) => (await fetch(`${baseUrl}${path}`, init)).status;
    expect(await ask('/jobs/41')).toBe(401);
    expect(await ask('/jobs/41', { headers: { authorization } })).toBe(404);
    expect(await ask('/jobs/41', { headers: { authorization }, method: 'PUT' })).toBe(405);
    expect(await ask('/jobs', { method: 'OPTIONS' })).toBe(204);
    expect(await ask('/jobs', { ...submitted, body: 'no JSON' })).toBe(400);
    expect(await ask('/jobs', { ...submitted, body: '{}', headers: { ...submitHeaders, 'content-type': '' } })).toBe(
      415,
    );
    const cookie = { ...submitHeaders, authorization: '', cookie: 'user=ada' };
    expect(await ask('/jobs', { ...submitted, headers: { ...cookie, origin: 'https://evil.test' } })).toBe(403);
    expect(await ask('/jobs', { ...submitted, headers: { ...cookie, origin: new URL(baseUrl).origin } })).toBe(201);
  });

  it('leaves the globals of the process alone', async () => {
    await mounted(name);
    expect(Request).toBe(platform.Request);
    expect(Response).toBe(platform.Response);
  });
});

it('is what the guide shows, word for word', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  // The files of the app begin with their paths, and are built and run by themselves.
  const blocks = ['server', 'money'].flatMap(page =>
    Array.from(read(`docs/guide/${page}.md`).matchAll(/```js\n(?!\/\/ )(.*?)```/gs), ([, code]) => code),
  );
  const mounting = ['hono', 'express', 'fastify', 'node-http'].map(name => `mounting/${name}`);
  const outbox = ['sqlite', 'sender', 'server-half'].map(name => `outbox/${name}`);
  expect(blocks).toEqual([...mounting, ...outbox].map(file => read(`examples/${file}.mjs`)));
});
