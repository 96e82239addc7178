import { createGenerationMachine, isGenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import { type ReplicateOptions, replicate } from 'generation-lifecycle/adapters/replicate';
import { replicateDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';
import {
  aborted,
  canceled,
  failed,
  flagged,
  notFound,
  processing,
  removed,
  starting,
  succeeded,
  throttled,
} from './predictions.js';

const { signal } = new AbortController();
const call = { signal };
const apiKey = 'r8_token-of-the-test';
const input = { prompt: 'a lighthouse' };
const submitCall = { signal, idempotencyKey: 'k-1' };
const job: JobRef = { id: starting.id };

/** An adapter whose backend answers this. */
async function at(answer: (path: string, method: string) => Answer, options: Partial<ReplicateOptions> = {}) {
  const { url, heard } = await loopback(({ path, method }) => answer(path, method));
  const target = options.deployment ? {} : { model: 'owner/model' };
  const given = { ...target, baseUrl: `${url}/v1`, apiKey, ...options } as ReplicateOptions;
  return { adapter: replicate<{ prompt: string }, unknown>(given), url, heard };
}

const read = async (answer: Answer): Promise<JobUpdate<unknown>> => (await at(() => answer)).adapter.read(job, call);
const readSaid = (said: object) => read(json({ ...processing, ...said }));

describe('a submit', () => {
  const version = 'a'.repeat(64);

  it.each([
    [{ model: 'black-forest-labs/flux-1.1-pro' }, '/v1/models/black-forest-labs/flux-1.1-pro/predictions', {}],
    [{ model: 'a/b-1.0:abc123' }, '/v1/predictions', { version: 'abc123' }],
    [{ model: version }, '/v1/predictions', { version }],
    [{ model: undefined, deployment: 'acme/pictures' }, '/v1/deployments/acme/pictures/predictions', {}],
  ])('of %j goes to %s, as with the client of Replicate', async (target, path, more) => {
    const { adapter, heard } = await at(() => json(starting, 201), target as Partial<ReplicateOptions>);
    const { job: made, update } = await adapter.submit(input, submitCall);
    expect(heard[0]).toMatchObject({ method: 'POST', path, headers: { authorization: `Bearer ${apiKey}` } });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ input, ...more });
    expect(heard[0]?.headers).not.toHaveProperty('prefer');
    // Nothing but the id: no URL that a page could change.
    expect(made).toEqual(job);
    expect(update).toEqual({ kind: 'pending', phase: 'queued', readAfterMs: 1_000 });
  });

  it('sends its options', async () => {
    const { adapter, heard } = await at(() => json(starting, 201), {
      waitSeconds: 5,
      cancelAfterSeconds: 90,
      webhookUrl: 'https://me.test/hook?a=1',
      webhookEvents: ['start', 'completed'],
    });
    await adapter.submit(input, submitCall);
    expect(heard[0]?.headers).toMatchObject({ prefer: 'wait=5', 'cancel-after': '90s' });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      input,
      webhook: 'https://me.test/hook?a=1',
      webhook_events_filter: ['start', 'completed'],
    });
  });

  it('posts only the end to a webhook, unless you say otherwise', async () => {
    const { adapter, heard } = await at(() => json(starting, 201), { webhookUrl: 'https://me.test/hook' });
    await adapter.submit(input, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ webhook_events_filter: ['completed'] });
  });

  it('posts to the address of the call, which is of this generation, rather than to that of the options', async () => {
    const options: Partial<ReplicateOptions> = { webhookUrl: 'https://me.test/hook', webhookEvents: ['start'] };
    for (const given of [{} as Partial<ReplicateOptions>, options]) {
      const { adapter, heard } = await at(() => json(starting, 201), given);
      await adapter.submit(input, { ...submitCall, webhookUrl: 'https://half.test/webhook/image/g-1.mac' });
      expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
        input,
        webhook: 'https://half.test/webhook/image/g-1.mac',
        webhook_events_filter: given.webhookEvents ?? ['completed'],
      });
    }
  });

  it.each([
    [succeeded, { kind: 'succeeded' }],
    [flagged, { kind: 'failed', failure: { code: 'moderated' } }],
    // Files come before the prediction is over, and then again with it.
    [
      { ...processing, output: succeeded.output },
      { kind: 'pending', phase: 'running', readAfterMs: 1_000 },
    ],
    [{ ...processing, output: [] }, { kind: 'pending' }],
  ])('that has waited tells how far the job is: %#', async (said, update) => {
    const { adapter } = await at(() => json(said, 201), { waitSeconds: 60 });
    expect((await adapter.submit(input, submitCall)).update).toMatchObject(update);
  });

  it('does not lose a job of which it knows only the id', async () => {
    const { adapter } = await at(() => json({ id: starting.id }, 201));
    expect(await adapter.submit(input, submitCall)).toMatchObject({ job, update: { kind: 'pending' } });
  });

  it('tells the wait of a limit, which is in the body alone', async () => {
    const { adapter } = await at(() => json(throttled, 429));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'rate-limited', charged: 'no', retryable: true } });
    expect(error).toMatchObject({ retryAfterMs: 5_000 });
  });

  it.each([
    [{ model: 'someone/else' }, 'A community model needs its version: someone/else:version'],
    [{ model: 'someone/else:abc' }, 'Check the version in the option model'],
    [{ model: undefined, deployment: 'acme/pictures' }, 'Check the option deployment'],
  ])('to what is not there says what to check: %j', async (target, advice) => {
    const { adapter } = await at(() => json(notFound, 404), target as Partial<ReplicateOptions>);
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'not-found', charged: 'no' } });
    expect(isGenerationError(error) && error.message).toContain(advice);
  });
});

