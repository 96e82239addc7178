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
import { falDouble, type VendorDouble } from 'generation-lifecycle/testing/vendors';
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

/** Who asks, as a bearer token. */
export const headersOf = (user: string) => ({ authorization: `Bearer ${user}` });
