import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { type RestBackendOptions, restBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const submitCall = { signal, idempotencyKey: 'k-1' };
const job = { id: 'a/1' };

type Input = { readonly prompt: string; readonly model?: string; readonly size?: number };
type Options = RestBackendOptions<Input, unknown>;

const description: Options = { submit: '/jobs', read: '/jobs/{id}', status: { done: 'succeeded', error: 'failed' } };

/** An adapter whose backend answers this to each request. */
async function at(answer: (path: string) => Answer, given: Partial<Options> = {}) {
  const { url, heard } = await loopback(({ path }) => answer(path));
  return { adapter: restBackend<Input, unknown>({ ...description, baseUrl: url, ...given }), heard, url };
}

describe('the routes of a restBackend', () => {
  it('are templates of the input and of the job, with encoded members', async () => {
    const { adapter, heard } = await at(() => json({ id: 'a/1', region: 'eu west' }), {
      submit: 'PUT /models/{model}/jobs',
      read: '/{region}/jobs/{id}',
      cancel: 'DELETE /jobs/{id}',
      keep: { region: 'region' },
    });
    const submitted = await adapter.submit({ prompt: 'x', model: 'flux/dev' }, submitCall);
    expect(submitted.job).toEqual({ id: 'a/1', region: 'eu west' });
    expect(await rejection(adapter.read(submitted.job, call))).toMatchObject({ code: 'invalid-response' });
    expect(await adapter.cancel?.(submitted.job, call)).toEqual({ kind: 'changed' });
    expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /models/flux%2Fdev/jobs',
      'GET /eu%20west/jobs/a%2F1',
      'DELETE /jobs/a%2F1',
    ]);
  });

  it('send a body that is a template, in which a member keeps its type and an absent one is left out', async () => {
    const body = { text: '{prompt}', options: { size: '{size}', model: '{model}', kind: 'a {prompt}' } };
    const { adapter, heard } = await at(() => json({ id: 'a/1' }), {
      submit: { url: '/jobs', body, headers: { 'x-version': '2' }, idempotencyHeader: 'Idempotency-Key' },
    });
    await adapter.submit({ prompt: 'dunes', size: 512 }, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ text: 'dunes', options: { size: 512, kind: 'a {prompt}' } });
    expect(heard[0]?.headers).toMatchObject({ 'x-version': '2', 'idempotency-key': 'k-1' });
  });

  it('may be functions, such as for an upload', async () => {
    const { adapter, heard } = await at(() => json({ id: 'a/1' }), {
      submit({ prompt }) {
        const body = new FormData();
        body.set('prompt', prompt);
        body.set('image', new Blob(['bytes'], { type: 'image/png' }), 'photo.png');
        return { url: '/uploads', body };
      },
    });
    await adapter.submit({ prompt: 'dunes' }, submitCall);
    expect(heard[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(heard[0]?.body).toContain('filename="photo.png"');
  });

  it('follow a whole URL of the backend to its own origin only', async () => {
    const { adapter, heard, url } = await at(() => json({ id: 'a/1', status: 'working' }), {
      read: '{statusUrl}',
      keep: { statusUrl: 'urls.status' },
      headers: { authorization: 'Bearer a-secret' },
    });
    expect(await adapter.read({ ...job, statusUrl: `${url}/there` }, call)).toMatchObject({ kind: 'pending' });
    expect(await rejection(adapter.read({ ...job, statusUrl: 'https://evil.test/' }, call))).toMatchObject({
      code: 'bad-input',
    });
    expect(heard.map(({ path }) => path)).toEqual(['/there']);
  });

  it('are not requested if nothing says where the backend is', async () => {
    const relative = restBackend<Input, unknown>(description);
    expect(await rejection(relative.submit({ prompt: 'x' }, submitCall))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Set the option baseUrl of restBackend()'),
      failure: { charged: 'no' },
    });
    const given = restBackend<Input, unknown>({ ...description, read: '{url}', keep: { url: 'url' } });
    expect(await rejection(given.read({ ...job, url: 'https://evil.test/' }, call))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('baseUrl or origins of restBackend()'),
    });
  });

  it('need the members that they name, and nothing is sent without them', async () => {
    const { adapter, heard } = await at(() => json({}), { submit: '/models/{model}/jobs' });
    expect(await rejection(adapter.submit({ prompt: 'x' }, submitCall))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('needs the member model, and the input has none'),
      failure: { charged: 'no' },
    });
    expect(heard).toEqual([]);
  });
});

