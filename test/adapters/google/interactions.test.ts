import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type GoogleOptions, googleInteractions } from 'generation-lifecycle/adapters/google';
import { googleInteractionsDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';
import { cancelled, completed, failed, film, filmed, flagged, id, interaction, inWords, problem } from './answers.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'AIza-key-of-the-test';
const model = 'gemini-omni-1.1-flash';
const job: JobRef = { id };
const path = `/v1beta/interactions/${id}`;
const picture = { type: 'image', url: 'data:image/png;base64,iVBORw==', mimeType: 'image/png' };

/** An adapter whose backend answers this. */
async function at(answer: (path: string) => Answer, options: Partial<GoogleOptions> = {}) {
  const { url, heard } = await loopback(one => answer(one.path));
  return { adapter: googleInteractions({ model, baseUrl: url, apiKey, ...options }), url, heard };
}
const readSaid = async (said: object): Promise<JobUpdate<unknown>> =>
  (await at(() => json(said))).adapter.read(job, call);

async function follow(events: readonly object[], lastEventId?: string) {
  const ids: string[] = [];
  const chunks = events.map(event => `data: ${JSON.stringify(event)}\n\n`);
  const { adapter, heard } = await at(() => stream([...chunks, 'data: [DONE]\n\n']));
  const onId = (told: string) => ids.push(told);
  const opened = { ...call, lastEventId, onOpen() {}, onAlive() {}, onId, onRetry() {} };
  return { updates: await collect(adapter.events(job, opened)), ids, heard };
}

describe('a submit', () => {
  it('sends one interaction to the background, with the model and the key', async () => {
    const { adapter, heard } = await at(() => json(interaction));
    const input = { input: 'a lighthouse', response_format: { type: 'video', delivery: 'uri' } };
    const { job: made, update } = await adapter.submit(input, submitCall);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: '/v1beta/interactions',
      headers: { 'x-goog-api-key': apiKey },
    });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ ...input, model, background: true });
    expect(made).toEqual(job);
    expect(update).toEqual({ kind: 'pending', phase: 'running', readAfterMs: 1_000 });
  });

  it('never waits for the end, and never streams, whatever the input says', async () => {
    const { adapter, heard } = await at(() => json(interaction), { model: `models/${model}` });
    await adapter.submit({ input: 'fog', background: false, stream: true, model: 'a-dear-one' }, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ input: 'fog', model, background: true });
  });

  it('takes a text for the prompt', async () => {
    const { url, heard } = await loopback(() => json(interaction));
    await googleInteractions<string>({ model, baseUrl: `${url}/v1beta/`, apiKey }).submit('a lighthouse', submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ input: 'a lighthouse', model, background: true });
  });

  it('may be answered with the end', async () => {
    const { adapter } = await at(() => json(completed));
    expect(await adapter.submit({ input: 'a lighthouse' }, submitCall)).toMatchObject({
      update: { kind: 'succeeded' },
    });
  });

  it.each([{ id }, { id, status: null }, { id, status: 'completed' }])(
    'keeps the job of an answer that says no more of it: %#',
    async said => {
      const { adapter } = await at(() => json(said));
      await expect(adapter.submit({ input: 'a lighthouse' }, submitCall)).resolves.toEqual({
        job,
        update: { kind: 'pending', readAfterMs: 1_000 },
      });
    },
  );
});

