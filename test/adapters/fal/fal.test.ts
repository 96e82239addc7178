import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createGenerationMachine, isGenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import { type FalOptions, fal } from 'generation-lifecycle/adapters/fal';
import { falDouble, type VendorDoubleOptions, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock, toPromise } from 'xstate';
import { type Answer, collect, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const apiKey = 'key-id-1:key-secret-1';
const input = { prompt: 'a lighthouse' };
const submitCall = { signal, idempotencyKey: 'k-1' };

/** An adapter whose backend answers this, with a job of it. */
async function at(answer: (path: string, method: string) => Answer, options: Partial<FalOptions> = {}) {
  const { url, heard } = await loopback(({ path, method }) => answer(path, method));
  const adapter = fal<{ prompt: string }, unknown>({ model: 'fal-ai/flux/dev', baseUrl: url, apiKey, ...options });
  const place = `${url}/fal-ai/flux/requests/r%2F1`;
  const job: JobRef = { id: 'r/1', statusUrl: `${place}/status`, responseUrl: place, cancelUrl: `${place}/cancel` };
  return { adapter, url, heard, job };
}

const read = async (answer: (path: string) => Answer): Promise<JobUpdate<unknown>> => {
  const { adapter, job } = await at(answer);
  return adapter.read(job, call);
};
const withResult = (answer: Answer) => (path: string) =>
  path.includes('/status') ? json({ status: 'COMPLETED' }) : answer;

/** What a proxy answers in place of fal. */
const htmlPage = (status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
});

describe('a submit', () => {
  it('asks the queue with the key, the input and the options, and takes the URLs of the answer', async () => {
    const { adapter, heard } = await at(
      path => json({ status: 'IN_QUEUE', queue_position: 2, request_id: 'r/1', status_url: `http://${path}.test/` }),
      {
        priority: 'low',
        startTimeoutSeconds: 60,
        keepSeconds: 3_600,
        canRepeat: false,
        webhookUrl: 'https://me.test/hook?a=1',
      },
    );
    const { job, update } = await adapter.submit(input, submitCall);
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: '/fal-ai/flux/dev?fal_webhook=https%3A%2F%2Fme.test%2Fhook%3Fa%3D1',
      body: JSON.stringify(input),
      headers: {
        authorization: `Key ${apiKey}`,
        'x-fal-queue-priority': 'low',
        'x-fal-request-timeout': '60',
        'x-fal-no-retry': '1',
        'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":3600}',
      },
    });
    expect(update).toEqual({ kind: 'pending', phase: 'queued', backendPosition: 2 });
    // A URL to another place is not followed, and the job is not lost.
    const place = '/fal-ai/flux/requests/r%2F1';
    expect(job).toEqual({ id: 'r/1', statusUrl: `${place}/status`, responseUrl: place, cancelUrl: `${place}/cancel` });
  });

  it('to a model that is not there says what to check', async () => {
    const { adapter } = await at(() => json({ detail: 'Not found' }, 404));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'not-found', charged: 'no' } });
    expect(isGenerationError(error) && error.message).toContain('Check the option model.');
  });

  it('keeps the URLs that fal gives', async () => {
    const { url } = await loopback(() => json({}));
    const own = await loopback(() => json({ request_id: 'r1', status_url: `${own.url}/s`, response_url: `${url}/r` }));
    const adapter = fal({ model: 'workflows/me/flow/run', baseUrl: own.url, apiKey });
    const { job } = await adapter.submit(input, submitCall);
    expect(job['statusUrl']).toBe('/s');
    expect(job['responseUrl']).toBe('/workflows/me/flow/requests/r1');
  });

  it('says that an exhausted balance is to be paid', async () => {
    const { adapter } = await at(() => json({ detail: 'User is locked. Reason: Exhausted balance.' }, 403));
    expect(await rejection(adapter.submit(input, submitCall))).toMatchObject({
      failure: { code: 'payment-required', charged: 'no' },
    });
  });
});

