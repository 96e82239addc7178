import { isGenerationError, type JobRef } from 'generation-lifecycle';
import {
  createExchange,
  type ExchangeOptions,
  type JsonRequest,
  toHeaderKey,
} from 'generation-lifecycle/adapters/http';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const job: JobRef = { id: 'j/1' };
const { signal } = new AbortController();

/** What the backend got, and what the request came to. */
async function ask(answer: Answer, request: Partial<JsonRequest> = {}, options: ExchangeOptions = {}) {
  const { url, heard } = await loopback(() => answer);
  const exchange = createExchange(options);
  const asked = exchange.ask({ action: 'read', url: `${url}/jobs/1`, signal, ...request });
  return { heard, exchange, answer: await asked.catch((error: unknown) => error) };
}

async function failureOf(answer: Answer, request: Partial<JsonRequest> = {}, options: ExchangeOptions = {}) {
  const { answer: error } = await ask(answer, request, options);
  if (!isGenerationError(error)) return expect.unreachable(`It did not throw: ${JSON.stringify(error)}`);
  return error.failure;
}

const submit: Partial<JsonRequest> = { action: 'submit', idempotencyKey: 'key-1', body: { prompt: 'a lighthouse' } };

describe('an exchange', () => {
  it.each(['..', '.', '%2e%2E', '%2e'])('sends nothing where the id %j would lead to another path', async id => {
    const { url, heard } = await loopback(() => json({ id: 1 }));
    const { ask, events } = createExchange({ origins: [url] });
    const path = `/predictions/${id.startsWith('%') ? id : encodeURIComponent(id)}`;
    for (const address of [url + path, `${url}${path}/cancel`, `${url}${path}?logs=1`]) {
      const code = { code: 'bad-input' };
      expect(await rejection(ask({ action: 'read', job, url: address, signal }))).toMatchObject(code);
      const call = { job, url: address, signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
      expect(await rejection(collect(events(call)))).toMatchObject(code);
    }
    expect(heard).toEqual([]);
  });

  it.each(['/jobs/a..b', '/jobs/...', '/jobs/1?after=/../x', '/v1.0/jobs/1#/../'])(
    'sends what only looks like it: %j',
    async path => {
      const { url, heard } = await loopback(() => json({ id: 1 }));
      await createExchange().ask({ action: 'read', job, url: url + path, signal });
      expect(heard).toHaveLength(1);
    },
  );

  it.each(['key-1', 'a b', '日本語', 'a%20b', '100%'])(
    'sends the key %j as toHeaderKey makes it, so that a lookup can ask for what was sent',
    async idempotencyKey => {
      const { heard } = await ask(json({ id: 1 }), {
        ...submit,
        idempotencyKey,
        idempotencyHeader: 'Idempotency-Key',
      });
      expect(heard[0]?.headers['idempotency-key']).toBe(toHeaderKey(idempotencyKey));
    },
  );

  it('sends JSON with the headers of the user, and reads the answer', async () => {
    const { heard, answer } = await ask(
      json({ id: 41, big: 1 }, 201),
      { ...submit, idempotencyHeader: 'Idempotency-Key', headers: { 'x-mode': 'fast' } },
      { headers: () => ({ authorization: 'Bearer a-token', 'content-type': 'text/plain' }) },
    );
    const [{ method, path, headers, body } = expect.unreachable()] = heard;
    expect([method, path, body]).toEqual(['POST', '/jobs/1', '{"prompt":"a lighthouse"}']);
    expect(headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: 'Bearer a-token',
      'idempotency-key': 'key-1',
      'x-mode': 'fast',
    });
    expect(answer).toMatchObject({ status: 201, ok: true, body: { id: 41, big: 1 }, members: { id: 41 } });
  });

  it('sends a form as it is, and nothing where there is no body', async () => {
    const form = new FormData();
    form.set('prompt', 'waves');
    const { heard } = await ask(json({}), { ...submit, body: form });
    expect(heard[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(heard[0]?.body).toContain('waves');
    expect((await ask(json({}))).heard[0]).toMatchObject({ method: 'GET', body: '' });
  });

  it('refuses an input that is no JSON before it sends anything', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const body of [circular, { big: 1n }, () => 'a function']) {
      const { heard, answer } = await ask(json({}), { ...submit, body });
      expect(answer).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
      expect(heard).toEqual([]);
    }
  });

  it.each([
    { status: 401, code: 'unauthorized', charged: 'no', retryable: false },
    { status: 402, code: 'payment-required', charged: 'no', retryable: false },
    { status: 404, code: 'not-found', charged: 'no', retryable: false },
    { status: 422, code: 'bad-input', charged: 'no', retryable: false },
    { status: 429, code: 'rate-limited', charged: 'no', retryable: true },
    { status: 500, code: 'network', charged: 'maybe', retryable: true },
    { status: 302, code: 'invalid-response', charged: 'maybe', retryable: false },
  ])('says of a submit that is answered with $status: $code, charged $charged', async ({ status, ...failure }) => {
    expect(await failureOf(json({}, status), submit)).toMatchObject({ ...failure, status });
  });

  it('says of a read that the job may go on', async () => {
    const failure = await failureOf(json({ error: 'Try again.' }, 500), { job });
    expect(failure).toMatchObject({ code: 'network', resumable: true, retryable: false, charged: 'maybe', job });
    expect(failure.message).toContain('The read of job j/1 failed: the backend answered 500: Try again.');
  });

  it.each([
    ['Retry-After', json({}, 429), { 'retry-after': '7' }, 7_000],
    ['Retry-After-Ms', json({}, 429), { 'retry-after': '7', 'retry-after-ms': '6500.5' }, 6_501],
    ['a member', json({ error: { retry_after: 30 } }, 429), {}, 30_000],
    ['a duration of Google', json({ error: { details: [{ retryDelay: '1.5s' }] } }, 429), {}, 1_500],
    ['words', json({ detail: 'Request was throttled. Your rate limit resets in ~30s.' }, 429), {}, 30_000],
    ['words in ms', json({ error: { message: 'Please try again in 20ms.' } }, 429), {}, 20],
    ['at most 5 minutes', json({ retryAfterMs: 9e9 }, 429), {}, 300_000],
    ['no words of another status', json({ error: 'The job will wait 30 s.' }, 422), {}, undefined],
    ['no member that is no time', json({ retry_after: 'soon' }, 429), {}, undefined],
  ] as const)('tells how long to wait: by %s', async (_, answer, headers, waitMs) => {
    const given = typeof answer === 'function' ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
    expect((await failureOf(given, submit)).retryAfterMs).toBe(waitMs);
  });

  it('returns the statuses that are an answer, and throws the others', async () => {
    const isAnswer = (status: number) => status === 422;
    const { answer } = await ask(json({ detail: 'no' }, 422), { isAnswer });
    expect(answer).toMatchObject({ ok: false, status: 422, members: { detail: 'no' } });
    expect(await failureOf(json({}, 500), { isAnswer })).toMatchObject({ code: 'network' });
  });

  it('takes a refusal with the status 200 for one, with the code that the adapter knows', async () => {
    const body = { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } };
    const { url } = await loopback(() => json(body));
    const { toError } = await createExchange().ask({ action: 'submit', url, signal, body: {} });
    expect(toError().failure).toMatchObject({ code: 'job-failed', charged: 'no' });
    const { failure } = toError({ said: body.base_resp, code: 'payment-required', charged: 'maybe' });
    expect(failure).toMatchObject({ code: 'payment-required', charged: 'maybe' });
    expect(failure.message).toContain('insufficient balance');
    expect(toError({ said: body.base_resp }).failure.code).toBe('payment-required');
  });

  it('asks the adapter what a refusal means, and goes by the words where it does not know', async () => {
    const toVerdict: ExchangeOptions['toVerdict'] = ({ status }, { action }) =>
      status === 400 && action === 'submit' ? { code: 'unauthorized', advice: 'Check the key' } : undefined;
    const refusal = json({ error: 'The prompt was flagged' }, 400);
    const told = await failureOf(refusal, submit, { toVerdict });
    expect(told).toMatchObject({ code: 'unauthorized', charged: 'no' });
    expect(told.message).toContain('Check the key.');
    expect(await failureOf(refusal, {}, { toVerdict })).toMatchObject({ code: 'moderated' });
  });

  it('needs an id, and says that a submit without one may be charged', async () => {
    const idOf = async (body: unknown) => {
      const { url } = await loopback(() => json(body));
      return (await createExchange().ask({ ...submit, action: 'submit', url, signal })).idIn('id');
    };
    expect(await idOf({ id: 'a' })).toBe('a');
    expect(await idOf({ id: 7 })).toBe('7');
    for (const body of [{}, { id: '' }, { id: null }, ['a']])
      expect(await rejection(idOf(body))).toMatchObject({ failure: { code: 'invalid-response', charged: 'maybe' } });
  });

  it.each([
    [{ error: { message: 'Not enough credits' } }, 'payment-required', 'no', 'Not enough credits'],
    [{ error: { code: 'queue_full', message: 'The queue is full' } }, 'busy', 'maybe', 'The queue is full'],
    [{ detail: 'The prompt was flagged' }, 'moderated', 'maybe', 'The prompt was flagged'],
    [{ success: false, message: 'Try again', charged: false }, 'network', 'no', 'Try again'],
  ])('tells the words of a success that is a refusal, and no id: %#', async (body, code, charged, words) => {
    const { url } = await loopback(() => json(body));
    const answer = await createExchange().ask({ ...submit, action: 'submit', url, signal });
    expect(await rejection((async () => answer.idIn('id'))())).toMatchObject({
      failure: { code, charged, message: expect.stringContaining(words) },
    });
  });

  it('renews the headers of a read once, and never those of a submit', async () => {
    let count = 0;
    const headers = () => ({ authorization: `Bearer token-${++count}` });
    const { url, heard } = await loopback(({ headers: sent }) =>
      json({}, sent.authorization === 'Bearer token-2' ? 200 : 401),
    );
    const { ask: send } = createExchange({ headers });
    expect(await send({ action: 'read', job, url, signal })).toMatchObject({ status: 200 });
    await rejection(send({ action: 'submit', url, signal, body: {} }));
    expect(heard.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
  });

  it('cuts the credentials out of what the backend says, also the halves of a pair', async () => {
    const headers = { authorization: 'Key key-id-1:key-secret-2' };
    const words = 'The key key-id-1:key-secret-2 (id key-id-1, secret key-secret-2) is not known.';
    const { exchange, answer } = await ask(json({ error: words, detail: words }, 400), submit, { headers });
    const failed = exchange.jobFailed(job, { error: words });
    expect(`${String(answer)} ${JSON.stringify(answer)} ${JSON.stringify(failed)}`).not.toMatch(/key-id|key-secret/);
    expect(failed.failure.message).toContain('is not known');
  });

  it('follows no redirect, because it would take the credentials elsewhere', async () => {
    const other = await loopback(() => json({ id: 'j/1' }));
    const redirect: Answer = { status: 307, headers: { location: other.url } };
    const options = { headers: { 'x-key': 'a-token' } };
    expect(await failureOf(redirect, { job }, options)).toMatchObject({ code: 'invalid-response' });
    expect(await failureOf(redirect, submit, options)).toMatchObject({ code: 'invalid-response', charged: 'no' });
    const { url } = await loopback(() => redirect);
    const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
    await rejection(collect(createExchange(options).events({ job, url, ...call })));
    expect(other.heard).toEqual([]);
  });

  it('sends nothing to another origin than those it has', async () => {
    const { heard, answer } = await ask(json({}), { job }, { origins: ['https://api.example.com'] });
    expect(answer).toMatchObject({ failure: { code: 'bad-input', resumable: true, job } });
    expect(heard).toEqual([]);
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const { url } = await loopback(() => () => controller.abort(new Error('enough')));
    const asked = createExchange().ask({ action: 'read', job, url, signal: controller.signal });
    expect(await rejection(asked)).toMatchObject({ message: 'enough' });
  });
});

