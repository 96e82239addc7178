import {
  createGenerationMachine,
  type Failure,
  isGenerationError,
  type JobRef,
  viewGeneration,
} from 'generation-lifecycle';
import { fileBackend, fileChannels, sharedEvents, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const job: JobRef = { id: 'f1', kind: 'image', request: { prompt: 'dunes' } };

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await rejection(promise);
  return isGenerationError(error) ? { ...error.failure, retryAfterMs: error.retryAfterMs } : expect.unreachable();
}

async function backend(answer: Answer, headers?: Record<string, string>) {
  const { url: baseUrl, heard } = await loopback(() => answer);
  return { adapter: fileBackend({ kind: 'image', baseUrl, headers }), heard };
}

/** The failure of a submit that gets this answer. */
async function refused(answer: Answer): Promise<Failure> {
  const { adapter } = await backend(answer);
  return failureOf(adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'key-1' }));
}

/** What a read with this answer says. */
async function read(answer: Answer, what = job) {
  const { adapter } = await backend(answer);
  return adapter.read(what, { signal });
}

/** The failure that the n-th of several equal reads ends or throws with. */
async function failedRead(answer: Answer, times = 1): Promise<Failure> {
  const { adapter } = await backend(answer);
  let failure: Failure | undefined;
  for (let nth = 0; nth < times; nth += 1) {
    try {
      const update = await adapter.read(job, { signal });
      failure = update.kind === 'failed' ? update.failure : undefined;
    } catch (error) {
      failure = isGenerationError(error) ? error.failure : undefined;
    }
  }
  return failure ?? expect.unreachable('It did not fail.');
}

const file = (members: object, id: string | number = 'f1') =>
  json({ id, url: null, type: 'image', tasks: [], ...members });
const failedTask = (members: object) => file({ tasks: [{ id: 't', type: 'render', status: 'error', ...members }] });
const problem = { 'content-type': 'application/problem+json' };
const reason = 'The seed must be below 100';