describe('a read', () => {
  it.each([
    ['queued', { kind: 'pending', phase: 'queued' }],
    ['in_progress', { kind: 'pending', phase: 'running' }],
    ['rehearsing', { kind: 'pending' }],
    ['cancelled', { kind: 'cancelled' }],
  ])('knows the status %s', async (status, update) => {
    expect(await readSaid({ ...interaction, status })).toEqual(update);
  });

  it('gives what the model has made, with its words and the cost', async () => {
    expect(await readSaid(completed)).toEqual({
      kind: 'succeeded',
      output: { media: [picture], text: 'Here it is.' },
      cost: { amount: 1_290, unit: 'tokens' },
    });
  });

  it('takes an earlier form of the answer', async () => {
    const outputs = [{ type: 'image', mime_type: 'image/png', data: 'iVBORw==' }];
    expect(await readSaid({ ...interaction, status: 'completed', steps: undefined, outputs })).toMatchObject({
      output: { media: [picture] },
    });
  });

  it('makes of a file the URL of its bytes, without a key', async () => {
    const files = (url: string, uris: readonly string[]) => ({
      ...completed,
      steps: [{ type: 'model_output', content: uris.map(uri => ({ type: 'video', uri: uri.replace('base', url) })) }],
    });
    const asked = [
      'base/v1beta/files/film-1',
      'files/film-2',
      `base/v1beta/files/film-3:download?alt=media&key=${apiKey}`,
    ];
    const elsewhere = 'https://storage.googleapis.test/films/4?signature=s';
    const unsafe = ['javascript:alert(1)', 'gs://bucket/film-5'];
    let base = '';
    const { adapter, url } = await at(() => json(files(base, [...asked, elsewhere, ...unsafe])));
    base = url;
    const update = await adapter.read(job, call);
    const urls = update.kind === 'succeeded' ? update.output.media.map(medium => medium.url) : [];
    expect(urls).toEqual([
      ...[1, 2, 3].map(count => `${url}/v1beta/files/film-${count}:download?alt=media`),
      elsewhere,
    ]);
  });

  it('never makes a document of bytes', async () => {
    const content = [
      { type: 'image', mime_type: 'text/html', data: 'PGI+' },
      { type: 'audio', mime_type: 'audio/l16;rate=24000', data: 'AAAA' },
      { type: 'document', mime_type: 'text/html', data: 'PGI+' },
    ];
    expect(await readSaid({ ...completed, steps: [{ type: 'model_output', content }] })).toMatchObject({
      output: {
        media: [
          { url: 'data:image/png;base64,PGI+' },
          { url: 'data:audio/l16;base64,AAAA', mimeType: 'audio/l16;rate=24000' },
        ],
      },
    });
  });

  it('takes what no step says to be yours for what the model has made', async () => {
    const { steps } = filmed;
    const nameless = steps.map(step => (step.type === 'model_output' ? { content: [film] } : step));
    expect(await readSaid({ ...filmed, steps: nameless })).toMatchObject({
      kind: 'succeeded',
      output: { media: [{ type: 'video', url: film.uri }] },
    });
  });

  it('says in words that a result is missing, and is sent again', async () => {
    expect(await rejection(readSaid({ ...completed, steps: [] }))).toMatchObject({
      failure: { code: 'invalid-response', resumable: true, message: expect.stringContaining('has no result') },
    });
  });

  it('takes an answer in words alone for a refusal of the content', async () => {
    const update = await readSaid(inWords);
    expect(update).toMatchObject({
      kind: 'failed',
      failure: { code: 'moderated', retryable: false, charged: 'maybe' },
    });
    expect(JSON.stringify(update)).toContain('I cannot draw that person.');
  });

  it.each([
    [failed, 'job-failed', 'The model has crashed'],
    [flagged, 'moderated', 'The output was blocked'],
    [{ ...interaction, status: 'incomplete' }, 'job-failed', 'before it was complete'],
    [{ ...interaction, status: 'budget_exceeded' }, 'job-failed', 'its budget'],
    [{ ...interaction, status: 'requires_action' }, 'job-failed', 'the result of a tool'],
    [{ ...interaction, status: 'requires_continuation' }, 'job-failed', 'another paid request'],
    [
      { ...interaction, status: 'failed', steps: [{ type: 'model_output', error: { code: 3, message: 'Too dark' } }] },
      'job-failed',
      'Too dark',
    ],
  ])('says why it has failed: %#', async (said, code, words) => {
    const update = await readSaid(said);
    expect(update).toMatchObject({ kind: 'failed', failure: { code, job } });
    expect(JSON.stringify(update)).toContain(words);
  });

  it('keeps what an interaction has made that ended early, and not what a failed one has', async () => {
    expect(await readSaid({ ...filmed, status: 'incomplete' })).toMatchObject({ kind: 'succeeded' });
    expect(await readSaid({ ...filmed, status: 'failed' })).toMatchObject({ kind: 'failed' });
  });

  it.each([{ ...completed, steps: [] }, { ...completed, id: 'another' }, { id }])(
    'is sent again after what is no answer: %#',
    async said => {
      const { adapter } = await at(() => json(said));
      expect(await rejection(adapter.read(job, call))).toMatchObject({
        failure: { code: 'invalid-response', resumable: true },
      });
    },
  );
});

