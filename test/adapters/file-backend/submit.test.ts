import { fileBackend, type ImageInput, type VideoInput } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

const call = { signal: new AbortController().signal, idempotencyKey: 'key-1' };
const input: ImageInput = {
  prompt: 'dunes',
  model: { name: 'm1' },
  resolution: { width: 64, height: 32 },
  style: { id: 's1' },
  shotSize: { id: 'wide' },
  chatId: 'image-generator-tool',
  seed: 7,
};
const video: VideoInput = { prompt: 'waves', model: 'm2', resolution: '64x32', duration: 5, frameRate: 24 };
const file = new File(['bytes'], 'start.png', { type: 'image/png' });
const accepted = json({ success: true, fileId: 'f1' });

async function submitting(answer: Answer, what: ImageInput = input) {
  const { url, heard } = await loopback(() => answer);
  return { url, heard, submission: fileBackend({ kind: 'image', baseUrl: url }).submit(what, call) };
}

describe('submitting', () => {
  it('sends an image as JSON, with its key and headers', async () => {
    const { url, heard } = await loopback(() => accepted);
    const adapter = fileBackend({
      kind: 'image',
      baseUrl: `${url}/`,
      headers: { 'x-own': 'yes', 'content-type': 'x/y' },
    });
    await adapter.submit(input, call);
    expect(heard).toMatchObject([{ method: 'POST', path: '/api/generate/image' }]);
    expect(heard[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'key-1',
      'x-own': 'yes',
    });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(input);
  });

  it('sends a video as JSON', async () => {
    const { url, heard } = await loopback(() => accepted);
    await fileBackend({ kind: 'video', baseUrl: url }).submit(video, call);
    expect(heard[0]?.path).toBe('/api/generate/video');
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(video);
  });

  it('sends a file in multipart, texts bare and objects as JSON, whatever type the headers claim', async () => {
    const { url, heard } = await loopback(() => accepted);
    await fileBackend({ kind: 'image', baseUrl: url, headers: { 'content-type': 'application/json' } }).submit(
      { ...input, file },
      call,
    );
    await fileBackend({ kind: 'video', baseUrl: url }).submit({ ...video, file }, call);
    const forms = await Promise.all(
      heard.map(({ body, headers }) =>
        new Response(body, { headers: { 'content-type': String(headers['content-type']) } }).formData(),
      ),
    );
    const fields = forms.map(form => Object.fromEntries([...form].filter(([name]) => name !== 'file')));
    expect(fields).toEqual([
      {
        prompt: 'dunes',
        model: '{"name":"m1"}',
        resolution: '{"width":64,"height":32}',
        style: '{"id":"s1"}',
        shotSize: '{"id":"wide"}',
        chatId: 'image-generator-tool',
        seed: '7',
      },
      {
        prompt: 'waves',
        model: 'm2',
        resolution: '64x32',
        duration: '5',
        frameRate: '24',
      },
    ]);
    for (const form of forms) expect(form.get('file')).toMatchObject({ name: 'start.png', type: 'image/png', size: 5 });
  });

  it.each([
    { fault: { prompt: ' ' }, named: 'prompt' },
    { fault: { batchSize: 4 }, named: 'batchSize' },
    { fault: { seed: 0.5 }, named: 'seed' },
    { fault: { steps: 0 }, named: 'steps' },
    { fault: { file: 'start.png' }, named: 'file' },
  ])('refuses a bad $named before anything is sent', async ({ fault, named }) => {
    const { url, heard } = await loopback(() => accepted);
    // What plain JavaScript may pass.
    const bad = JSON.parse(JSON.stringify({ ...input, ...fault }));
    const error = await rejection(fileBackend({ kind: 'image', baseUrl: url }).submit(bad, call));
    expect(error).toMatchObject({
      code: 'bad-input',
      failure: { charged: 'no' },
      message: expect.stringContaining(named),
    });
    expect(heard).toEqual([]);
  });

  it('says so when it does not know where to send', async () => {
    expect(await rejection(fileBackend({ kind: 'image' }).submit(input, call))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('baseUrl'),
      failure: { charged: 'no' },
    });
  });

  it('is aborted with the reason of the signal', async () => {
    const abort = new AbortController();
    const { url, heard } = await loopback(() => () => abort.abort('left'));
    const submission = fileBackend({ kind: 'image', baseUrl: url }).submit(input, { ...call, signal: abort.signal });
    expect(await rejection(submission)).toBe('left');
    await heard[0]?.closed;
  });
});

