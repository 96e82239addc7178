import { createGenerationMachine, type GenerationAdapter, type JobRef, runGeneration } from 'generation-lifecycle';
import { createExchange } from 'generation-lifecycle/adapters/http';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { loopback, stream } from '../support/loopback.js';
import { base, origin, secret, userOf } from '../support/server-half.js';

type Output = { readonly pictures: readonly { readonly url: string }[]; readonly note: string };
type Adapter = GenerationAdapter<unknown, unknown>;
type Page = GenerationAdapter<unknown, Output>;

const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
const toUrl = (content: Uint8Array, type = 'image/png') =>
  `data:${type};base64,${Buffer.from(content).toString('base64')}`;
const output: Output = {
  pictures: [
    { url: toUrl(bytes) },
    { url: 'https://cdn.test/public.png' },
    { url: toUrl(bytes.slice(0, 10), 'video/mp4') },
  ],
  note: 'a data: url is text, too',
};

/** A backend that answers with bytes, after so many reads without. */
function inline(
  options: { readonly reads?: number; readonly output?: unknown; readonly more?: Partial<Adapter> } = {},
) {
  const calls = { submit: 0, read: 0 };
  const adapter: Adapter = {
    async submit() {
      calls.submit += 1;
      return { job: { id: 'vendor-job' } };
    },
    async read() {
      calls.read += 1;
      if (calls.read <= (options.reads ?? 0)) return { kind: 'pending' };
      return { kind: 'succeeded', output: options.output ?? output };
    },
    ...options.more,
  };
  return { adapter, calls };
}

/** Both levels, and how a page of a user and its `<img>` ask them. */
function half(adapter: Adapter, isDurable: boolean, more: { readonly basePath?: string } = {}) {
  const backend = { adapter, input: (wish: unknown) => wish, policy: { pollDelayMs: [10], minReadGapMs: 10 } };
  const common = {
    secrets: secret,
    authorize: userOf,
    log: () => undefined,
    backends: { image: backend, other: backend },
  };
  const store = memoryJobs();
  const { handle } = createGenerationServer({ ...common, ...more, ...(isDurable && { store }) });
  const page = (user: string, baseUrl = base): Page =>
    remoteBackend({
      baseUrl,
      durable: isDurable,
      headers: { authorization: `Bearer ${user}` },
      fetch: (url, init) => handle(new Request(new URL(url, origin), init)),
    });
  // An `<img>` has nothing but its cookie.
  const load = (url: string, user = 'ada', headers: Record<string, string> = {}) =>
    handle(new Request(new URL(url, origin), { headers: { ...headers, cookie: `user=${user}` } }));
  const generate = async (user = 'ada') => {
    const machine = createGenerationMachine(page(user), { policy: { pollDelayMs: [10], minReadGapMs: 10 } });
    return runGeneration(machine, { prompt: 'a lighthouse' });
  };
  return { handle, page, load, generate, store };
}

const contentOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe.each([
  ['a relay', false],
  ['the durable half', true],
])('results through %s', (_, isDurable) => {
  it('are urls of the server where the vendor answers with bytes', async () => {
    const { adapter } = inline();
    const { generate, load } = half(adapter, isDurable);
    const { pictures, note } = await generate();
    const [first, second, third] = pictures.map(({ url }) => url);
    expect(first).toMatch(/^https:\/\/app\.test\/api\/generations\/image\/jobs\/[\w-]+\/results\/0/);
    expect(second).toBe('https://cdn.test/public.png');
    expect(third).toContain('/results/1');
    expect(note).toBe('a data: url is text, too');
    const response = await load(first ?? '');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1000',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-security-policy': expect.stringContaining('sandbox'),
      'content-disposition': expect.stringMatching(/^inline; filename="[\w-]+\.png"$/),
    });
    expect(await contentOf(response)).toEqual(bytes);
    expect((await load(third ?? '')).headers.get('content-type')).toBe('video/mp4');
  });

  it('are given in parts, as a video player asks for them', async () => {
    const { generate, load } = half(inline().adapter, isDurable);
    const [{ url } = expect.unreachable()] = (await generate()).pictures;
    const part = async (range: string, more: Record<string, string> = {}) => {
      const response = await load(url, 'ada', { range, ...more });
      return [response.status, response.headers.get('content-range'), (await contentOf(response)).length];
    };
    expect(await part('bytes=0-0')).toEqual([206, 'bytes 0-0/1000', 1]);
    expect(await part('bytes=990-')).toEqual([206, 'bytes 990-999/1000', 10]);
    expect(await part('bytes=-5')).toEqual([206, 'bytes 995-999/1000', 5]);
    expect(await part('bytes=10-5000')).toEqual([206, 'bytes 10-999/1000', 990]);
    expect(await part('bytes=-5000')).toEqual([206, 'bytes 0-999/1000', 1_000]);
    expect(await part('bytes=1000-')).toEqual([416, 'bytes */1000', 0]);
    expect(await part('bytes=-0')).toEqual([416, 'bytes */1000', 0]);
    for (const whole of ['bytes=5-2', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=-', 'bytes=a-'])
      expect(await part(whole)).toEqual([200, null, 1_000]);
    expect(await part('bytes=0-0', { 'if-range': '"another"' })).toEqual([200, null, 1_000]);
    const second = await contentOf(await load(url, 'ada', { range: 'bytes=1-1' }));
    expect(second).toEqual(bytes.slice(1, 2));
  });

  it('are not asked for again by a browser that has them, and not shown to another user', async () => {
    const { adapter, calls } = inline();
    const { generate, load } = half(adapter, isDurable);
    const [{ url } = expect.unreachable()] = (await generate()).pictures;
    const etag = (await load(url)).headers.get('etag') ?? '';
    const before = calls.read;
    const again = await load(url, 'ada', { 'if-none-match': `W/${etag}, "other"` });
    expect([again.status, again.headers.get('etag'), calls.read]).toEqual([304, etag, before]);
    expect((await load(url, 'bob', { 'if-none-match': etag })).status).toBe(404);
    expect((await load(url, '')).status).toBe(401);
    expect((await load(url.replace('/image/', '/other/'))).status).toBe(404);
    expect(calls.read).toBe(before);
  });

  it.each(['/results/9', '/results/-1', '/results/00000', '/results/x', '/results/', '/results/0/0', '/previews/0'])(
    'are not at %s',
    async path => {
      const { generate, load } = half(inline().adapter, isDurable);
      const [{ url } = expect.unreachable()] = (await generate()).pictures;
      expect((await load(url.replace('/results/0', path))).status).toBe(404);
    },
  );

  it('never run as a page of this origin, whatever the vendor calls them', async () => {
    const script = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const { generate, load } = half(
      inline({ output: { pictures: [{ url: toUrl(script, 'image/svg+xml') }], note: '' } }).adapter,
      isDurable,
    );
    const [{ url } = expect.unreachable()] = (await generate()).pictures;
    const { headers } = await load(url);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    expect(headers.get('content-disposition')).toMatch(/\.svg"$/);
  });

  it('that the vendor has deleted have expired', async () => {
    const { adapter } = inline();
    let isGone = false;
    const gone: Adapter = {
      ...adapter,
      read: async (job, call) =>
        isGone
          ? {
              kind: 'failed',
              failure: {
                code: 'expired',
                message: 'Account 41 has deleted it.',
                retryable: true,
                resumable: false,
                charged: 'yes',
              },
            }
          : adapter.read(job, call),
    };
    const { generate, load } = half(gone, isDurable);
    const [{ url } = expect.unreachable()] = (await generate()).pictures;
    isGone = true;
    const response = await load(url);
    expect(response.status).toBe(410);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'expired' } });
    expect(text).not.toContain('Account 41');
  });

  it('are found by the page wherever a proxy has put the server', async () => {
    const other = '/inner/image/jobs/another-job/results/0';
    const { handle } = half(inline({ output: { ...output, note: other } }).adapter, isDurable, { basePath: '/inner' });
    const seen: string[] = [];
    const proxied: Page = remoteBackend({
      baseUrl: 'https://proxy.test/outer/gen/image',
      durable: isDurable,
      headers: { authorization: 'Bearer ada' },
      fetch: (url, init) => {
        seen.push(url);
        return handle(new Request(url.replace('https://proxy.test/outer/gen', `${origin}/inner`), init));
      },
    });
    const machine = createGenerationMachine(proxied, { policy: { pollDelayMs: [10], minReadGapMs: 10 } });
    const { pictures, note } = await runGeneration(machine, { prompt: 'a lighthouse' });
    expect(note).toBe(other);
    expect(pictures[0]?.url).toMatch(/^https:\/\/proxy\.test\/outer\/gen\/image\/jobs\/[\w-]+\/results\/0/);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('that need the key come with it, and the key goes nowhere else', async () => {
    const storage = await loopback(({ headers }) => ({
      status: headers.range ? 206 : 200,
      headers: { 'content-type': 'video/mp4', 'content-range': 'bytes 2-3/9', 'accept-ranges': 'bytes' },
      body: headers.range ? 'de' : 'the video',
    }));
    const vendor = await loopback(() => ({ status: 302, headers: { location: `${storage.url}/signed?sig=1` } }));
    const { download } = createExchange({
      origins: [vendor.url],
      headers: { 'x-goog-api-key': 'the-vendor-key' },
    });
    const url = `${vendor.url}/files/x:download?alt=media`;
    const { adapter, calls } = inline({
      output: { pictures: [{ url }], note: vendor.url },
      more: { hiddenResults: { origins: [vendor.url], fetch: download } },
    });
    const { generate, load } = half(adapter, isDurable);
    const { pictures, note } = await generate();
    expect(JSON.stringify(pictures)).not.toContain(vendor.url);
    // The place of a result is one, also where it is told in a text of its own.
    expect(note).toContain('/results/1');
    const response = await load(pictures[0]?.url ?? '');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'video/mp4',
      'the video',
    ]);
    const part = await load(pictures[0]?.url ?? '', 'ada', { range: 'bytes=2-3' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-3/9', 'de']);
    expect(vendor.heard.map(({ headers }) => headers['x-goog-api-key'])).toEqual(['the-vendor-key', 'the-vendor-key']);
    expect(storage.heard.map(({ headers }) => headers['x-goog-api-key'])).toEqual([undefined, undefined]);
    expect(storage.heard.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=2-3']);
    expect(calls.submit).toBe(1);
  });

  it('that the vendor refuses are told as a failure, without its words', async () => {
    const vendor = await loopback(() => ({ status: 403, body: '{"error":"account 41 may not"}' }));
    const { download } = createExchange({ origins: [vendor.url], headers: { 'x-key': 'the-vendor-key' } });
    const { adapter } = inline({
      output: { pictures: [{ url: `${vendor.url}/x` }], note: '' },
      more: { hiddenResults: { origins: [vendor.url], fetch: download } },
    });
    const { generate, load } = half(adapter, isDurable);
    const response = await load((await generate()).pictures[0]?.url ?? '');
    expect([response.status, await response.text()]).toEqual([
      502,
      expect.not.stringMatching(/account 41|the-vendor-key/),
    ]);
  });

  it('that are no media are downloaded, and not opened', async () => {
    const vendor = await loopback(() => ({ headers: { 'content-type': 'text/html' }, body: '<script>1</script>' }));
    const { download } = createExchange({ origins: [vendor.url] });
    const { adapter } = inline({
      output: { pictures: [{ url: `${vendor.url}/x` }], note: '' },
      more: { hiddenResults: { origins: [vendor.url], fetch: download } },
    });
    const { generate, load } = half(adapter, isDurable);
    const { headers } = await load((await generate()).pictures[0]?.url ?? '');
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      'attachment',
    ]);
  });
});