describe('a read', () => {
  it('tells phase, position, progress and the last words', async () => {
    expect(await read(() => json({ status: 'IN_QUEUE', queue_position: 0 }, 202))).toEqual({
      kind: 'pending',
      phase: 'queued',
      backendPosition: 0,
    });
    const messages = [
      'Loading\u001b[0m weights',
      ' 46%|████      | 13/28 [00:01<00:05]',
      '',
      'https://a.test/?sig=secret',
    ];
    const logs = messages.map(message => ({ message }));
    expect(await read(() => json({ status: 'IN_PROGRESS', logs }, 202))).toEqual({
      kind: 'pending',
      phase: 'running',
      progress: 0.46,
      message: 'https://a.test/',
    });
    expect(await read(() => json({ status: 'IN_PROGRESS', logs: 'oops', queue_position: '1' }))).toEqual({
      kind: 'pending',
      phase: 'running',
    });
  });

  it('gets the result with a second request', async () => {
    const { adapter, job, heard } = await at(withResult(json({ images: [] })));
    expect(await adapter.read(job, call)).toEqual({ kind: 'succeeded', output: { images: [] } });
    expect(heard.map(({ path }) => path)).toEqual([
      '/fal-ai/flux/requests/r%2F1/status?logs=1',
      '/fal-ai/flux/requests/r%2F1',
    ]);
  });

  it('tells what fal says beside the result: how long the model ran, and what it cost', async () => {
    const status = json({ status: 'COMPLETED', metrics: { inference_time: 1.9 } });
    const result = (units: string): Answer => ({
      headers: { 'content-type': 'application/json', 'x-fal-billable-units': units },
      body: '{"seed":1}',
    });
    const { adapter, job } = await at(path => (path.includes('/status') ? status : result('3.008')));
    expect(await adapter.read(job, call)).toEqual({
      kind: 'succeeded',
      output: { seed: 1 },
      durationMs: 1_900,
      cost: { amount: 3.008, unit: 'billable units' },
    });
    for (const units of ['', 'one', '-1'])
      expect(await read(withResult(result(units)))).toEqual({ kind: 'succeeded', output: { seed: 1 } });
  });

  it.each([
    [
      { error: 'Runner disconnected', error_type: 'runner_disconnected' },
      { code: 'job-failed', charged: 'no' },
    ],
    [
      { error: 'Request timed out', error_type: 'request_timeout' },
      { code: 'job-failed', charged: 'no' },
    ],
    [{ error: 'Out of memory' }, { code: 'job-failed', charged: 'maybe', retryable: true }],
    [
      { error: 'Flagged', error_type: 'content_policy_violation' },
      { code: 'moderated', retryable: false },
    ],
  ])('takes a status with an error for the failure of the job: %j', async (said, failure) => {
    const update = await read(() => json({ status: 'COMPLETED', ...said }));
    expect(update).toMatchObject({ kind: 'failed', failure: { ...failure, resumable: false } });
  });

  it.each([
    [
      422,
      { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] },
      {},
      { code: 'job-failed', retryable: false, charged: 'maybe' },
    ],
    [
      422,
      { detail: [{ msg: 'Flagged.', type: 'content_policy_violation', categories: ['hate'] }] },
      {},
      { code: 'moderated', details: { categories: ['hate'] } },
    ],
    [
      503,
      { detail: 'Runner disconnected', error_type: 'runner_disconnected' },
      {},
      { code: 'job-failed', retryable: true, charged: 'no', status: 503 },
    ],
    [504, undefined, { 'x-fal-error-type': 'request_timeout' }, { code: 'job-failed', charged: 'no' }],
    [500, { detail: 'boom' }, { 'x-fal-retryable': 'false' }, { code: 'job-failed', retryable: false }],
    [410, { detail: 'Gone' }, {}, { code: 'expired', charged: 'yes' }],
  ])('takes the %i of a result for the failure of the job: %j', async (status, body, headers, failure) => {
    const answer: Answer = { status, headers, ...(body && { body: JSON.stringify(body) }) };
    expect(await read(withResult(answer))).toMatchObject({ kind: 'failed', failure });
  });

  it.each([401, 403, 404, 408, 429, 500, 502, 302])('takes the bare %i of a result for a failed read', async status => {
    const error = await rejection(read(withResult({ status })));
    expect(error).toMatchObject({ failure: { resumable: status !== 404, retryable: status === 404 } });
  });

  it.each([400, 405, 413, 418, 421, 422, 431, 451, 499, 500, 520])(
    'takes a page of HTML with the status %i, in place of a result, for a failed read that is repeated',
    async status => {
      const error = await rejection(read(withResult(htmlPage(status))));
      const code = status < 500 ? 'invalid-response' : 'network';
      expect(error).toMatchObject({ failure: { code, resumable: true, retryable: false } });
    },
  );

  it('takes a page of HTML in place of a status for a read to repeat', async () => {
    const error = await rejection(read(() => htmlPage(400)));
    expect(error).toMatchObject({ failure: { code: 'invalid-response', resumable: true, retryable: false } });
  });

  it('takes a refusal without words for the failure of the job, if fal says that it is its own', async () => {
    const answer: Answer = { status: 422, headers: { 'x-fal-request-id': 'r/1' } };
    expect(await read(withResult(answer))).toMatchObject({ kind: 'failed', failure: { code: 'job-failed' } });
  });

  it('takes a result that is null for a result', async () => {
    expect(await read(withResult(json(null)))).toEqual({ kind: 'succeeded', output: null });
  });

  it.each([
    [{ error: 'Request was cancelled' }, 'cancelled'],
    [{ error: 'Canceled by user' }, 'cancelled'],
    [{ error: 'x', error_type: 'client_cancelled' }, 'cancelled'],
    [{ error: 'The download was cancelled by the remote host' }, 'failed'],
    [{ error: 'Request was cancelled', error_type: 'file_download_error' }, 'failed'],
    [{ error: { message: 'cancelled' } }, 'failed'],
  ])('takes %j for a job that is %s', async (said, kind) => {
    expect(await read(() => json({ status: 'COMPLETED', ...said }))).toMatchObject({ kind });
  });

  it('takes an id that is a number', async () => {
    const { adapter } = await at((_, method) =>
      method === 'POST' ? json({ request_id: 8_812 }) : json({ status: 'IN_QUEUE', request_id: 8_812 }),
    );
    const { job } = await adapter.submit(input, submitCall);
    expect(job.id).toBe('8812');
    expect(await adapter.read(job, call)).toEqual({ kind: 'pending', phase: 'queued' });
  });

  it('tells when fal asks to be read next', async () => {
    const headers = { 'content-type': 'application/json', 'retry-after': '7' };
    const update = await read(() => ({ status: 202, headers, body: '{"status":"IN_PROGRESS"}' }));
    expect(update).toEqual({ kind: 'pending', phase: 'running', readAfterMs: 7_000 });
  });

  it('goes on where the result is not there yet', async () => {
    const answer = json({ detail: 'Request is still in progress' }, 400);
    expect(await read(withResult(answer))).toEqual({ kind: 'pending', phase: 'running' });
  });

  it('throws for the status of another request, and for a page', async () => {
    for (const answer of [json({ status: 'COMPLETED', request_id: 'another' }), { body: '<html>' }, json([])])
      expect(await rejection(read(() => answer))).toMatchObject({ code: 'invalid-response' });
  });

  it('sends nothing where a stored job says another place', async () => {
    const other = await loopback(() => json({ status: 'COMPLETED' }));
    const { adapter, job, heard } = await at(() => json({}));
    for (const statusUrl of [`${other.url}/status`, 'javascript:1', 'https://user:word@a.test/']) {
      const stolen = { ...job, statusUrl, cancelUrl: statusUrl };
      expect(await rejection(adapter.read(stolen, call))).toMatchObject({ code: 'bad-input' });
      await rejection(adapter.cancel(stolen, call));
      await rejection(collect(adapter.events(stolen, call)));
    }
    expect([...heard, ...other.heard]).toEqual([]);
  });
});

