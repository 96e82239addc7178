import type { GenerationAdapter } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import {
  createGenerationServer,
  type GenerationServerOptions,
  memoryJobs,
  type ResultStore,
  type ServerLogEntry,
  type ServerUser,
} from 'generation-lifecycle/server';
import { expect } from 'vitest';
import { origin, secret, userOf } from './server-half.js';

type Adapter = GenerationAdapter<unknown, unknown>;
type Options = GenerationServerOptions<ServerUser, { readonly image: unknown }>;

/** A file that begins as a PNG does. */
export const png = (length = 1_000) =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(length - 8, 7)]);

export type ToldUpdate = {
  readonly version: number;
  readonly update: {
    readonly kind: string;
    readonly expiresAt?: number;
    readonly output?: { readonly images: readonly { readonly url: string }[] };
  };
};

type HalfOptions = {
  readonly urls: readonly string[];
  readonly expiresAt?: number;
  readonly adapter?: Partial<Adapter>;
} & Partial<Options>;

/** A server half that copies, in front of a vendor whose jobs have succeeded with these URLs. */
export function resultsHalf(results: ResultStore, { urls, expiresAt, adapter, ...options }: HalfOptions) {
  const log: ServerLogEntry[] = [];
  const store = options.store ?? memoryJobs();
  const vendor: Adapter = {
    submit: async (_, { idempotencyKey }) => ({ job: { id: idempotencyKey } }),
    read: async () => ({ kind: 'succeeded', output: { images: urls.map(url => ({ url })) }, expiresAt }),
    ...adapter,
  };
  const server = createGenerationServer({
    secrets: secret,
    authorize: userOf,
    log: entry => log.push(entry),
    backends: {
      image: { adapter: vendor, input: (wish: unknown) => wish, policy: { pollDelayMs: [5], minReadGapMs: 1 } },
    },
    results,
    ...options,
    store,
  });
  const ask = (path: string, init: RequestInit = {}, user = 'ada') => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${user}`);
    return server.handle(new Request(new URL(path, `${origin}/api/generations/image/`), { ...init, headers }));
  };
  const page = () =>
    remoteBackend<unknown, { readonly images: readonly { readonly url: string }[] }>({
      baseUrl: `${origin}/api/generations/image`,
      durable: true,
      headers: { authorization: 'Bearer ada' },
      fetch: (url, init) => server.handle(new Request(url, init)),
    });
  let count = 0;
  /** @returns the id of a job of which the vendor says that it has succeeded, and nothing is copied yet */
  async function submit(): Promise<string> {
    count += 1;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `key-${count}` };
    const response = await ask('jobs', { method: 'POST', body: '{"prompt":"a lighthouse"}', headers });
    const { job } = (await response.json()) as { job: { id: string } };
    await expect
      .poll(async () => {
        const { state } = (await store.get(job.id)) ?? {};
        if (!state?.['outcome']) await server.advance(job.id);
        return state?.['outcome'] !== undefined;
      })
      .toBe(true);
    return job.id;
  }
  /** What a page is told, without a step on the way. */
  const read = async (id: string) => (await (await ask(`jobs/${id}`)).json()) as ToldUpdate;
  /** Submits, and lets the copy be made. */
  async function generate(): Promise<ToldUpdate & { readonly id: string }> {
    const id = await submit();
    await server.advance(id);
    return { id, ...(await read(id)) };
  }
  const urlsOf = ({ update }: ToldUpdate) => update.output?.images.map(({ url }) => url) ?? [];
  const events = () => log.filter(({ level }) => level !== 'info').map(({ event }) => event);
  return { server, store, ask, page, submit, read, generate, urlsOf, log, events };
}
