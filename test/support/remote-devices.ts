import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fal } from 'generation-lifecycle/adapters/fal';
import {
  createGenerationServer,
  type GenerationServerOptions,
  type JobStore,
  type ServerUser,
} from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { falDouble, type VendorDouble, type VendorScenario } from 'generation-lifecycle/testing/vendors';
import { type Picture, userOf, type Wish } from './server-half.js';

type Options = GenerationServerOptions<ServerUser, { image: Wish }>;

/** A server half on SQLite behind real sockets, with fal's double behind it. */
export async function remoteServer({
  double = falDouble({ scenario: { queuedMs: 20, runningMs: 200 }, key: 'id:the-vendor-key' }),
  ...options
}: Partial<Options> & { readonly double?: VendorDouble } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  const store: JobStore = sqliteJobs({ url: `file:${folder}/jobs.db`, watchMs: 20 });
  await store.migrate();
  const server = createGenerationServer<ServerUser, { image: Wish }>({
    store,
    authorize: userOf,
    log: () => undefined,
    backends: {
      image: {
        adapter: fal<Wish, Picture>({ model: 'fal-ai/flux/dev', apiKey: 'id:the-vendor-key', fetch: double.fetch }),
        input: wish => wish as Wish,
        policy: { pollDelayMs: [20], minReadGapMs: 10 },
      },
    },
    ...options,
  });
  const served = await serve(server, { port: 0, handleSignals: false, graceMs: 50 });
  return {
    store,
    double,
    baseUrl: `${served.url}/api/generations/image`,
    async stop() {
      await served.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** fal's double, whose jobs end when they are let go. */
export function heldDouble(scenario: VendorScenario = {}) {
  const double = falDouble({ scenario: { queuedMs: 20, runningMs: 100, ...scenario }, key: 'id:the-vendor-key' });
  let go = () => {};
  const gone = new Promise<void>(resolve => {
    go = resolve;
  });
  const held: VendorDouble = {
    ...double,
    async fetch(request, init) {
      if (new Request(request, init).method === 'GET') await gone;
      return double.fetch(request, init);
    },
  };
  return { double: held, letGo: () => go(), charged: () => double.chargedCount };
}

/** Who asks, as a bearer token. */
export const headersOf = (user: string) => ({ authorization: `Bearer ${user}` });

/** The network of a device, which can be cut, or swallow what is sent. */
export function cuttableFetch() {
  let state: 'up' | 'cut' | 'silent' = 'up';
  let count = 0;
  const open = new Set<AbortController>();
  const send: typeof fetch = async (url, init) => {
    count += 1;
    if (state === 'cut') throw new TypeError('fetch failed');
    const cut = new AbortController();
    open.add(cut);
    const signal = AbortSignal.any([cut.signal, ...(init?.signal ? [init.signal] : [])]);
    if (state === 'silent') {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new TypeError('fetch failed'))));
    }
    return fetch(url, { ...init, signal });
  };
  return {
    fetch: send,
    count: () => count,
    /** Breaks what is open, too. */
    set(next: typeof state) {
      state = next;
      for (const cut of open) cut.abort();
      open.clear();
    },
  };
}