describe('a stream', () => {
  const events = (...states: readonly object[]): Answer => ({
    headers: { 'content-type': 'text/event-stream' },
    body: states.map(state => `data: ${JSON.stringify(state)}\n\n`).join(''),
  });

  it('yields the outcome with the result, and says to read where the result cannot be got now', async () => {
    const states = events({ status: 'IN_QUEUE', queue_position: 1 }, { status: 'COMPLETED' });
    const follow = async (result: Answer) => {
      const { adapter, job, heard } = await at(path => (path.includes('/status/stream?logs=1') ? states : result));
      return { updates: await collect(adapter.events(job, call)), heard };
    };
    expect((await follow(json({ seed: 1 }))).updates).toEqual([
      { kind: 'pending', phase: 'queued', backendPosition: 1 },
      { kind: 'succeeded', output: { seed: 1 } },
    ]);
    expect((await follow({ status: 502 })).updates[1]).toEqual({ kind: 'changed' });
  });
});

describe('a cancel', () => {
  it.each([
    [json({ status: 'OK' }), { kind: 'cancelled' }],
    [json({ status: 'CANCELLATION_REQUESTED' }, 202), { kind: 'changed' }],
    [json({ status: 'ALREADY_COMPLETED' }, 400), { kind: 'changed' }],
    [json({ status: 'ALREADY_COMPLETED' }), { kind: 'changed' }],
    [{ status: 204 }, { kind: 'changed' }],
  ])('answers what fal says: %j', async (answer, update) => {
    const { adapter, job, heard } = await at(() => answer);
    expect(await adapter.cancel(job, call)).toEqual(update);
    expect(heard[0]).toMatchObject({ method: 'PUT', path: '/fal-ai/flux/requests/r%2F1/cancel' });
  });

  it('throws where fal does not know the job, or gives no reason', async () => {
    for (const [answer, code] of [
      [json({ status: 'NOT_FOUND' }, 404), 'not-found'],
      [json({ detail: 'no' }, 400), 'bad-input'],
      [json({}, 500), 'network'],
    ] as const) {
      const { adapter, job } = await at(() => answer);
      expect(await rejection((async () => adapter.cancel(job, call))())).toMatchObject({ code });
    }
  });
});