const request = { prompt: 'dunes', model: 'm1', width: 64, height: 32, style: 's1', shotSize: 'wide', seed: 7 };
const done = (id: string, url: string) => ({ id, url, type: 'image', metadata: request });

describe('an accepted submit', () => {
  it('names the job, and what it was asked for, as JSON', async () => {
    const { submission } = await submitting(
      json({ success: true, fileId: 'f1', projectId: 'image-generator-tool', requestId: 'r1', message: 'ok' }),
      { ...input, file },
    );
    const { job, update } = await submission;
    expect(job).toEqual({ id: 'f1', kind: 'image', projectId: 'image-generator-tool', requestId: 'r1', request });
    // Nothing but a name: a 404 after it is "not yet".
    expect(update).toBeUndefined();
    expect(JSON.parse(JSON.stringify(job))).toEqual(job);
  });

  it.each([
    {
      title: 'succeeded when the url is there already',
      answer: { success: true, fileId: 'f1', url: '/media/1.png' },
      update: { kind: 'succeeded', output: { files: [done('f1', 'BASE/media/1.png')], failed: [] } },
    },
    {
      title: 'to be read when its url must not be shown',
      answer: { success: true, fileId: 'f1', url: 'javascript:alert(1)' },
      update: { kind: 'changed' },
    },
    {
      title: 'succeeded when each file of the batch is there already',
      answer: { fileId: 'f1', url: 'http://a.test/1.png', files: ['f1', { fileId: 'f2', url: 'http://a.test/2.png' }] },
      update: {
        kind: 'succeeded',
        output: { files: [done('f1', 'http://a.test/1.png'), done('f2', 'http://a.test/2.png')], failed: [] },
      },
    },
  ])('is $title', async ({ answer, update }) => {
    const { submission, url } = await submitting(json(answer));
    const expected = JSON.parse(JSON.stringify(update).replace('BASE', url));
    expect((await submission).update).toEqual(expected);
  });

  it('is followed although all that decorates the answer is odd', async () => {
    const odd = { success: true, fileId: 'f1', projectId: 5, requestId: {}, url: 7, files: 'none', message: [] };
    const { submission } = await submitting(json(odd));
    expect(await submission).toMatchObject({ job: { id: 'f1' } });
    expect((await submission).update).toBeUndefined();
  });

  it.each([
    { files: [{ id: 'f1', url: null }, { id: 'f2', url: 'http://a.test/2.png' }, 'f3', { id: 'f1' }] },
    { fileId: 'f1', files: [{ file_id: 'f1' }, { fileId: 'f2', url: 'http://a.test/2.png' }, 'f3', 7, null] },
  ])('of a batch is one job with all its files: %j', async answer => {
    const { submission } = await submitting(json({ success: true, ...answer }));
    const { job, update } = await submission;
    expect(job).toMatchObject({ id: 'f1', files: ['f1', 'f2', 'f3'] });
    expect(update).toMatchObject({ kind: 'pending', progress: 1 / 3 });
  });
});

