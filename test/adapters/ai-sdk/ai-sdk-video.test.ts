import { isGenerationError, type JobRef } from 'generation-lifecycle';
import {
  type AiSdkVideoInput,
  type AiSdkVideoModel,
  type AiSdkVideoOptions,
  aiSdkVideo,
} from 'generation-lifecycle/adapters/ai-sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callError, response, sdkError, videoModel } from '../../support/ai-sdk-model.js';
import { rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const call = { signal, idempotencyKey: 'k-1' };
const input: AiSdkVideoInput = { prompt: 'a lighthouse' };

/** An adapter whose model answers this, and what its model was called with. */
function connect({
  options,
  ...given
}: {
  readonly options?: AiSdkVideoOptions;
  readonly start?: () => unknown;
  readonly status?: () => unknown;
  readonly model?: Partial<AiSdkVideoModel>;
}) {
  const starts: unknown[] = [];
  const statuses: unknown[] = [];
  const model = videoModel({
    async doStart(started) {
      starts.push(started);
      const told = await given.start?.();
      return Object(told ?? { operation: { taskId: 'task-1' }, warnings: [], response: response() });
    },
    async doStatus(asked) {
      statuses.push(asked);
      return Object((await given.status?.()) ?? { status: 'pending', response: response() });
    },
    ...given.model,
  });
  const adapter = aiSdkVideo(model, options);
  const submit = async (wish = input) => (await adapter.submit(wish, call)).job;
  const read = async (job: JobRef = { id: 'task-1', operation: { taskId: 'task-1' } }) => adapter.read(job, { signal });
  return { adapter, submit, read, starts, statuses };
}

const fails = (error: unknown) => () => {
  throw error;
};
const failureOf = async (promise: Promise<unknown>) => {
  const error = await rejection(promise);
  return isGenerationError(error) ? error.failure : expect.unreachable(String(error));
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a model', () => {
  it('is refused without the two functions, and by its name alone', () => {
    const old = { ...videoModel({}), doGenerate: async () => ({}) };
    expect(() => aiSdkVideo(old)).toThrow('doGenerate alone makes no job that can be followed');
    expect(() => aiSdkVideo({ ...videoModel({}), doStart: async () => ({ operation: 1 }) })).toThrow(TypeError);
    // @ts-expect-error: the AI SDK takes a name, too.
    expect(() => aiSdkVideo('fal/luma-ray-2')).toThrow('needs a model that a provider package has made');
    // @ts-expect-error: JavaScript has no compiler.
    expect(() => aiSdkVideo(undefined)).toThrow(TypeError);
    expect(() => connect({ model: { specificationVersion: 'v5' } })).toThrow('specification v4');
  });

  it('is refused a webhookUrl that it would ignore, and unknown options', () => {
    expect(() => connect({ options: { webhookUrl: 'https://me.test' } })).toThrow('posts to no webhookUrl');
    expect(() => connect({ options: { origin: 'x' } as AiSdkVideoOptions })).toThrow('Did you mean "origins"?');
  });

  it('says which backend its jobs belong to, and what decides how long they take', () => {
    const { adapter } = connect({});
    expect(adapter.origin).toBe('ai-sdk:studio.video');
    expect(adapter.durationLabel({ ...input, duration: 5, resolution: '1280x720' })).toBe('film-1 5s 1280x720');
    expect(adapter.durationLabel(input)).toBe('film-1');
  });

  it('makes an adapter that has no cancel, no stream and no keys', () => {
    const { adapter } = connect({});
    expect(Object.keys(adapter).sort()).toEqual(['durationLabel', 'origin', 'read', 'submit']);
    // @ts-expect-error: the AI SDK cannot cancel.
    expect(adapter.cancel).toBeUndefined();
    // @ts-expect-error: it has no stream.
    expect(adapter.events).toBeUndefined();
    // @ts-expect-error: it replays no keys.
    expect(adapter.idempotentSubmit).toBeUndefined();
  });
});