describe('the answers to a restBackend', () => {
  const said = async (members: object, given: Partial<Options> = {}) =>
    (await at(() => json({ id: 'a/1', ...members }), given)).adapter.read(job, call);

  it('tell progress, message, position and estimate from where they stand', async () => {
    const given: Partial<Options> = {
      status: { 'IN PROGRESS': 'running', done: 'succeeded' },
      at: {
        status: 'state.name',
        progress: 'state.percent',
        message: 'state.log.0',
        backendPosition: ({ ahead }) => Number(ahead),
        etaMs: ({ seconds }) => Number(seconds) * 1_000,
      },
      progressMax: 100,
      headers: { authorization: 'Bearer a-secret-token' },
    };
    const state = { name: 'in_progress', percent: 40, log: ['Using a-secret-token'] };
    expect(await said({ state, ahead: 3, seconds: 9 }, given)).toEqual({
      kind: 'pending',
      phase: 'running',
      progress: 0.4,
      message: 'Using …',
      backendPosition: 3,
      etaMs: 9_000,
      readAfterMs: undefined,
    });
  });

  it('tell the result with its cost and its end', async () => {
    const given: Partial<Options> = {
      at: {
        output: 'images.0',
        cost: ({ credits }) => ({ amount: Number(credits), unit: 'credits' }),
        expiresAt: 'until',
      },
    };
    const done = { status: 'done', images: [{ url: 'x.png' }], credits: 4, until: '2030-01-01T00:00:00Z' };
    expect(await said(done, given)).toEqual({
      kind: 'succeeded',
      output: { url: 'x.png' },
      cost: { amount: 4, unit: 'credits' },
      expiresAt: Date.UTC(2030, 0, 1),
    });
    const whole = await said({ status: 'done', url: 'x.png' });
    expect(whole).toMatchObject({ kind: 'succeeded', output: { id: 'a/1', status: 'done', url: 'x.png' } });
  });

  it('are read again if the job has succeeded without its result', async () => {
    const given: Partial<Options> = { at: { output: 'url' } };
    const { adapter } = await at(() => json({ id: 'a/1', status: 'done' }), given);
    expect(await rejection(adapter.read(job, call))).toMatchObject({ code: 'invalid-response' });
    expect((await adapter.submit({ prompt: 'x' }, submitCall)).update).toEqual({ kind: 'changed' });
  });

  it('may be a refusal with the status 200', async () => {
    const { adapter } = await at(() => json({ success: false, error: 'Not enough credits' }));
    expect(await rejection(adapter.submit({ prompt: 'x' }, submitCall))).toMatchObject({
      code: 'payment-required',
      failure: { charged: 'no' },
    });
    expect(await rejection(adapter.read(job, call))).toMatchObject({ message: expect.stringContaining('credits') });
  });

  it('keep apart numbers with a sign, truths, and words with other separators', async () => {
    const status = { '-1': 'failed', 1: 'running', true: 'succeeded', 'in-progress': 'running' } as const;
    expect(await said({ status: -1 }, { status })).toMatchObject({ kind: 'failed' });
    expect(await said({ status: 1 }, { status })).toMatchObject({ kind: 'pending', phase: 'running' });
    expect(await said({ status: -2 }, { status })).toMatchObject({ kind: 'pending', phase: undefined });
    expect(await said({ status: true }, { status })).toMatchObject({ kind: 'succeeded' });
    expect(await said({ status: 'In Progress' }, { status })).toMatchObject({ kind: 'pending', phase: 'running' });
  });

  it('are judged by a function where no word says the state', async () => {
    const status: Options['status'] = ({ url, problem }) => (url ? 'succeeded' : problem ? 'failed' : undefined);
    expect(await said({}, { status })).toMatchObject({ kind: 'pending' });
    expect(await said({ url: 'x' }, { status })).toMatchObject({ kind: 'succeeded' });
    const charged = { failed: 'no' } as const;
    expect(await said({ problem: 'Too dark' }, { status, charged, at: { error: 'problem' } })).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringContaining('Too dark'), charged: 'no' },
    });
  });

  it('may have the result at a second URL, which may come a moment later', async () => {
    let isThere = false;
    const { adapter } = await at(
      path =>
        path.endsWith('/result')
          ? isThere
            ? json({ video: 'x.mp4' })
            : json({ error: 'Not found' }, 404)
          : json({ id: 'a/1', status: 'done' }),
      { result: '/jobs/{id}/result', at: { output: 'video' } },
    );
    expect(await rejection(adapter.read(job, call))).toMatchObject({ code: 'invalid-response' });
    isThere = true;
    expect(await adapter.read(job, call)).toMatchObject({ kind: 'succeeded', output: 'x.mp4' });
    expect((await adapter.submit({ prompt: 'x' }, submitCall)).update).toEqual({ kind: 'changed' });
  });

  it('of a stream have the same form', async () => {
    const body = ['{"id":"a/1","status":"done","url":"x"}', '{"id":"b","status":"done"}', 'ping']
      .map(data => `data: ${data}\n\n`)
      .join('');
    const { adapter } = await at(() => ({ headers: { 'content-type': 'text/event-stream' }, body }), {
      events: '/jobs/{id}/events',
      at: { output: 'url' },
    });
    expect(await collect(adapter.events?.(job, call))).toMatchObject([
      { kind: 'succeeded', output: 'x' },
      { kind: 'ignored' },
      { kind: 'ignored' },
    ]);
  });
});

