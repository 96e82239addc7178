import { createHmac } from 'node:crypto';
import {
  createGenerationMachine,
  isGenerationError,
  type JobRef,
  type JobUpdate,
  runGeneration,
} from 'generation-lifecycle';
import { type BlackForestLabsOptions, blackForestLabs } from 'generation-lifecycle/adapters/black-forest-labs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';
import {
  accepted,
  contentModerated,
  failed,
  id,
  limited,
  notFound,
  pending,
  ready,
  requestModerated,
  result,
  sample,
  working,
} from './answers.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'bfl_key-of-the-test';
const input = { prompt: 'a lighthouse' };
const pollingUrl = `/v1/get_result?id=${id}`;
const job: JobRef = { id, pollingUrl };

/** An adapter whose backend answers this. */
async function at(answer: (path: string) => Answer, options: Partial<BlackForestLabsOptions> = {}) {
  const { url, heard } = await loopback(({ path }) => answer(path));
  const adapter = blackForestLabs<object>({ model: 'flux-2-pro', baseUrl: url, apiKey, ...options });
  return { adapter, url, heard };
}

const read = async (said: object): Promise<JobUpdate<unknown>> => (await at(() => json(said))).adapter.read(job, call);

/** An adapter of the API itself, whose requests go nowhere. */
function atHome(answer: (url: string) => Response, options: Partial<BlackForestLabsOptions> = {}) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return answer(url);
  };
  return { adapter: blackForestLabs<object>({ model: 'flux-2-pro', apiKey, fetch, ...options }), asked };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a submit', () => {
  it('sends the input with the key to the model, and keeps where to read and what it costs', async () => {
    const { adapter, heard } = await at(() => json(accepted));
    const { job: made, update } = await adapter.submit(input, submitCall);
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: '/v1/flux-2-pro',
      body: JSON.stringify(input),
      headers: { 'x-key': apiKey },
    });
    expect(update).toEqual({ kind: 'pending', readAfterMs: 1_000 });
    // This backend is none of Black Forest Labs: a URL of theirs is as strange as any.
    expect(made).toEqual({ id, pollingUrl, credits: 3 });
  });

  it.each(['', '/v1', '/v1/'])('goes to the same place with the base URL and %j', async end => {
    const { url, heard } = await loopback(() => json(accepted));
    await blackForestLabs({ model: 'finetunes/flux-pro', baseUrl: url + end, apiKey }).submit(input, submitCall);
    expect(heard[0]?.path).toBe('/v1/finetunes/flux-pro');
  });

  it.each([
    ['https://api.eu2.bfl.ai/v1/get_result?id=x', 'https://api.eu2.bfl.ai/v1/get_result?id=x'],
    ['https://api.us1.bfl.ai/v1/get_result', `https://api.us1.bfl.ai/v1/get_result?id=${id}`],
    ['https://api.bfl.ai/v1/get_result?id=x&a=b#c', '/v1/get_result?id=x&a=b'],
    ['https://api.bfl.ai.evil.test/v1/get_result?id=x', pollingUrl],
    ['https://bfl.ai.evil.test/', pollingUrl],
    ['http://api.eu2.bfl.ai/v1/get_result?id=x', pollingUrl],
    ['https://user:word@api.eu2.bfl.ai/', pollingUrl],
    ['javascript:1', pollingUrl],
    [undefined, pollingUrl],
    [17, pollingUrl],
  ])('that is told to read at %j reads there, if that is a place of Black Forest Labs', async (given, stored) => {
    const { adapter, asked } = atHome(url =>
      Response.json(url.endsWith('/flux-2-pro') ? { id, polling_url: given } : pending),
    );
    const { job: made } = await adapter.submit(input, submitCall);
    expect(made['pollingUrl']).toBe(stored);
    await adapter.read(made, call);
    expect(asked[1]).toBe(stored.startsWith('/') ? `https://api.bfl.ai${stored}` : stored);
  });

  it('reads in another place that you allow', async () => {
    const other = await loopback(() => json(pending));
    const { adapter } = await at(() => json({ id, polling_url: `${other.url}/r?id=1` }), {
      pollingOrigins: [other.url],
    });
    const { job: made } = await adapter.submit(input, submitCall);
    expect(await adapter.read(made, call)).toEqual({ kind: 'pending' });
    expect(other.heard[0]).toMatchObject({ path: '/r?id=1', headers: { 'x-key': apiKey } });
  });

  it('does not lose a job whose id is only in its URL, or is a number', async () => {
    const { adapter } = await at(() => json({ polling_url: 'https://api.bfl.ai/v1/get_result?id=only-here' }));
    expect((await adapter.submit(input, submitCall)).job.id).toBe('only-here');
    const { adapter: numbered } = await at(() => json({ id: 8_812 }));
    expect((await numbered.submit(input, submitCall)).job).toEqual({
      id: '8812',
      pollingUrl: '/v1/get_result?id=8812',
    });
    const { adapter: silent } = await at(() => json({}));
    expect(await rejection(silent.submit(input, submitCall))).toMatchObject({
      failure: { code: 'invalid-response', charged: 'maybe' },
    });
  });

  it('whose content is refused in its answer has failed', async () => {
    const { adapter } = await at(() => json(requestModerated));
    expect((await adapter.submit(input, submitCall)).update).toMatchObject({
      kind: 'failed',
      failure: { code: 'moderated', retryable: false },
    });
  });

  it('that is refused for its tasks says when to come back', async () => {
    const { adapter } = await at(() => json(limited, 429));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'busy', charged: 'no' }, retryAfterMs: 5_000 });
  });

  it.each(['Too many active tasks', undefined])(
    'that is one too many is refused as busy, in whatever words: %s',
    async detail => {
      const { adapter } = await at(() => json({ detail }, 429));
      expect(await rejection(adapter.submit(input, submitCall))).toMatchObject({
        failure: { code: 'busy', charged: 'no', retryable: true },
      });
    },
  );

  it('that is refused for its content at once, without a job, is moderated', async () => {
    const { adapter } = await at(() => json({ status: 'Request Moderated' }));
    expect(await rejection(adapter.submit(input, submitCall))).toMatchObject({
      failure: { code: 'moderated', charged: 'maybe', retryable: false },
    });
  });

  it('to a model that is not there says which option to check', async () => {
    const { adapter } = await at(() => json({ detail: 'Not Found' }, 404));
    expect(String(await rejection(adapter.submit(input, submitCall)))).toContain('Check the option model.');
  });
});

