import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import { post, read, small, submit, watchAnswer } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ maxBodyBytes: 20_000 });
});
afterAll(() => backend.close());

const send = (body: BodyInit, type?: string, path = 'image') =>
  fetch(`${backend.url}/api/generate/${path}`, {
    method: 'POST',
    body,
    ...(type ? { headers: { 'content-type': type } } : {}),
  });

function multipart(fields: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
const image = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' });

describe('submitting', () => {
  it('returns the file id, and a project id that is not the id of a project', async () => {
    const answer = await (await post(backend)).json();
    expect(answer).toMatchObject({ success: true, fileId: expect.any(String), projectId: 'image-generator-tool' });
    const project = await fetch(`${backend.url}/api/project/${answer.projectId}`);
    expect(project.status).toBe(404);
  });

  it('returns the file id as the project id without a chat', async () => {
    const answer = await (await post(backend, { body: { ...small, chatId: undefined } })).json();
    expect(answer.projectId).toBe(answer.fileId);
  });

  it('starts and charges a generation for every POST, even an equal one', async () => {
    const before = backend.charges();
    const ids = await Promise.all([submit(backend), submit(backend)]);
    expect(new Set(ids).size).toBe(2);
    expect(backend.charges()).toBe(before + 2);
  });

  it('returns all files of a batch, and the id of the first', async () => {
    const answer = await (await post(backend, { body: { ...small, batchSize: 3, seed: 5 } })).json();
    const ids: string[] = answer.files.map((file: { fileId: string }) => file.fileId);
    expect(new Set(ids).size).toBe(3);
    expect(answer.fileId).toBe(ids[0]);
    const files = await Promise.all(ids.map(async id => (await read(backend, id)).json()));
    expect(files.map(file => file.image_generation.seed)).toEqual([5, 6, 7]);
  });

  it('accepts multipart with an image, and numbers and objects as text', async () => {
    const fields = {
      prompt: 'dunes',
      resolution: '{"width":64,"height":48}',
      seed: '4',
      style: '{"id":"noir"}',
      file: image,
    };
    const response = await send(multipart(fields));
    const { fileId } = await response.json();
    const file = await (await read(backend, fileId)).json();
    expect(file.image_generation).toMatchObject({ width: 64, height: 48, seed: 4, style: 'noir' });
  });

  it('accepts a video as multipart', async () => {
    const response = await send(multipart({ prompt: 'dunes', resolution: '64x64', file: image }), undefined, 'video');
    expect(await response.json()).toMatchObject({ success: true });
  });

  it.each<[string, object, string[]]>([
    ['no prompt', { resolution: small.resolution }, ['body', 'prompt']],
    ['an empty prompt', { ...small, prompt: '  ' }, ['body', 'prompt']],
    ['a prompt that is no text', { ...small, prompt: 4 }, ['body', 'prompt']],
    ['a width too small', { ...small, resolution: { width: 2, height: 64 } }, ['body', 'resolution', 'width']],
    ['too many pixels', { ...small, resolution: { width: 2048, height: 2048 } }, ['body', 'resolution']],
    ['a size that is none', { ...small, resolution: 'large' }, ['body', 'resolution']],
    ['a batch of four', { ...small, batchSize: 4 }, ['body', 'batchSize']],
    ['a body that is a list', [], ['body', 'prompt']],
  ])('rejects %s with 422 and its path', async (_what, body, loc) => {
    const response = await post(backend, { body });
    expect(response.status).toBe(422);
    const [first] = (await response.json()).detail;
    expect(first).toEqual({ loc, msg: expect.any(String), type: expect.any(String) });
  });

  it.each<[number, string, () => Promise<Response>]>([
    [400, 'broken JSON', () => send('{"prompt":', 'application/json')],
    [400, 'broken multipart', () => send('--', 'multipart/form-data')],
    [415, 'another media type', () => send('prompt=dunes', 'application/x-www-form-urlencoded')],
    [413, 'a body over the limit', () => post(backend, { body: { ...small, negativePrompt: 'x'.repeat(20_000) } })],
    [404, 'another kind', () => send('{}', 'application/json', 'sculpture')],
    [404, 'another method', () => fetch(`${backend.url}/api/generate/image`)],
  ])('responds with %i to %s, in the usual format', async (status, _what, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ success: false, error: expect.any(String), details: expect.any(String) });
  });

  it('rejects a multipart body without an image', async () => {
    const response = await send(multipart({ prompt: 'dunes', file: 'none' }));
    expect(response.status).toBe(422);
    expect((await response.json()).detail[0].loc).toEqual(['body', 'file']);
  });

  it('does not charge for rejected submits', async () => {
    const before = backend.charges();
    await post(backend, { body: {} });
    await post(backend, { faults: { submitError: { body: 'json' } } });
    expect(backend.charges()).toBe(before);
  });

  it('rejects a submit when all files are still being rendered', async () => {
    const narrow = await startBackend({ maxFiles: 2, faults: { renderMs: 60_000 } });
    const answers = [await post(narrow), await post(narrow), await post(narrow)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    await narrow.close();
  });
});

