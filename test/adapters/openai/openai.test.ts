import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type OpenAIOptions, openai } from 'generation-lifecycle/adapters/openai';
import { openaiDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';
import {
  againstPolicy,
  base64,
  blocked,
  brokenOff,
  cancelled,
  completed,
  event,
  failed,
  filtered,
  id,
  call as imageCall,
  inWords,
  partial,
  pictureUrl,
  problem,
  queued,
  refused,
  running,
} from './responses.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'sk-proj-key-of-the-test';
const job: JobRef = { id };
const silent = { onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

/** An adapter whose backend answers this. */
async function at(answer: (path: string, index: number) => Answer, options: Partial<OpenAIOptions> = {}) {
  const { url, heard } = await loopback((one, index) => answer(one.path, index));
  return { adapter: openai({ model: 'gpt-5.5', baseUrl: `${url}/v1`, apiKey, ...options }), url, heard };
}
const readSaid = async (said: object): Promise<JobUpdate<unknown>> =>
  (await at(() => json(said))).adapter.read(job, call);
const follow = async (chunks: readonly string[], lastEventId?: string) => {
  const { adapter, heard } = await at(() => stream(chunks));
  const ids: string[] = [];
  const onId = (one: string) => void ids.push(one);
  const updates = await collect(adapter.events(job, { ...call, ...silent, onId, lastEventId }));
  return { updates, ids, heard };
};
const created = event('response.created', 0, { response: queued });

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a submit', () => {
  it('asks for a picture in the background, with a stream, and is told its job', async () => {
    const { adapter, heard } = await at(() => stream([created, event('response.queued', 1)], 'open'));
    const submission = await adapter.submit('a lighthouse', submitCall);
    expect(submission).toEqual({ job, update: { kind: 'pending', phase: 'queued', readAfterMs: 1_000 } });
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', path: '/v1/responses' });
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      model: 'gpt-5.5',
      input: 'a lighthouse',
      tools: [{ type: 'image_generation', partial_images: 2 }],
      tool_choice: { type: 'image_generation' },
      background: true,
      store: true,
      stream: true,
    });
    // The stream is left as soon as it has told one thing more.
    await heard[0]?.closed;
  });

  it('sends what the options and the input say, and the background, the store and the stream anyway', async () => {
    const { url, heard } = await loopback(() => json(queued));
    const image = { model: 'gpt-image-2', size: '1536x1024', quality: 'high' };
    const adapter = openai({
      ...{ model: 'gpt-5.5', baseUrl: url, apiKey, image, partialImages: 0 },
      ...{ organization: 'org-1', project: 'proj_1' },
    });
    const input = {
      input: [{ role: 'user', content: 'fog' }],
      instructions: 'Draw.',
      background: false,
      stream: false,
    };
    expect((await adapter.submit(input, submitCall)).job).toEqual(job);
    expect(heard[0]?.headers).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj_1' });
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({
      input: input.input,
      instructions: 'Draw.',
      tools: [{ type: 'image_generation', ...image }],
      background: true,
      store: true,
      stream: true,
    });
    expect(heard[0]?.body).not.toContain('partial_images');
    expect(adapter.durationLabel?.(input)).toBe('gpt-5.5 gpt-image-2 1536x1024 high');
  });

  it('knows its job by the first event, also where nothing more comes', async () => {
    const { adapter } = await at(() => stream([created], 'open'));
    expect((await adapter.submit('fog', submitCall)).job).toEqual(job);
  });

  it('that is answered at once has its end', async () => {
    const { adapter } = await at(() => stream([event('response.completed', 0, { response: completed })]));
    expect(await adapter.submit('fog', submitCall)).toMatchObject({ job, update: { kind: 'succeeded' } });
  });

  it('whose stream ends before it names a job may be paid', async () => {
    for (const chunks of [[], ['data: {}\n\n'], [': ping\n\n']]) {
      const { adapter, heard } = await at(() => stream(chunks));
      const error = await rejection(adapter.submit('fog', submitCall));
      expect(error).toMatchObject({ failure: { code: 'invalid-response', charged: 'maybe' } });
      expect(heard).toHaveLength(1);
    }
  });

  it('whose connection breaks before it names a job may be paid, and is not sent again', async () => {
    const { adapter, heard } = await at(() => stream([': ping\n\n'], 'reset'));
    const error = await rejection(adapter.submit('fog', submitCall));
    expect(error).toMatchObject({ failure: { code: 'network', charged: 'maybe' } });
    expect(heard).toHaveLength(1);
  });

  it('is given up with its signal, and its connection with it', async () => {
    const { adapter, heard } = await at(() => stream([': ping\n\n'], 'open'));
    const controller = new AbortController();
    const submitted = rejection(adapter.submit('fog', { ...submitCall, signal: controller.signal }));
    await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 20_000 });
    controller.abort(new Error('given up'));
    expect(String(await submitted)).toContain('given up');
    await heard[0]?.closed;
  });

  it('is refused by an event, too', async () => {
    const { error } = problem('moderation_blocked', 'Rejected by the safety system.');
    const { adapter } = await at(() => stream([event('error', 0, { error })]));
    const thrown = await rejection(adapter.submit('fog', submitCall));
    expect(thrown).toMatchObject({ failure: { code: 'moderated' } });
    expect(String(thrown)).toContain('Rejected by the safety system');
  });

  it.each([
    ['insufficient_quota', 429, 'payment-required'],
    ['rate_limit_exceeded', 429, 'busy'],
    ['moderation_blocked', 400, 'moderated'],
    ['image_content_policy_violation', 400, 'moderated'],
    ['invalid_image', 400, 'bad-input'],
    ['model_not_found', 404, 'not-found'],
    ['invalid_api_key', 401, 'unauthorized'],
  ])('that is refused as %s (%i) costs nothing: %s', async (code, status, expected) => {
    const { adapter, heard } = await at(() => json(problem(code, 'It was refused.'), status));
    const error = await rejection(adapter.submit('fog', submitCall));
    expect(error).toMatchObject({ failure: { code: expected, charged: 'no' } });
    expect(heard).toHaveLength(1);
  });

  it('that has to wait says for how long', async () => {
    const headers = { 'retry-after-ms': '2500', 'content-type': 'application/json' };
    const body = JSON.stringify(problem('rate_limit_exceeded', 'Rate limit reached. Please try again in 20s.'));
    const { adapter } = await at(() => ({ status: 429, headers, body }));
    expect(await rejection(adapter.submit('fog', submitCall))).toMatchObject({ retryAfterMs: 2_500 });
  });
});

