import { createGenerationMachine, isGenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import { type RunwayOptions, runway } from 'generation-lifecycle/adapters/runway';
import { runwayDouble, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';
import {
  cancelled,
  credits,
  expiry,
  failed,
  notFound,
  pending,
  running,
  succeeded,
  throttled,
  toUrl,
} from './tasks.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'key_secret-of-the-test';
const input = { model: 'gen4.5', promptText: 'a lighthouse' };
const job: JobRef = { id: pending.id };
const page: Answer = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not here</html>' };

/** An adapter whose backend answers this. */
async function at(answer: (method: string, index: number) => Answer, options: Partial<RunwayOptions> = {}) {
  const { url, heard } = await loopback(({ method }, index) => answer(method, index));
  const adapter = runway<object>({ endpoint: 'image_to_video', baseUrl: url, apiKey, ...options });
  return { adapter, url, heard };
}

const read = async (said: object): Promise<JobUpdate<unknown>> => (await at(() => json(said))).adapter.read(job, call);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a submit', () => {
  it('sends the input, the key and the version to the endpoint', async () => {
    const { adapter, heard } = await at(() => json({ id: pending.id, estimatedCost: credits(25) }));
    expect(await adapter.submit(input, submitCall)).toEqual({ job, update: { kind: 'pending', readAfterMs: 5_000 } });
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: '/v1/image_to_video',
      body: JSON.stringify(input),
      headers: { authorization: `Bearer ${apiKey}`, 'x-runway-version': '2024-11-06' },
    });
  });

  it.each(['', '/v1', '/v1/'])('goes to the same place with the base URL and %j', async end => {
    const { url, heard } = await loopback(() => json({ id: pending.id }));
    await runway({ endpoint: 'recipes/product_ad', version: '2027-01-01', baseUrl: url + end, apiKey }).submit(
      input,
      submitCall,
    );
    expect(heard[0]).toMatchObject({ path: '/v1/recipes/product_ad', headers: { 'x-runway-version': '2027-01-01' } });
  });

  it('says which part of the input is wrong', async () => {
    const issues = [{ code: 'too_big', path: ['duration'], message: 'Must be at most 10' }];
    const { adapter } = await at(() => json({ error: 'Validation of body failed', issues }, 400));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    expect(String(error)).toContain('Validation of body failed: duration Must be at most 10');
  });

  it('says that credits are missing, although the status is 400', async () => {
    const { adapter } = await at(() => json({ error: 'You do not have enough credits to run this task.' }, 400));
    expect(await rejection(adapter.submit(input, submitCall))).toMatchObject({
      failure: { code: 'payment-required', charged: 'no' },
    });
  });

  it('to an endpoint that is not there says which option to check', async () => {
    const { adapter } = await at(() => json(notFound, 404));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(error).toMatchObject({ failure: { code: 'not-found', charged: 'no' } });
    expect(String(error)).toContain('Check the option endpoint.');
  });

  it('without a body of its answer may have been charged', async () => {
    const { adapter } = await at(() => json({}));
    expect(await rejection(adapter.submit(input, submitCall))).toMatchObject({
      failure: { code: 'invalid-response', charged: 'maybe', retryable: false },
    });
  });
});

