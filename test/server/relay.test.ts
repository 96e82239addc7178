import { createGenerationMachine, type JobRef, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { base, type Picture, secret, serverHalf, userOf, type Wish } from '../support/server-half.js';

const policy = { pollDelayMs: [20], minReadGapMs: 10 };
type Answer = {
  job: JobRef & { sealed: string };
  update?: { kind: string };
  error?: { code: string; message: string };
};
const jsonOf = async (response: Response) => (await response.json()) as Answer;

describe('the relay', () => {
  it('brings a generation from a page to its vendor, and the picture back', async () => {
    const { page, double } = serverHalf();
    const machine = createGenerationMachine(page('ada'), { policy });
    const { images } = await runGeneration(machine, { prompt: 'a lighthouse' });
    expect(images[0]?.url).toContain('fal-job-1');
    expect(double.chargedCount).toBe(1);
  });

  it('follows a job by reads where the vendor has no stream', async () => {
    const { page } = serverHalf(
      {},
      { scenario: { queuedMs: 20, runningMs: 40, faults: [{ on: 'events', answer: 404 }] } },
    );
    const machine = createGenerationMachine(page('ada'), { policy });
    await expect(runGeneration(machine, { prompt: 'a lighthouse' })).resolves.toHaveProperty('images');
  });

  it('gives the page a job in which nothing of the vendor can be read', async () => {
    const { submit } = serverHalf();
    const response = await submit('ada');
    const text = await response.text();
    expect(response.status).toBe(201);
    expect(text).not.toMatch(/fal-job|queue\.fal|flux/);
    expect(response.headers.get('generation-protocol')).toBe('1');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('gives the vendor another key for each user, so that no user gets the job of another', async () => {
    const { submit } = serverHalf();
    const ids = await Promise.all(['ada', 'bob'].map(async user => (await jsonOf(await submit(user))).job.id));
    expect(new Set(ids).size).toBe(2);
  });

  it('does not abort the submit when the page goes away', async () => {
    const { handle, double } = serverHalf();
    const controller = new AbortController();
    const request = new Request(`${base}/jobs`, {
      method: 'POST',
      body: '{"prompt":"a lighthouse"}',
      headers: { authorization: 'Bearer ada', 'content-type': 'application/json', 'idempotency-key': 'key-1' },
      signal: controller.signal,
    });
    const answer = handle(request);
    controller.abort();
    await answer;
    expect(double.chargedCount).toBe(double.requests.filter(({ action }) => action === 'submit').length);
  });

  it('refuses the wish that input refuses, in its own words', async () => {
    const { page } = serverHalf();
    const { handle } = createGenerationServer({
      secrets: secret,
      authorize: userOf,
      log: () => undefined,
      backends: {
        image: {
          adapter: page('any'),
          input: () => {
            throw new RangeError('prompt: at most 10 words, and it is sk-secret');
          },
        },
      },
    });
    const pictures = remoteBackend<Wish, Picture>({
      baseUrl: base,
      headers: { authorization: 'Bearer ada' },
      fetch: (url, init) => handle(new Request(url, init)),
    });
    const call = { signal: new AbortController().signal, idempotencyKey: 'key-1' };
    await expect(pictures.submit({ prompt: 'x' }, call)).rejects.toMatchObject({
      failure: { code: 'bad-input', charged: 'no', message: expect.not.stringContaining('sk-secret') },
    });
  });

  it('sends nothing of an input that JSON would lose', async () => {
    const { page, double } = serverHalf();
    const call = { signal: new AbortController().signal, idempotencyKey: 'key-1' };
    const input = { prompt: 'a lighthouse', image: new Blob(['x']) };
    await expect(page('ada').submit(input, call)).rejects.toMatchObject({
      failure: { code: 'bad-input', charged: 'no' },
    });
    expect(double.requests).toEqual([]);
  });

  it('hides the words of the vendor, unless they are allowed', async () => {
    const faults = [{ on: 'submit' as const, answer: 422 }];
    const hidden = serverHalf({}, { scenario: { faults } });
    const shown = serverHalf({ showBackendErrors: true }, { scenario: { faults } });
    const [one, other] = [await jsonOf(await hidden.submit('ada')), await jsonOf(await shown.submit('ada'))];
    expect(one.error).toMatchObject({ code: 'bad-input', charged: 'no' });
    expect(JSON.stringify(one)).not.toContain('Field required');
    expect(other.error?.message).toContain('Field required');
  });

  it('tells a refusal of its own key as a fault of the server, and not as one of the session', async () => {
    const { submit, log } = serverHalf({}, { key: 'another' });
    const response = await submit('ada');
    expect(response.status).toBe(502);
    expect((await jsonOf(response)).error).toMatchObject({ code: 'unauthorized', charged: 'no' });
    expect(log.some(({ event, code }) => event === 'submit.failed' && code === 'unauthorized')).toBe(true);
    expect(JSON.stringify(log)).not.toContain('the-vendor-key');
  });

  it('passes the wait on that the vendor asks for', async () => {
    const { submit } = serverHalf({}, { scenario: { faults: [{ on: 'submit', answer: 429, retryAfter: 3 }] } });
    const response = await submit('ada');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('says that a lost answer may be charged', async () => {
    const { submit } = serverHalf({}, { scenario: { faults: [{ on: 'submit', answer: 'lost' }] } });
    const response = await submit('ada');
    expect((await jsonOf(response)).error).toMatchObject({ code: 'network', charged: 'maybe' });
  });

  it('keeps no jobs, and says so where a request needs one', async () => {
    const { ask } = serverHalf();
    const responses = await Promise.all(
      ['image/jobs?ids=a', 'image/keys/k', 'image/events'].map(path => ask(path, { user: 'ada' })),
    );
    expect(responses.map(({ status }) => status)).toEqual([501, 501, 501]);
  });
});

describe('the stream of a relay', () => {
  const eventsOf = async (response: Response) =>
    [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));

  it('sends its first bytes at once, then states, and ends with the outcome', async () => {
    const { submit, ask } = serverHalf({}, { scenario: { queuedMs: 300, runningMs: 300 } });
    const { job } = await jsonOf(await submit('ada'));
    const response = await ask(`image/jobs/${job.id}/events`, {
      user: 'ada',
      headers: { 'generation-job': job.sealed },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await eventsOf(response);
    expect(events[0]).toMatchObject({ update: { kind: 'pending' } });
    expect(events[events.length - 1]).toMatchObject({ update: { kind: 'succeeded' } });
  });

  it('ends before the limit of the platform, and says when to open the next one', async () => {
    const { submit, ask, double } = serverHalf({ maxStreamMs: 30 }, { scenario: { queuedMs: 60_000 } });
    const { job } = await jsonOf(await submit('ada'));
    const response = await ask(`image/jobs/${job.id}/events`, {
      user: 'ada',
      headers: { 'generation-job': job.sealed },
    });
    expect(await response.text()).toMatch(/^retry: \d+/);
    await expect.poll(() => double.openCount).toBe(0);
  });

  it('closes the stream of the vendor when the page goes away', async () => {
    const { submit, ask, double } = serverHalf({}, { scenario: { queuedMs: 60_000 } });
    const { job } = await jsonOf(await submit('ada'));
    const response = await ask(`image/jobs/${job.id}/events`, {
      user: 'ada',
      headers: { 'generation-job': job.sealed },
    });
    const reader = response.body?.getReader();
    await reader?.read();
    await expect.poll(() => double.openCount).toBe(1);
    await reader?.cancel();
    await expect.poll(() => double.openCount).toBe(0);
  });

  it('repeats the state of a job of which the vendor says nothing', async () => {
    const scenario = { queuedMs: 60_000, faults: [{ on: 'events' as const, answer: 'silent' as const }] };
    const { submit, ask } = serverHalf({ repeatStateMs: 10, maxStreamMs: 400 }, { scenario });
    const { job } = await jsonOf(await submit('ada'));
    const response = await ask(`image/jobs/${job.id}/events`, {
      user: 'ada',
      headers: { 'generation-job': job.sealed },
    });
    expect((await eventsOf(response)).length).toBeGreaterThan(1);
  });
});