describe('a submit', () => {
  it('passes the call options on, and nothing else that an input may have', async () => {
    const frame = { type: 'url', url: 'https://a.test/1.png' } as const;
    const given: AiSdkVideoInput = {
      ...input,
      aspectRatio: '16:9',
      resolution: '1280x720',
      duration: 5,
      fps: 24,
      seed: 7,
      image: { type: 'url', url: 'data:image/png;base64,aGk=' },
      frameImages: [{ image: frame, frameType: 'last_frame' }],
      inputReferences: [frame],
      generateAudio: true,
      providerOptions: { fal: { loop: true } },
    };
    const { submit, starts } = connect({
      model: { handleWebhookOption: () => {} },
      options: { webhookUrl: 'https://me.test/hook' },
    });
    await submit({
      ...given,
      headers: { authorization: 'Bearer mine' },
      maxRetries: 9,
      webhookUrl: 'https://evil.test',
    } as AiSdkVideoInput);
    expect(starts).toEqual([
      {
        ...given,
        n: 1,
        image: { type: 'file', mediaType: 'image/png', data: 'aGk=' },
        headers: { 'idempotency-key': 'k-1' },
        webhookUrl: 'https://me.test/hook',
        abortSignal: signal,
      },
    ]);
  });

  it('makes an address for the webhook of each generation', async () => {
    const webhookUrl = vi.fn((key: string) => `https://me.test/hook/${key}`);
    const { submit, starts } = connect({ model: { handleWebhookOption: () => {} }, options: { webhookUrl } });
    await submit();
    expect(starts).toMatchObject([{ webhookUrl: 'https://me.test/hook/k-1' }]);
    webhookUrl.mockImplementation(fails(new Error('no route')));
    expect(await failureOf(submit())).toMatchObject({ code: 'bad-input', charged: 'no' });
    expect(starts).toHaveLength(1);
  });

  it('is told of the address of the call, if it posts to one', async () => {
    const given = { ...call, webhookUrl: 'https://half.test/webhook/image/g-1.mac' };
    const posting = connect({
      model: { handleWebhookOption: () => {} },
      options: { webhookUrl: 'https://me.test/hook' },
    });
    await posting.adapter.submit(input, given);
    expect(posting.starts).toMatchObject([{ webhookUrl: given.webhookUrl }]);
    const silent = connect({});
    await silent.adapter.submit(input, given);
    expect(silent.starts).toMatchObject([{ webhookUrl: undefined }]);
  });

  it('refuses more videos than one call makes, before it sends anything', async () => {
    for (const maxVideosPerCall of [2, async () => 2]) {
      const { submit, starts } = connect({ model: { maxVideosPerCall } });
      for (const n of [3, 0, 1.5, Number.NaN])
        expect(await failureOf(submit({ ...input, n }))).toMatchObject({ code: 'bad-input', charged: 'no' });
      expect(starts).toEqual([]);
      await submit({ ...input, n: 2 });
      expect(starts).toMatchObject([{ n: 2 }]);
    }
    const { submit, starts } = connect({ model: { maxVideosPerCall: fails(new Error('offline')) } });
    expect(await failureOf(submit())).toMatchObject({ charged: 'no' });
    expect(starts).toEqual([]);
  });

  it.each([
    [
      'fal',
      { responseUrl: 'https://queue.fal.run/fal-ai/luma/requests/r-1', submitUrl: 'https://queue.fal.run/x' },
      'r-1',
    ],
    ['Replicate', { getUrl: 'https://api.replicate.com/v1/predictions/p1' }, 'p1'],
    ['Google', { operationName: 'models/veo-3/operations/o-1' }, 'models/veo-3/operations/o-1'],
    ['xAI', { requestId: 'x/1' }, 'x/1'],
    ['a number', { version: null, id: 41 }, '41'],
    ['a text', 'video:7', '7'],
  ])('keeps the operation of %s, and names the job by it', async (_, operation, id) => {
    const { submit } = connect({ start: () => ({ operation, warnings: [], response: response() }) });
    expect(JSON.parse(JSON.stringify(await submit()))).toEqual({ id, operation });
  });

  it.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['an empty text', { id: ' ' }],
    ['a date', { id: 'a', at: new Date() }],
    ['a function', { id: 'a', poll: () => {} }],
    ['a long text', { id: 'a'.repeat(20_000) }],
  ])('may be charged if the operation is %s', async (_, operation) => {
    const { submit } = connect({ start: () => ({ operation, warnings: [], response: response() }) });
    expect(await failureOf(submit())).toMatchObject({ code: 'invalid-response', charged: 'maybe', retryable: false });
  });

  it.each([
    [callError('Unauthorized', { statusCode: 401 }), { code: 'unauthorized', charged: 'no' }],
    [callError('Payment Required', { statusCode: 402 }), { code: 'payment-required', charged: 'no' }],
    [callError('Not Found', { statusCode: 404 }), { code: 'not-found', charged: 'no' }],
    [
      callError('x', { statusCode: 422, responseBody: '{"detail":"prompt is too long"}' }),
      { code: 'bad-input', charged: 'no', message: expect.stringContaining('prompt is too long') },
    ],
    [
      callError('x', {
        statusCode: 400,
        responseBody: '{"error":{"message":"Flagged.","code":"content_policy_violation"}}',
      }),
      { code: 'moderated', charged: 'no' },
    ],
    [
      callError('Too Many Requests', { statusCode: 429, responseHeaders: { 'retry-after': '7' } }),
      { code: 'rate-limited', charged: 'no', retryAfterMs: 7_000 },
    ],
    [callError('Internal Server Error', { statusCode: 500 }), { code: 'network', charged: 'maybe', status: 500 }],
    // A proxy says no more than this, also after the job was started.
    [callError('Service Unavailable', { statusCode: 503 }), { code: 'network', charged: 'maybe' }],
    [
      callError('Invalid JSON response', { statusCode: 200, responseBody: '<html>' }),
      { code: 'invalid-response', charged: 'maybe' },
    ],
    [
      callError('Failed to process successful response', { statusCode: 200, isRetryable: true }),
      { code: 'network', charged: 'maybe' },
    ],
    [callError('Cannot connect to API: read ECONNRESET', { isRetryable: true }), { code: 'network', charged: 'maybe' }],
    [
      Object.assign(new Error('Rate limited'), {
        name: 'GatewayRateLimitError',
        statusCode: 429,
        cause: callError('x', { statusCode: 429, responseHeaders: { 'retry-after': '3' } }),
      }),
      { code: 'rate-limited', charged: 'no', retryAfterMs: 3_000 },
    ],
    [
      sdkError('AI_LoadAPIKeyError', 'Set FAL_API_KEY.'),
      { code: 'unauthorized', charged: 'no', message: expect.stringContaining('FAL_API_KEY') },
    ],
    [
      new Error("fal.ai API key is missing. Pass it using the 'apiKey' parameter or set FAL_KEY."),
      { code: 'unauthorized', charged: 'no', message: expect.stringContaining('FAL_KEY') },
    ],
    [sdkError('AI_InvalidArgumentError', 'duration must be a number'), { code: 'bad-input', charged: 'no' }],
    [sdkError('AI_UnsupportedFunctionalityError', 'no fps'), { code: 'bad-input', charged: 'no' }],
    [sdkError('AI_NoSuchModelError', 'No such videoModel: x'), { code: 'not-found', charged: 'no' }],
    // Only the AI SDK throws these before it sends something.
    [Object.assign(new Error('no'), { name: 'AI_InvalidArgumentError' }), { code: 'network', charged: 'maybe' }],
    [sdkError('FAL_VIDEO_GENERATION_ERROR', 'No response URL'), { code: 'invalid-response', charged: 'maybe' }],
    [new DOMException('The operation timed out.', 'TimeoutError'), { code: 'network', charged: 'maybe' }],
    ['a text', { code: 'network', charged: 'maybe' }],
    [undefined, { code: 'network', charged: 'maybe' }],
  ])('that fails says what it may cost: %s', async (error, failure) => {
    const { submit, starts } = connect({ start: fails(error) });
    expect(await failureOf(submit())).toMatchObject({ resumable: false, ...failure });
    expect(starts).toHaveLength(1);
  });

  it('cuts keys out of what the vendor says, and keeps no error that quotes the request', async () => {
    vi.stubEnv('STUDIO_API_KEY', 'key-of:environment');
    const words = 'The keys environment and key-of-option-1 are wrong, see https://a.test/?sig=signature1.';
    for (const error of [
      callError(words, { statusCode: 422, responseBody: JSON.stringify({ detail: words }) }),
      callError(words, {}),
      sdkError('AI_InvalidArgumentError', words),
    ]) {
      const { submit } = connect({ start: fails(error), options: { secrets: ['key-of-option-1'] } });
      const thrown = await rejection(submit());
      const told = JSON.stringify([
        thrown,
        isGenerationError(thrown) && thrown.message,
        String(Object(thrown)['cause']),
      ]);
      for (const secret of ['environment', 'key-of-option-1', 'signature1', 'words of the request'])
        expect(told).not.toContain(secret);
      expect(told).toContain('The keys … and … are wrong');
    }
  });

  it('is refused in a page, unless only you can open it', async () => {
    vi.stubGlobal('document', {});
    const { submit, read, starts, statuses } = connect({});
    expect(await failureOf(submit())).toMatchObject({ code: 'unauthorized', charged: 'no' });
    expect(await failureOf(read())).toMatchObject({ code: 'unauthorized' });
    expect([starts, statuses]).toEqual([[], []]);
    await connect({ options: { dangerouslyAllowBrowser: true } }).submit();
  });
});

