import type { JobRef } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const job: JobRef = { id: 'f1', kind: 'image', request: { prompt: 'dunes', model: 'm1', seed: 7 } };
const url = 'https://cdn.test/1.png?sig=1';

/** One read of a job whose files are answered like this. */
async function reading(answers: Readonly<Record<string, Answer>>, what = job) {
  const { url: baseUrl, heard } = await loopback(
    ({ path }) => answers[path.replace('/api/file/', '')] ?? { status: 404 },
  );
  return { baseUrl, heard, update: fileBackend({ kind: 'image', baseUrl }).read(what, { signal }) };
}
const file = (members: object, id = 'f1') => json({ id, url: null, type: 'image', tasks: [], ...members });
const task = (status: string, file_id: string | null = 'f1') => ({ id: 't', type: 'render', status, file_id });

describe('reading a file', () => {
  it.each([
    { title: 'pending while nothing is said', members: {} },
    { title: 'pending without tasks', members: { tasks: null } },
    { title: 'pending while one of its tasks goes on', members: { tasks: [task('completed'), task('in_progress')] } },
    { title: 'pending for an unknown status', members: { tasks: [task('dreaming')] } },
    { title: "pending when another file's task failed", members: { tasks: [task('error', 'f9')] } },
    {
      title: 'soon to be read again when all is done but the url',
      members: { tasks: [task('completed'), task('in_progress', 'f9')] },
      update: { readAfterMs: 1_000 },
    },
  ])('is $title', async ({ members, update = {} }) => {
    const { update: answer } = await reading({ f1: file(members) });
    expect(await answer).toEqual({ kind: 'pending', ...update });
  });

  it.each([
    { title: 'a url', members: { url } },
    { title: 'a url, whatever its tasks say', members: { url, tasks: [task('error')] } },
    {
      title: 'a url and members that are odd',
      members: { url, type: 5, thumbnail_url: {}, image_generation: 'x', duration: [] },
    },
    { title: 'a url and a type that is empty', members: { url, type: '' } },
    { title: 'a url and a thumbnail that must not be shown', members: { url, thumbnail_url: 'javascript:0' } },
  ])('has succeeded with $title', async ({ members }) => {
    const { update } = await reading({ f1: file(members) });
    const metadata = { prompt: 'dunes', model: 'm1', seed: 7 };
    expect(await update).toEqual({
      kind: 'succeeded',
      output: { files: [{ id: 'f1', url, type: 'image', metadata }], failed: [] },
    });
  });

  it('takes its metadata from the file, and from the request what the file leaves out', async () => {
    const image_generation = {
      prompt: 'dunes at dusk',
      negative_prompt: '',
      width: 64,
      height: 32,
      shot_size: 'wide',
      model: { name: 'm2' },
    };
    const { update } = await reading({ f1: file({ url, image_generation, thumbnail_url: '/t.png', duration: 5 }) });
    expect(await update).toMatchObject({
      output: {
        files: [
          {
            thumbnailUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/t\.png$/),
            metadata: {
              prompt: 'dunes at dusk',
              model: 'm2',
              shotSize: 'wide',
              width: 64,
              height: 32,
              seed: 7,
              duration: 5,
            },
          },
        ],
      },
    });
  });

  it('goes past any cache', async () => {
    const { update, heard } = await reading({ f1: file({}) });
    await update;
    expect(heard[0]?.headers).toMatchObject({ accept: 'application/json', 'cache-control': 'no-cache' });
  });

  it('has failed when a task of it has', async () => {
    const { update } = await reading({ f1: file({ tasks: [task('completed'), task('error', null)] }) });
    const failure = { code: 'job-failed', retryable: true, resumable: false, charged: 'maybe', job };
    expect(await update).toMatchObject({ kind: 'failed', failure });
  });

  it.each(['data:image/png;base64,AA==', 'data:video/mp4;base64,AA==', 'blob:https://a.test/1'])(
    'shows %s',
    async shown => {
      const { update } = await reading({ f1: file({ url: shown }) });
      expect(await update).toMatchObject({ output: { files: [{ url: shown }] } });
    },
  );

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://a.test/1',
  ])('does not pass on %j as a result', async hidden => {
    const { update } = await reading({ f1: file({ url: hidden }) });
    expect(await rejection(update)).toMatchObject({ code: 'invalid-response', failure: { resumable: true } });
  });

  it.each(['a/b?c#d', '100 %', 'ünï', '...'])('puts the id %j into one segment of the path', async id => {
    const { url: baseUrl, heard } = await loopback(() => file({}, id));
    expect(await fileBackend({ kind: 'image', baseUrl }).read({ id }, { signal })).toEqual({ kind: 'pending' });
    expect(heard[0]?.path).toBe(`/api/file/${encodeURIComponent(id)}`);
  });

  it.each(['', '.', '..', '\ud800'])('asks nothing for the id %j, which no path can hold', async id => {
    const { update, heard } = await reading({}, { id });
    expect(await rejection(update)).toMatchObject({ code: 'bad-input' });
    expect(heard).toEqual([]);
  });

  it('takes nothing from the prototype of an answer', async () => {
    const body = '{"id":"f1","__proto__":{"url":"https://evil.test/"},"image_generation":{"__proto__":{"seed":1}}}';
    const { update } = await reading({ f1: { body } });
    expect(await update).toEqual({ kind: 'pending' });
    expect(Object.keys({})).not.toContain('seed');
  });
});

