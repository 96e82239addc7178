import { createGenerationMachine, type JobRef, runGeneration, viewGeneration } from 'generation-lifecycle';
import { type OpenAIImagesInput, type OpenAIImagesOptions, openaiImages } from 'generation-lifecycle/adapters/openai';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { openaiImagesDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock, toPromise } from 'xstate';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';
import { base64, pictureUrl, problem, usage } from './responses.js';

const { signal } = new AbortController();
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'sk-proj-key-of-the-test';
const job: JobRef = { id: 'k-1' };
const follow = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const early = (index: number, start = 'image_generation') =>
  event(`${start}.partial_image`, { b64_json: base64, partial_image_index: index, output_format: 'webp' });
const done = (start = 'image_generation') =>
  event(`${start}.completed`, { b64_json: base64, output_format: 'png', size: '1024x1024', usage });
const earlyUrl = `data:image/webp;base64,${base64}`;

/** An adapter whose backend answers this. */
async function at(answer: Answer, options: Partial<OpenAIImagesOptions> = {}) {
  const { url, heard } = await loopback(() => answer);
  return { adapter: openaiImages({ model: 'gpt-image-2', baseUrl: `${url}/v1`, apiKey, ...options }), heard };
}

/** What a job comes to that is answered like this. */
async function generate(answer: Answer, input: OpenAIImagesInput = { prompt: 'a lighthouse' }) {
  const { adapter, heard } = await at(answer);
  const submission = await adapter.submit(input, submitCall);
  const updates: unknown[] = [];
  const followed = (async () => {
    for await (const update of adapter.events(job, follow)) updates.push(update);
  })();
  const error = await followed.catch((thrown: unknown) => thrown);
  return { submission, updates, error, heard };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a submit', () => {
  it('is answered with its job', async () => {
    const { submission, updates, heard } = await generate(stream([early(0), early(1), done()]));
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', path: '/v1/images/generations' });
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      model: 'gpt-image-2',
      partial_images: 2,
      prompt: 'a lighthouse',
      stream: true,
    });
    expect(submission).toEqual({ job, update: { kind: 'pending', phase: 'running' } });
    expect(updates).toEqual([
      { kind: 'pending', phase: 'running', previews: [{ url: earlyUrl, index: 0 }] },
      { kind: 'pending', phase: 'running', previews: [{ url: earlyUrl, index: 1 }] },
      {
        kind: 'succeeded',
        output: { images: [{ url: pictureUrl, output_format: 'png', size: '1024x1024' }] },
        cost: { amount: usage.total_tokens, unit: 'tokens' },
      },
    ]);
  });

  it('of a picture to edit is a form with files in it', async () => {
    const image = [new Blob(['one'], { type: 'image/png' }), pictureUrl];
    const mask = new Blob(['mask'], { type: 'image/png' });
    const input = { prompt: 'the same at night', image, mask, size: '1024x1024', user: undefined };
    const { updates, heard } = await generate(stream([early(0, 'image_edit'), done('image_edit')]), input);
    expect(updates).toMatchObject([{ previews: [{ url: earlyUrl }] }, { kind: 'succeeded' }]);
    const [{ path, headers, body } = expect.unreachable()] = heard;
    expect(path).toBe('/v1/images/edits');
    const form = await new Response(Buffer.from(body, 'latin1'), {
      headers: { 'content-type': String(headers['content-type']) },
    }).formData();
    const fields = [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.type]);
    expect(fields).toEqual([
      ['model', 'gpt-image-2'],
      ['partial_images', '2'],
      ['prompt', 'the same at night'],
      ['image[]', 'image/png'],
      ['image[]', 'image/png'],
      ['mask', 'image/png'],
      ['size', '1024x1024'],
      ['stream', 'true'],
    ]);
    const [, second] = form.getAll('image[]');
    expect(await (second as unknown as Blob).text()).toBe('the picture');
  });

  it.each(['https://example.com/a.png', 'a.png', 41])('of what is no file sends nothing: %j', async image => {
    const { adapter, heard } = await at(stream([done()]));
    const error = await rejection(adapter.submit({ prompt: 'x', image: image as string }, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    expect(String(error)).toContain('Pass the image as a Blob or a data URL');
    expect(heard).toHaveLength(0);
  });

  it('takes the members of its input for better than the options', async () => {
    const input = { prompt: 'x', model: 'gpt-image-1-mini', partial_images: 0, stream: false };
    const { heard } = await generate(stream([done()]), input);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ ...input, stream: true });
    const own = await at(stream([done()]), { model: undefined, partialImages: 0 });
    await own.adapter.submit('a lighthouse' as unknown as OpenAIImagesInput, submitCall);
    expect(JSON.parse(own.heard[0]?.body ?? '')).toEqual({ prompt: 'a lighthouse', stream: true });
  });

  it('that is answered at once has its end', async () => {
    const data = [{ b64_json: base64 }, { url: 'https://files.test/a.png' }];
    const { adapter } = await at(json({ created: 1, data, usage, output_format: 'jpeg' }));
    expect((await adapter.submit({ prompt: 'x' }, submitCall)).update).toEqual({
      kind: 'succeeded',
      output: {
        images: [
          { url: `data:image/jpeg;base64,${base64}`, output_format: 'jpeg' },
          { url: 'https://files.test/a.png', output_format: 'jpeg' },
        ],
      },
      cost: { amount: usage.total_tokens, unit: 'tokens' },
    });
  });

  it('that is answered with nothing may be paid', async () => {
    const { adapter } = await at(json({ created: 1, data: [] }));
    const failure = { code: 'invalid-response', charged: 'maybe' };
    expect(await rejection(adapter.submit({ prompt: 'x' }, submitCall))).toMatchObject({ failure });
  });

  it.each([
    ['insufficient_quota', 429, 'payment-required'],
    ['rate_limit_exceeded', 429, 'busy'],
    ['moderation_blocked', 400, 'moderated'],
  ])('that is refused as %s (%i) costs nothing: %s', async (code, status, expected) => {
    const { adapter, heard } = await at(json(problem(code, 'It was refused.'), status));
    const failure = { code: expected, charged: 'no' };
    expect(await rejection(adapter.submit({ prompt: 'x' }, submitCall))).toMatchObject({ failure });
    expect(heard).toHaveLength(1);
  });

  it('needs a key, and says so before anything is sent', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const double = openaiImagesDouble();
    const adapter = openaiImages({ fetch: double.fetch });
    for (const error of [
      await rejection(adapter.check()),
      await rejection(adapter.submit({ prompt: 'x' }, submitCall)),
    ])
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no' } });
    expect(double.requests).toHaveLength(0);
  });
});

