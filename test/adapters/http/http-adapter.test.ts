import { type HttpAdapterOptions, httpAdapter } from 'generation-lifecycle/adapters/http';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const submitCall = { signal, idempotencyKey: 'k-1' };
const job = { id: 'a/1' };
const authorization = 'Bearer t-12345';

type Input = { readonly lyrics: string };
type Options = HttpAdapterOptions<Input, string>;

/** An adapter whose backend answers this to each request. */
async function at(answer: Answer, given: Partial<Options> = {}) {
  const { url, heard } = await loopback(() => answer);
  const adapter = httpAdapter<Input, string>({
    submit: body => ({ url: `${url}/songs`, body, idempotencyHeader: 'Idempotency-Key' }),
    read: ({ id }) => ({ url: `${url}/songs/${encodeURIComponent(id)}` }),
    events: ({ id }) => ({ url: `${url}/events/${encodeURIComponent(id)}` }),
    cancel: ({ id }) => ({ url: `${url}/songs/${encodeURIComponent(id)}`, method: 'DELETE' }),
    toUpdate: ({ file, error }, { jobFailed }) =>
      error ? jobFailed(error) : typeof file === 'string' ? { kind: 'succeeded', output: file } : { kind: 'pending' },
    ...given,
  });
  return { adapter, heard };
}

describe('httpAdapter', () => {
  it('sends each request once, to its route', async () => {
    const { adapter, heard } = await at(json({ id: 'a/1', file: 'x.mp3' }), { headers: { authorization } });
    const done = { kind: 'succeeded', output: 'x.mp3' };
    expect(await adapter.submit({ lyrics: 'la' }, submitCall)).toEqual({ job, update: done });
    expect(await adapter.read(job, call)).toEqual(done);
    expect(await adapter.cancel?.(job, call)).toEqual(done);
    expect(heard).toMatchObject([
      { method: 'POST', path: '/songs', body: '{"lyrics":"la"}', headers: { authorization, 'idempotency-key': 'k-1' } },
      { method: 'GET', path: '/songs/a%2F1', headers: { authorization } },
      { method: 'DELETE', path: '/songs/a%2F1', headers: { authorization } },
    ]);
    await adapter.check();
  });

  it('cuts the credentials out of what the job tells', async () => {
    const line = `Using ${authorization}\nand https://a.test/x?sig=1`;
    const { adapter } = await at(json({ id: 'a/1', line }), {
      headers: { authorization },
      toUpdate: said => ({ kind: 'pending', phase: 'running', message: String(said['line']) }),
    });
    const told = { kind: 'pending', phase: 'running', message: 'Using … … and https://a.test/x' };
    expect(await adapter.read(job, call)).toEqual(told);
    expect((await adapter.submit({ lyrics: 'la' }, submitCall)).update).toEqual(told);
  });

  it('has no stream and no cancel unless there is a route', async () => {
    const adapter = httpAdapter<Input, string>({
      submit: () => ({ url: '/' }),
      read: () => ({ url: '/' }),
      toUpdate: () => ({ kind: 'pending' }),
    });
    expect(Object.keys(adapter)).not.toContain('events');
    expect(Object.keys(adapter)).not.toContain('cancel');
    expect(Object.keys(adapter)).not.toContain('durationLabel');
  });

  it('declares what it is told to', async () => {
    const { adapter } = await at(json({}), {
      idempotentSubmit: 'rejects',
      idempotencyWindowMs: 5,
      stream: { tells: 'states' },
      resultsLiveMs: 6,
      origin: 'https://songs.test',
      durationLabel: ({ lyrics }) => `${lyrics.length} letters`,
    });
    expect(adapter).toMatchObject({
      idempotentSubmit: 'rejects',
      idempotencyWindowMs: 5,
      stream: { tells: 'states' },
      resultsLiveMs: 6,
      origin: 'https://songs.test',
    });
    expect(adapter.durationLabel?.({ lyrics: 'la' })).toBe('2 letters');
  });

  it('keeps in the job what it needs later, and the id that the backend gives', async () => {
    const { adapter } = await at(json({ task: 41, poll: '/p/41' }), {
      idMember: 'task',
      toJob: ({ poll }, { lyrics }) => ({ id: 'mine', poll: String(poll), lyrics }),
    });
    const { job: made } = await adapter.submit({ lyrics: 'la' }, submitCall);
    expect(made).toEqual({ id: '41', poll: '/p/41', lyrics: 'la' });
    expect(await adapter.read(made, call)).toEqual({ kind: 'pending' });
  });

  it('may be charged if the answer to the submit names no job', async () => {
    for (const answer of [json({}), { body: '<html>' }, json({ id: '' })]) {
      const { adapter } = await at(answer);
      expect(await rejection(adapter.submit({ lyrics: 'la' }, submitCall))).toMatchObject({
        failure: { code: 'invalid-response', charged: 'maybe' },
      });
    }
  });

  it('throws for an answer that says nothing, or is about another job', async () => {
    for (const answer of [{ body: '<html>' }, json([]), json('done'), json({ id: 'a/2', file: 'other.mp3' })]) {
      const { adapter } = await at(answer);
      expect(await rejection(adapter.read(job, call))).toMatchObject({
        failure: { code: 'invalid-response', resumable: true },
      });
    }
    // The answer to a cancel may say no more than that it was accepted.
    expect(await (await at({ status: 204 })).adapter.cancel?.(job, call)).toEqual({ kind: 'changed' });
    const { adapter } = await at(json({ id: 'a/2' }));
    expect(await rejection((async () => adapter.cancel?.(job, call))())).toMatchObject({ code: 'invalid-response' });
  });

  it('ignores events that are none, or are about another job', async () => {
    const events = ['oops', '[]', '{"id":"a/2","file":"other.mp3"}', '{"id":"a/1","file":"x.mp3"}', '{"file":"y.mp3"}'];
    const { adapter } = await at(stream(events.map(data => `data: ${data}\n\n`)));
    expect(await collect(adapter.events?.(job, call))).toEqual([
      { kind: 'ignored' },
      { kind: 'ignored' },
      { kind: 'ignored' },
      { kind: 'succeeded', output: 'x.mp3' },
      { kind: 'succeeded', output: 'y.mp3' },
    ]);
  });

  it('cuts the credentials that were sent out of why a job has failed', async () => {
    const { adapter } = await at(json({ id: 'a/1', error: 'Token t-12345 is wrong' }), {
      headers: { authorization },
    });
    expect(await adapter.read(job, call)).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringContaining('Token … is wrong'), job },
    });
  });
});