describe("W20: the job's own reason", () => {
  it.each<{ title: string; answer: Answer }>([
    { title: 'task.error', answer: failedTask({ error: reason }) },
    { title: 'task.message', answer: failedTask({ message: reason }) },
    { title: 'task.error.message', answer: failedTask({ error: { message: reason, code: 'oom' } }) },
    { title: 'task.error_message', answer: failedTask({ error_message: reason }) },
    { title: 'task.error in JSON in a nested list', answer: failedTask({ errors: [{ detail: { msg: reason } }] }) },
    { title: 'a task with another word', answer: file({ tasks: [{ status: 'FAILED', error: reason }] }) },
    { title: 'the error of the file', answer: file({ error: reason }) },
    { title: 'the nested error of the file', answer: file({ error: { error: { message: reason } } }) },
    { title: 'the failure reason of a failed file', answer: file({ status: 'failed', failure_reason: reason }) },
    { title: 'the message of a failed file', answer: file({ status: 'FAILED', message: reason }) },
  ])('W20: reaches the message and the details from $title', async ({ answer }) => {
    const update = await read(answer);
    expect(update).toMatchObject({
      kind: 'failed',
      failure: { code: 'job-failed', retryable: true, resumable: false, charged: 'maybe', job },
    });
    const { failure } = update.kind === 'failed' ? update : expect.unreachable();
    expect(failure.message).toBe(`Job f1 failed: file f1: ${reason}. Submit again to start a new job.`);
    expect(JSON.stringify(failure.details)).toContain(reason);
  });

  it('W20: is told for each file of a batch', async () => {
    const { url: baseUrl } = await loopback(({ path }) => {
      const id = path.slice(-2);
      return json({ id, url: null, tasks: [{ status: 'error', file_id: id, error: `No luck with ${id}` }] });
    });
    const update = await fileBackend({ kind: 'image', baseUrl }).read({ ...job, files: ['f1', 'f2'] }, { signal });
    expect(update).toMatchObject({
      failure: {
        message: 'Job f1 failed: file f1: No luck with f1, file f2: No luck with f2. Submit again to start a new job.',
        details: [{ error: 'No luck with f1' }, { error: 'No luck with f2' }],
      },
    });
  });

  it.each([
    { title: '{type, error}', event: { type: 'error', error: reason } },
    { title: '{type, error: {message}}', event: { type: 'error', error: { message: reason } } },
    { title: '{type, data: {error}}', event: { type: 'error', data: { error: reason } } },
    { title: '{type, object: {error: {message}}}', event: { type: 'error', object: { error: { message: reason } } } },
    { title: 'an object in a string', event: { type: 'error', object: JSON.stringify({ error: reason }) } },
    { title: 'an object that is a text', event: { type: 'error', object: reason } },
    {
      title: 'a failed task',
      event: { type: 'task', object: { id: 't', file_id: 'f1', status: 'error', error: reason } },
    },
  ])('W20: is kept from the event $title for a read that finds no reason', async ({ event }) => {
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events') ? stream([`data: ${JSON.stringify(event)}\n\n`]) : failedTask({ file_id: 'f1' }),
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    await collect(adapter.events?.(job, quiet));
    expect(await adapter.read(job, { signal })).toMatchObject({
      failure: { message: `Job f1 failed: file f1: ${reason}. Submit again to start a new job.` },
    });
  });

  it('W20: of an event is not that of another job', async () => {
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events')
        ? stream([
            `data: ${JSON.stringify({ type: 'task', object: { status: 'error', file_id: 'f9', error: reason } })}\n\n`,
          ])
        : failedTask({ file_id: 'f1' }),
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    await collect(adapter.events?.(job, quiet));
    const update = await adapter.read(job, { signal });
    expect(update).toMatchObject({ kind: 'failed', failure: { details: undefined } });
    expect(JSON.stringify(update)).not.toContain(reason);
  });

  it.each([
    {
      title: 'a failed task',
      event: { type: 'task', object: { file_id: 'f1', status: 'error', error: reason } },
      isTold: true,
    },
    { title: 'an error that names its file', event: { type: 'error', error: reason, file_id: 'f1' }, isTold: true },
    {
      title: 'an error that names another file',
      event: { type: 'error', error: reason, file_id: 'f9' },
      isTold: false,
    },
    { title: 'an error of nobody', event: { type: 'error', error: reason }, isTold: false },
  ])('W20: of $title on a shared channel reaches the generation: $isTold', async ({ event, isTold }) => {
    let tell = () => {};
    let hasFailed = false;
    const { url: baseUrl } = await loopback(({ path }) => {
      if (path.startsWith('/api/generate')) return json({ success: true, fileId: 'f1' });
      if (!path.startsWith('/api/events')) return hasFailed ? failedTask({}) : file({});
      return response => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        tell = () => {
          hasFailed = true;
          response.write(`data: ${JSON.stringify(event)}\n\n`);
        };
      };
    });
    const { events } = sharedEvents(fileChannels({ baseUrl, channelOf: () => 'user.1' }));
    const machine = createGenerationMachine({ ...fileBackend({ kind: 'image', baseUrl }), events });
    const actor = createActor(machine, { input: { id: 'g1' } });
    onTestFinished(() => void actor.stop());
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: 'dunes' } });
    await waitFor(actor, snapshot => viewGeneration(snapshot).connection === 'open', { timeout: 20_000 });
    tell();
    if (!isTold) actor.send({ type: 'CHECK' });
    const ended = await waitFor(actor, ({ status }) => status === 'done', { timeout: 20_000 });
    const { failure } = viewGeneration(ended);
    expect(failure?.message.includes(reason)).toBe(isTold);
  });

  it('W20: is told by a failed task on the stream itself, and by a shared read', async () => {
    const task = { status: 'error', file_id: 'f1', error: { message: reason } };
    const { adapter } = await backend(stream([`data: ${JSON.stringify({ type: 'task', object: task })}\n\n`]));
    const message = expect.stringContaining(reason);
    expect(await collect(adapter.events?.(job, quiet))).toMatchObject([{ kind: 'failed', failure: { message } }]);
    const updates = toFileUpdates([{ id: 'f1', url: null, tasks: [task] }], [job]);
    expect(updates.get('f1')).toMatchObject({ kind: 'failed', failure: { message } });
  });

  it('W20: is not taken from an error of a job that goes on', async () => {
    const tasks = [{ status: 'in_progress' }];
    expect(await read(file({ error: 'The first attempt failed', tasks }))).toMatchObject({ kind: 'pending' });
    expect(await read(file({ error: 'The first attempt failed', status: 'running' }))).toMatchObject({
      kind: 'pending',
    });
    expect(await read(file({ error: null, errors: [] }))).toMatchObject({ kind: 'pending' });
    expect(await read(file({ error: 'No', url: 'https://a.test/1.png' }))).toMatchObject({ kind: 'succeeded' });
  });
});

