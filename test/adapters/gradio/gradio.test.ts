import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type GradioOptions, gradio } from 'generation-lifecycle/adapters/gradio';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';
import { completed, config, eventId, failed, info, message, picture } from './app.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const token = 'hf_token-of-the-test';
const job: JobRef = { id: eventId, sessionHash: 's/1', fnIndex: 5, apiPrefix: '/gradio_api' };
const wish = ['a lighthouse', 4] as const;

type Path = { readonly method: string; readonly path: string };

/** What an app answers by itself. */
const healthy = ({ path }: Path): Answer => {
  if (path === '/config') return json(config);
  if (path === '/gradio_api/info') return json(info);
  return json(
    path === '/gradio_api/upload' ? ['/tmp/gradio/1/fog.png', '/tmp/gradio/2/file.jpeg'] : { event_id: eventId },
  );
};

async function at(answer: (asked: Path) => Answer | undefined, options: Partial<GradioOptions> = {}) {
  const { url, heard } = await loopback(asked => answer(asked) ?? healthy(asked));
  return { adapter: gradio<readonly unknown[] | object>({ app: url, endpoint: '/generate', ...options }), url, heard };
}
const answering = (path: string, answer: Answer, options: Partial<GradioOptions> = {}) =>
  at(asked => (asked.path === path ? answer : undefined), options);

async function follow(...messages: readonly string[]) {
  const { adapter, url, heard } = await at(() => stream(messages));
  const updates: JobUpdate<unknown>[] = await collect(
    adapter.events(job, { ...call, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} }),
  );
  return { updates, url, heard };
}
const told = async (...messages: readonly string[]) => (await follow(...messages)).updates;

