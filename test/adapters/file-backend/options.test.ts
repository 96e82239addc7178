import type { JobRef } from 'generation-lifecycle';
import { type FileBackendOptions, fileBackend, fileChannels } from 'generation-lifecycle/adapters';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const job: JobRef = { id: 'f1', kind: 'image', request: { prompt: 'dunes' } };
const input = { prompt: 'dunes' };
type Options = Omit<FileBackendOptions<'image'>, 'kind' | 'baseUrl'>;

async function backend(answer: Answer, options: Options = {}) {
  const { url: baseUrl, heard } = await loopback(() => answer);
  return { adapter: fileBackend({ kind: 'image', baseUrl, ...options }), heard, baseUrl };
}
const accepted = json({ success: true, fileId: 'f1' });

/** What a page at this address sees. */
const onPage = (href: string) => {
  const { origin } = new URL(href);
  vi.stubGlobal('location', { href, origin });
};
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('A15: a baseUrl', () => {
  it.each([
    'https://bob:s3cret@a.test',
    'https://bob@a.test/x',
    '//bob:s3cret@a.test',
    'https://a.test?key=s3cret',
    '/b#s3cret',
    'http://[',
  ])('A15: is refused where it is made, and not quoted: %s', baseUrl => {
    for (const make of [() => fileBackend({ kind: 'image', baseUrl }), () => fileChannels({ baseUrl })]) {
      expect(make).toThrow(TypeError);
      expect(make).not.toThrow(/bob|s3cret/);
      expect(make).toThrow(/^The baseUrl of file\w+\(\)/);
    }
  });

  it('A15: of another shape than text is refused, too', () => {
    const options = JSON.parse('{"kind":"image","baseUrl":7}');
    expect(() => fileBackend(options)).toThrow(TypeError);
  });

  it.each(['https://a.test', 'https://a.test/b/', '/b', '', 'b', 'https://a.test:8443/x@y'])(
    'A15: may be %j',
    baseUrl => {
      expect(() => fileBackend({ kind: 'image', baseUrl })).not.toThrow();
    },
  );
});

describe('a kind that the backend does not generate', () => {
  it.each([
    ['audio', '"audio"'],
    [7, 'a value of type number'],
    [undefined, 'a value of type undefined'],
  ])('is refused where the adapter is made: %j', (kind, found) => {
    // What plain JavaScript may pass.
    expect(() => fileBackend(Object.assign({ kind: 'image' as const }, { kind }))).toThrow(
      new TypeError(
        `The option kind of fileBackend() must be image or video. It is ${found}. For another API, such as one for audio, describe it to restBackend().`,
      ),
    );
  });
});

describe('A15: a redirect of a submit', () => {
  it.each([
    { status: 301, charged: 'maybe' },
    { status: 302, charged: 'maybe' },
    { status: 303, charged: 'maybe' },
    { status: 307, charged: 'no' },
    { status: 308, charged: 'no' },
  ])('A15: is not followed with a second POST: $status', async ({ status, charged }) => {
    const elsewhere = await loopback(() => accepted);
    const { adapter, heard } = await backend({ status, headers: { location: elsewhere.url } });
    const error = await rejection(adapter.submit(input, { signal, idempotencyKey: 'key-1' }));
    expect(error).toMatchObject({ code: 'invalid-response', failure: { charged, status, retryable: false } });
    expect(error).toHaveProperty('message', expect.stringContaining('a second time'));
    expect(heard).toHaveLength(1);
    expect(elsewhere.heard).toEqual([]);
  });

  it('A15: may be charged where a browser does not tell its status', async () => {
    const fetch = async () => Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
    const { adapter } = await backend(accepted, { fetch });
    const error = await rejection(adapter.submit(input, { signal, idempotencyKey: 'key-1' }));
    expect(error).toMatchObject({ code: 'invalid-response', failure: { charged: 'maybe', status: undefined } });
  });
});