describe('the key', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('is not needed to make the adapter, and is missed at the first submit and by check()', async () => {
    vi.stubEnv('FAL_KEY', undefined);
    const { adapter, heard } = await at(() => json({}), { apiKey: undefined });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(input, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no', retryable: false } });
      expect(isGenerationError(error) && error.message).toContain(
        'Pass the option apiKey, or set the environment variable FAL_KEY.',
      );
    }
    expect(heard).toEqual([]);
    vi.stubEnv('FAL_KEY', 'key-of:environment');
    await adapter.check();
    await rejection(adapter.submit(input, submitCall));
    expect(heard[0]?.headers.authorization).toBe('Key key-of:environment');
  });

  it('is cut out of what the model prints, also where a line or the log is cut', async () => {
    const filler = (length: number) => 'word '.repeat(length / 5);
    for (const message of [
      `Authorization: Key ${apiKey}`,
      `env FAL_SECRET is ${apiKey.split(':')[1]} today`,
      `${filler(290)}${apiKey}`,
      `${apiKey} ${filler(3_990)}`,
    ]) {
      const update = await read(() => json({ status: 'IN_PROGRESS', logs: [{ message }] }, 202));
      expect(update).toMatchObject({ message: expect.any(String) });
      expect(JSON.stringify(update)).not.toMatch(/key-id|key-sec|ret-1/);
    }
  });

  it('is refused in a page', async () => {
    vi.stubGlobal('document', {});
    const { adapter, heard } = await at(() => json({}));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(isGenerationError(error) && error.message).toContain('docs/guide/server.md');
    expect(heard).toEqual([]);
  });
});

describe('options', () => {
  it.each(['', 'flux', '../x/y', 'a/b?c=d', 'a//b', 'https://evil.test/a', 'a/../b'])('refuse the model %j', model => {
    expect(() => fal({ model })).toThrow(TypeError);
  });

  it('have to exist', () => {
    expect(() => fal({ model: 'a/b', apikey: 'x' } as FalOptions)).toThrow('Did you mean "apiKey"?');
  });

  it('say which backend the jobs belong to, and what decides how long they take', () => {
    expect(fal({ model: 'a/b' }).origin).toBe('https://queue.fal.run');
    expect(fal({ model: 'a/b', baseUrl: 'https://me.test/fal/' }).origin).toBe('https://me.test/fal');
    expect(fal({ model: 'a/b', baseUrl: '/api/fal' }).origin).toBe('https://queue.fal.run/api/fal');
    expect(fal({ model: 'a/b/c' }).durationLabel?.(input)).toBe('a/b/c');
  });
});