describe('a read', () => {
  it.each([
    [pending, { phase: 'queued' }],
    [throttled, { phase: 'queued' }],
    [running, { phase: 'running', progress: 0.4 }],
    [{ ...running, progress: 4 }, { phase: 'running' }],
    [{ ...running, progress: null }, { phase: 'running' }],
    [{ ...pending, status: 'IN_REVIEW' }, {}],
    [{ status: 'RUNNING' }, { phase: 'running' }],
  ])('of %j goes on', async (said, update) => {
    expect(await read(said)).toEqual({ kind: 'pending', ...update, readAfterMs: 5_000 });
  });

  it('waits longer where Runway asks for it', async () => {
    const headers = { 'content-type': 'application/json', 'retry-after': '30' };
    const { adapter } = await at(() => ({ headers, body: JSON.stringify(running) }));
    expect(await adapter.read(job, call)).toMatchObject({ readAfterMs: 30_000 });
  });

  it('tells the result, what it has cost, and when its URLs stop working', async () => {
    expect(await read(succeeded)).toEqual({
      kind: 'succeeded',
      output: succeeded.output,
      cost: { amount: 24, unit: 'credits' },
      expiresAt: expiry * 1_000,
    });
    const output = [toUrl({ exp: 1_800_000_000 }), toUrl({ exp: 1_799_000_000 }), 'https://a.test/b.mp4'];
    expect(await read({ ...succeeded, output })).toMatchObject({ expiresAt: 1_799_000_000_000 });
  });

  it.each([
    ['https://a.test/b.mp4'],
    ['https://a.test/b.mp4?_jwt=a.%%%.c'],
    [toUrl({})],
    [toUrl({ exp: 'soon' })],
    [null],
  ])('tells of the URL %j that it works for a day', async url => {
    const update = await read({ ...succeeded, output: [url] });
    const { expiresAt = 0 } = update.kind === 'succeeded' ? update : {};
    expect(expiresAt).toBeGreaterThan(Date.now() + 82_000_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 86_400_000);
    expect(expiresAt % 3_600_000).toBe(0);
  });

  it.each([
    [{ cost: undefined }, 'maybe'],
    [{ cost: { credits: null } }, 'maybe'],
    [{ cost: { credits: 0 } }, 'no'],
    [{ cost: { credits: 5 } }, 'yes'],
  ])('of a task that failed says whether it was paid: %j', async (more, charged) => {
    expect(await read({ ...failed, ...more })).toMatchObject({
      kind: 'failed',
      failure: { code: 'job-failed', charged, retryable: true, resumable: false },
    });
  });

  it.each([
    ['SAFETY.INPUT.TEXT', { code: 'moderated', retryable: false }],
    ['SAFETY.OUTPUT.VIDEO', { code: 'moderated', retryable: false }],
    ['INPUT_PREPROCESSING.SAFETY.TEXT', { code: 'moderated', retryable: false }],
    ['INPUT_PREPROCESSING.INTERNAL', { code: 'job-failed', retryable: true }],
    ['INTERNAL', { code: 'job-failed', retryable: true }],
    ['THIRD_PARTY.UNAVAILABLE', { code: 'job-failed', retryable: true }],
    ['ASSET.INVALID', { code: 'job-failed', retryable: false }],
    ['ASSETS_ARE_FINE', { code: 'job-failed', retryable: true }],
  ])('tells what the failure code %s means', async (failureCode, failure) => {
    const update = await read({ ...failed, failure: '', failureCode });
    expect(update).toMatchObject({ kind: 'failed', failure: { ...failure, details: { failureCode } } });
    expect(update.kind === 'failed' && update.failure.message).toContain(failureCode);
  });

  it('tells moderation in words alone, and a failure without any', async () => {
    const words = 'The input image was flagged by our content moderation system.';
    expect(await read({ id: pending.id, status: 'FAILED', failure: words })).toMatchObject({
      failure: { code: 'moderated' },
    });
    expect(await read({ status: 'FAILED' })).toMatchObject({ failure: { code: 'job-failed', charged: 'maybe' } });
  });

  it.each([
    [
      { ...cancelled, cost: credits(3) },
      { charged: 'yes', cost: { amount: 3, unit: 'credits' } },
    ],
    [cancelled, { charged: 'no', cost: { amount: 0, unit: 'credits' } }],
    [{ status: 'CANCELED' }, {}],
  ])('of a task that was stopped says what it has cost: %j', async (said, account) => {
    expect(await read(said)).toEqual({ kind: 'cancelled', ...account });
  });

  it('is repeated where the answer is no task, another one, or one without its result', async () => {
    for (const said of [
      [],
      {},
      { ...running, id: 'another' },
      { ...succeeded, output: [] },
      { ...succeeded, output: null },
    ])
      expect(await rejection(read(said))).toMatchObject({ failure: { code: 'invalid-response', resumable: true } });
  });

  it('says in words that a result is missing', async () => {
    const error = await rejection(read({ ...succeeded, output: [] }));
    expect(error).toMatchObject({ message: expect.stringContaining('has no result') });
  });

  it('asks for the id, in the path', async () => {
    const { adapter, heard } = await at(() => json(running));
    expect(await rejection(adapter.read({ id: 'a/../b?c' }, call))).toMatchObject({ code: 'invalid-response' });
    expect(heard[0]).toMatchObject({ path: '/v1/tasks/a%2F..%2Fb%3Fc', headers: { 'x-runway-version': '2024-11-06' } });
  });
});

