import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type Fetch, type FileOutput, fileBackend, type ImageInput } from 'generation-lifecycle/adapters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, rejection } from '../../support/loopback.js';
import { type Backend, type Faults, startBackend } from '../../support/studio-server.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: 10 });
});
afterAll(() => backend.close());

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const input: ImageInput = {
  prompt: 'dunes',
  resolution: { width: 64, height: 64 },
  seed: 7,
  chatId: 'image-generator-tool',
};
/** The adapter of jobs with these faults. They travel with the submit. */
function studio(faults: Faults, more: { readonly maxEventBytes?: number } = {}) {
  const fetch: Fetch = (url, init) => {
    const headers = new Headers(init.headers);
    if (init.method === 'POST') headers.set('x-studio-faults', JSON.stringify(faults));
    return globalThis.fetch(url, { ...init, headers });
  };
  return fileBackend({ kind: 'image', baseUrl: backend.url, fetch, ...more });
}

async function submitted(faults: Faults, what = input) {
  const adapter = studio(faults);
  const submission = await adapter.submit(what, { signal, idempotencyKey: 'key-1' });
  return { adapter, ...submission };
}

/**
 * Follows a job until it hears more than progress. The stream has to be open before the result comes: on a busy machine it
 * follows another job, which takes twice as long.
 */
async function followed(
  faults: Faults,
  renderMs = 400,
): Promise<{ job: JobRef; heard: JobUpdate<FileOutput>[]; news: unknown; read: JobUpdate<FileOutput> }> {
  const startedAt = performance.now();
  const { adapter, job } = await submitted({ renderMs, ...faults });
  const late = new AbortController();
  const onOpen = () => {
    if (performance.now() - startedAt >= renderMs) late.abort();
  };
  const heard: JobUpdate<FileOutput>[] = [];
  try {
    for await (const update of adapter.events?.(job, { ...quiet, signal: late.signal, onOpen }) ?? []) {
      heard.push(update);
      if (update.kind !== 'pending' && update.kind !== 'ignored') break;
    }
  } catch (error) {
    if (!late.signal.aborted) throw error;
    return followed(faults, renderMs * 2);
  }
  return { job, heard, news: heard.at(-1), read: await adapter.read(job, { signal }) };
}

const done = ({ id }: JobRef) => ({
  kind: 'succeeded',
  output: { files: [{ id, url: expect.stringMatching(/^http/), type: 'image' }], failed: [] },
});

describe('success', () => {
  it.concurrent.each([
    ['file', 'succeeded'],
    ['render_result', 'succeeded'],
    ['render_result_file_url', 'succeeded'],
    ['render_result_object', 'succeeded'],
    ['data', 'succeeded'],
    ['data_file_id', 'changed'],
    ['file_changed', 'changed'],
    ['task', 'changed'],
    ['task_status', 'changed'],
  ] as const)('told as %s is %s', async (resultForm, kind) => {
    const { job, news, read } = await followed({ resultForm });
    expect(news).toMatchObject(kind === 'changed' ? { kind } : done(job));
    expect(read).toMatchObject(done(job));
  });

  it.concurrent.each<Faults>([
    { objectForm: 'json-string' },
    { duplicateEvents: 2 },
    { foreignEvents: true, unknownEvents: true, brokenEvents: true, resultForm: 'render_result' },
    { rotatedUrl: true, resultForm: 'render_result' },
    { openWithFirstByte: true },
  ])('is heard with %j', async faults => {
    const { job, news } = await followed(faults);
    expect(news).toMatchObject(done(job));
  });

  it.concurrent.each(['0..100', '0..1-top-level'] as const)(
    'comes after progress on the scale %s',
    async progressScale => {
      const { heard } = await followed({ progressScale });
      const shares = heard.flatMap(update =>
        'progress' in update && update.progress !== undefined ? update.progress : [],
      );
      expect(shares.at(-1)).toBe(1);
      expect(shares.filter(share => share > 0 && share < 1)).not.toEqual([]);
    },
  );

  it.concurrent('has the metadata of the file, with that of the request behind it', async () => {
    const { read } = await followed({});
    const metadata = { prompt: 'dunes', width: 64, height: 64, seed: 7, model: 'studio-1' };
    expect(read).toMatchObject({ output: { files: [{ metadata }] } });
  });
});

describe('failure', () => {
  it.concurrent.each([
    ['task', 'failed'],
    ['error', 'changed'],
    ['error-data', 'changed'],
  ] as const)('told as %s is %s', async (errorForm, kind) => {
    const { job, news, read } = await followed({ errorForm, failTheJob: {} });
    expect(news).toMatchObject({ kind });
    expect(read).toMatchObject({ kind: 'failed', failure: { code: 'job-failed', job } });
  });
});

