import { readFileSync } from 'node:fs';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listening } from '../support/listening.js';
import { loopback } from '../support/loopback.js';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import { app as honoProxy } from './backend/hono-proxy.js';
import * as nextEvents from './backend/next-events.js';
import * as nextFile from './backend/next-file.js';
import * as nextSubmit from './backend/next-submit.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What Next does with the files that are read, by their paths. */
const nextApp = new Hono()
  .get('/api/events/:channel', c => nextEvents.GET(c.req.raw, { params: Promise.resolve(c.req.param()) }))
  .get('/api/file/:id', c => nextFile.GET(c.req.raw, { params: Promise.resolve(c.req.param()) }));

const proxies = { Next: nextApp, Hono: honoProxy };

async function start(name: keyof typeof proxies, faults: Faults) {
  const backend = await startBackend({ faults, pingMs: 60_000 });
  onTestFinished(() => backend.close());
  vi.stubEnv('BACKEND_URL', backend.url);
  const server = createAdaptorServer({ fetch: proxies[name].fetch, overrideGlobalObjects: false });
  return { backend, ...(await listening(server)) };
}

async function submit(backend: Backend): Promise<string> {
  const body = JSON.stringify({ prompt: 'a lighthouse', resolution: { width: 64, height: 64 } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${backend.url}/api/generate/image`, { method: 'POST', body, headers });
  const { fileId } = (await answer.json()) as { fileId: string };
  return fileId;
}

async function open(url: string, signal?: AbortSignal) {
  const response = await fetch(url, { headers: { 'last-event-id': '7' }, signal: signal ?? null });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('There is no stream.');
  return { response, reader };
}

vi.setConfig({ testTimeout: 30_000 });
afterEach(() => void vi.unstubAllEnvs());

describe.each(Object.keys(proxies) as (keyof typeof proxies)[])('the proxy for %s', name => {
  it('answers a stream before its first event, and passes on each event as it comes', async () => {
    const { backend, url } = await start(name, { renderMs: 1_000 });
    const { response, reader } = await open(`${url}/api/events/file.${await submit(backend)}`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect((await reader.read()).value).toBe(': open\n\n');
    let told = (await reader.read()).value ?? '';
    // Not all of it at the end: there is more to come.
    expect(told).not.toContain('render_result');
    while (!told.includes('render_result')) told += (await reader.read()).value ?? '';
    expect(told).toContain('render_progress');
    await reader.cancel();
  });

  it('ends the stream of the backend when the page aborts', async () => {
    const { backend, url } = await start(name, { renderMs: 60_000 });
    const leaving = new AbortController();
    const { reader } = await open(`${url}/api/events/file.${await submit(backend)}`, leaving.signal);
    await reader.read();
    expect(backend.openStreams()).toBe(1);
    leaving.abort();
    await expect.poll(() => backend.openStreams()).toBe(0);
  });

  it('ends a read of the backend when the page aborts', async () => {
    const { backend, url } = await start(name, { hangingReads: { times: 1, ms: 60_000 } });
    const leaving = new AbortController();
    const answer = fetch(`${url}/api/file/${await submit(backend)}`, { signal: leaving.signal });
    answer.catch(() => {});
    const reads = () => backend.requests.filter(({ kind }) => kind === 'read');
    await expect.poll(() => reads()).toHaveLength(1);
    leaving.abort();
    await expect.poll(() => reads().map(({ closedAt }) => closedAt)).not.toContain(undefined);
  });

  it.each([
    { faults: { rateLimitedReads: { times: 1, retryAfterS: 7 } }, status: 429, retryAfter: '7' },
    { faults: { failingReads: { times: 1, status: 503 } }, status: 503, retryAfter: null },
    { faults: { fileNotFoundReads: 1 }, status: 404, retryAfter: null },
  ])('keeps the status $status of a read, and its Retry-After', async ({ faults, status, retryAfter }) => {
    const { backend, url } = await start(name, faults);
    const id = await submit(backend);
    const answer = await fetch(`${url}/api/file/${id}`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    const next = await fetch(`${url}/api/file/${id}`);
    expect(await next.json()).toMatchObject({ id });
  });

  it('keeps the status of a stream that is refused', async () => {
    const { backend, url } = await start(name, { streamStatus: { times: 1, status: 401 } });
    expect((await fetch(`${url}/api/events/file.${await submit(backend)}`)).status).toBe(401);
    expect((await fetch(`${url}/api/events/file.nobody`)).status).toBe(404);
  });

  it('answers 502 where there is no backend', async () => {
    const { backend, url } = await start(name, {});
    await backend.close();
    expect((await fetch(`${url}/api/file/1`)).status).toBe(502);
    expect((await fetch(`${url}/api/events/file.1`)).status).toBe(502);
  });
});

it('newcomer A2: passes a submit on once, with its key, its body and its status, in Next', async () => {
  const { url, heard } = await loopback(() => ({ status: 429, headers: { 'retry-after': '7' }, body: '{}' }));
  vi.stubEnv('BACKEND_URL', url);
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-1' };
  const request = new Request('https://app.test/api/generate/image', {
    method: 'POST',
    headers,
    body: '{"prompt":"x"}',
  });
  const answer = await nextSubmit.POST(request, { params: Promise.resolve({ kind: 'image' }) });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  expect(heard).toMatchObject([{ method: 'POST', path: '/api/generate/image', headers, body: '{"prompt":"x"}' }]);
});

it('newcomer A2: has no file that Next refuses with cacheComponents', () => {
  expect(Object.keys({ ...nextEvents, ...nextFile, ...nextSubmit }).sort()).toEqual(['GET', 'POST']);
});

it('is what the guide shows, word for word', () => {
  const blocks = Array.from(read('docs/guide/backend.md').matchAll(/```ts\n(.*?)```/gs), ([, code]) => code);
  const files = ['next-events', 'next-file', 'next-submit', 'hono-proxy'];
  expect(blocks).toEqual(files.map(file => read(`test/docs/backend/${file}.ts`)));
});