describe('faults of the submit', () => {
  it.each<[NonNullable<Faults['submitError']>, number, object | string]>([
    [{ body: 'json' }, 500, { success: false, error: 'Generation failed', details: expect.any(String) }],
    [{ body: 'json', status: 409 }, 409, { success: false, error: 'Generation failed', details: expect.any(String) }],
    [{ body: 'json', status: 401 }, 401, { error: 'Unauthorized' }],
    [{ body: 'needsReconnection' }, 401, expect.objectContaining({ needsReconnection: true })],
    [
      { body: 'insufficientBalance' },
      402,
      expect.objectContaining({ error: 'Insufficient balance', requiredCredits: 12 }),
    ],
    [{ body: 'detail' }, 422, { detail: [{ loc: ['body', 'prompt'], msg: expect.any(String), type: 'value_error' }] }],
    [{ body: 'successFalse200' }, 200, expect.objectContaining({ success: false })],
    [{ body: 'html' }, 502, expect.stringContaining('<!doctype html>')],
    [{ body: 'empty' }, 503, ''],
  ])('responds to %o with %i', async (submitError, status, body) => {
    const response = await post(backend, { faults: { submitError } });
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text.startsWith('{') ? JSON.parse(text) : text).toEqual(body);
  });

  it('omits the file id', async () => {
    const answer = await (await post(backend, { faults: { noFileId: true } })).json();
    expect(answer.success).toBe(true);
    expect(answer).not.toHaveProperty('fileId');
  });

  it('returns the url of a finished job', async () => {
    const answer = await (await post(backend, { faults: { urlInSubmit: true } })).json();
    expect((await fetch(answer.url)).headers.get('content-type')).toBe('image/png');
  });

  it('delays its response while the job runs', async () => {
    const abort = new AbortController();
    const answer = post(backend, { user: 'held', faults: { submitDelayMs: 60_000 }, signal: abort.signal });
    const watched = watchAnswer(answer);
    await expect.poll(() => backend.requests.at(-1)?.fileId).toBeDefined();
    const fileId = backend.requests.at(-1)?.fileId ?? '';
    await expect.poll(async () => (await (await read(backend, fileId)).json()).url).not.toBeNull();
    expect(watched.isOpen()).toBe(true);
    abort.abort();
    await expect(answer).rejects.toThrow();
  });

  it('responds after the delay', async () => {
    expect(await (await post(backend, { faults: { submitDelayMs: 5 } })).json()).toMatchObject({ success: true });
  });

  it('answers before the delay is over once the backend is told to release it', async () => {
    const before = backend.charges();
    const answer = post(backend, { faults: { submitDelayMs: 86_400_000 } });
    await expect.poll(() => backend.charges()).toBe(before + 1);
    backend.release();
    expect(await (await answer).json()).toMatchObject({ success: true });
  });

  it('loses its response after the charge', async () => {
    const before = backend.charges();
    const answer = await post(backend, { faults: { submitAnswerLost: true } });
    await expect(answer.json()).rejects.toThrow();
    expect(backend.charges()).toBe(before + 1);
  });

  it.each([
    ['{"renderMs":-1}', 'renderMs'],
    ['{"openLateMS":1}', 'openLateMS'],
    ['{"cutForm":"bang"}', 'cutForm'],
    ['[1', 'JSON'],
  ])('rejects the faults %s', async (text, says) => {
    const response = await fetch(`${backend.url}/api/file/1?faults=${encodeURIComponent(text)}`);
    expect(response.status).toBe(422);
    expect((await response.json()).detail[0]).toMatchObject({ loc: ['faults'], msg: expect.stringContaining(says) });
  });

  it('are also rejected by startBackend', async () => {
    await expect(startBackend({ faults: { renderMs: -1 } })).rejects.toThrow('renderMs');
  });
});