describe('a cancel', () => {
  /** Reads answer these, one after the other. */
  const cancelling = async (reads: readonly Answer[], deletion: Answer = { status: 204 }) => {
    let count = 0;
    const { adapter, heard } = await at(method => {
      if (method === 'DELETE') return deletion;
      count += 1;
      return reads[Math.min(count, reads.length) - 1] ?? { status: 500 };
    });
    const methods = () => heard.map(({ method }) => method).join(' ');
    return { methods, cancel: async () => adapter.cancel(job, call) };
  };

  it.each([
    [succeeded, 'succeeded'],
    [failed, 'failed'],
    [cancelled, 'cancelled'],
  ])('of a task that is over deletes nothing: %#', async (said, kind) => {
    const { cancel, methods } = await cancelling([json(said)]);
    expect(await cancel()).toMatchObject({ kind });
    expect(methods()).toBe('GET');
  });

  it('stops the task, which is not found any more', async () => {
    const { cancel, methods } = await cancelling([json(running), json(notFound, 404)]);
    expect(await cancel()).toEqual({ kind: 'cancelled' });
    expect(methods()).toBe('GET DELETE GET');
  });

  it('tells what the stopped task has cost, where Runway says it', async () => {
    const { cancel } = await cancelling([json(running), json({ ...cancelled, cost: credits(2) })]);
    expect(await cancel()).toEqual({ kind: 'cancelled', charged: 'yes', cost: { amount: 2, unit: 'credits' } });
  });

  it('keeps a result that came in the moment before', async () => {
    const { cancel } = await cancelling([json(running), json(succeeded)]);
    expect(await cancel()).toMatchObject({ kind: 'succeeded', output: succeeded.output });
  });

  it('that is accepted is to be sent again, until the task is not found', async () => {
    const { cancel } = await cancelling([json(running), json(running), json(notFound, 404)]);
    expect(await rejection(cancel())).toMatchObject({ failure: { code: 'busy', resumable: true } });
    expect(await cancel()).toEqual({ kind: 'cancelled' });
  });

  it('whose answer was lost finds that the task is gone', async () => {
    const { cancel, methods } = await cancelling([json(notFound, 404)], json(notFound, 404));
    expect(await cancel()).toEqual({ kind: 'cancelled' });
    expect(methods()).toBe('GET DELETE');
    const late = await cancelling([json(running)], json(notFound, 404));
    expect(await late.cancel()).toEqual({ kind: 'cancelled' });
  });

  it('tells a task to stop that is too new to be found', async () => {
    const { cancel, methods } = await cancelling([json(notFound, 404), json({ ...cancelled, cost: credits(0) })]);
    expect(await cancel()).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(methods()).toBe('GET DELETE GET');
  });

  it('is done, although nobody can say what it has cost', async () => {
    const { cancel } = await cancelling([json(running), { status: 502 }]);
    expect(await cancel()).toEqual({ kind: 'cancelled' });
  });

  it('that a proxy refuses is not done', async () => {
    for (const run of [await cancelling([page]), await cancelling([json(running)], page)])
      expect(await rejection(run.cancel())).toMatchObject({ failure: { code: 'not-found' } });
    const { cancel } = await cancelling([json(running)], { status: 500 });
    expect(await rejection(cancel())).toMatchObject({ failure: { code: 'network', resumable: true } });
  });

  it('ends the generation as stopped, also where the task needs a moment', async () => {
    const double = runwayDouble({ scenario: { queuedMs: 0, runningMs: 60_000, stopsAfterMs: 200 } });
    const adapter = runway({ endpoint: 'text_to_video', apiKey, fetch: double.fetch });
    const actor = createActor(createGenerationMachine(adapter), { input: { id: 'g-1' } });
    actor.on('submitted', () => actor.send({ type: 'CANCEL' }));
    actor.start().send({ type: 'GENERATE', input });
    expect(await toPromise(actor)).toMatchObject({ status: 'cancelled', stopped: true, charged: 'maybe' });
  });
});