describe('the stream', () => {
  const about = { interaction_id: id };

  it('tells changes, and leaves the end to a read', async () => {
    const { updates, ids, heard } = await follow([
      { event_type: 'interaction.created', event_id: 'e=1', interaction: { id, status: 'queued' } },
      { event_type: 'interaction.status_update', event_id: 'e=2', ...about, status: 'in_progress' },
      { event_type: 'step.delta', index: 0, delta: { type: 'image', data: 'iVBORw==' } },
      { event_type: 'interaction.status_update', event_id: 'e=3', ...about, status: 'rehearsing' },
      { event_type: 'interaction.status_update', ...about, interaction_id: 'another', status: 'completed' },
      { event_type: 'error', error: { code: 'unavailable', message: 'Lost' } },
      { event_type: 'interaction.status_update', ...about, status: 'failed' },
      { event_type: 'interaction.completed', event_id: 'e=4', interaction: { id } },
    ]);
    expect(updates).toEqual([
      { kind: 'pending', phase: 'queued' },
      { kind: 'pending', phase: 'running' },
      { kind: 'pending', phase: 'running' },
      { kind: 'pending' },
      { kind: 'ignored' },
      { kind: 'changed' },
      { kind: 'changed' },
      { kind: 'changed' },
      { kind: 'ignored' },
    ]);
    expect(ids).toEqual(['e=1', 'e=2', 'e=3', 'e=4']);
    expect(heard.map(one => one.path)).toEqual([`${path}?stream=true`]);
  });

  it('goes on after the last event', async () => {
    const { heard } = await follow([], 'e=2');
    expect(heard[0]?.path).toBe(`${path}?stream=true&last_event_id=e%3D2`);
    expect(heard[0]?.headers).not.toHaveProperty('last-event-id');
  });
});

describe('a cancel', () => {
  it.each([
    [cancelled, 'cancelled'],
    [interaction, 'changed'],
    [completed, 'succeeded'],
    [{}, 'changed'],
  ])('takes the answer as far as it goes: %#', async (said, kind) => {
    const { adapter, heard } = await at(() => json(said));
    expect(await adapter.cancel(job, call)).toMatchObject({ kind });
    expect(heard[0]).toMatchObject({ method: 'POST', path: `${path}/cancel` });
  });

  it('of what is over is refused, which is no end of the job', async () => {
    const { adapter } = await at(() => json(problem(400, 'FAILED_PRECONDITION', 'It is not running.'), 400));
    expect(await rejection(adapter.cancel(job, call))).toMatchObject({
      failure: { code: 'bad-input', resumable: true },
    });
  });
});

it('requests a film with the key, for a server half', async () => {
  const double = googleInteractionsDouble({ scenario: { queuedMs: 0, runningMs: 0 } });
  const adapter = googleInteractions({ model, apiKey, fetch: double.fetch });
  const { job: made, update } = await adapter.submit({ input: 'a lighthouse' }, submitCall);
  const [medium] = update?.kind === 'succeeded' ? update.output.media : [];
  const { origins, fetch } = adapter.hiddenResults;
  expect(origins).toEqual([new URL(film.uri).origin]);
  const answer = await fetch(medium?.url ?? '', { signal, job: made });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
});