describe('a read', () => {
  it('gives the model a copy of the operation, with the signal', async () => {
    const { read, statuses } = connect({});
    const job = { id: 'task-1', operation: { taskId: 'task-1' } };
    expect(await read(job)).toEqual({ kind: 'pending' });
    expect(statuses).toEqual([{ operation: job.operation, abortSignal: signal }]);
    expect(Object(statuses[0])['operation']).not.toBe(job.operation);
  });

  it('takes an unknown status for pending, and waits as long as it is asked to', async () => {
    const later = () => ({ status: 'mastering', response: response({ 'retry-after': '4' }) });
    await expect(connect({ status: later }).read()).resolves.toEqual({ kind: 'pending', readAfterMs: 4_000 });
    for (const said of [undefined, null, 'done', { status: 7 }])
      await expect(connect({ status: () => Object(said) }).read()).resolves.toEqual({ kind: 'pending' });
  });

  const ended = (error: unknown, headers?: Record<string, string>) => () => ({
    status: 'error',
    error,
    response: response(headers),
  });

  it.each([
    ['Video generation failed: Out of memory', undefined, { code: 'job-failed', charged: 'maybe', retryable: true }],
    [
      'Video generation was blocked due to a content policy violation.',
      undefined,
      { code: 'moderated', retryable: false },
    ],
    ['Unprocessable Entity', undefined, { code: 'job-failed', retryable: false, status: 422 }],
    ['Service Unavailable', { 'x-fal-error-type': 'runner_disconnected' }, { code: 'job-failed', retryable: true }],
    ['', { 'x-fal-error-type': 'content_policy_violation', 'x-fal-retryable': 'false' }, { code: 'moderated' }],
    ['Gone', { 'x-fal-retryable': 'false' }, { code: 'expired', charged: 'yes', resumable: false }],
  ])('takes the error %j for the failure of the job', async (words, headers, failure) => {
    expect(await connect({ status: ended(words, headers) }).read()).toMatchObject({
      kind: 'failed',
      failure: { resumable: false, ...failure },
    });
  });

  it.each([
    'Video generation was canceled',
    'Video generation was cancelled.',
    'Video generation canceled. Task ID: 1.',
  ])('takes the error %j for a cancelled job', async words => {
    expect(await connect({ status: ended(words) }).read()).toEqual({ kind: 'cancelled' });
  });

  it.each([
    ['Unauthorized', 'unauthorized'],
    ['Forbidden', 'unauthorized'],
    ['Not Found', 'not-found'],
    ['Too Many Requests', 'rate-limited'],
    ['Internal Server Error', 'network'],
    ['Bad Gateway', 'network'],
    ['Service Unavailable', 'network'],
    ['Gateway Timeout', 'network'],
    ['Cannot connect to API: connect ECONNREFUSED 127.0.0.1:9', 'network'],
    ['Failed to process error response', 'network'],
    ['Invalid JSON response', 'network'],
    // HTTP/2 has no reason phrases.
    ['', 'network'],
    [undefined, 'network'],
  ])('takes the error %j for a read that has failed', async (words, code) => {
    expect(await failureOf(connect({ status: ended(words, { 'retry-after': '2' }) }).read())).toMatchObject({ code });
  });

  it('waits as long as an answer asks that a package has made an error of', async () => {
    const { read } = connect({ status: ended('Too Many Requests', { 'retry-after': '2' }) });
    expect(await rejection(read())).toMatchObject({ retryAfterMs: 2_000 });
  });

  it.each([
    [callError('x', { statusCode: 401 }), { code: 'unauthorized', resumable: true }],
    [callError('x', { statusCode: 404 }), { code: 'not-found' }],
    [callError('x', { statusCode: 502 }), { code: 'network', resumable: true, retryable: false }],
    [callError('Cannot connect to API: reset', {}), { code: 'network', resumable: true }],
    [new TypeError('Cannot read properties of undefined'), { code: 'network', resumable: true }],
    [sdkError('AI_LoadAPIKeyError', 'Set it.'), { code: 'unauthorized', resumable: true }],
  ])('throws if it has failed: %s', async (error, failure) => {
    expect(await failureOf(connect({ status: fails(error) }).read())).toMatchObject(failure);
  });

  it.each([
    [callError('x', { statusCode: 410 }), { code: 'expired', charged: 'yes' }],
    [callError('x', { statusCode: 422, responseBody: '{"detail":"The content was flagged."}' }), { code: 'moderated' }],
    [sdkError('GOOGLE_VIDEO_GENERATION_ERROR', 'No videos in response'), { code: 'job-failed', charged: 'maybe' }],
  ])('answers how a job has ended, where the model throws it: %s', async (error, failure) => {
    expect(await connect({ status: fails(error) }).read()).toMatchObject({
      kind: 'failed',
      failure: { ...failure, resumable: false },
    });
  });

  it('rejects with the reason of an abort', async () => {
    const controller = new AbortController();
    const reason = new Error('left');
    const { adapter, starts } = connect({
      start: () => {
        controller.abort(reason);
        throw new DOMException('aborted', 'AbortError');
      },
    });
    expect(await rejection(adapter.submit(input, { ...call, signal: controller.signal }))).toBe(reason);
    expect(await rejection(adapter.submit(input, { ...call, signal: controller.signal }))).toBe(reason);
    expect(await rejection(adapter.read({ id: 'a', operation: 'a' }, { signal: controller.signal }))).toBe(reason);
    expect(starts).toHaveLength(1);
  });
});