describe('S23: a relative url of a result', () => {
  it.each<{ baseUrl: string | undefined; page: string; path: string; shown: string }>([
    {
      baseUrl: undefined,
      page: 'https://a.test/gallery/42/edit',
      path: 'media/1.png',
      shown: 'https://a.test/media/1.png',
    },
    { baseUrl: undefined, page: 'https://a.test/gallery/', path: './1.png?x=1', shown: 'https://a.test/1.png?x=1' },
    { baseUrl: undefined, page: 'https://a.test/x', path: '/media/1.png', shown: 'https://a.test/media/1.png' },
    { baseUrl: undefined, page: 'https://a.test/x', path: '//cdn.test/1.png', shown: 'https://cdn.test/1.png' },
    { baseUrl: '/b', page: 'https://a.test/gallery/42', path: 'media/1.png', shown: 'https://a.test/b/media/1.png' },
    { baseUrl: 'b', page: 'https://a.test/gallery/42', path: 'media/1.png', shown: 'https://a.test/b/media/1.png' },
    {
      baseUrl: 'https://b.test/v1',
      page: 'https://a.test/x/y',
      path: 'media/1.png',
      shown: 'https://b.test/v1/media/1.png',
    },
    {
      baseUrl: 'https://b.test/v1/',
      page: 'https://a.test/x/y',
      path: '/media/1.png',
      shown: 'https://b.test/media/1.png',
    },
    { baseUrl: 'https://b.test', page: 'https://a.test/x/y', path: 'media/1.png', shown: 'https://b.test/media/1.png' },
  ])('S23: is $shown for $path with the baseUrl $baseUrl on $page', async ({ baseUrl, page, path, shown }) => {
    onPage(page);
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({ id: 'f1', url: path, thumbnail_url: path, tasks: [] });
    };
    const update = await fileBackend({ kind: 'image', baseUrl, fetch }).read(job, { signal });
    expect(update).toMatchObject({ output: { files: [{ url: shown, thumbnailUrl: shown }] } });
    // Requests go to the same place.
    expect(asked).toEqual([
      new URL('api/file/f1', new URL(`${baseUrl?.replace(/\/$/, '') ?? ''}/`, new URL(page).origin)).href,
    ]);
  });
});

describe('the origin of a file backend', () => {
  it.each([
    ['https://a.test', 'https://a.test'],
    ['https://A.test:443/', 'https://a.test'],
    ['https://a.test/v1//', 'https://a.test/v1'],
    ['/b', 'https://page.test/b'],
    [undefined, 'https://page.test'],
  ])('M6: of the baseUrl %j is %s', (baseUrl, expected) => {
    onPage('https://page.test/gallery/42');
    const { origin } = fileBackend({ kind: 'image', baseUrl });
    expect(typeof origin === 'function' ? origin() : origin).toBe(expected);
  });
});

describe('A11: an idempotency key in a header', () => {
  const keys = ['key-1', 'a%20b', 'a b', '日本語', 'é', 'x\ny', '%', '', '\ud800', '\udc00', '🎨', '"a,b;c"'];

  it.each([
    ['key-1', 'key-1'],
    ['日本語', '%E6%97%A5%E6%9C%AC%E8%AA%9E'],
    ['é', '%C3%A9'],
    ['a b', 'a%20b'],
    ['a%20b', 'a%2520b'],
    ['x\r\ny: z', 'x%0D%0Ay%3A%20z'],
  ])('A11: of %j is %s', async (idempotencyKey, sent) => {
    const { adapter, heard } = await backend(accepted);
    await adapter.submit(input, { signal, idempotencyKey });
    expect(heard[0]?.headers['idempotency-key']).toBe(sent);
  });

  it('A11: is another one for each key, and the same each time', async () => {
    const { adapter, heard } = await backend(accepted);
    const named = keys.filter(key => key !== '');
    for (const idempotencyKey of [...named, ...named]) await adapter.submit(input, { signal, idempotencyKey });
    const sent = heard.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(sent).size).toBe(named.length);
    expect(sent.slice(named.length)).toEqual(sent.slice(0, named.length));
  });
});