describe('the stream', () => {
  it('outlives the signal of the submit, which the chart aborts as soon as the job is known', async () => {
    const submitting = new AbortController();
    const answer: Answer = response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      submitting.signal.addEventListener('abort', () => response.end(done()));
    };
    const { adapter } = await at(answer);
    await adapter.submit({ prompt: 'x' }, { ...submitCall, signal: submitting.signal });
    submitting.abort();
    const followed = collect(adapter.events(job, follow));
    await expect(followed).resolves.toMatchObject([{ kind: 'succeeded' }]);
  });

  it('is closed by who leaves it', async () => {
    const { adapter, heard } = await at(stream([early(0)], 'open'));
    await adapter.submit({ prompt: 'x' }, submitCall);
    const leaving = new AbortController();
    const news = adapter.events(job, { ...follow, signal: leaving.signal })[Symbol.asyncIterator]();
    expect(await news.next()).toMatchObject({ value: { previews: [{ url: earlyUrl }] } });
    leaving.abort();
    await rejection(news.next());
    await heard[0]?.closed;
  });

  it('that breaks is lost, and so is one that ends without a picture', async () => {
    const broken = await generate(stream([early(0)], 'reset'));
    expect(broken.error).toMatchObject({ failure: { code: 'network', charged: 'maybe' } });
    const ended = await generate(stream([early(0)]));
    expect(ended.updates).toHaveLength(1);
    expect(ended.error).toBeUndefined();
  });

  it('has as many pictures as were asked for, and keeps those that are there when it breaks', async () => {
    const input = { prompt: 'x', n: 2 };
    for (const answer of [stream([done(), done()], 'open'), stream([done(), done()])]) {
      const { updates } = await generate(answer, input);
      expect(updates).toMatchObject([{ kind: 'ignored' }, { kind: 'succeeded', cost: { amount: 2_300 } }]);
      expect(updates).toHaveProperty('1.output.images.length', 2);
    }
    const { updates } = await generate(stream([done()], 'reset'), input);
    expect(updates).toMatchObject([{ kind: 'ignored' }, { kind: 'succeeded', output: { images: [{}] } }]);
  });

  it.each([
    ['moderation_blocked', 'moderated'],
    ['server_error', 'job-failed'],
  ])('tells that it has failed: %s', async (code, expected) => {
    const { error } = problem(code, 'It was stopped.');
    for (const told of [event('error', { error }), event('error', { code, message: 'It was stopped.' })]) {
      const { updates } = await generate(stream([early(0), told], 'open'));
      expect(updates[1]).toMatchObject({ kind: 'failed', failure: { code: expected, charged: 'maybe' } });
      expect(updates).toHaveLength(2);
    }
  });

  it('is nowhere else: a job that was stored cannot be followed', async () => {
    const { adapter } = await at(stream([done()]));
    expect(await rejection(collect(adapter.events(job, follow)))).toMatchObject({ failure: { code: 'not-found' } });
    expect(await adapter.read(job, { signal })).toEqual({ kind: 'ignored' });
    expect(adapter.cancel).toBeUndefined();
  });

  it('is given up if a thousand others were submitted and nobody has followed it', async () => {
    const closed: number[] = [];
    let count = 0;
    const fetch = async (_: string, init: RequestInit) => {
      const index = count;
      count += 1;
      init.signal?.addEventListener('abort', () => closed.push(index));
      return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
    };
    const adapter = openaiImages({ apiKey, fetch });
    for (let index = 0; index <= 1_000; index += 1)
      await adapter.submit({ prompt: 'x' }, { ...submitCall, idempotencyKey: `k-${index}` });
    expect(closed).toEqual([0]);
    const gone = collect(adapter.events({ id: 'k-0' }, follow));
    expect(await rejection(gone)).toMatchObject({ failure: { code: 'not-found' } });
  });
});