describe('a webhook', () => {
  /** The deliveries of a job of a double, as a server gets them. */
  async function deliveries(options: Pick<VendorDoubleOptions, 'scenario'>) {
    const received: Request[] = [];
    const clock = new SimulatedClock();
    clock.increment(Date.now());
    const deliver = async (request: Request) => {
      received.push(request);
      return new Response();
    };
    const double = falDouble({ ...options, clock, deliver });
    const adapter = fal({ model: 'fal-ai/flux/dev', apiKey, fetch: double.fetch, webhookUrl: 'https://me.test/hook' });
    const { job } = await adapter.submit(input, submitCall);
    for (let waited = 0; waited < 30; waited += 1) {
      clock.increment(1_000);
      await new Promise(resolve => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(0), { timeout: 20_000 });
    return { adapter, job, received, first: received[0] ?? expect.unreachable(), double };
  }

  it('names its job', async () => {
    const { adapter, job, first } = await deliveries({ scenario: vendorScenarios.healthy });
    expect(await adapter.webhook.verify(first)).toEqual(job);
    // The body is still there for the server.
    expect(await first.json()).toMatchObject({ status: 'OK', request_id: job.id });
  });

  it('is asked for its keys once, also where it comes twice', async () => {
    const { adapter, job, received, double } = await deliveries({ scenario: vendorScenarios.webhookTwice });
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 20_000 });
    for (const request of received) expect(await adapter.webhook.verify(request)).toEqual(job);
    expect(double.requests.filter(({ url }) => url.includes('jwks'))).toHaveLength(1);
  });

  it('is refused if it is forged, old, from the future, of another body or another job', async () => {
    const forged = await deliveries({ scenario: vendorScenarios.webhookForged });
    expect(await forged.adapter.webhook.verify(forged.first)).toBeUndefined();
    const { adapter, first } = await deliveries({ scenario: vendorScenarios.healthy });
    const body = await first.clone().text();
    const changed = (headers: Record<string, string>, text = body) => {
      const given = new Headers(first.headers);
      for (const [name, value] of Object.entries(headers)) given.set(`x-fal-webhook-${name}`, value);
      return new Request(first.url, { method: 'POST', headers: given, body: text });
    };
    const now = Math.floor(Date.now() / 1_000);
    for (const request of [
      changed({}, `${body} `),
      changed({ 'request-id': 'another' }),
      changed({ 'user-id': 'another' }),
      changed({ timestamp: `${now - 400}` }),
      changed({ timestamp: `${now + 400}` }),
      changed({ timestamp: 'soon' }),
      changed({ signature: 'zz' }),
      changed({ signature: '' }),
      new Request(first.url, { method: 'POST', body }),
    ])
      expect(await adapter.webhook.verify(request)).toBeUndefined();
    expect(await adapter.webhook.verify(changed({}))).toMatchObject({ id: expect.any(String) });
  });

  it.each<[string, Answer]>([
    ['a page of a proxy', htmlPage(503)],
    ['an error', json({ detail: 'no' }, 500)],
    ['no keys', json({ keys: [] })],
    ['keys of another kind', json({ keys: [{ kty: 'RSA', n: 'AQAB' }] })],
  ])(
    'makes the check fail where fal answers %s in place of its keys, so that fal delivers again',
    async (_, answer) => {
      const { first } = await deliveries({ scenario: vendorScenarios.healthy });
      const { url, heard } = await loopback(() => answer);
      const { webhook } = fal({ model: 'a/b', apiKey, webhookKeysUrl: `${url}/jwks` });
      const error = await rejection(webhook.verify(first));
      expect(isGenerationError(error) && error.message).toContain('The request for what verifies deliveries failed');
      // The keys are public, and may be anywhere.
      expect(heard[0]?.headers).not.toHaveProperty('authorization');
    },
  );

  it('says what to do if its body has been read', async () => {
    const { adapter, first } = await deliveries({ scenario: vendorScenarios.healthy });
    await first.text();
    expect(String(await rejection(adapter.webhook.verify(first)))).toContain('before anything reads the body');
  });

  it('names its job by an id that is a number in the body', async () => {
    const body = '{"request_id":8812}';
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { url } = await loopback(() => json({ keys: [publicKey.export({ format: 'jwk' })] }));
    const time = String(Math.floor(Date.now() / 1_000));
    const signed = ['8812', 'u', time, createHash('sha256').update(body).digest('hex')].join('\n');
    const headers = {
      'x-fal-webhook-request-id': '8812',
      'x-fal-webhook-user-id': 'u',
      'x-fal-webhook-timestamp': time,
      'x-fal-webhook-signature': sign(null, Buffer.from(signed), privateKey).toString('hex'),
    };
    const { webhook } = fal({ model: 'a/b', apiKey, webhookKeysUrl: url });
    const request = new Request('https://me.test/', { method: 'POST', headers, body });
    expect(await webhook.verify(request)).toMatchObject({ id: '8812' });
  });

  it('is refused 5 minutes later', async () => {
    const { adapter, first } = await deliveries({ scenario: vendorScenarios.healthy });
    const later = Date.now() + 400_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    expect(await adapter.webhook.verify(first)).toBeUndefined();
    vi.restoreAllMocks();
  });
});

it('follows a job to its result over real timers', async () => {
  const double = falDouble({ scenario: { queuedMs: 30, runningMs: 30 } });
  const adapter = fal<typeof input, { seed: number }>({ model: 'fal-ai/flux/dev', apiKey, fetch: double.fetch });
  const actor = createActor(createGenerationMachine(adapter), { input: { id: 'g-1' } }).start();
  actor.send({ type: 'GENERATE', input });
  expect(await toPromise(actor)).toMatchObject({ status: 'completed', output: { seed: 41 } });
  expect([double.chargedCount, double.openCount]).toEqual([1, 0]);
});
