import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import { eventsOf, openStream, read, small, submit, submitDone, watchAnswer } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

const slow: Faults = { renderMs: 60_000 };
const statuses = async (fileId: string, times: number) => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await read(backend, fileId)).status);
  return found;
};

describe('reading a file', () => {
  it('shows no url and a task in progress while it is rendered', async () => {
    const file = await (await read(backend, await submit(backend, { faults: slow }))).json();
    expect(file).toMatchObject({
      url: null,
      thumbnail_url: null,
      tasks: [{ status: 'in_progress', file_id: file.id }],
    });
    expect(file).not.toHaveProperty('status');
    expect(file).not.toHaveProperty('project_id');
  });

  it('shows the url, signed anew on every read', async () => {
    const fileId = await submitDone(backend);
    const urls = await Promise.all(
      [read(backend, fileId), read(backend, fileId)].map(async r => (await (await r).json()).url),
    );
    expect(urls[0]).not.toBe(urls[1]);
    const images = await Promise.all(urls.map(async url => Buffer.from(await (await fetch(url)).arrayBuffer())));
    expect(images[0]).toEqual(images[1]);
  });

  it('responds with 404 to an unknown file', async () => {
    const response = await read(backend, 'nobody');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ success: false, error: 'File not found' });
  });

  it('returns many files at once, without unknown files and those with a read fault', async () => {
    const done = await submitDone(backend);
    const waiting = await submit(backend, { faults: { ...slow, fileNotFoundReads: 1 } });
    const many = async () => (await fetch(`${backend.url}/api/files?ids=${waiting},nobody,${done}`)).json();
    expect(await many()).toMatchObject([{ id: done, url: expect.stringMatching(/^http/) }]);
    expect(await many()).toMatchObject([{ id: waiting, url: null }, { id: done }]);
    expect(backend.requests.at(-1)).toMatchObject({ kind: 'read', path: '/api/files' });
  });

  it('lists the files of a project', async () => {
    const body = { ...small, chatId: 'a chat of its own' };
    const fileId = await submitDone(backend, { body });
    const waiting = await submit(backend, { body, faults: slow });
    const file = await (await read(backend, fileId)).json();
    const { project_id: id } = file.tasks[0];
    const project = await (await fetch(`${backend.url}/api/project/${id}`)).json();
    expect(project).toMatchObject({
      id,
      data: [{ type: 'image', value: { file_id: fileId, contentType: 'image/png' } }, { type: 'image' }],
    });
    expect(project.tasks.map((task: { file_id: string }) => task.file_id)).toContain(waiting);
  });

  it.each<[string, Faults, number[]]>([
    ['404', { fileNotFoundReads: 2 }, [404, 404, 200]],
    ['429', { rateLimitedReads: { times: 1, retryAfterS: 3 } }, [429, 200]],
    ['5xx', { failingReads: { times: 2, status: 503 } }, [503, 503, 200]],
    ['502 with HTML', { htmlReads: { times: 1, status: 502 } }, [502, 200]],
    ['one after the other', { fileNotFoundReads: 1, failingReads: { times: 1, status: 500 } }, [404, 500, 200]],
  ])('responds with %s as often as requested, then normally', async (_what, faults, expected) => {
    const fileId = await submit(backend, { faults });
    expect(await statuses(fileId, expected.length)).toEqual(expected);
  });

  it('sends Retry-After', async () => {
    const response = await read(backend, 'any', { rateLimitedReads: { times: 1, retryAfterS: 7 } });
    expect(response.headers.get('retry-after')).toBe('7');
  });

  it('responds with HTML and 200', async () => {
    const response = await read(backend, 'any', { htmlReads: { times: 1, status: 200 } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });

  it('hangs as often as requested', async () => {
    const fileId = await submit(backend, { faults: { hangingReads: { times: 1, ms: 60_000 } } });
    const abort = new AbortController();
    const hanging = read(backend, fileId, undefined, abort.signal);
    const watched = watchAnswer(hanging);
    await expect.poll(() => backend.requests.at(-1)?.kind).toBe('read');
    expect((await read(backend, fileId)).status).toBe(200);
    expect(watched.isOpen()).toBe(true);
    abort.abort();
    await expect(hanging).rejects.toThrow();
  });

  it('responds normally after it has hung', async () => {
    const fileId = await submit(backend, { faults: { hangingReads: { times: 1, ms: 5 } } });
    expect(await (await read(backend, fileId)).json()).toMatchObject({ id: fileId });
  });

  it('shows completed tasks and no url while the url is late', async () => {
    const stream = await openStream(backend, 'user.late');
    const fileId = await submit(backend, { user: 'late', faults: { urlLateMs: 60_000 } });
    await stream.until(block => block.includes('"completed"'));
    const file = await (await read(backend, fileId)).json();
    expect(file).toMatchObject({ url: null, tasks: [{ status: 'completed' }] });
    stream.close();
  });

  it.each<[string, Faults, unknown]>([
    ['no tasks', { tasksForm: 'empty' }, []],
    ['no such member', { tasksForm: 'absent' }, undefined],
  ])('has %s in another format', async (_what, faults, tasks) => {
    const fileId = await submit(backend, { faults });
    expect((await (await read(backend, fileId)).json()).tasks).toEqual(tasks);
  });

  it('shows a task in error and no url when the job has failed', async () => {
    const fileId = await submitDone(backend, { faults: { failTheJob: {} } });
    expect(await (await read(backend, fileId)).json()).toMatchObject({
      url: null,
      tasks: [{ status: 'error', file_id: fileId }],
    });
  });

  it('applies the faults of a request to that request only', async () => {
    const fileId = await submit(backend);
    const faults = encodeURIComponent(JSON.stringify({ failingReads: { times: 1, status: 524 } }));
    expect((await fetch(`${backend.url}/api/file/${fileId}?faults=${faults}`)).status).toBe(524);
    expect((await read(backend, fileId)).status).toBe(200);
  });
});