describe('a generation', () => {
  it('ends with its picture, and is interrupted if its stream is lost', async () => {
    const machineOf = async (answer: Answer) => createGenerationMachine((await at(answer)).adapter);
    const { images } = await runGeneration(await machineOf(stream([early(0), done()])), { prompt: 'x' });
    expect(images[0]?.url).toBe(pictureUrl);
    const lost = await rejection(runGeneration(await machineOf(stream([early(0)], 'reset')), { prompt: 'x' }));
    expect(lost).toMatchObject({ failure: { code: 'interrupted', charged: 'maybe', resumable: false } });
  });

  it('waits for a picture that takes minutes, of which nothing is told meanwhile', async () => {
    const clock = new SimulatedClock();
    const double = openaiImagesDouble({ scenario: { queuedMs: 200_000, runningMs: 1_000 }, clock });
    const environment = virtualEnvironment({ now: () => clock.now() });
    const machine = createGenerationMachine(openaiImages({ apiKey, fetch: double.fetch }), { environment });
    const actor = createActor(machine, { clock, input: { id: 'g-1' } }).start();
    const ended = toPromise(actor);
    actor.send({ type: 'GENERATE', input: { prompt: 'x' } });
    await vi.waitFor(() => expect(viewGeneration(actor.getSnapshot()).status).toBe('streaming'), { timeout: 20_000 });
    for (let passed = 0; passed < 210_000; passed += 10_000) {
      clock.increment(10_000);
      for (let turn = 0; turn < 6; turn += 1) await new Promise(resolve => setImmediate(resolve));
    }
    expect(await ended).toMatchObject({ status: 'completed' });
  });
});

describe('options', () => {
  it.each([
    [{ partialImages: -1 }, '0, 1, 2 or 3'],
    [{ image: {} }, 'image'],
  ])('%j are refused', (given, words) => {
    expect(() => openaiImages(given as OpenAIImagesOptions)).toThrow(words);
  });
});