describe('the events of an exchange', () => {
  const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

  it('are parsed, and have no members if they are no JSON', async () => {
    const { url, heard } = await loopback(() => stream(['data: {"id":9}\n\ndata: oops\n\ndata: [1]\n\n']));
    const events = await collect(createExchange({ headers: { 'x-key': 'k' } }).events({ job, url, ...call }));
    expect(events.map(({ members, body }) => [members, body])).toEqual([
      [{ id: 9 }, { id: 9 }],
      [{}, undefined],
      [{}, [1]],
    ]);
    expect(heard[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'x-key': 'k' });
  });

  it('resume by a query parameter where the backend takes no Last-Event-ID', async () => {
    const { url, heard } = await loopback(() => stream(['id: 99\ndata: {"seq":7}\n\ndata: {}\n\ndata: {"seq":8}\n\n']));
    const ids: string[] = [];
    const cursor = {
      parameter: 'starting_after',
      of: ({ data }: { readonly data: string }) => /"seq":(\d+)/.exec(data)?.[1],
    };
    const request = { job, url: `${url}/r?stream=true&starting_after=1`, cursor, ...call };
    await collect(createExchange().events({ ...request, onId: id => void ids.push(id) }));
    await collect(createExchange().events({ ...request, lastEventId: '8 &' }));
    expect(ids).toEqual(['7', '8']);
    expect(heard.map(({ path }) => path)).toEqual([
      '/r?stream=true&starting_after=1',
      '/r?stream=true&starting_after=8+%26',
    ]);
    expect(heard[1]?.headers).not.toHaveProperty('last-event-id');
  });
});