const shapes: readonly { readonly shape: string; readonly answer: (status: number) => Answer }[] = [
  { shape: '{error}', answer: status => json({ error: reason }, status) },
  { shape: '{success: false, error}', answer: status => json({ success: false, error: reason }, status) },
  {
    shape: '{error: {message, code, type}}',
    answer: status => json({ error: { message: reason, code: 'bad_seed', type: 'x', param: 'seed' } }, status),
  },
  { shape: '{errors: [{message}]}', answer: status => json({ errors: [{ message: reason }] }, status) },
  { shape: '{errors: [text]}', answer: status => json({ errors: [reason] }, status) },
  { shape: '{errors: {field: [text]}}', answer: status => json({ errors: { seed: [reason] } }, status) },
  { shape: '{detail: text}', answer: status => json({ detail: reason }, status) },
  { shape: '{detail: {…}}', answer: status => json({ detail: { code: 'bad_seed', message: reason } }, status) },
  { shape: '{detail: […]}', answer: status => json({ detail: [{ loc: ['body', 'seed'], msg: reason }] }, status) },
  { shape: '{success: false, message}', answer: status => json({ success: false, message: reason }, status) },
  {
    shape: 'JSON in a text',
    answer: status => json({ error: JSON.stringify({ error: { message: reason } }) }, status),
  },
  {
    shape: '{errorMessage, errorType}',
    answer: status => json({ ok: false, errorMessage: reason, errorType: 'X' }, status),
  },
  { shape: '{Message}', answer: status => json({ success: false, Message: reason }, status) },
  { shape: '{error: true, message: [text]}', answer: status => json({ error: true, message: [reason] }, status) },
  { shape: '{success: false, msg}', answer: status => json({ success: false, msg: reason }, status) },
  {
    shape: 'problem+json',
    answer: status => ({
      status,
      headers: problem,
      body: JSON.stringify({ type: 'https://a.test/seed', title: 'Invalid seed', status, detail: reason }),
    }),
  },
];