describe('a read', () => {
  it('asks for the id, and never follows a URL of the answer', async () => {
    const elsewhere = await loopback(() => json(succeeded));
    const urls = { get: `${elsewhere.url}/stolen`, cancel: `${elsewhere.url}/stolen`, stream: `${elsewhere.url}/s` };
    const { adapter, heard } = await at(() => json({ ...starting, id: 'p/1', urls }));
    const { job: made } = await adapter.submit(input, submitCall);
    await adapter.read(made, call);
    await adapter.cancel(made, call);
    expect(heard.map(({ method, path }) => `${method} ${path}`).slice(1)).toEqual([
      'GET /v1/predictions/p%2F1',
      'POST /v1/predictions/p%2F1/cancel',
    ]);
    expect(elsewhere.heard).toEqual([]);
  });

  it('tells the phase, the progress and the last words', async () => {
    expect(await read(json(starting))).toEqual({ kind: 'pending', phase: 'queued' });
    expect(await read(json(processing))).toEqual({
      kind: 'pending',
      phase: 'running',
      progress: 0.44,
      message: 'Using seed: 8654',
    });
    // With a space before the bar, as Replicate's client reads it, and with words after it.
    expect(await readSaid({ logs: 'Sampling: 7% |▋ | 1/14\nUploading https://a.test/?sig=secret' })).toMatchObject({
      progress: 0.07,
      message: 'Uploading https://a.test/',
    });
    // tqdm itself prints a bar over the one before.
    expect(await readSaid({ logs: 'Loading\r  0%|      | 0/4\r 50%|███   | 2/4' })).toMatchObject({
      progress: 0.5,
      message: 'Loading',
    });
    expect(await readSaid({ logs: 41 })).toEqual({ kind: 'pending', phase: 'running' });
  });

  it('reads the end of a long log', async () => {
    const logs = `${' 10%|█         | 1/10\n'.repeat(50_000)} 90%|█████████ | 9/10\nDecoding`;
    expect(await readSaid({ logs })).toMatchObject({ progress: 0.9, message: 'Decoding' });
  });

  it('shows the pictures that are there already', async () => {
    const url = 'https://replicate.delivery/a/out-0.webp';
    const output = [url, 'https://replicate.delivery/a/out.mp4', 'a text', null];
    expect(await readSaid({ output })).toMatchObject({ kind: 'pending', previews: [{ url, index: 0 }] });
    expect(await readSaid({ output: `${url}?x=1` })).toMatchObject({ previews: [{ url: `${url}?x=1`, index: 0 }] });
    expect(await readSaid({ output: 'Once upon' })).not.toHaveProperty('previews');
  });

  it.each([
    ['https://replicate.delivery/a.png', true],
    [['https://replicate.delivery/a.png'], true],
    [{ video: 'https://replicate.delivery/a.mp4', seed: 41, nothing: null }, true],
    ['Once upon a time', false],
    [['Once ', 'upon'], false],
    ['data:image/png;base64,AAAA', false],
    [0.5, false],
    [false, false],
    [[], false],
  ])('gives the output %j, and when its URLs stop working', async (output, expires) => {
    const update = await read(json({ ...succeeded, output }));
    expect(update).toEqual({
      kind: 'succeeded',
      output,
      durationMs: 4_484.541,
      ...(expires && { expiresAt: Date.parse('2026-04-26T23:13:11.608Z') }),
    });
  });

  it('takes an answer that has only what it needs', async () => {
    expect(await read(json({ status: 'succeeded', output: 'text' }))).toEqual({ kind: 'succeeded', output: 'text' });
    expect(await read(json({ status: 'Successful', output: 1, metrics: 'none', completed_at: 5 }))).toMatchObject({
      kind: 'succeeded',
    });
    expect(await read(json({ status: 'processing' }))).toEqual({ kind: 'pending', phase: 'running' });
    expect(await read(json({ status: 'canceled' }))).toEqual({ kind: 'cancelled' });
    expect(await read(json({ status: 'failed' }))).toMatchObject({ failure: { code: 'job-failed' } });
  });

  it.each([
    [removed, { code: 'expired', charged: 'yes', retryable: true, resumable: false }],
    [{ ...succeeded, data_removed: undefined, output: null }, { code: 'expired' }],
    [{ ...succeeded, data_removed: true }, { code: 'expired' }],
  ])('says that a result has been removed: %#', async (said, failure) => {
    expect(await read(json(said))).toMatchObject({ kind: 'failed', failure });
  });

  it('gives a result that is nothing, if nothing was removed', async () => {
    expect(await read(json({ ...succeeded, output: null }))).toMatchObject({ kind: 'succeeded', output: null });
  });

  it('takes a 410 for a result that has been removed', async () => {
    const update = await read(json({ detail: 'Gone' }, 410));
    expect(update).toMatchObject({ kind: 'failed', failure: { code: 'expired', status: 410 } });
  });

  it.each([
    ['CUDA out of memory', { code: 'job-failed', retryable: true, charged: 'maybe' }],
    [
      { message: 'Out of memory', code: 'E1001' },
      { code: 'job-failed', details: { code: 'E1001' } },
    ],
    [{ detail: [{ loc: ['prompt'], msg: 'is too long' }] }, { code: 'job-failed' }],
    [null, { code: 'job-failed' }],
    [
      'NSFW content detected. Try running it again, or try a different prompt.',
      { code: 'moderated', retryable: false },
    ],
    [flagged.error, { code: 'moderated', retryable: false }],
    // https://github.com/HeyPuter/puter/pull/3719
    ['Generation stopped (E005)', { code: 'moderated', retryable: false }],
    [{ code: 'E005' }, { code: 'moderated', retryable: false }],
    // https://github.com/pollinations/pollinations/pull/10801
    ['Input validation error: the image could not be fetched', { code: 'job-failed', retryable: false }],
    ['Prediction input failed validation: {"detail":[]}', { code: 'job-failed', retryable: false }],
  ])('tells why a job has failed: %j', async (error, failure) => {
    const update = await read(json({ ...failed, error }));
    expect(update).toMatchObject({ kind: 'failed', failure: { ...failure, resumable: false, job } });
  });

  it('takes the last words of the log where there is no error', async () => {
    const logs = 'Loading\nNSFW content detected in all outputs\n';
    expect(await read(json({ ...failed, error: null, logs }))).toMatchObject({ failure: { code: 'moderated' } });
  });

  it.each([
    [canceled, { kind: 'cancelled', charged: 'yes' }],
    [{ ...canceled, started_at: null }, { kind: 'cancelled' }],
    [
      { ...canceled, status: 'cancelled' },
      { kind: 'cancelled', charged: 'yes' },
    ],
    // https://replicate.com/docs/topics/predictions/lifecycle: no charge
    [aborted, { kind: 'cancelled', charged: 'no' }],
  ])('says what a stopped job costs: %#', async (said, update) => {
    expect(await read(json(said))).toEqual(update);
  });

  it.each(['uploading', 'queued', ''])('goes on with the status %j, which nobody knows', async status => {
    expect(await readSaid({ status, logs: '' })).toEqual({ kind: 'pending' });
  });

  it('waits as long as Replicate asks, whatever the input is called', async () => {
    const headers = { 'content-type': 'application/json', 'retry-after': '7' };
    expect(await read({ headers, body: JSON.stringify(starting) })).toMatchObject({ readAfterMs: 7_000 });
    expect(await readSaid({ input: { retry_after: 30 }, output: { retryDelay: '9s' } })).not.toHaveProperty(
      'readAfterMs',
    );
  });

  it('takes an id that is a number', async () => {
    const { adapter } = await at(() => json({ ...succeeded, id: 41 }));
    const { job: made } = await adapter.submit(input, submitCall);
    expect(made).toEqual({ id: '41' });
    expect(await adapter.read(made, call)).toMatchObject({ kind: 'succeeded' });
  });

  it('throws for another prediction, and for what is none', async () => {
    for (const answer of [
      json({ ...succeeded, id: 'another' }),
      { body: '<html>' },
      json([]),
      json({}),
      { status: 204 },
    ])
      expect(await rejection(read(answer))).toMatchObject({ code: 'invalid-response' });
  });

  it.each([
    [401, 'unauthorized'],
    [404, 'not-found'],
    [429, 'rate-limited'],
    [500, 'network'],
    [502, 'network'],
    [302, 'invalid-response'],
  ])('that is answered with %i says nothing of the job', async (status, code) => {
    const error = await rejection(
      read({ status, headers: { 'content-type': 'text/html' }, body: '<html>failed</html>' }),
    );
    expect(error).toMatchObject({ failure: { code, resumable: status !== 404 } });
  });
});