describe('the images', () => {
  it.each<[string, (url: URL) => void]>([
    ['no signature', url => url.searchParams.delete('sig')],
    ['a signature changed', url => url.searchParams.set('sig', `A${url.searchParams.get('sig')?.slice(1)}B`)],
    ['a later expiry', url => url.searchParams.set('exp', '9999999999999')],
    ["another file's signature", url => Object.assign(url, { pathname: '/media/another.png' })],
  ])('are refused with %s', async (_what, forge) => {
    const url = new URL((await (await read(backend, await submitDone(backend))).json()).url);
    forge(url);
    expect((await fetch(url)).status).toBe(403);
  });

  it('have another path, extension and signature in render_result when urls are rotated', async () => {
    const stream = await openStream(backend, 'user.rotated');
    await submit(backend, { user: 'rotated', faults: { rotatedUrl: true } });
    const events = eventsOf(await stream.until(block => block.includes('render_result')));
    const [one, other] = ['file', 'render_result'].map(
      type => new URL(events.find(event => event.type === type)?.object?.url ?? ''),
    );
    expect([one?.pathname.split('.').at(-1), other?.pathname.split('.').at(-1)]).toEqual(['png', 'webp']);
    const images = await Promise.all(
      [one, other].map(async url => Buffer.from(await (await fetch(url ?? '')).arrayBuffer())),
    );
    expect(images[0]).toEqual(images[1]);
    stream.close();
  });

  it('are removed oldest first', async () => {
    const narrow = await startBackend({ maxFiles: 2 });
    const ids = [await submitDone(narrow), await submitDone(narrow), await submitDone(narrow)];
    const found = await Promise.all(ids.map(async id => (await read(narrow, id)).status));
    expect(found).toEqual([404, 200, 200]);
    await narrow.close();
  });
});

describe('the page', () => {
  it('is served for unknown paths, but never for the API', async () => {
    const staticDir = await mkdtemp(join(tmpdir(), 'studio-'));
    await writeFile(join(staticDir, 'index.html'), '<title>Studio</title>');
    await writeFile(join(staticDir, 'app.js'), 'export {};');
    const served = await startBackend({ staticDir });
    const get = async (path: string) => {
      const response = await fetch(served.url + path);
      return [response.status, response.headers.get('content-type')?.split(';')[0]];
    };
    expect(await get('/')).toEqual([200, 'text/html']);
    expect(await get('/app.js')).toEqual([200, 'text/javascript']);
    expect(await get('/gallery/4')).toEqual([200, 'text/html']);
    expect(await get('/api/nothing')).toEqual([404, 'application/json']);
    await served.close();
    await rm(staticDir, { recursive: true });
  });

  it('of another origin may use the backend only if it is allowed', async () => {
    const origin = 'http://localhost:5173';
    const open = await startBackend({ allowOrigin: origin });
    const allowed = async ({ url }: Backend) =>
      (await fetch(`${url}/api/file/1`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect([await allowed(open), await allowed(backend)]).toEqual([origin, null]);
    await open.close();
  });
});