describe('a job that comes back from a page', () => {
  const fal = { provider: 'fal.video' };
  const evil = [
    'https://evil.test/steal',
    'https://queue.fal.run.evil.test/',
    'https://queue.fal.run@evil.test/',
    'http://queue.fal.run/',
    'HTTPS:evil.test',
    'ht\ttps:evil.test',
    '//evil.test/',
    '\\\\evil.test',
    ' https://evil.test',
    'data:application/json,{}',
    'file:///etc/passwd',
    'see https://evil.test',
    'models/../../files',
    '../../files',
    '%2e%2e/files',
    'x:/../../files',
  ];

  it.each(evil)('is not asked about at %j', async text => {
    for (const operation of [text, { responseUrl: 'https://queue.fal.run/r', submitUrl: text }, { a: [{ b: text }] }])
      for (const model of [fal, { provider: 'studio.video' }]) {
        const { read, statuses } = connect({ model });
        expect(await failureOf(read({ id: 'a', operation }))).toMatchObject({ code: 'bad-input', resumable: true });
        expect(statuses).toEqual([]);
      }
  });

  it('is asked about where its vendor is, and where you say', async () => {
    const at = (url: string) => ({ id: 'a', operation: { url } });
    await connect({ model: fal }).read(at('https://queue.fal.run/fal-ai/luma/requests/1'));
    await connect({ model: { provider: 'replicate.video' } }).read(at('https://api.replicate.com/v1/predictions/1'));
    await connect({ options: { origins: ['http://127.0.0.1:9'] } }).read(at('http://127.0.0.1:9/1'));
    // Its package sends an operation on to the gateway, and follows no URL in it.
    await connect({ model: { provider: 'gateway' } }).read(at('https://queue.fal.run/requests/1'));
    for (const text of ['task-1', 'models/veo-3/operations/1', 'video:7', 'a..b', '/v1/tasks/1', 'a?b=c'])
      await connect({}).read({ id: 'a', operation: { text, count: 1, isIt: true, none: null } });
    const { read } = connect({ model: fal, options: { origins: ['https://proxy.test'] } });
    expect(await failureOf(read(at('https://queue.fal.run/r')))).toMatchObject({ code: 'bad-input' });
  });

  it.each([undefined, 'x'.repeat(20_000)])(
    'is not asked about without an operation that could be one',
    async operation => {
      const { read, statuses } = connect({});
      expect(await failureOf(read({ id: 'a', operation }))).toMatchObject({ code: 'bad-input', resumable: true });
      expect(statuses).toEqual([]);
    },
  );
});