describe('a cancel', () => {
  it.each([
    [json(canceled), { kind: 'cancelled', charged: 'yes' }],
    [json(aborted), { kind: 'cancelled', charged: 'no' }],
    [json(processing), { kind: 'changed' }],
    [json(starting), { kind: 'changed' }],
    [json(succeeded), { kind: 'succeeded', output: succeeded.output }],
    [json(failed), { kind: 'failed' }],
    [json({ ...canceled, id: 'another' }), { kind: 'changed' }],
    // https://github.com/replicate/replicate-python-beta: its client expects no body.
    [{ status: 200 }, { kind: 'changed' }],
    [{ status: 204 }, { kind: 'changed' }],
    [{ body: '<html>' }, { kind: 'changed' }],
  ])('answers what Replicate says: %#', async (answer, update) => {
    const { adapter, heard } = await at(() => answer);
    expect(await adapter.cancel(job, call)).toMatchObject(update);
    expect(heard[0]).toMatchObject({ method: 'POST', path: `/v1/predictions/${job.id}/cancel`, body: '' });
  });

  it.each([400, 405, 413, 421, 431, 499])(
    'takes a page of HTML with the status %i for a read to repeat',
    async status => {
      const page = { status, headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad Request</h1></html>' };
      const error = await rejection(read(page));
      expect(error).toMatchObject({ failure: { code: 'invalid-response', resumable: true, retryable: false } });
      expect(await rejection(read({ ...page, headers: {}, body: '' }))).toMatchObject({ code: 'bad-input' });
    },
  );

  it('throws where it is refused', async () => {
    for (const [status, code] of [
      [404, 'not-found'],
      [422, 'bad-input'],
      [500, 'network'],
    ] as const) {
      const { adapter } = await at(() => json({ detail: 'no' }, status));
      expect(await rejection((async () => adapter.cancel(job, call))())).toMatchObject({ code });
    }
  });
});

describe('the token', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('is not needed to make the adapter, and is missed at the first submit and by check()', async () => {
    vi.stubEnv('REPLICATE_API_TOKEN', undefined);
    const { adapter, heard } = await at(() => json(starting), { apiKey: undefined });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(input, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no', retryable: false } });
      expect(isGenerationError(error) && error.message).toContain(
        'Pass the option apiKey, or set the environment variable REPLICATE_API_TOKEN.',
      );
    }
    expect(heard).toEqual([]);
    vi.stubEnv('REPLICATE_API_TOKEN', 'r8_of-the-environment');
    await adapter.check();
    await adapter.submit(input, submitCall);
    expect(heard[0]?.headers.authorization).toBe('Bearer r8_of-the-environment');
  });

  it('is refused in a page, unless you insist', async () => {
    vi.stubGlobal('document', {});
    const { adapter, heard } = await at(() => json(starting));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(isGenerationError(error) && error.message).toContain('docs/guide/server.md');
    expect(heard).toEqual([]);
    const { adapter: insisting } = await at(() => json(starting), { dangerouslyAllowBrowser: true });
    expect(await insisting.submit(input, submitCall)).toMatchObject({ job });
  });

  it('is cut out of what Replicate quotes', async () => {
    const { adapter } = await at((_, method) =>
      method === 'POST' ? json(starting, 201) : json({ ...failed, error: `Token ${apiKey} has no access` }),
    );
    await adapter.submit(input, submitCall);
    expect(JSON.stringify(await adapter.read(job, call))).not.toContain(apiKey);
  });

  it.each([processing, { ...failed, error: null }])(
    'is cut out of what the model prints, also where a line or the log is cut: %#',
    async said => {
      const filler = (length: number) => 'word '.repeat(length / 5);
      for (const logs of [`a word ${apiKey}`, `${filler(290)}${apiKey}`, `${apiKey} ${filler(3_990)}`]) {
        const told = JSON.stringify(await readSaid({ ...said, logs }));
        expect(told).toContain('word');
        expect(told).not.toMatch(/r8_|of-the-test/);
      }
    },
  );
});