describe('a refused submit', () => {
  const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Bad gateway</p>' };
  const no = { code: 'bad-input', charged: 'no', retryable: false } as const;
  const lost = { code: 'network', charged: 'maybe', retryable: true } as const;
  const odd = { code: 'invalid-response', charged: 'maybe', retryable: false } as const;

  it.each([
    {
      title: '402 is payment-required, with what it would take',
      answer: json({ success: false, error: 'Insufficient balance', details: 'Top up.', requiredCredits: 12 }, 402),
      failure: { code: 'payment-required', charged: 'no', status: 402, details: { requiredCredits: 12 } },
      words: 'Insufficient balance: Top up',
    },
    {
      title: '401 is unauthorized',
      answer: json({ error: 'Unauthorized' }, 401),
      failure: { code: 'unauthorized', charged: 'no' },
    },
    {
      title: '401 tells of a reconnection that is needed',
      answer: json({ success: false, needsReconnection: true }, 401),
      failure: { code: 'unauthorized', charged: 'no', details: { needsReconnection: true } },
    },
    {
      title: '422 says where and what',
      answer: json({ detail: [{ loc: ['body', 'prompt'], msg: 'is not allowed', type: 'x' }] }, 422),
      failure: no,
      words: 'body.prompt is not allowed',
    },
    { title: '422 may be a text', answer: json({ detail: 'No such model' }, 422), failure: no, words: 'No such model' },
    { title: '400 is bad-input', answer: json({ error: 'Malformed' }, 400), failure: no, words: 'Malformed' },
    { title: '409 is bad-input', answer: json({ message: 'Twice' }, 409), failure: no, words: 'Twice' },
    { title: '413 is bad-input, JSON or not', answer: { status: 413, ...page }, failure: no },
    { title: '415 is bad-input', answer: { status: 415 }, failure: no },
    {
      title: '429 is rate-limited',
      answer: { status: 429, headers: { 'retry-after': '9' } },
      failure: { code: 'rate-limited', charged: 'no', retryable: true },
      retryAfterMs: 9_000,
    },
    {
      title: '500 may have been charged',
      answer: json({ success: false, error: 'Broken', details: 'no gpu' }, 500),
      failure: lost,
      words: 'Broken: no gpu',
    },
    { title: '502 with a page may have been charged', answer: { status: 502, ...page }, failure: lost },
    { title: '503 without a body may have been charged', answer: { status: 503 }, failure: lost },
    {
      title: '200 with success:false is a refusal',
      answer: json({ success: false, error: 'Model not available' }),
      failure: { code: 'job-failed', charged: 'no', retryable: true },
      words: 'Model not available',
    },
    {
      title: '200 with success:false may be about money',
      answer: json({ success: false, error: 'Insufficient balance', requiredCredits: 3 }),
      failure: { code: 'payment-required', charged: 'no', details: { requiredCredits: 3 } },
    },
    {
      title: 'success without a file id names no job',
      answer: json({ success: true, projectId: 'image-generator-tool' }),
      failure: odd,
    },
    { title: 'a page is no answer', answer: page, failure: odd },
    { title: 'an empty body is no answer', answer: {}, failure: odd },
    { title: 'half a JSON is no answer', answer: { body: '{"success":tr' }, failure: odd },
    { title: 'JSON of another shape is no answer', answer: json(null), failure: odd },
    { title: 'a file id that is none names no job', answer: json({ success: true, fileId: {} }), failure: odd },
  ])('$title', async ({ answer, failure, words = '', retryAfterMs }) => {
    const { submission, heard } = await submitting(answer);
    const error = await rejection(submission);
    expect(error).toMatchObject({
      failure: { ...failure, resumable: false },
      message: expect.stringContaining(words),
      retryAfterMs,
    });
    expect(heard).toHaveLength(1);
  });

  it('is told by its status when its words are cut short', async () => {
    const { submission } = await submitting(response => {
      response.writeHead(402, { 'content-length': '100' });
      response.write('{"error":', () => response.destroy());
    });
    expect(await rejection(submission)).toMatchObject({ failure: { code: 'payment-required', charged: 'no' } });
  });

  it('may have been charged when the answer is lost', async () => {
    const { submission } = await submitting(response => response.destroy());
    expect(await rejection(submission)).toMatchObject({ failure: lost });
  });

  it('keeps secrets out of its words', async () => {
    const answer = json({ error: 'GET https://cdn.test/x.png?sig=s3cret#s3cret with Bearer s3cret failed' }, 500);
    const { submission } = await submitting(answer);
    const text = JSON.stringify(await rejection(submission)) + String(await rejection(submission));
    expect(text).toContain('https://cdn.test/x.png');
    expect(text).not.toContain('s3cret');
  });
});