describe('S21: the header with the key', () => {
  it.each<{ title: string; page: string | undefined; options: Options; sent: string | undefined }>([
    { title: 'outside a page', page: undefined, options: {}, sent: 'idempotency-key' },
    { title: 'on the same origin', page: 'same', options: {}, sent: 'idempotency-key' },
    { title: 'on another origin', page: 'https://a.test/', options: {}, sent: undefined },
    {
      title: 'on another origin that replays keys',
      page: 'https://a.test/',
      options: { idempotentSubmit: 'replays' },
      sent: 'idempotency-key',
    },
    {
      title: 'on another origin that knows keys',
      page: 'https://a.test/',
      options: { canFindByKey: true },
      sent: 'idempotency-key',
    },
    {
      title: 'on another origin that replays keys, said as true',
      page: 'https://a.test/',
      options: { idempotentSubmit: true },
      sent: 'idempotency-key',
    },
    {
      title: 'on another origin that charges each submit',
      page: 'https://a.test/',
      options: { idempotentSubmit: false },
      sent: undefined,
    },
    { title: 'under another name', page: 'https://a.test/', options: { idempotencyHeader: 'X-Key' }, sent: 'x-key' },
    { title: 'switched off', page: undefined, options: { idempotencyHeader: false }, sent: undefined },
  ])('S21: is sent as $sent $title', async ({ page, options, sent }) => {
    const { adapter, heard, baseUrl } = await backend(accepted, options);
    if (page) onPage(page === 'same' ? `${baseUrl}/gallery` : page);
    await adapter.submit(input, { signal, idempotencyKey: 'key-1' });
    const { headers } = heard[0] ?? expect.unreachable();
    expect(Object.entries(headers).find(([, value]) => value === 'key-1')?.[0]).toBe(sent);
  });

  it('S21: is named where it may be the reason of a failure, and the POST is not repeated', async () => {
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      throw new TypeError('Failed to fetch');
    };
    onPage('https://a.test/');
    const adapter = fileBackend({ kind: 'image', baseUrl: 'https://b.test', fetch, idempotentSubmit: 'replays' });
    const error = await rejection(adapter.submit(input, { signal, idempotencyKey: 'key-1' }));
    expect(error).toMatchObject({
      failure: { code: 'network', charged: 'maybe' },
      message:
        'The submit with idempotency key key-1 failed: the connection to the backend broke. The job may be running and may have been charged: check at the backend before you submit again. If the console of the browser names CORS, nothing was sent: let the backend allow the header Idempotency-Key, or set idempotencyHeader to false.',
    });
    expect(sent).toBe(1);
  });

  it.each<{ options: object; words: string }>([
    { options: { idempotencyHeader: false, idempotentSubmit: 'replays' }, words: 'contradict' },
    { options: { idempotencyHeader: false, canFindByKey: true }, words: 'contradict' },
    { options: { idempotencyHeader: 'not a name' }, words: 'idempotencyHeader' },
    { options: { idempotencyHeader: '' }, words: 'idempotencyHeader' },
    { options: { idempotentSubmit: 'replay' }, words: 'idempotentSubmit' },
  ])('S21: cannot be set so that a key has no effect: $options', ({ options, words }) => {
    expect(() => fileBackend({ kind: 'image', ...options })).toThrow(TypeError);
    expect(() => fileBackend({ kind: 'image', ...options })).toThrow(words);
  });

  it('passes on what the backend does with keys', () => {
    const plain = fileBackend({ kind: 'image' });
    expect(plain).not.toHaveProperty('idempotentSubmit');
    const adapter = fileBackend({ kind: 'image', idempotentSubmit: 'rejects', idempotencyWindowMs: 60_000 });
    expect(adapter).toMatchObject({ idempotentSubmit: 'rejects', idempotencyWindowMs: 60_000 });
  });

  it('takes true for replays, as the port does, and false for nothing', () => {
    expect(fileBackend({ kind: 'image', idempotentSubmit: true })).toMatchObject({ idempotentSubmit: true });
    expect(fileBackend({ kind: 'image', idempotentSubmit: false })).not.toHaveProperty('idempotentSubmit');
    expect(() => fileBackend({ kind: 'image', idempotentSubmit: true, idempotencyHeader: false })).toThrow(TypeError);
  });
});