it('says that a stop before the start is free on an official model, and may be paid on any other', async () => {
  const charges = [];
  for (const target of [{ model: 'a/b' }, { model: 'a/b:abc' }, { model: undefined, deployment: 'a/b' }]) {
    const { adapter } = await at(() => json(aborted), target as Partial<ReplicateOptions>);
    charges.push(await adapter.read(job, call));
  }
  expect(charges).toEqual([
    { kind: 'cancelled', charged: 'no' },
    { kind: 'cancelled', charged: undefined },
    { kind: 'cancelled', charged: undefined },
  ]);
});

describe('options', () => {
  it.each(['', 'flux', '../x', 'a/../b', 'a/b?c=d', 'a//b', 'https://evil.test/a', 'a/b:', 'a/b/c', 'a/b:v/../w'])(
    'refuse the model %j',
    model => {
      expect(() => replicate({ model })).toThrow(TypeError);
    },
  );

  it.each([
    {},
    { model: 'a/b', deployment: 'a/b' },
    { deployment: 'a/b:c' },
    { deployment: 'a' },
    { model: null },
    { model: 'a/b', waitSeconds: 0 },
    { model: 'a/b', waitSeconds: 61 },
    { model: 'a/b', waitSeconds: 1.5 },
    { model: 'a/b', cancelAfterSeconds: -1 },
  ])('refuse %j', options => {
    expect(() => replicate(options as ReplicateOptions)).toThrow(TypeError);
  });

  it('have to exist', () => {
    expect(() => replicate({ model: 'a/b', apikey: 'x' } as ReplicateOptions)).toThrow('Did you mean "apiKey"?');
  });

  it('say which backend the jobs belong to, and what decides how long they take', () => {
    const adapter = replicate({ model: 'a/b:abc' });
    expect(adapter.origin).toBe('https://api.replicate.com/v1');
    expect(adapter.durationLabel?.(input)).toBe('a/b');
    expect(replicate({ model: 'f'.repeat(64) }).durationLabel?.(input)).toBe('f'.repeat(12));
    expect(replicate({ model: 'a/b', baseUrl: 'https://me.test/r8/' }).origin).toBe('https://me.test/r8');
  });
});