describe('a submit', () => {
  it.each([
    [{ body: 'json' }, { code: 'network', charged: 'maybe', status: 500 }],
    [
      { body: 'json', status: 401 },
      { code: 'unauthorized', charged: 'no' },
    ],
    [
      { body: 'json', status: 409 },
      { code: 'bad-input', charged: 'no' },
    ],
    [
      { body: 'json', status: 429 },
      { code: 'rate-limited', charged: 'no' },
    ],
    [{ body: 'html' }, { code: 'network', charged: 'maybe', status: 502 }],
    [
      { body: 'html', status: 200 },
      { code: 'invalid-response', charged: 'maybe' },
    ],
    [{ body: 'empty' }, { code: 'network', charged: 'maybe', status: 503 }],
    [{ body: 'detail' }, { code: 'bad-input', charged: 'no', status: 422 }],
    [{ body: 'needsReconnection' }, { code: 'unauthorized', details: { needsReconnection: true } }],
    [{ body: 'insufficientBalance' }, { code: 'payment-required', details: { requiredCredits: 12 } }],
    [{ body: 'successFalse200' }, { code: 'job-failed', charged: 'no', retryable: true }],
  ] as const)('that is refused with %j is told as %j', async (submitError, failure) => {
    expect(await rejection(submitted({ submitError }))).toMatchObject({ failure });
  });

  it.each<[Faults, string]>([
    [{ submitAnswerLost: true }, 'network'],
    [{ noFileId: true }, 'invalid-response'],
  ])('with %j may have been charged: %s', async (faults, code) => {
    expect(await rejection(submitted(faults))).toMatchObject({ code, failure: { charged: 'maybe' } });
  });

  it('that the backend finds wrong says what is', async () => {
    const error = await rejection(submitted({}, { ...input, resolution: { width: 64, height: 9_999 } }));
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining('resolution.height') });
  });

  it('may be answered with the result', async () => {
    const { job, update } = await submitted({ urlInSubmit: true });
    expect(update).toMatchObject(done(job));
  });

  it('may carry a picture', async () => {
    const { job, update } = await submitted(
      { urlInSubmit: true },
      { ...input, file: new File(['x'], 'a.png', { type: 'image/png' }) },
    );
    expect(update).toMatchObject(done(job));
  });

  it('of a batch is one job, done with all its files', async () => {
    const { adapter, job, update } = await submitted({ urlInSubmit: true }, { ...input, batchSize: 3 });
    const files = [0, 1, 2].map(() => ({ id: expect.any(String), metadata: { prompt: 'dunes' } }));
    expect(update).toMatchObject({ kind: 'succeeded', output: { files, failed: [] } });
    expect(await adapter.read(job, { signal })).toMatchObject({ kind: 'succeeded', output: { files, failed: [] } });
  });
});

describe('a read', () => {
  it.each<[Faults, object]>([
    [{ fileNotFoundReads: 1 }, { code: 'not-found' }],
    [{ rateLimitedReads: { times: 1, retryAfterS: 9 } }, { code: 'rate-limited', retryAfterMs: 9_000 }],
    [{ failingReads: { times: 1, status: 503 } }, { code: 'network' }],
    [{ htmlReads: { times: 1, status: 200 } }, { code: 'invalid-response' }],
    [{ htmlReads: { times: 1, status: 502 } }, { code: 'network' }],
  ])('with %j fails once, and not the job', async (faults, expected) => {
    const { adapter, job } = await submitted({ urlInSubmit: true, ...faults });
    expect(await rejection(adapter.read(job, { signal }))).toMatchObject(expected);
    expect(await adapter.read(job, { signal })).toMatchObject(done(job));
  });

  it('that hangs ends when it is aborted', async () => {
    const { adapter, job } = await submitted({ hangingReads: { times: 1, ms: 60_000 } });
    const abort = new AbortController();
    const read = rejection(adapter.read(job, { signal: abort.signal }));
    abort.abort();
    expect(await read).toMatchObject({ name: 'AbortError' });
  });

  it.each(['listed', 'empty', 'absent'] as const)('of a running file is pending with its tasks %s', async tasksForm => {
    const { adapter, job } = await submitted({ renderMs: 60_000, tasksForm, noPreviews: true });
    expect(await adapter.read(job, { signal })).toEqual({ kind: 'pending' });
  });

  it('is asked for again soon when all is done but the url', async () => {
    const { news, read } = await followed({ urlLateMs: 60_000 });
    expect(news).toEqual({ kind: 'changed' });
    expect(read).toEqual({ kind: 'pending', readAfterMs: 1_000 });
  });
});

describe('a stream', () => {
  const events = async (faults: Faults, more?: { readonly maxEventBytes: number }) => {
    const { job } = await submitted({ renderMs: 5_000, ...faults });
    return collect(studio({}, more).events?.(job, quiet));
  };

  it.each<[Faults, string]>([
    [{ streamStatus: { times: 1, status: 404 } }, 'not-found'],
    [{ streamStatus: { times: 1, status: 401 } }, 'unauthorized'],
    [{ streamStatus: { times: 1, status: 500 } }, 'network'],
    [{ streamStatus: { times: 1, status: 524 } }, 'network'],
    [{ htmlStream: { times: 1 } }, 'invalid-response'],
    [{ cutStreamAfterEvents: 1, cutForm: 'reset' }, 'network'],
    [{ oversizedEventBytes: 2_000 }, 'event-too-large'],
  ])('with %j throws %s', async (faults, code) => {
    expect(await rejection(events(faults, { maxEventBytes: 1_000 }))).toMatchObject({ code });
  });

  it('that is cut cleanly just ends', async () => {
    expect(await events({ cutStreamAfterEvents: 1, cutForm: 'end' })).toMatchObject([{ kind: 'pending' }]);
  });

  it('that only pings is alive, and is closed by an abort', async () => {
    const { adapter, job } = await submitted({ silentStream: true });
    const abort = new AbortController();
    let pings = 0;
    const onAlive = () => {
      pings += 1;
      if (pings === 3) abort.abort();
    };
    const stream = collect(adapter.events?.(job, { ...quiet, signal: abort.signal, onAlive }));
    expect(await rejection(stream)).toMatchObject({ name: 'AbortError' });
    const record = () => backend.requests.find(({ path }) => path === `/api/events/file.${job.id}`);
    await expect.poll(() => record()?.closedAt).toBeDefined();
  });
});