describe('a cancel', () => {
  const cancelling = async (answer: Answer, what = job) => {
    const { adapter, heard } = await backend(answer, { canCancel: true });
    return { outcome: adapter.cancel?.(what, { signal }) ?? expect.unreachable(), heard };
  };

  it('is only there if the backend has it', () => {
    expect(fileBackend({ kind: 'image' })).not.toHaveProperty('cancel');
    expect(fileBackend({ kind: 'image', canCancel: false })).not.toHaveProperty('cancel');
  });

  it.each<{ title: string; answer: Answer; outcome: object }>([
    { title: 'accepted without a word', answer: { status: 202 }, outcome: { kind: 'changed' } },
    { title: 'answered without a word', answer: { status: 204 }, outcome: { kind: 'changed' } },
    { title: 'answered with words', answer: json({ success: true, message: 'OK' }), outcome: { kind: 'changed' } },
    { title: 'of a job that goes on', answer: json({ id: 'f1', url: null }), outcome: { kind: 'changed' } },
    {
      title: 'of a job that is done, and was asked for so',
      answer: json({ id: 'f1', url: 'https://a.test/1.png' }),
      outcome: { kind: 'succeeded', output: { files: [{ metadata: { prompt: 'dunes' } }] } },
    },
    {
      title: 'of a job that has stopped',
      answer: json({ id: 'f1', url: null, status: 'cancelled', charged: false }),
      outcome: { kind: 'cancelled', charged: 'no' },
    },
    {
      title: 'of a job that is done',
      answer: json({ id: 'f1', url: 'https://a.test/1.png' }),
      outcome: { kind: 'succeeded' },
    },
  ])('M1: $title says no more than that', async ({ answer, outcome }) => {
    const { outcome: said, heard } = await cancelling(answer);
    expect(await said).toMatchObject(outcome);
    expect(heard).toMatchObject([{ method: 'DELETE', path: '/api/file/f1' }]);
  });

  it.each<{ answer: Answer; code: string; retryAfterMs?: number }>([
    { answer: json({ error: 'Already completed' }, 400), code: 'bad-input' },
    { answer: { status: 404 }, code: 'not-found' },
    { answer: json({ error: 'It is done' }, 409), code: 'bad-input' },
    { answer: { status: 405 }, code: 'bad-input' },
    { answer: { status: 503, headers: { 'retry-after': '2' } }, code: 'network', retryAfterMs: 2_000 },
    { answer: json({ success: false, error: 'No' }), code: 'invalid-response' },
  ])(
    'M1: that is refused is an error of the command, and no outcome: $answer',
    async ({ answer, code, retryAfterMs }) => {
      const { outcome } = await cancelling(answer);
      expect(await rejection(outcome)).toMatchObject({
        failure: { code, resumable: true, retryable: false, charged: 'maybe', job },
        retryAfterMs,
        message: expect.stringMatching(/^The cancel of job f1 failed: /),
      });
    },
  );

  it('M1: of a batch is one for each of its files', async () => {
    const { outcome, heard } = await cancelling({ status: 204 }, { ...job, files: ['f1', 'f2'] });
    expect(await outcome).toEqual({ kind: 'changed' });
    expect(heard.map(({ path }) => path)).toEqual(['/api/file/f1', '/api/file/f2']);
  });
});

describe('a lookup by key', () => {
  const unknown = json({ success: false, error: 'No submit with this key' }, 404);
  const asking = async (answer: Answer, options: Options = { canFindByKey: true }) => {
    const { adapter, heard } = await backend(answer, options);
    return { adapter, heard };
  };

  it('is only there if the backend has it', async () => {
    const { adapter } = await asking(accepted, {});
    expect(adapter).not.toHaveProperty('find');
    expect(adapter).not.toHaveProperty('cancelByKey');
  });

  it('finds the job of a submit', async () => {
    const { adapter, heard } = await asking(json({ success: true, fileId: 'f1', url: 'https://a.test/1.png' }));
    expect(await adapter.find?.('日 1', { signal })).toMatchObject({
      job: { id: 'f1' },
      update: { kind: 'succeeded' },
    });
    expect(heard).toMatchObject([{ method: 'GET', path: '/api/generate/by-key/%25E6%2597%25A5%25201' }]);
    // Its path has the key: the header is that of a submit.
    expect(heard[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('knows no job only if the backend itself says so', async () => {
    expect(await (await asking(unknown)).adapter.find?.('key-1', { signal })).toBeUndefined();
    const others: Answer[] = [{ status: 404 }, json({ message: 'no Route matched' }, 404), { status: 503 }, json({})];
    const refusals = [json({ success: false, error: 'No' }), json({ error: 'Not yours', fileId: 'f1' }, 403)];
    for (const answer of [...others, ...refusals]) {
      const { adapter } = await asking(answer);
      expect(await rejection(adapter.find?.('key-1', { signal }) ?? expect.unreachable())).toHaveProperty('code');
    }
  });

  it('forbids a submit, or names the job that it has', async () => {
    const forbidden = await asking({ status: 204 });
    expect(await forbidden.adapter.cancelByKey?.('key-1', { signal })).toBeUndefined();
    expect(forbidden.heard).toMatchObject([{ method: 'DELETE', path: '/api/generate/by-key/key-1' }]);
    const started = await asking(accepted);
    expect(await started.adapter.cancelByKey?.('key-1', { signal })).toMatchObject({ job: { id: 'f1' } });
    const { adapter } = await asking(unknown);
    const error = await rejection(adapter.cancelByKey?.('key-1', { signal }) ?? expect.unreachable());
    expect(error).toMatchObject({ message: expect.stringMatching(/^The cancel by idempotency key key-1 failed: /) });
  });
});