describe('a key', () => {
  it('is needed at the first submit, and not before', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const adapter = openai({ model: 'gpt-5.5', fetch: openaiDouble().fetch });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit('fog', submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no' } });
      expect(String(error)).toContain('option apiKey');
      expect(String(error)).toContain('OPENAI_API_KEY');
    }
  });

  it('comes from the environment', async () => {
    vi.stubEnv('OPENAI_API_KEY', apiKey);
    const { adapter, heard } = await at(() => json(queued), { apiKey: undefined });
    await adapter.submit('fog', submitCall);
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it('is refused in a page', async () => {
    vi.stubGlobal('document', {});
    const { adapter, heard } = await at(() => json(queued));
    const error = await rejection(adapter.submit('fog', submitCall));
    expect(String(error)).toContain('docs/guide/server.md');
    expect(heard).toHaveLength(0);
    const own = openai({ model: 'gpt-5.5', apiKey, dangerouslyAllowBrowser: true, fetch: openaiDouble().fetch });
    expect((await own.submit('fog', submitCall)).job.id).toBe('openai-job-1');
  });

  it('goes to no other place than OpenAI, whatever the job is called', async () => {
    const { adapter, heard } = await at(() => json({ ...completed, id: 'a/../b?c#d' }));
    await adapter.read({ id: 'a/../b?c#d' }, call);
    expect(heard[0]?.path).toBe('/v1/responses/a%2F..%2Fb%3Fc%23d');
    expect(await rejection(adapter.read({ id: '..' }, call))).toMatchObject({ failure: { code: 'bad-input' } });
    expect(heard).toHaveLength(1);
  });
});

describe('a read', () => {
  it('tells the phase', async () => {
    expect(await readSaid(queued)).toEqual({ kind: 'pending', phase: 'queued' });
    expect(await readSaid(running)).toEqual({ kind: 'pending', phase: 'running' });
    expect(await readSaid({ ...running, status: 'archiving' })).toEqual({ kind: 'pending' });
  });

  it('has the pictures as urls, and the tokens', async () => {
    const { type: _, status: __, result: ___, ...image } = imageCall;
    expect(await readSaid(completed)).toEqual({
      kind: 'succeeded',
      output: { images: [{ ...image, url: pictureUrl }] },
      cost: { amount: 1_150, unit: 'tokens' },
    });
  });

  it.each([
    ['webp', 'data:image/webp;'],
    ['jpeg', 'data:image/jpeg;'],
    ['svg', 'data:image/svg+xml;'],
    [undefined, 'data:image/png;'],
    ['text/html', 'data:image/png;'],
  ])('knows the format %s', async (format, start) => {
    const output = [{ ...imageCall, output_format: format }];
    expect(JSON.stringify(await readSaid({ ...completed, output }))).toContain(`"url":"${start}base64,${base64}"`);
  });

  it('has several pictures, and what is said beside them', async () => {
    const output = [imageCall, ...inWords.output, { ...imageCall, result: pictureUrl }];
    const update = await readSaid({ ...completed, output });
    expect(update).toMatchObject({ output: { text: "I can't draw that person." } });
    expect(update).toHaveProperty('output.images.length', 2);
    expect(update).toHaveProperty('output.images.1.url', pictureUrl);
  });

  it('takes words in place of a picture for a refusal', async () => {
    for (const [said, words] of [
      [inWords, "I can't draw that person"],
      [refused, 'I cannot help with that'],
    ] as const) {
      const update = await readSaid(said);
      expect(update).toMatchObject({ kind: 'failed', failure: { code: 'moderated', retryable: false } });
      expect(update).toHaveProperty('failure.message', expect.stringContaining(words));
    }
  });

  it.each([
    ['a blocked picture', blocked, 'moderated'],
    ['a policy', againstPolicy, 'moderated'],
    ['a policy with a name of its own', { ...failed, error: { code: 'bio_policy', message: 'No.' } }, 'moderated'],
    ['a filter', filtered, 'moderated'],
    ['a fault of the model', failed, 'job-failed'],
    ['a limit within the job', { ...failed, error: { code: 'rate_limit_exceeded', message: 'Slow.' } }, 'busy'],
    ['too few tokens', brokenOff, 'job-failed'],
    ['an end with nothing in it', { ...completed, output: [] }, 'job-failed'],
  ])('tells %s', async (_, said, code) => {
    expect(await readSaid(said)).toMatchObject({ kind: 'failed', failure: { code, charged: 'maybe' } });
  });

  it('keeps a picture of a response that was broken off: it is paid', async () => {
    expect(await readSaid({ ...brokenOff, output: [imageCall] })).toMatchObject({ kind: 'succeeded' });
  });

  it('of another response, or of none, is no answer', async () => {
    for (const said of [{ ...completed, id: 'resp_other' }, { object: 'response' }])
      expect(await rejection(readSaid(said))).toMatchObject({ failure: { code: 'invalid-response', resumable: true } });
  });
});

describe('the stream', () => {
  it('tells the phases, early pictures and the end', async () => {
    const { updates, ids, heard } = await follow([
      created,
      event('response.in_progress', 1, { response: running }),
      event('response.output_item.added', 2, { item: {} }),
      event('response.image_generation_call.generating', 3),
      partial(4, 0, 'early'),
      event('response.completed', 5, { response: completed }),
    ]);
    expect(heard[0]?.path).toBe(`/v1/responses/${id}?stream=true`);
    expect(updates).toMatchObject([
      { kind: 'pending', phase: 'queued' },
      { kind: 'pending', phase: 'running' },
      { kind: 'ignored' },
      { kind: 'pending', phase: 'running' },
      { kind: 'pending', phase: 'running' },
      { kind: 'succeeded' },
    ]);
    const url = `data:image/webp;base64,${Buffer.from('early').toString('base64')}`;
    expect(updates[4]).toHaveProperty('previews', [{ url, index: 0 }]);
    expect(ids).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('goes on after the event that it told last, by a parameter and by no header', async () => {
    const { heard } = await follow([event('response.in_progress', 8)], '7');
    expect(heard[0]?.path).toBe(`/v1/responses/${id}?stream=true&starting_after=7`);
    expect(heard[0]?.headers).not.toHaveProperty('last-event-id');
  });

  it('counts no number that a prompt has written', async () => {
    const instructions = 'x "sequence_number": 999 \\"sequence_number\\": 998';
    const { ids } = await follow([
      `data: ${JSON.stringify({ type: 'response.queued', response: { ...queued, instructions }, sequence_number: 1 })}\n\n`,
    ]);
    expect(ids).toEqual(['1']);
  });

  it('holds a picture of many megabytes', async () => {
    const url = expect.stringMatching(/^data:image\/webp;base64,(?:QUFB){2000000}$/);
    const followed = follow([partial(1, 0, 'A'.repeat(6_000_000))]);
    await expect(followed).resolves.toMatchObject({ updates: [{ previews: [{ url }] }] });
  });

  it('tells an end without its picture as news, which a read has', async () => {
    const { updates } = await follow([event('response.completed', 1, { response: { ...completed, output: [] } })]);
    expect(updates).toEqual([{ kind: 'changed' }]);
  });

  it('tells how the job has failed', async () => {
    const { updates } = await follow([
      event('error', 1, { code: 'server_error', message: 'Oops' }),
      event('response.failed', 2, { response: failed }),
      event('response.cancelled', 3, { response: { id } }),
    ]);
    expect(updates).toMatchObject([
      { kind: 'changed' },
      { kind: 'failed', failure: { code: 'job-failed' } },
      { kind: 'cancelled' },
    ]);
  });

  it('shows a page its pictures as bytes, and not as text', async () => {
    vi.stubGlobal('document', {});
    const { url } = await loopback(() => stream([partial(1, 1, 'early')]));
    const adapter = openai({ model: 'gpt-5.5', baseUrl: url, apiKey, dangerouslyAllowBrowser: true });
    const [update] = await collect(adapter.events(job, { ...call, ...silent }));
    expect(update).toMatchObject({ previews: [{ url: expect.stringMatching(/^blob:/), index: 1 }] });
  });
});

describe('a cancel', () => {
  it('stops the job', async () => {
    const { adapter, heard } = await at(() => json(cancelled));
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'cancelled' });
    expect(heard[0]).toMatchObject({ method: 'POST', path: `/v1/responses/${id}/cancel` });
  });

  it('that comes too late has the picture, and one that takes its time is followed by reads', async () => {
    expect(await (await at(() => json(completed))).adapter.cancel(job, call)).toMatchObject({ kind: 'succeeded' });
    expect(await (await at(() => json(running))).adapter.cancel(job, call)).toEqual({ kind: 'changed' });
  });
});

describe('options', () => {
  it.each<[Record<string, unknown>, string]>([
    [{}, 'needs the option model'],
    [{ model: ' ' }, 'needs the option model'],
    [{ model: 'gpt-5.5', partialImages: 4 }, '0, 1, 2 or 3'],
    [{ model: 'gpt-5.5', partialImages: 'two' }, '0, 1, 2 or 3'],
    [{ model: 'gpt-5.5', size: '1024x1024' }, 'size'],
  ])('%j are refused', (given, words) => {
    expect(() => openai(given as unknown as OpenAIOptions)).toThrow(words);
  });
});