describe('a row of the durable half', () => {
  it('has no bytes in it', async () => {
    const { generate, store } = half(inline({ reads: 1 }).adapter, true);
    const [{ url } = expect.unreachable()] = (await generate()).pictures;
    const row = await store.get(/jobs\/([\w-]+)/.exec(url)?.[1] ?? '');
    expect(row?.status).toBe('completed');
    expect(JSON.stringify(row)).not.toContain('base64');
  });
});

describe('previews through a relay', () => {
  const preview = toUrl(bytes.slice(0, 100));
  const drawing: Partial<Adapter> = {
    async *events(_: JobRef, { onOpen, signal }) {
      onOpen();
      yield { kind: 'pending', phase: 'running', previews: [{ url: preview, index: 0 }] };
      await new Promise(resolve => signal.addEventListener('abort', resolve));
    },
    stream: { tells: 'states' },
  };

  it('are urls of the server, for their own user', async () => {
    const { page, load } = half(inline({ reads: 1_000, more: drawing }).adapter, false);
    const remote = page('ada');
    const { signal } = new AbortController();
    const { job } = await remote.submit({ prompt: 'a' }, { signal, idempotencyKey: 'key-1' });
    const ignore = () => undefined;
    const call = { signal, onOpen: ignore, onAlive: ignore, onId: ignore, onRetry: ignore };
    const updates = remote.events?.(job, call) ?? expect.unreachable();
    let url = '';
    for await (const update of updates) {
      expect(JSON.stringify(update)).not.toContain('base64');
      if (update.kind === 'pending' && update.previews) {
        expect(update.previews).toEqual([{ url: expect.stringContaining('/previews/'), index: 0 }]);
        url = update.previews[0]?.url ?? '';
        break;
      }
    }
    const response = await load(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(await contentOf(response)).toEqual(bytes.slice(0, 100));
    expect((await load(url, 'bob')).status).toBe(404);
    expect((await load(url.replace(/previews\/\w/, 'previews/_'))).status).toBe(404);
  });
});

it('an update of a stream is no event of megabytes', async () => {
  // The server of the vendor tells the end by its stream, with the picture in it.
  const vendor = await loopback(() => stream([`data: ${JSON.stringify({ url: toUrl(bytes) })}\n\n`], 'open'));
  const { events } = createExchange({});
  const { adapter } = inline({
    reads: 1_000,
    more: {
      async *events(job, call) {
        for await (const { members } of events({ ...call, job, url: vendor.url }))
          yield { kind: 'succeeded', output: members };
      },
      stream: { tells: 'states' },
    },
  });
  const { page } = half(adapter, false);
  const remote = page('ada');
  const { signal } = new AbortController();
  const { job } = await remote.submit({}, { signal, idempotencyKey: 'key-1' });
  const { id, sealed } = job as JobRef & { readonly sealed: string };
  const { handle } = half(adapter, false);
  const response = await handle(
    new Request(`${base}/jobs/${id}/events`, { headers: { 'generation-job': sealed, authorization: 'Bearer ada' } }),
  );
  const text = await response.text();
  expect(text).toContain('/results/0?job=');
  expect(text).not.toContain('base64');
});