describe('a read', () => {
  it.each([
    [pending, {}],
    [working, { progress: 0.4 }],
    [{ ...pending, progress: 40 }, {}],
    [{ ...pending, status: 'Processing' }, { phase: 'running' }],
    [{ ...pending, status: 'Task is resting' }, {}],
    [{ state: 'Pending' }, {}],
  ])('of %j goes on', async (said, update) => {
    expect(await read(said)).toEqual({ kind: 'pending', ...update });
  });

  it('tells the result, until when it is there, and what it has cost', async () => {
    const { adapter } = await at(() => json(ready));
    expect(await adapter.read({ ...job, credits: 3 }, call)).toEqual({
      kind: 'succeeded',
      output: result,
      expiresAt: Date.parse('2026-11-29T05:10:00Z'),
      cost: { amount: 3, unit: 'credits' },
    });
    expect(await adapter.read({ ...job, credits: 'many' }, call)).not.toHaveProperty('cost');
    expect(await read({ ...ready, cost: 4.5 })).toMatchObject({ cost: { amount: 4.5 } });
    expect(await read({ state: 'Ready', result: { sample } })).toMatchObject({ output: { sample } });
  });

  it('tells of a sample that is not signed that it lives for 10 minutes', async () => {
    const url = 'https://delivery.bfl.ai/a.png';
    expect(await read({ ...ready, result: { sample: url, end_time: 1_800_000_030 } })).toMatchObject({
      expiresAt: 1_800_000_600_000,
    });
    const update = await read({ ...ready, result: { sample: url } });
    const { expiresAt = 0 } = update.kind === 'succeeded' ? update : {};
    expect(expiresAt).toBeGreaterThan(Date.now() + 500_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(await read({ ...ready, result: { sample: [url, sample] } })).toMatchObject({
      expiresAt: Date.parse('2026-11-29T05:10:00Z'),
    });
  });

  it.each([
    [requestModerated, { code: 'moderated', retryable: false, charged: 'maybe' }, 'Request Moderated'],
    [
      contentModerated,
      { code: 'moderated', details: { categories: ['derivative works filter'] } },
      'Content Moderated',
    ],
    [failed, { code: 'job-failed', retryable: true }, 'The worker has run out of memory'],
    [{ status: 'Failed', result: { error: 'No GPU' } }, { code: 'job-failed' }, 'No GPU'],
    [{ status: 'Error' }, { code: 'job-failed', charged: 'maybe' }, 'the backend gave no reason'],
    [{ status: 'Error', message: 'The prompt violated our content policy' }, { code: 'moderated' }, 'content policy'],
  ])('tells why a job has failed, although the status is 200: %j', async (said, failure, words) => {
    const update = await read(said);
    expect(update).toMatchObject({ kind: 'failed', failure: { ...failure, resumable: false } });
    expect(update.kind === 'failed' && update.failure.message).toContain(words);
  });

  it('of a job that is not found is no failed job: it may be in another region, or not there yet', async () => {
    expect(await rejection(read(notFound))).toMatchObject({
      failure: { code: 'not-found', charged: 'maybe', message: expect.stringContaining('Task not found') },
    });
  });

  it('is repeated for a job that is not found yet, until it is', async () => {
    let count = 0;
    const { adapter } = await at(path => {
      if (path === '/v1/flux-2-pro') return json({ id });
      count += 1;
      return json(count < 4 ? notFound : ready);
    });
    const policy = { pollDelayMs: [1], minReadGapMs: 1 };
    expect(await runGeneration(createGenerationMachine(adapter, { policy }), input)).toMatchObject(result);
    expect(count).toBe(4);
  });

  it.each([
    [400, requestModerated],
    [403, contentModerated],
    [422, contentModerated],
  ])('takes a refusal of the content for one with the status %s, too', async (status, said) => {
    const { adapter } = await at(() => json(said, status));
    await expect(adapter.read(job, call)).resolves.toMatchObject({ kind: 'failed', failure: { code: 'moderated' } });
  });

  it.each([
    [400, 'bad-input'],
    [401, 'unauthorized'],
    [404, 'not-found'],
    [429, 'rate-limited'],
  ])('that is refused with %s is no failed job', async (status, code) => {
    const { adapter } = await at(() => json({ ...ready, detail: 'no' }, status));
    expect(await rejection(adapter.read(job, call))).toMatchObject({ failure: { code } });
  });

  it('is repeated where the answer is none, of another job, or without its result', async () => {
    for (const said of [[], {}, { ...working, id: 'another' }, { ...ready, result: null }, { ...ready, result: {} }])
      expect(await rejection(read(said))).toMatchObject({ failure: { code: 'invalid-response', resumable: true } });
  });

  it('follows the redirect of a region to another one, and to no other place', async () => {
    const to = (location: string) => new Response(null, { status: 307, headers: { location } });
    const answer = (place: string) => (url: string) =>
      url.includes('api.bfl.ai') ? to(place) : Response.json(working);
    const { adapter, asked } = atHome(answer(`https://api.us3.bfl.ai/v1/get_result?id=${id}`));
    expect(await adapter.read(job, call)).toMatchObject({ progress: 0.4 });
    expect(asked[1]).toBe(`https://api.us3.bfl.ai/v1/get_result?id=${id}`);
    const { adapter: lured, asked: seen } = atHome(answer('https://evil.test/'));
    expect(await rejection(lured.read(job, call))).toMatchObject({ failure: { code: 'bad-input' } });
    expect(seen).toHaveLength(1);
    const { adapter: lost } = atHome(() => new Response(null, { status: 302 }));
    expect(await rejection(lost.read(job, call))).toMatchObject({ failure: { code: 'invalid-response' } });
  });

  it('sends nothing where a stored job says another place', async () => {
    const other = await loopback(() => json(ready));
    const { adapter, heard } = await at(() => json(ready));
    for (const stolen of [other.url, 'https://evil.test/', 'javascript:1'])
      expect(await rejection(adapter.read({ id, pollingUrl: stolen }, call))).toMatchObject({ code: 'bad-input' });
    expect([heard, other.heard]).toEqual([[], []]);
    await adapter.read({ id }, call);
    expect(heard[0]?.path).toBe(pollingUrl);
  });
});

describe('a webhook', () => {
  const webhookUrl = 'https://me.test/hook?generation=1';
  const body = JSON.stringify({ id, status: 'Ready', result, timestamp: '2026-11-29T05:00:00Z' });
  const signed = (secret: string, text = body) => createHmac('sha256', secret).update(text).digest('hex');
  const deliver = (signature: string | undefined, text = body) =>
    new Request(webhookUrl, {
      method: 'POST',
      body: text,
      headers: signature === undefined ? {} : { 'x-bfl-signature': signature },
    });
  const secretSent = (heard: readonly { readonly body: string }[]): string =>
    JSON.parse(heard[0]?.body ?? '{}')['webhook_secret'];

  it('is asked for with a secret that is made of the key, and is not the key', async () => {
    const { adapter, heard } = await at(() => json({ id, status: 'Pending', webhook_url: webhookUrl }), { webhookUrl });
    const { job: made, update } = await adapter.submit(input, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ ...input, webhook_url: webhookUrl });
    expect([made, update]).toEqual([job, { kind: 'pending', readAfterMs: 1_000 }]);
    const secret = secretSent(heard);
    expect(secret).toMatch(/^[\da-f]{64}$/);
    expect(await adapter.webhook.verify(deliver(`sha256=${signed(secret)}`))).toEqual(job);
    // Another process, with the same key.
    const other = blackForestLabs({ model: 'flux-2-pro', apiKey: () => apiKey });
    expect(await other.webhook.verify(deliver(`sha256=${signed(secret).toUpperCase()}`))).toEqual(job);
    const stranger = blackForestLabs({ model: 'flux-2-pro', apiKey: 'bfl_another' });
    expect(await stranger.webhook.verify(deliver(`sha256=${signed(secret)}`))).toBeUndefined();
  });

  it('may have a secret of its own: an option, a function, or a variable of the environment', async () => {
    for (const webhookSecret of ['s-1', async () => 's-1', undefined]) {
      vi.stubEnv('BFL_WEBHOOK_SECRET', webhookSecret ? 'not-this-one' : 's-1');
      const { adapter, heard } = await at(() => json({ id }), { webhookSecret });
      await adapter.submit(input, { ...submitCall, webhookUrl });
      expect(secretSent(heard)).toBe('s-1');
      expect(await adapter.webhook.verify(deliver(`sha256=${signed('s-1')}`))).toEqual(job);
    }
  });

  it('is not asked for where its secret cannot be had', async () => {
    const failing = async () => Promise.reject(new Error('The secret store is down.'));
    const { adapter, heard } = await at(() => json({ id }), { webhookSecret: failing, webhookUrl });
    await adapter.submit(input, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(input);
    await expect(adapter.webhook.verify(deliver(`sha256=${signed('s')}`))).rejects.toThrow('secret store is down');
  });

  it.each<[string, (secret: string) => Request]>([
    ['that is not signed', () => deliver(undefined)],
    ['with another secret', () => deliver(`sha256=${signed('another')}`)],
    ['of another body', secret => deliver(`sha256=${signed(secret)}`, body.replace('Ready', 'Error'))],
    ['with another algorithm', secret => deliver(`sha1=${signed(secret)}`)],
    ['with half of a signature', secret => deliver(`sha256=${signed(secret).slice(0, 32)}`)],
    ['about no job', secret => deliver(`sha256=${signed(secret, '{}')}`, '{}')],
    ['that is no JSON', secret => deliver(`sha256=${signed(secret, 'hi')}`, 'hi')],
  ])('%s is refused', async (_, toRequest) => {
    const { adapter } = await at(() => json({ id }), { webhookSecret: 'our-secret' });
    expect(await adapter.webhook.verify(toRequest('our-secret'))).toBeUndefined();
  });

  it('cannot be verified without a secret and a key, which is said', async () => {
    vi.stubEnv('BFL_WEBHOOK_SECRET', undefined);
    vi.stubEnv('BFL_API_KEY', undefined);
    const { webhook } = blackForestLabs({ model: 'flux-2-pro' });
    await expect(webhook.verify(deliver(`sha256=${signed('s')}`))).rejects.toThrow('Pass the option webhookSecret');
  });
});

describe('the key', () => {
  it('is not needed to make the adapter, and is missed at the first submit and by check()', async () => {
    vi.stubEnv('BFL_API_KEY', undefined);
    const { adapter, heard } = await at(() => json({}), { apiKey: undefined, webhookUrl: 'https://me.test/hook' });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(input, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no', retryable: false } });
      expect(String(error)).toContain('Pass the option apiKey, or set the environment variable BFL_API_KEY.');
    }
    expect(heard).toEqual([]);
    vi.stubEnv('BFL_API_KEY', 'bfl_of-the-environment');
    await rejection(adapter.submit(input, submitCall));
    expect(heard[0]?.headers['x-key']).toBe('bfl_of-the-environment');
  });

  it('is refused in a page', async () => {
    vi.stubGlobal('document', {});
    const { adapter, heard } = await at(() => json(accepted));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(isGenerationError(error) && error.message).toContain('docs/guide/server.md');
    expect(heard).toEqual([]);
  });
});

describe('options', () => {
  it.each(['', '/flux', '../x', 'a?b=c', 'a//b', 'https://evil.test/a', undefined])('refuse the model %j', model => {
    expect(() => blackForestLabs({ model } as BlackForestLabsOptions)).toThrow(TypeError);
  });

  it('have to exist', () => {
    const options = { model: 'flux-2-pro', apikey: 'x' } as BlackForestLabsOptions;
    expect(() => blackForestLabs(options)).toThrow('Did you mean "apiKey"?');
  });

  it('say which backend the jobs belong to, and what decides how long they take', () => {
    expect(blackForestLabs({ model: 'a' }).origin).toBe('https://api.bfl.ai');
    expect(blackForestLabs({ model: 'a', baseUrl: 'https://api.eu.bfl.ai/v1' }).origin).toBe('https://api.eu.bfl.ai');
    expect(blackForestLabs<object>({ model: 'flux-2-max' }).durationLabel?.(input)).toBe('flux-2-max');
    expect(blackForestLabs({ model: 'a' })).not.toHaveProperty('cancel');
  });
});
