import { fal } from 'generation-lifecycle/adapters/fal';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import {
  createGenerationServer,
  type DurableGenerationServer,
  type GenerationServerOptions,
  type JobStore,
  memoryJobs,
  type ServerLogEntry,
  type ServerUser,
} from 'generation-lifecycle/server';
import { falDouble, type VendorDouble, type VendorDoubleOptions } from 'generation-lifecycle/testing/vendors';

export type Wish = { readonly prompt: string };
export type Picture = { readonly images: readonly { readonly url: string }[] };
type Options = GenerationServerOptions<ServerUser, { image: Wish; other: Wish }>;

export const secret = 'a secret of the tests, and of nothing else';
export const origin = 'https://app.test';
export const base = `${origin}/api/generations/image`;

/** The name in the bearer token, or in the cookie. */
export const userOf = ({ headers }: Request): ServerUser | undefined => {
  const id = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? headers.get('cookie')?.split('user=')[1];
  return id ? { id } : undefined;
};

const toWish = (wish: unknown): Wish => wish as Wish;

/** What stands behind a server half: a double with these options, or one that others have, too. */
type Vendor = VendorDoubleOptions & { readonly double?: VendorDouble };

/** A server half with fal's double behind it, and the page's side of one of its users. */
export function serverHalf(options: Partial<Options> = {}, { double: given, ...vendor }: Vendor = {}) {
  const log: ServerLogEntry[] = [];
  const double = given ?? falDouble({ scenario: { queuedMs: 20, runningMs: 40 }, key: 'id:the-vendor-key', ...vendor });
  const backend = {
    adapter: fal<Wish, Picture>({ model: 'fal-ai/flux/dev', apiKey: 'id:the-vendor-key', fetch: double.fetch }),
    input: toWish,
    policy: { pollDelayMs: [20], minReadGapMs: 10 },
  };
  const server = createGenerationServer<ServerUser, { image: Wish; other: Wish }>({
    secrets: secret,
    authorize: userOf,
    log: entry => log.push(entry),
    backends: { image: backend, other: backend },
    ...options,
  });
  const { handle } = server;
  const ask = (path: string, init: RequestInit & { readonly user?: string } = {}) => {
    const headers = new Headers(init.headers);
    if (init.user) headers.set('authorization', `Bearer ${init.user}`);
    return handle(new Request(new URL(path, `${origin}/api/generations/`), { ...init, headers }));
  };
  const submit = (
    user: string,
    {
      key = 'key-1',
      path = 'image/jobs',
      ...init
    }: RequestInit & { readonly key?: string; readonly path?: string } = {},
  ) =>
    ask(path, {
      method: 'POST',
      body: '{"prompt":"a lighthouse"}',
      user,
      ...init,
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...init.headers },
    });
  const page = (user: string, durable = false) =>
    remoteBackend<Wish, Picture>({
      baseUrl: base,
      durable,
      headers: { authorization: `Bearer ${user}` },
      fetch: (url, init) => handle(new Request(url, init)),
    });
  return { server, handle, ask, submit, page, double, log, backend, adapter: backend.adapter };
}

/** The same with a store in memory, without an engine of its own. */
export function durableHalf(options: Partial<Options> & { readonly store?: JobStore } = {}, vendor: Vendor = {}) {
  const store = options.store ?? memoryJobs();
  const half = serverHalf({ ...options, store }, vendor);
  return { ...half, server: half.server as DurableGenerationServer, store };
}