it('takes a restBackend from a submit to its result', async () => {
  let reads = 0;
  const state = () => {
    reads += 1;
    return { id: 1, status: reads > 1 ? 'done' : 'busy', url: 'x' };
  };
  const answer = (path: string) => json(path === '/jobs' ? { id: 1 } : state());
  const { adapter, heard } = await at(answer, { at: { output: 'url' } });
  const machine = createGenerationMachine(adapter, { policy: { pollDelayMs: [1], minReadGapMs: 0 } });
  expect(await runGeneration(machine, { prompt: 'dunes' })).toBe('x');
  expect(heard.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

describe('the options of a restBackend', () => {
  it('declare what an adapter declares', () => {
    const adapter = restBackend<Input, unknown>({
      ...description,
      baseUrl: 'https://api.test/v1/',
      submit: { url: '/jobs', idempotencyHeader: 'Idempotency-Key' },
      idempotentSubmit: 'replays',
      idempotencyWindowMs: 5,
      stream: { tells: 'states' },
      resultsLiveMs: 6,
      durationLabel: ({ model = 'any' }) => model,
    });
    expect(adapter).toMatchObject({
      idempotentSubmit: 'replays',
      idempotencyWindowMs: 5,
      stream: { tells: 'states' },
      resultsLiveMs: 6,
    });
    expect(adapter.durationLabel?.({ prompt: 'x' })).toBe('any');
    expect(typeof adapter.origin === 'function' && adapter.origin()).toBe('https://api.test/v1');
    expect(Object.keys(adapter)).not.toContain('events');
    expect(Object.keys(adapter)).not.toContain('cancel');
  });

  it.each([
    { given: { submit: undefined }, named: 'submit' },
    { given: { submit: 'jobs' }, named: 'submit' },
    { given: { submit: { path: '/jobs' } }, named: 'Did you mean "url"' },
    { given: { read: 'FETCH /jobs/{id}' }, named: 'read of restBackend() has the method FETCH' },
    { given: { read: '/jobs/{jobId}' }, named: 'keep.jobId' },
    { given: { cancel: 7 }, named: 'cancel' },
    { given: { status: undefined }, named: 'status' },
    { given: { status: { done: 'success' } }, named: 'Did you mean "succeeded"?' },
    { given: { status: { error: 'failed' } }, named: 'no word for "succeeded"' },
    { given: { at: { progres: 'x' } }, named: 'Did you mean "progress"?' },
    { given: { at: { output: 7 } }, named: 'at.output' },
    { given: { keep: { region: '' } }, named: 'keep.region' },
    { given: { keep: { id: 'uid' } }, named: 'at.id' },
    { given: { progressMax: 0 }, named: 'progressMax' },
    { given: { baseUrl: 'https://user:pass@api.test' }, named: 'baseUrl' },
    { given: { baseUrl: 'https://api.test?key=1' }, named: 'baseUrl' },
    { given: { idempotentSubmit: 'always' }, named: 'idempotentSubmit' },
    { given: { idempotentSubmit: true }, named: 'idempotencyHeader' },
    { given: { header: {} }, named: 'Did you mean "headers"?' },
  ])('are refused with their name: $given', ({ given, named }) => {
    const make = () => restBackend({ ...description, ...given } as Options);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(named);
    expect(make).not.toThrow('pass@');
  });
});