/** What a `fetch` of ours is asked for, and with which token. */
async function sent(options: GradioOptions) {
  const asked: [url: string, authorization: string | null][] = [];
  const adapter = gradio({
    ...options,
    fetch: async (url, init) => {
      asked.push([url, new Headers(init.headers).get('authorization')]);
      return Response.json(url.endsWith('/config') ? config : { event_id: eventId });
    },
  });
  await adapter.submit(wish, submitCall);
  return asked;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('the app', () => {
  it.each([
    ['black-forest-labs/FLUX.1_dev', 'https://black-forest-labs-flux-1-dev.hf.space'],
    ['https://me-app.hf.space/', 'https://me-app.hf.space'],
    ['http://127.0.0.1:7860/studio', 'http://127.0.0.1:7860/studio'],
  ])('%s is at %s', async (app, base) => {
    expect((await sent({ app, endpoint: 'generate' })).map(([url]) => url)).toEqual([
      `${base}/config`,
      `${base}/gradio_api/queue/join`,
    ]);
    expect(gradio({ app, endpoint: 5 }).origin).toBe(base);
  });

  it.each(['lighthouse', '', 'javascript:alert(1)', 'a/b/c', '../etc/passwd'])('refuses %s as its name', app => {
    expect(() => gradio({ app, endpoint: '/generate' })).toThrow('Pass owner/name, or the URL that shows the app.');
  });

  it('refuses an endpoint that is none, and an option that does not exist', () => {
    expect(() => gradio({ app: 'a/b', endpoint: '' })).toThrow(
      'Pass its api_name, such as /generate, or its fn_index.',
    );
    expect(() => gradio({ app: 'a/b', endpoint: 1, apiKey: 'x' } as never)).toThrow('no option "apiKey"');
  });

  it('is asked with a token of the environment only if it is a Space', async () => {
    vi.stubEnv('HF_TOKEN', token);
    const headers = (asked: Awaited<ReturnType<typeof sent>>) => asked.map(([, authorization]) => authorization);
    expect(headers(await sent({ app: 'me/app', endpoint: 5 }))).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
    for (const app of ['https://hf.space.evil.test', 'http://me-app.hf.space', 'http://127.0.0.1:7860'])
      expect(headers(await sent({ app, endpoint: 5 }))).toEqual([null, null]);
    expect(headers(await sent({ app: 'https://app.test', endpoint: 5, token }))[1]).toBe(`Bearer ${token}`);
  });

  it('needs no token, and takes none in a page that everybody can read', async () => {
    vi.stubEnv('HF_TOKEN', '');
    expect((await sent({ app: 'me/app', endpoint: 5 }))[1]?.[1]).toBeNull();
    vi.stubGlobal('document', {});
    await gradio({ app: 'me/app', endpoint: 5 }).check();
    await expect(gradio({ app: 'me/app', endpoint: 5, token }).check()).rejects.toMatchObject({ code: 'unauthorized' });
    await gradio({ app: 'me/app', endpoint: 5, token, dangerouslyAllowBrowser: true }).check();
  });
});

describe('a submit', () => {
  it('joins the queue once, in a session of its own', async () => {
    const { adapter, heard } = await at(() => undefined);
    const first = await adapter.submit(wish, submitCall);
    const second = await adapter.submit(wish, submitCall);
    expect(heard.map(({ method, path }) => `${method} ${path}`).slice(0, 2)).toEqual([
      'GET /config',
      'POST /gradio_api/queue/join',
    ]);
    expect(heard).toHaveLength(4);
    const { sessionHash } = first.job;
    expect(JSON.parse(heard[1]?.body ?? '')).toEqual({
      // The app keeps the one in the middle by itself.
      data: ['a lighthouse', null, 4],
      fn_index: 5,
      session_hash: sessionHash,
      event_data: null,
      trigger_id: null,
    });
    expect(first).toEqual({
      job: { id: eventId, sessionHash: expect.stringMatching(/^[\w-]{36}$/), fnIndex: 5, apiPrefix: '/gradio_api' },
      update: { kind: 'pending', phase: 'queued' },
    });
    expect(second.job['sessionHash']).not.toBe(sessionHash);
  });

  it('finds the function by its number, and an app before Gradio 5 by no prefix', async () => {
    const older = { dependencies: [{ api_name: 'predict' }, { api_name: 'generate' }], protocol: 'sse_v2' };
    for (const endpoint of [1, 'generate', '/generate']) {
      const { adapter, heard } = await answering('/config', json(older), { endpoint });
      expect((await adapter.submit(['fog'], submitCall)).job).toMatchObject({ fnIndex: 1, apiPrefix: '' });
      expect(heard[1]?.path).toBe('/queue/join');
    }
  });

  it('puts named arguments into their order, with the defaults of the app', async () => {
    const { adapter, heard } = await at(() => undefined);
    await adapter.submit({ prompt: 'fog' }, submitCall);
    expect(JSON.parse(heard[2]?.body ?? '')).toMatchObject({ data: ['fog', null, 4] });
    await adapter.submit({ steps: 0, prompt: '' }, submitCall);
    expect(JSON.parse(heard[5]?.body ?? '')).toMatchObject({ data: ['', null, 0] });
  });

  it.each([
    ['a name that is none', { prompt: 'fog', seeds: 1 }, {}, 'no parameter seeds, but prompt, steps'],
    ['a name that is missing', { steps: 1 }, {}, 'the parameter prompt is missing'],
    ['an endpoint that is none', wish, { endpoint: '/paint' }, 'no endpoint /paint, but /generate, /clear'],
    ['a function beside the queue', [], { endpoint: '/clear' }, 'does not use its queue'],
  ])('with %s sends nothing that is paid', async (_, input, options, words) => {
    const { adapter, heard } = await at(() => undefined, options);
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({
      failure: { code: 'bad-input', charged: 'no', message: expect.stringContaining(words) },
    });
    expect(heard.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([
    ['that sleeps', { status: 503, body: '<html>sleeping' }, 'busy', 'sleeps, starts or is being built'],
    ['that is a page', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'invalid-response', 'sleeps'],
    ['that is private', json({ error: 'Not found' }, 404), 'not-found', 'A private Space needs the option token'],
    ['that wants a token', json({}, 401), 'unauthorized', 'the environment variable HF_TOKEN'],
    ['of Gradio 3', json({ ...config, protocol: 'ws' }), 'bad-input', 'a version of Gradio before 4'],
  ])('to an app %s says so, and that nothing is paid', async (_, answer, code, words) => {
    const { adapter, heard } = await answering('/config', answer);
    const error = await rejection(adapter.submit(wish, submitCall));
    expect(error).toMatchObject({ failure: { code, charged: 'no', message: expect.stringContaining(words) } });
    expect(heard).toHaveLength(1);
  });

  it('to an app that is gone is told as not paid', async () => {
    const { adapter } = await answering('/config', response => response.socket?.resetAndDestroy());
    expect(await rejection(adapter.submit(wish, submitCall))).toMatchObject({
      failure: { code: 'network', charged: 'no', retryable: true },
    });
  });

  it('whose answer is lost may be paid', async () => {
    const { adapter, heard } = await answering('/gradio_api/queue/join', response =>
      response.socket?.resetAndDestroy(),
    );
    expect(await rejection(adapter.submit(wish, submitCall))).toMatchObject({
      failure: { code: 'network', charged: 'maybe' },
    });
    expect(heard).toHaveLength(2);
  });

  it('that finds the queue full is refused and free', async () => {
    const full = json({ detail: 'Queue is full. Max size is 20 and size is 20.' }, 503);
    const { adapter } = await answering('/gradio_api/queue/join', full);
    expect(await rejection(adapter.submit(wish, submitCall))).toMatchObject({
      failure: { code: 'busy', charged: 'no' },
    });
  });

  it('uploads its files in one request first, wherever they are', async () => {
    const { adapter, heard } = await at(() => undefined);
    const fog = new File(['fog'], 'fog.png', { type: 'image/png' });
    const photo = new Blob(['photo'], { type: 'image/jpeg' });
    await adapter.submit(['a lighthouse', [{ image: fog, caption: 'x' }, photo]], submitCall);
    expect(heard.map(({ path }) => path)).toEqual(['/config', '/gradio_api/upload', '/gradio_api/queue/join']);
    expect(heard[1]?.body).toContain('name="files"; filename="fog.png"');
    expect(heard[1]?.body).toContain('name="files"; filename="file.jpeg"');
    const meta = { _type: 'gradio.FileData' };
    expect(JSON.parse(heard[2]?.body ?? '').data[2]).toEqual([
      {
        image: { path: '/tmp/gradio/1/fog.png', orig_name: 'fog.png', size: 3, mime_type: 'image/png', meta },
        caption: 'x',
      },
      { path: '/tmp/gradio/2/file.jpeg', orig_name: 'file.jpeg', size: 5, mime_type: 'image/jpeg', meta },
    ]);
  });

  it.each([[json(['/tmp/a'])], [json({ files: [] })], [json({ detail: 'too large' }, 413)]])(
    'whose files are not taken is not paid: %j',
    async answer => {
      const { adapter, heard } = await answering('/gradio_api/upload', answer);
      const error = await rejection(adapter.submit([new Blob(['a']), new Blob(['b'])], submitCall));
      expect(error).toMatchObject({ failure: { charged: 'no' } });
      expect(heard).toHaveLength(2);
    },
  );
});

describe('the stream', () => {
  it('is the one of the session', async () => {
    const { heard } = await follow();
    expect(heard.map(({ path }) => path)).toEqual(['/gradio_api/queue/data?session_hash=s%2F1']);
  });

  it('tells the place in the queue, and when the result is expected', async () => {
    expect(await told(message('estimation', { rank: 2, queue_size: 3, rank_eta: 12.5 }))).toEqual([
      { kind: 'pending', phase: 'queued', backendPosition: 2, etaMs: 12_500 },
    ]);
    expect(await told(message('estimation', { rank: null, queue_size: 0, rank_eta: null }))).toEqual([
      { kind: 'pending', phase: 'queued' },
    ]);
    expect(await told(message('process_starts', { eta: 4 }))).toEqual([
      { kind: 'pending', phase: 'running', etaMs: 4_000 },
    ]);
  });

  it.each([
    [[{ index: 3, length: 12, unit: 'steps', desc: 'Denoising' }], 0.25, 'Denoising 3/12 steps'],
    [[{ index: null, length: null, progress: 0.5, desc: 'Loading' }], 0.5, 'Loading'],
    // One half of the second of four.
    [
      [
        { index: 1, length: 4, unit: 'pictures' },
        { index: 5, length: 10, unit: 'steps' },
      ],
      0.375,
      '5/10 steps',
    ],
    [[{ index: 7, length: 5, unit: 'it' }], 1, '7/5 it'],
  ])('tells the progress: %j', async (progress_data, progress, words) => {
    expect(await told(message('progress', { progress_data }))).toEqual([
      { kind: 'pending', phase: 'running', progress, message: words },
    ]);
  });

  it('tells no progress where there is none', async () => {
    expect(await told(message('progress', { progress_data: [{ index: 3, length: null, unit: 'it' }] }))).toEqual([
      { kind: 'pending', phase: 'running' },
    ]);
    expect(await told(message('progress', {}))).toEqual([{ kind: 'pending', phase: 'running' }]);
  });

  it('tells the words of the app', async () => {
    expect(await told(message('log', { log: 'Warming\nup', level: 'info' }))).toEqual([
      { kind: 'pending', message: 'Warming up' },
    ]);
  });

  it('ends with the outputs of the function, and their files at the address of the app', async () => {
    const { updates, url } = await follow(completed([picture, 41]), message('estimation', { rank: 0 }));
    const file = { ...picture, url: `${url}/gradio_api/file=/tmp/gradio/a%20b/image.webp` };
    expect(updates[0]).toEqual({ kind: 'succeeded', output: { data: [file, 41] }, durationMs: 2_500 });
  });

  it('gives no URL of another origin for a file', async () => {
    const far = { ...picture, url: 'https://evil.test/a.png', path: 'https://cdn.test/a.png' };
    const { updates, url } = await follow(completed([[{ image: far, caption: null }], { url: 'https://text.test' }]));
    const files = `${url}/gradio_api/file=`;
    expect(updates[0]).toMatchObject({
      output: {
        data: [
          [{ image: { url: `${files}https%3A//cdn.test/a.png` }, caption: null }],
          // It is no file, but something that the function says.
          { url: 'https://text.test' },
        ],
      },
    });
  });

  it('leaves the URLs that the app gives as they are', async () => {
    const { adapter, url } = await at(({ path }) =>
      path.includes('queue/data')
        ? stream([completed([{ ...picture, url: `${given}/gradio_api/file=/x.webp?v=1` }])])
        : undefined,
    );
    const given = url;
    const [update] = await collect(
      adapter.events(job, { ...call, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} }),
    );
    expect(update).toMatchObject({ output: { data: [{ url: `${url}/gradio_api/file=/x.webp?v=1` }] } });
  });

  it('shows what a generator yields: first the whole, then what changes in it', async () => {
    const yielded = (value: unknown) =>
      message('process_generating', { success: true, output: { data: [value, 'text'] } });
    const { updates, url } = await follow(
      yielded([picture]),
      yielded([
        ['replace', [0, 'path'], '/tmp/b.png'],
        ['append', [0, 'orig_name'], 'x'],
      ]),
      yielded([['add', [1], { ...picture, path: '/tmp/c.png' }]]),
      yielded([['delete', [0], null]]),
      yielded([['replace', [], { ...picture, path: '/tmp/d.mp4', mime_type: 'video/mp4' }]]),
      yielded([
        ['replace', ['__proto__', 'polluted'], true],
        ['replace', ['a', 'b'], 1],
      ]),
    );
    const file = `${url}/gradio_api/file=/tmp`;
    expect(
      updates.map(update => (update.kind === 'pending' ? update.previews?.map(each => each.url) : update)),
    ).toEqual([
      [`${file}/gradio/a%20b/image.webp`],
      [`${file}/b.png`],
      [`${file}/b.png`, `${file}/c.png`],
      [`${file}/c.png`],
      undefined,
      undefined,
    ]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('tells a failure in the words of the app, without claiming that it is free', async () => {
    expect(await told(failed('You have exceeded your GPU quota (60s requested vs. 0s left).'))).toMatchObject([
      {
        kind: 'failed',
        failure: {
          code: 'job-failed',
          charged: 'maybe',
          message: `Job ${eventId} failed: You have exceeded your GPU quota (60s requested vs. 0s left). Submit again to start a new job.`,
        },
      },
    ]);
    expect(await told(failed('No GPU was available after 60s'))).toMatchObject([{ failure: { charged: 'maybe' } }]);
    expect(await told(failed('The prompt was flagged by the safety checker'))).toMatchObject([
      { failure: { code: 'moderated', retryable: false } },
    ]);
  });

  it('tells a failure without a reason in a plain sentence', async () => {
    for (const error of [null, undefined, '', 'Error']) {
      expect(await told(failed(error))).toMatchObject([
        { failure: { message: `Job ${eventId} failed: the backend gave no reason. Submit again to start a new job.` } },
      ]);
    }
    const titled = message('process_completed', { success: false, title: 'Too long', output: { error: null } });
    expect(await told(titled)).toMatchObject([{ failure: { message: expect.stringContaining('failed: Too long.') } }]);
  });

  it.each([
    [message('process_completed', { success: true, output: { error: 'out of memory' } }), 'failed'],
    [message('process_completed', { success: true, output: {} }), 'cancelled'],
    [message('server_stopped'), 'failed'],
    [message('unexpected_error', { message: 'KeyError', success: false }), 'failed'],
  ])('ends with %s', async (said, kind) => {
    const [update] = await told(said);
    expect(update).toMatchObject({ kind });
    if (update?.kind === 'failed') expect(update.failure).toMatchObject({ code: 'job-failed', charged: 'maybe' });
  });

  it('says that a full queue has cost nothing', async () => {
    expect(await told(message('queue_full'))).toMatchObject([
      { failure: { code: 'busy', charged: 'no', message: expect.stringContaining('Submit again later.') } },
    ]);
  });

  it.each([
    ['its session is gone', message('unexpected_error', { message: 'Session not found.', session_not_found: true })],
    ['its session is gone, as older apps say it', message('unexpected_error', { message: '404: Session not found.' })],
    ['it is closed', message('close_stream')],
  ])('ends without an outcome where %s', async (_, said) => {
    expect(await told(said, message('estimation', { rank: 0 }))).toEqual([]);
  });

  it('passes over what is about another job, or unknown', async () => {
    const other = completed([picture]).replace(eventId, 'another');
    const updates = await told(other, message('heartbeat'), message('process_teleporting'), 'data: oops\n\n');
    expect(updates).toEqual(Array.from({ length: 4 }, () => ({ kind: 'ignored' })));
  });
});

describe('a read', () => {
  it('says nothing, and asks nobody', async () => {
    const { adapter, heard } = await at(() => undefined);
    expect(await adapter.read(job, call)).toEqual({ kind: 'ignored' });
    expect(heard).toEqual([]);
  });
});

describe('a cancel', () => {
  it('names the job, its session and its function', async () => {
    const { adapter, heard } = await answering('/gradio_api/cancel', json({ success: true }));
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'cancelled' });
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', path: '/gradio_api/cancel' });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ event_id: eventId, session_hash: 's/1', fn_index: 5 });
  });

  it('of an app that has none leaves the job', async () => {
    const { adapter } = await answering('/gradio_api/cancel', json({ detail: 'Not Found' }, 404));
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'cancelled', stopped: false });
  });

  it('that the app does not confirm has stopped nothing', async () => {
    const { adapter } = await answering('/gradio_api/cancel', json({ success: false }));
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'changed' });
  });
});

describe('a job that comes back from a page', () => {
  it.each(['@evil.test', '/../../admin', '//evil.test/api', '.evil.test'])(
    'leads nowhere else: %s',
    async apiPrefix => {
      const asked: string[] = [];
      const adapter = gradio({
        app: 'https://app.test',
        endpoint: 5,
        token,
        fetch: async url => {
          asked.push(new URL(url).origin);
          return Response.json({ success: true });
        },
      });
      await adapter.cancel({ ...job, apiPrefix }, call).catch(() => undefined);
      expect(asked.every(origin => origin === 'https://app.test')).toBe(true);
    },
  );
});
