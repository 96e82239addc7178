import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Failure } from 'generation-lifecycle';
import { readEventStream } from 'generation-lifecycle/adapters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, loopback, stream } from '../support/loopback.js';
import { bundleForNode } from '../support/node-bundle.js';

/** What is newer than 2021, or absent on pages that are not served over https. Node's own `fetch` can do without. */
const newer = [
  ...['AbortSignal.prototype.throwIfAborted', 'AbortSignal.prototype.reason', 'AbortSignal.timeout'],
  ...['Array.prototype.at', 'Array.prototype.findLast', 'Array.prototype.findLastIndex', 'Array.prototype.toReversed'],
  ...['crypto.randomUUID', 'BroadcastChannel', 'indexedDB', 'localStorage', 'navigator'],
];
const required = ['fetch', 'Headers', 'URL', 'AbortController', 'crypto', 'structuredClone'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-'));
  await bundleForNode(fileURLToPath(new URL('platform-scripts', import.meta.url)), folder);
});
afterAll(() => rm(folder, { recursive: true }));

type Printed = { readonly items?: readonly { readonly url: string }[]; readonly failure?: Failure };

/** One generation in a process of its own, on a platform without these. */
async function generateWithout(missing: readonly string[], env: { readonly [name: string]: string } = {}) {
  let isDone = false;
  const backend = await loopback(({ path }) => {
    if (path.startsWith('/api/generate/')) return json({ success: true, fileId: 'f1' });
    if (path.startsWith('/api/events/')) {
      isDone = true;
      return stream(['data: {"type":"ping"}\n\n']);
    }
    return json({ id: 'f1', type: 'image', url: isDone ? '/f1.png' : null, tasks: [] });
  });
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'generate.js')], {
    env: { ...process.env, MISSING: missing.join(' '), BACKEND: backend.url, ...env },
  });
  const printed: Printed = JSON.parse(stdout);
  return { ...printed, paths: backend.heard.map(({ path }) => path), url: backend.url };
}

describe('a platform', () => {
  it('S27: needs nothing that is newer than 2021', async () => {
    const { items, paths, url } = await generateWithout(newer);
    expect(items).toMatchObject([{ url: `${url}/f1.png` }]);
    expect(paths).toContain('/api/events/file.f1');
    expect(paths.filter(path => path.startsWith('/api/generate/'))).toHaveLength(1);
  });

  it.each([...required.map(name => ({ name, env: {} })), { name: 'FormData', env: { WITH_FILE: 'yes' } }])(
    'S27: without $name submits nothing, and says so',
    async ({ name, env }) => {
      const { failure, paths } = await generateWithout([name], env);
      expect(failure).toMatchObject({ code: 'network', charged: 'no', retryable: false, resumable: false });
      expect(failure?.message).toContain(`this platform has no ${name}. Nothing was sent.`);
      expect(paths).toEqual([]);
    },
  );

  it('S27: names all that it lacks', async () => {
    const { failure } = await generateWithout(['fetch', 'URL']);
    expect(failure?.message).toContain('this platform has no URL, no fetch. Nothing was sent.');
  });

  it('S27: needs no FormData for a submit without a file', async () => {
    expect((await generateWithout(['FormData'])).items).toHaveLength(1);
  });

  it.each([
    ['no TextDecoder', 'TextDecoder', undefined],
    ['no TextEncoder', 'TextEncoder', undefined],
    ['a `fetch` without streams', 'none', { body: undefined }],
  ])('S27: that has %s is told at once that there is no stream', async (reason, name, answer) => {
    const kept = Reflect.get(globalThis, name);
    Reflect.deleteProperty(globalThis, name);
    try {
      let opened = 0;
      const fetch = async () => {
        opened += 1;
        const response = new Response('', { headers: { 'content-type': 'text/event-stream' } });
        return Object.defineProperty(response, 'body', { value: answer?.body });
      };
      const { signal } = new AbortController();
      const events = readEventStream('https://backend.test/events', { signal, fetch, job: { id: 'j1' } });
      await expect(events.next()).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringContaining(reason),
      });
      expect(opened).toBe(answer ? 1 : 0);
    } finally {
      if (kept) Reflect.set(globalThis, name, kept);
    }
  });
});