describe('a job over real timers', () => {
  it('is followed to its result', async () => {
    const double = replicateDouble({ scenario: { queuedMs: 30, runningMs: 30 } });
    const adapter = replicate<typeof input, string[]>({ model: 'owner/model', apiKey, fetch: double.fetch });
    const actor = createActor(createGenerationMachine(adapter), { input: { id: 'g-1' } }).start();
    actor.send({ type: 'GENERATE', input });
    expect(await toPromise(actor)).toMatchObject({
      status: 'completed',
      output: [expect.stringContaining('https://replicate.delivery/')],
      expiresAt: expect.any(Number),
    });
    expect([double.chargedCount, double.openCount]).toEqual([1, 0]);
  });

  it.each([
    ['succeeded', { status: 'completed' }],
    ['failed', { status: 'failed', failure: { code: 'job-failed', charged: 'maybe' } }],
    ['moderated', { status: 'failed', failure: { code: 'moderated' } }],
  ] as const)('ends with its submit as %s, if that waits for it', async (ends, result) => {
    const double = replicateDouble({ scenario: { queuedMs: 30, runningMs: 30, ends } });
    const { fetch } = double;
    const adapter = replicate<typeof input, string[]>({ model: 'owner/model', apiKey, fetch, waitSeconds: 60 });
    const actor = createActor(createGenerationMachine(adapter), { input: { id: 'g-1' } }).start();
    actor.send({ type: 'GENERATE', input });
    expect(await toPromise(actor)).toMatchObject(result);
    expect(double.requests).toHaveLength(1);
  });

  it('is stopped by Replicate when its time is over', async () => {
    const { fetch } = replicateDouble({ scenario: { queuedMs: 600_000 } });
    const adapter = replicate({ model: 'owner/model', apiKey, fetch, cancelAfterSeconds: 1 });
    const actor = createActor(createGenerationMachine(adapter), { input: { id: 'g-1' } }).start();
    actor.send({ type: 'GENERATE', input });
    expect(await toPromise(actor)).toMatchObject({ status: 'cancelled', charged: 'no' });
  });
});