describe('a completed job', () => {
  const completed =
    (videos: readonly object[], members: object = {}) =>
    () => ({ status: 'completed', videos, warnings: [], response: response(), ...members });
  const outputOf = async (status: () => unknown, given: Parameters<typeof connect>[0] = {}, job?: JobRef) => {
    const update = await connect({ status, ...given }).read(job);
    return update.kind === 'succeeded' ? JSON.parse(JSON.stringify(update.output)) : update;
  };
  const mediaType = 'video/mp4';

  it('has a URL for each video: the one of the vendor, or its bytes', async () => {
    const output = await outputOf(
      completed([
        { type: 'url', url: 'https://a.test/1.mp4?X-Amz-Signature=s1', mediaType },
        { type: 'base64', data: 'aGk=', mediaType: 'video/webm' },
        { type: 'binary', data: new TextEncoder().encode('hi'), mediaType },
      ]),
    );
    expect(output).toEqual({
      videos: [
        { url: 'https://a.test/1.mp4?X-Amz-Signature=s1', mediaType },
        { url: 'data:video/webm;base64,aGk=', mediaType: 'video/webm' },
        { url: 'data:video/mp4;base64,aGk=', mediaType },
      ],
    });
  });

  it('tells files in a storage of yours apart', async () => {
    const output = await outputOf(
      completed([
        { type: 'uploaded', mediaType },
        { type: 'url', url: 'gs://bucket/1.mp4', mediaType },
      ]),
    );
    expect(output).toEqual({ videos: [], stored: [{ mediaType }, { mediaType, uri: 'gs://bucket/1.mp4' }] });
  });

  it('shows nothing that a page must not load, and has failed if nothing is left', async () => {
    const videos = [
      { type: 'url', url: 'javascript:alert(1)', mediaType },
      { type: 'url', url: 'data:text/html,hi', mediaType },
      { type: 'url', url: '/relative.mp4', mediaType },
      { type: 'url', mediaType },
      { type: 'base64', mediaType },
      'oops',
    ].map(Object);
    for (const given of [videos, [], undefined])
      expect(await outputOf(completed(given ?? []))).toMatchObject({ kind: 'failed', failure: { code: 'job-failed' } });
    const output = await outputOf(completed([{ type: 'base64', data: 'aGk=', mediaType: 'text/html' }]));
    expect(output).toMatchObject({ videos: [{ url: 'data:video/mp4;base64,aGk=' }] });
  });

  it('has no key in a URL, and says that the URL needs it', async () => {
    const withKey = (key: string) =>
      completed([{ type: 'url', url: `https://g.test/v1/f:download?alt=media&key=${key}`, mediaType }]);
    const bare = { url: 'https://g.test/v1/f:download?alt=media', mediaType, needsKey: true };
    const google = { model: { provider: 'google.generative-ai' } };
    expect(await outputOf(withKey('AIza-unknown'), google)).toEqual({ videos: [bare] });
    expect(await outputOf(withKey('my-secret-key'), { options: { secrets: ['my-secret-key'] } })).toEqual({
      videos: [bare],
    });
    // Elsewhere, it may be the name of the file.
    expect(await outputOf(withKey('1.mp4'))).toEqual({
      videos: [{ url: 'https://g.test/v1/f:download?alt=media&key=1.mp4', mediaType }],
    });
  });

  it('has the warnings of its start and of its end, and what the provider tells without secrets', async () => {
    const [started, ended] = [
      { type: 'unsupported', feature: 'fps' },
      { type: 'other', message: 'key-of-option-1' },
    ];
    const { submit } = connect({
      start: () => ({
        operation: 'a',
        warnings: [started],
        providerMetadata: { gateway: { webhookSigningSecret: 'whsec_1' } },
      }),
    });
    const job = await submit();
    expect(JSON.stringify(job)).not.toContain('whsec_1');
    const providerMetadata = { fal: { seed: 7, webhookSigningSecret: 'whsec_1', note: 'key-of-option-1' } };
    const status = completed([{ type: 'uploaded', mediaType }], { warnings: [ended], providerMetadata });
    expect(await outputOf(status, { options: { secrets: ['key-of-option-1'] } }, job)).toMatchObject({
      warnings: [started, { type: 'other', message: '…' }],
      providerMetadata: { fal: { seed: 7, note: '…' } },
    });
    expect(JSON.stringify(await outputOf(status, {}, job))).not.toContain('whsec_1');
    // A page can write anything into its job.
    expect(await outputOf(status, {}, { ...job, warnings: 'x'.repeat(10_000) })).toMatchObject({ warnings: [ended] });
  });
});