describe('a failed read', () => {
  const page = '<!doctype html><p>Hello';
  it.each([
    { title: '404', answer: { status: 404 }, code: 'not-found', resumable: false, retryable: true },
    { title: '401', answer: json({ error: 'no' }, 401), code: 'unauthorized' },
    { title: '403', answer: { status: 403 }, code: 'unauthorized' },
    { title: '400', answer: { status: 400 }, code: 'bad-input' },
    { title: '408', answer: { status: 408 }, code: 'network' },
    {
      title: '429',
      answer: { status: 429, headers: { 'retry-after': '3' } },
      code: 'rate-limited',
      retryAfterMs: 3_000,
    },
    { title: '500', answer: json({ error: 'Internal' }, 500), code: 'network' },
    {
      title: '503 with a wait',
      answer: { status: 503, headers: { 'retry-after': '4' } },
      code: 'network',
      retryAfterMs: 4_000,
    },
    { title: '524 with a page', answer: { status: 524, body: page }, code: 'network' },
    { title: 'an empty 200', answer: {}, code: 'invalid-response' },
    { title: 'half a JSON', answer: { body: '{"id":"f1","url' }, code: 'invalid-response' },
    { title: 'a page', answer: { body: page }, code: 'invalid-response' },
    { title: 'no file object', answer: json({ success: false }), code: 'invalid-response' },
    { title: 'another file', answer: file({ url }, 'f9'), code: 'invalid-response' },
    { title: 'a url that is no text', answer: file({ url: 5 }), code: 'invalid-response' },
    { title: 'a broken connection', answer: (response: { destroy(): void }) => response.destroy(), code: 'network' },
  ])(
    'is $code for $title, and no failed job',
    async ({ answer, code, resumable = true, retryable = false, retryAfterMs }) => {
      const { update } = await reading({ f1: answer });
      expect(await rejection(update)).toMatchObject({
        failure: { code, resumable, retryable, charged: 'maybe', job },
        retryAfterMs,
        message: expect.stringContaining('f1'),
      });
    },
  );

  it('passes an abort as it is', async () => {
    const abort = new AbortController();
    const { url: baseUrl } = await loopback(() => () => abort.abort());
    const update = fileBackend({ kind: 'image', baseUrl }).read(job, { signal: abort.signal });
    expect(await rejection(update)).toMatchObject({ name: 'AbortError' });
  });
});

describe('reading a batch', () => {
  const batch: JobRef = { ...job, files: ['f1', 'f2', 'f3'] };
  const good = (id: string) => file({ url: `https://cdn.test/${id}.png` }, id);
  const bad = (id: string) => file({ tasks: [task('error', id)] }, id);
  const pending = (id: string) => file({}, id);

  it.each([
    {
      title: 'goes on while one file does',
      answers: { f1: good('f1'), f2: bad('f2'), f3: pending('f3') },
      expected: { kind: 'pending', progress: 2 / 3, readAfterMs: 1_000 },
    },
    {
      title: 'waits as for a single one while none has ended',
      answers: { f1: pending('f1'), f2: pending('f2'), f3: pending('f3') },
      expected: { kind: 'pending', readAfterMs: undefined },
    },
    {
      title: 'goes on while one file cannot be read',
      answers: { f1: good('f1'), f2: good('f2'), f3: { status: 500 } },
      expected: { kind: 'pending', progress: 2 / 3 },
    },
    {
      title: 'has succeeded with one good file, and names the bad ones',
      answers: { f1: bad('f1'), f2: good('f2'), f3: file({ url: 'javascript:0' }, 'f3') },
      expected: { kind: 'succeeded', output: { files: [{ id: 'f2' }], failed: [{ id: 'f1' }, { id: 'f3' }] } },
    },
    {
      title: 'has failed when each file has',
      answers: { f1: bad('f1'), f2: bad('f2'), f3: bad('f3') },
      expected: { kind: 'failed', failure: { code: 'job-failed', message: expect.stringMatching(/f1.*f2.*f3/) } },
    },
  ])('$title', async ({ answers, expected }) => {
    const { update, heard } = await reading(answers, batch);
    expect(await update).toMatchObject(expected);
    expect(heard).toHaveLength(3);
  });

  it('throws when not one file can be read', async () => {
    const { update } = await reading({ f1: { status: 503 } }, batch);
    expect(await rejection(update)).toMatchObject({ code: 'network', failure: { status: 503 } });
  });
});