describe('the key', () => {
  it('is not needed to make the adapter, and is missed at the first submit and by check()', async () => {
    vi.stubEnv('RUNWAYML_API_SECRET', undefined);
    const { adapter, heard } = await at(() => json({}), { apiKey: undefined });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(input, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no', retryable: false } });
      expect(String(error)).toContain('Pass the option apiKey, or set the environment variable RUNWAYML_API_SECRET.');
    }
    expect(heard).toEqual([]);
    vi.stubEnv('RUNWAYML_API_SECRET', 'key_of-the-environment');
    await rejection(adapter.submit(input, submitCall));
    expect(heard[0]?.headers.authorization).toBe('Bearer key_of-the-environment');
  });

  it('is refused in a page', async () => {
    vi.stubGlobal('document', {});
    const { adapter, heard } = await at(() => json({ id: 'a' }));
    const error = await rejection(adapter.submit(input, submitCall));
    expect(isGenerationError(error) && error.message).toContain('docs/guide/server.md');
    expect(heard).toEqual([]);
    const { adapter: allowed } = await at(() => json({ id: 'a' }), { dangerouslyAllowBrowser: true });
    expect((await allowed.submit(input, submitCall)).job).toEqual({ id: 'a' });
  });
});

describe('options', () => {
  it.each(['', '/text_to_video', '../x', 'a?b=c', 'a//b', 'https://evil.test/a', 'a b', undefined])(
    'refuse the endpoint %j',
    endpoint => {
      expect(() => runway({ endpoint } as RunwayOptions)).toThrow(TypeError);
    },
  );

  it('have to exist', () => {
    expect(() => runway({ endpoint: 'text_to_video', apikey: 'x' } as RunwayOptions)).toThrow('Did you mean "apiKey"?');
  });

  it('say which backend the jobs belong to, and what decides how long they take', () => {
    const film = runway<object>({ endpoint: 'text_to_video' });
    expect(film.origin).toBe('https://api.dev.runwayml.com');
    expect(film.durationLabel?.(input)).toBe('text_to_video gen4.5');
    expect(film.durationLabel?.({})).toBe('text_to_video');
    expect(runway({ endpoint: 'a', baseUrl: 'https://me.test/runway/v1' }).origin).toBe('https://me.test/runway');
  });
});

it('a result that was read once can be read again, until its task is deleted', async () => {
  const double = runwayDouble({ scenario: { ...vendorScenarios.healthy, queuedMs: 0, runningMs: 0 } });
  const adapter = runway({ endpoint: 'text_to_video', apiKey, fetch: double.fetch });
  const { job: made } = await adapter.submit(input, submitCall);
  expect(await adapter.read(made, call)).toMatchObject({ kind: 'succeeded' });
  expect(await adapter.cancel(made, call)).toMatchObject({ kind: 'succeeded' });
  expect(await adapter.read(made, call)).toMatchObject({ kind: 'succeeded' });
});