describe('W21: a refusal', () => {
  it.each(shapes.flatMap(({ shape, answer }) => [200, 400, 409, 422, 500].map(status => ({ shape, status, answer }))))(
    'W21: says why as $shape with $status',
    async ({ status, answer }) => {
      const failure = await refused(answer(status));
      expect(failure.message).toContain(reason);
      expect(JSON.stringify(failure.details)).toContain(reason);
      expect(failure).toMatchObject({
        status,
        charged: status >= 500 ? 'maybe' : 'no',
        code: status === 200 ? 'job-failed' : status >= 500 ? 'network' : 'bad-input',
      });
    },
  );

  it.each([400, 422, 500])('W21: says why as text/plain with %i', async status => {
    const failure = await refused({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: reason });
    expect(failure).toMatchObject({
      message: expect.stringContaining(`answered ${status}: ${reason}. `),
      details: reason,
    });
  });

  it.each([
    { type: 'text/html', body: '<p>Bad gateway' },
    { type: 'text/plain', body: '<!doctype html><p>Bad gateway' },
    { type: 'text/plain', body: 'x\n<html>Bad gateway' },
    { type: 'application/xml', body: '<Error>Bad gateway' },
    { type: 'application/json', body: '{"error":"Bad gateway' },
  ])('W21: never quotes a page or half a JSON: $type $body', async ({ type, body }) => {
    for (const status of [200, 400, 502]) {
      const failure = await refused({ status, headers: { 'content-type': type }, body });
      expect(failure.message).not.toContain('Bad gateway');
    }
  });

  it.each([
    { title: '{error}', body: { error: 'Insufficient credits' } },
    { title: '{message}', body: { message: 'Insufficient credits' } },
    { title: '{error: {code}}', body: { error: { code: 'insufficient_quota', message: 'See your plan.' } } },
  ])('W21: with 200 and $title names the reason, and no file', async ({ body }) => {
    expect(await refused(json(body))).toMatchObject({ code: 'payment-required', charged: 'no' });
    // A read that would only be repeated ends the generation, and the job can be followed again.
    expect(await failedRead(json(body))).toMatchObject({ code: 'payment-required', resumable: true, retryable: false });
  });

  it('W21: with 200 as text/plain is one, and other words are none', async () => {
    const text = (body: string) => ({ headers: { 'content-type': 'text/plain' }, body });
    expect(await refused(text('Insufficient credits'))).toMatchObject({ code: 'payment-required', charged: 'no' });
    expect(await refused(text('OK, it is queued'))).toMatchObject({
      code: 'invalid-response',
      charged: 'maybe',
      message: expect.stringContaining('it says: OK, it is queued'),
    });
    expect(await refused(json({ message: 'Generation started' }))).toMatchObject({ charged: 'maybe' });
  });

  it('W21: of several sentences is one clause', async () => {
    const title = 'One or more validation errors occurred.';
    const { message } = await refused(json({ title, errors: { Prompt: ['It is empty.'], Seed: ['It is odd.'] } }, 400));
    expect(message).toContain(': One or more validation errors occurred: Prompt It is empty, Seed It is odd. Correct');
  });

  it('W21: with 200 that names a file or does not know is no proof that nothing is charged', async () => {
    expect(await refused(json({ success: false, fileId: 'f1', error: 'No.' }))).toMatchObject({ charged: 'maybe' });
    expect(await refused(json({ error: 'The request timed out' }))).toMatchObject({
      code: 'network',
      charged: 'maybe',
    });
  });

  it.each<{ body: unknown; times: number; failure: Partial<Failure> }>([
    { body: { error: 'The generation failed' }, times: 1, failure: { code: 'job-failed', retryable: true } },
    { body: { success: false, error: 'CUDA out of memory' }, times: 1, failure: { code: 'job-failed' } },
    { body: { error: 'The prompt was flagged' }, times: 1, failure: { code: 'moderated', retryable: false } },
    { body: { error: 'The file has been deleted' }, times: 1, failure: { code: 'expired', charged: 'yes' } },
    { body: { error: { code: 'data_removed' } }, times: 1, failure: { code: 'expired' } },
    { body: { error: 'Not authorized' }, times: 1, failure: { code: 'unauthorized' } },
    { body: { error: 'Unauthorized' }, times: 1, failure: { code: 'unauthorized', resumable: true } },
    { body: { error: 'File not found' }, times: 1, failure: { code: 'not-found' } },
    { body: { error: 'Too many requests' }, times: 9, failure: { code: 'rate-limited', resumable: true } },
    { body: { error: 'Internal server error' }, times: 9, failure: { code: 'network', resumable: true } },
    { body: { error: 'Hm' }, times: 2, failure: { code: 'invalid-response', resumable: true } },
    { body: { error: 'Hm' }, times: 3, failure: { code: 'job-failed', resumable: true, retryable: false } },
  ])(
    'W21: of a read with 200 is judged by what it says: $body.error, $times times',
    async ({ body, times, failure }) => {
      const { error } = Object(body);
      const words = typeof error === 'string' ? error : '';
      expect(await failedRead(json(body), times)).toMatchObject({
        ...failure,
        message: expect.stringContaining(words),
      });
    },
  );

  it('W21: of a read is forgotten once a read is answered', async () => {
    const answers = [json({ error: 'Hm' }), json({ error: 'Hm' }), file({}), json({ error: 'Hm' })];
    const { url: baseUrl } = await loopback((_, at) => answers[at] ?? expect.unreachable());
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const codes: unknown[] = [];
    for (const _ of answers)
      codes.push(
        await adapter.read(job, { signal }).then(
          ({ kind }) => kind,
          error => error.code,
        ),
      );
    expect(codes).toEqual(['invalid-response', 'invalid-response', 'pending', 'invalid-response']);
  });
});

describe('W22: moderation', () => {
  const codes = [
    'content_policy_violation',
    'moderation_blocked',
    'nsfw',
    'SAFETY.INPUT.TEXT',
    'flagged',
    'content_filter',
  ];
  it.each(codes.flatMap(code => [200, 400, 403, 422].map(status => ({ code, status }))))(
    'W22: at the submit is moderated and free: $code with $status',
    async ({ code, status }) => {
      const failure = await refused(json({ success: false, error: { code, message: 'No.' } }, status));
      expect(failure).toMatchObject({ code: 'moderated', charged: 'no', retryable: false, resumable: false, status });
    },
  );

  it.each([
    'Your prompt was rejected by our safety system.',
    'The image was flagged as sensitive (E005).',
    'It was stopped by content moderation',
    'NSFW content detected',
    'This violates our usage policies',
    "The prompt contains words that violate Google's Responsible AI practices.",
    'Your prompt was blocked',
  ])('W22: is recognised by its words: %s', async words => {
    expect(await refused(json({ detail: words }, 422))).toMatchObject({ code: 'moderated', charged: 'no' });
    expect(await read(failedTask({ error: words }))).toMatchObject({
      failure: { code: 'moderated', retryable: false },
    });
  });

  it.each([
    'The moderation service is unavailable',
    'The safety checker failed to load',
    'The content filter timed out',
    'The reflagging of unsafemath is odd',
    'Your account was flagged for review',
  ])('W22: is not every word of it: %s', async words => {
    expect((await refused(json({ error: words }, 422))).code).toBe('bad-input');
  });

  it.each<{ title: string; body: object; categories: readonly string[] }>([
    {
      title: 'a list of names',
      body: {
        detail: [{ loc: ['body', 'prompt'], msg: 'No', type: 'content_policy_violation', categories: ['Sexual'] }],
      },
      categories: ['sexual'],
    },
    {
      title: 'names with what applies',
      body: { error: { code: 'moderation_blocked', categories: { violence: true, hate: false } } },
      categories: ['violence'],
    },
    { title: 'reasons', body: { details: { 'Moderation Reasons': ['Violence'] } }, categories: ['violence'] },
  ])('W22: names the categories of $title', async ({ body, categories }) => {
    expect(await refused(json(body, 422))).toMatchObject({ code: 'moderated', details: { categories } });
    expect(await read(failedTask(body))).toMatchObject({ failure: { code: 'moderated', details: { categories } } });
  });

  it('W22: is not categories of something else', async () => {
    const body = { error: 'Unknown category', categories: ['cats', 'dogs'] };
    expect(await refused(json(body, 422))).toMatchObject({ code: 'bad-input' });
  });

  it.each<{ members: object; charged: string }>([
    { members: {}, charged: 'maybe' },
    { members: { charged: false }, charged: 'no' },
    { members: { charged: true }, charged: 'yes' },
    { members: { refunded: true }, charged: 'no' },
    { members: { cost: { amount: 0, unit: 'credits' } }, charged: 'no' },
    { members: { cost: { amount: '0.04', unit: 'USD' } }, charged: 'yes' },
  ])('W22: as the end of a job is charged as it is told: $members', async ({ members, charged }) => {
    const answer = file({ status: 'failed', error: { code: 'nsfw' }, ...members });
    expect(await read(answer)).toMatchObject({ failure: { code: 'moderated', charged, resumable: false } });
  });

  it('W22: names the code of each file of a batch that has a result', async () => {
    const { url: baseUrl } = await loopback(({ path }) =>
      path.endsWith('f1') ? file({ url: 'https://a.test/1.png' }) : file({ status: 'failed', error: 'nsfw' }, 'f2'),
    );
    const update = await fileBackend({ kind: 'image', baseUrl }).read({ ...job, files: ['f1', 'f2'] }, { signal });
    expect(update).toMatchObject({ output: { failed: [{ id: 'f2', message: 'nsfw', code: 'moderated' }] } });
  });
});

describe('W22: busy', () => {
  const after = { 'retry-after': '7' };
  it.each<{ title: string; answer: Answer; retryAfterMs?: number }>([
    { title: '503 with Retry-After', answer: { status: 503, headers: after }, retryAfterMs: 7_000 },
    { title: '503 with a reason', answer: json({ error: 'No worker' }, 503) },
    { title: '529', answer: { status: 529 } },
    { title: 'a code in a 500', answer: json({ error: { type: 'overloaded_error', message: 'No' } }, 500) },
    { title: 'words in a 429', answer: json({ error: 'The queue is full' }, 429) },
    { title: 'words in a 200', answer: json({ success: false, error: 'The server is overloaded' }) },
    { title: 'words in a 409', answer: json({ error: 'Another generation is still running' }, 409) },
  ])('W22: is free for $title', async ({ answer, retryAfterMs }) => {
    const failure = await refused(answer);
    expect(failure).toMatchObject({ code: 'busy', charged: 'no', retryable: true, resumable: false });
    expect(failure.retryAfterMs).toBe(retryAfterMs);
  });

  it.each<{ title: string; answer: Answer; retryAfterMs?: number }>([
    { title: 'words', answer: json({ error: 'A request with this key is still in progress' }, 409) },
    { title: 'a code', answer: json({ error: { code: 'idempotency_key_in_use' } }, 409) },
    { title: 'a wait', answer: { status: 409, headers: after }, retryAfterMs: 7_000 },
  ])('W22: may be charged for a repeated key in progress, told by $title', async ({ answer, retryAfterMs }) => {
    const failure = await refused(answer);
    expect(failure).toMatchObject({ code: 'busy', charged: 'maybe', retryable: true });
    expect(failure.retryAfterMs).toBe(retryAfterMs);
  });

  it('W22: is not what a proxy says of a request that took too long', async () => {
    for (const error of ['Runner disconnected', 'Request timed out', 'reset before headers']) {
      expect(await refused(json({ error }, 503))).toMatchObject({ code: 'network', charged: 'maybe' });
    }
    const text = { status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' };
    expect(await refused(text)).toMatchObject({ code: 'network', charged: 'maybe' });
    const page = { status: 503, headers: { 'content-type': 'text/html' }, body: '<p>Application error' };
    expect(await refused(page)).toMatchObject({ code: 'network', charged: 'maybe' });
    expect(await refused({ status: 503 })).toMatchObject({ code: 'network', charged: 'maybe' });
  });

  it('W22: is not a key that was used with another body, which may be charged', async () => {
    const body = { error: 'This idempotency key was used with another body' };
    expect(await refused(json(body, 409))).toMatchObject({ code: 'bad-input', charged: 'maybe' });
  });
});

describe('W22: expired', () => {
  it.each<{ title: string; answer: Answer }>([
    { title: '410', answer: { status: 410 } },
    { title: 'a code in a 404', answer: json({ error: { code: 'data_removed' } }, 404) },
    { title: 'words in a 404', answer: json({ error: 'The file has expired' }, 404) },
    { title: 'data_removed', answer: file({ data_removed: true, status: 'succeeded' }) },
    { title: 'a status', answer: file({ status: 'expired' }) },
  ])('W22: is the end of a job that was done, told by $title', async ({ answer }) => {
    expect(await read(answer)).toMatchObject({
      kind: 'failed',
      failure: { code: 'expired', charged: 'yes', retryable: true, resumable: false, job },
    });
  });

  it.each<{ title: string; answer: Answer }>([
    { title: '410', answer: json({ error: 'The file was deleted', charged: false }, 410) },
    { title: 'words in a 404', answer: json({ error: 'The file has expired', refunded: true }, 404) },
    { title: 'a status', answer: file({ status: 'expired', charged: false }) },
  ])('W22: is not charged where the backend says so, told by $title', async ({ answer }) => {
    expect(await read(answer)).toMatchObject({ kind: 'failed', failure: { code: 'expired', charged: 'no' } });
  });

  it('W22: is not a session that has', async () => {
    expect((await failedRead(json({ error: 'Your session has expired' }))).code).toBe('unauthorized');
    expect((await failedRead(json({ error: 'Not found' }, 404))).code).toBe('not-found');
    expect((await failedRead(json({ error: 'The model is no longer available' }, 404))).code).toBe('not-found');
    expect((await failedRead(json({ error: 'Your key was flagged' }, 403))).code).toBe('unauthorized');
  });
});

describe('S29: what the backend says', () => {
  const log = `${'The GPU is lost. '.repeat(50_000)}https://cdn.test/x.png?sig=s3cret`;
  const kilobytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value) ?? '').length / 1_000;

  it.each<{ title: string; failing: () => Promise<Failure> }>([
    { title: 'a refusal', failing: () => refused(json({ error: log, detail: [{ msg: log }] }, 422)) },
    { title: 'a text', failing: () => refused({ status: 400, headers: { 'content-type': 'text/plain' }, body: log }) },
    {
      title: 'many mistakes',
      failing: () => refused(json({ errors: Array(9_999).fill({ message: log.slice(0, 99) }) }, 400)),
    },
    {
      title: 'many members',
      failing: () =>
        refused(
          json({ error: 'No', ...Object.fromEntries(Array.from({ length: 9_999 }, (_, at) => [`m${at}`, at])) }, 400),
        ),
    },
    { title: 'letters of three bytes', failing: () => refused(json({ error: '灯'.repeat(9_999) }, 400)) },
    { title: 'a task', failing: () => failedRead(failedTask({ error: log, logs: log })) },
    {
      title: 'an id without end',
      failing: async () => {
        const { adapter } = await backend(json({ error: 'No luck' }, 400));
        return failureOf(adapter.read({ id: 'No'.repeat(5_000) }, { signal }));
      },
    },
    { title: 'a refused read', failing: () => failedRead(json({ error: log }, 400)) },
  ])('S29: is cut to 2 kB in the message and in the details of $title', async ({ failing }) => {
    const failure = await failing();
    expect(kilobytes(failure.message)).toBeLessThan(2);
    expect(kilobytes(failure.details)).toBeLessThan(2.1);
    expect(failure.message).toMatch(/lost|灯|No/);
  });

  it('S29: is cut in a message of progress, and null without one', async () => {
    const event = (message: unknown) =>
      `data: ${JSON.stringify({ type: 'render_progress', object: { file_id: 'f1', message } })}\n\n`;
    const { adapter } = await backend(stream([log, '灯'.repeat(999), '\u0007 \n', null].map(event)));
    const messages = (await collect(adapter.events?.(job, quiet))).map(
      update => update.kind === 'pending' && update.message,
    );
    expect(messages.map(kilobytes).every(size => size < 2.1)).toBe(true);
    expect(messages.slice(2)).toEqual([null, null]);
  });

  it('S29: keeps a long prompt, and cuts one without end', async () => {
    const metadata = async (prompt: string) => {
      const update = await read(file({ url: 'https://a.test/1.png', image_generation: { prompt } }));
      return update.kind === 'succeeded' ? update.output.files[0]?.metadata.prompt : expect.unreachable();
    };
    expect(await metadata('x'.repeat(8_000))).toBe('x'.repeat(8_000));
    expect((await metadata(log))?.length).toBeLessThanOrEqual(20_000);
  });

  it.each([
    ['GET https://cdn.test/x.png?sig=s3cret#s3cret failed', 'GET https://cdn.test/x.png failed'],
    ['GET /media/x.png?exp=1&sig=s3cret&a=1 failed', 'GET /media/x.png?exp=1&sig=…&a=1 failed'],
    ['GET https://me:s3cret@cdn.test/x.png failed', 'GET https://cdn.test/x.png failed'],
    ['postgres://me:s3cret@db.test:5432/x failed', 'postgres://db.test:5432/x failed'],
    ['sent Bearer s3cret and Basic czNjcmV0Og== to it', 'sent Bearer … and Basic … to it'],
    ['the basic plan has no videos', 'the basic plan has no videos'],
    ['cannot load data:image/png;base64,s3cret= now', 'cannot load data:image/png;base64,… now'],
    ['\u001b[31mred\u001b[0m\r\nand\u0000blue\u202e', 'red and blue'],
  ])('S29: is shown without secrets and controls: %j', async (words, shown) => {
    const failure = await refused(json({ error: words }, 400));
    expect(failure.message).toContain(`answered 400: ${shown}. `);
    expect(failure.details).toEqual({ error: shown });
    const update = await read(failedTask({ error: words }));
    expect(update).toMatchObject({ failure: { message: expect.stringContaining(`: ${shown}. `) } });
    expect(JSON.stringify([failure, update])).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('S29: does not repeat the request or a stack trace', async () => {
    const detail = [{ loc: ['body'], msg: 'No', input: { prompt: 'private' }, ctx: { trace: 'private' } }];
    expect(JSON.stringify(await refused(json({ detail, stack: 'private', request: 'private' }, 422)))).not.toContain(
      'private',
    );
  });

  it('S29: of credentials shows no words that may be one', async () => {
    const { adapter } = await backend(json({ error: 'No session c2Vzc2lvbjEyMw for abcdefghijklmnopqrstuvwxyz' }, 403));
    const failure = await failureOf(adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'key-1' }));
    expect(failure.message).toContain('answered 403: No session … for …. ');
    expect(failure.details).toBeUndefined();
  });
});

describe('A15: an answer that is deeply nested', () => {
  const nested = (open: string, close: string, depth = 20_000) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  it.each([
    `{"detail":${nested('[', ']')}}`,
    `{"detail":${nested('[{"msg":', '}]', 5_000)}}`,
    nested('{"error":', '}'),
    `{"detail":[{"loc":${nested('[', ']')},"msg":"No"}]}`,
  ])('A15: is a refusal like any other', async body => {
    for (const status of [200, 422]) {
      const failure = await refused({ status, headers: { 'content-type': 'application/json' }, body });
      expect(['bad-input', 'invalid-response', 'job-failed']).toContain(failure.code);
    }
  });
});
