import { createExchange, type ExchangeOptions, type JsonRequest } from 'generation-lifecycle/adapters/http';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const submit = { action: 'submit', idempotencyKey: 'key-1', body: { prompt: 'a lighthouse' } } as const;

async function ask(answer: Answer, request: Partial<JsonRequest> = {}, options: ExchangeOptions = {}) {
  const { url, heard } = await loopback(() => answer);
  const { askStream } = createExchange({ headers: { authorization: 'Bearer the-token' }, ...options });
  const asked = askStream({ ...submit, url: `${url}/jobs`, signal, ...request });
  return { heard, asked };
}

async function open(answer: Answer, request: Partial<JsonRequest> = {}, options: ExchangeOptions = {}) {
  const { heard, asked } = await ask(answer, request, options);
  const { stream: opened = expect.unreachable('It is no stream.') } = await asked;
  return { heard, opened };
}

describe('an answer that is a stream', () => {
  it('is read after one request, with its credentials and its body', async () => {
    const { heard, opened } = await open(stream(['data: {"id":1}\n\n', ': ping\n\n', 'data: oops\n\n']));
    let aliveCount = 0;
    const onAlive = () => {
      aliveCount += 1;
    };
    const events = await collect(opened.events({ onAlive }));
    expect(events.map(({ members }) => members)).toEqual([{ id: 1 }, {}]);
    expect(aliveCount).toBeGreaterThan(0);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', body: JSON.stringify(submit.body) });
    expect(heard[0]?.headers).toMatchObject({
      accept: 'text/event-stream, application/json',
      authorization: 'Bearer the-token',
    });
  });

  it('goes on when the signal of its request is aborted, because the chart does that as soon as the job is known', async () => {
    const controller = new AbortController();
    const later: Answer = response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      controller.signal.addEventListener('abort', () => response.end('data: {"id":2}\n\n'));
    };
    const { opened } = await open(later, { signal: controller.signal });
    const events = collect(opened.events());
    controller.abort();
    await expect(events).resolves.toMatchObject([{ members: { id: 2 } }]);
  });

  it('is closed by the signal of who reads it, and by leaving the loop', async () => {
    const { heard, opened } = await open(stream(['data: {"id":1}\n\n'], 'open'));
    const controller = new AbortController();
    const events = opened.events({ signal: controller.signal });
    expect(await events.next()).toMatchObject({ value: { members: { id: 1 } } });
    controller.abort(new Error('enough'));
    expect(String(await rejection(events.next()))).toContain('enough');
    await heard[0]?.closed;

    const other = await open(stream(['data: {"id":1}\n\n'], 'open'));
    for await (const _ of other.opened.events()) break;
    await other.heard[0]?.closed;
  });

  it('that breaks is an error of its job, once that is known', async () => {
    const { opened } = await open(stream(['data: {"id":1}\n\n'], 'reset'));
    const error = await rejection(collect(opened.events({ job: { id: 'job-41' } })));
    expect(error).toMatchObject({ failure: { code: 'network', job: { id: 'job-41' } } });
    const unknown = await open(stream([], 'reset'));
    const failure = { code: 'network', charged: 'maybe' };
    expect(await rejection(collect(unknown.opened.events()))).toMatchObject({ failure });
  });

  it('refuses by an event in the words of the backend, without credentials', async () => {
    const { opened } = await open(stream([]));
    const error = opened.toError({ error: { code: 'content_policy', message: 'Refused: the-token, nsfw.' } });
    expect(error).toMatchObject({ failure: { code: 'moderated' } });
    expect(String(error)).not.toContain('the-token');
  });

  it('is given up before it is answered', async () => {
    const controller = new AbortController();
    const { heard, asked } = await ask(() => controller.abort(new Error('given up')), { signal: controller.signal });
    expect(String(await rejection(asked))).toContain('given up');
    await heard[0]?.closed;
  });
});

describe('an answer that is none', () => {
  it('is read whole', async () => {
    const { asked } = await ask(json({ id: 41 }, 201));
    expect(await asked).toMatchObject({ answer: { ok: true, status: 201, members: { id: 41 } } });
  });

  it.each([
    [json({ error: 'Too many requests' }, 429), 'rate-limited', 'no'],
    [{ status: 302, headers: { location: '/elsewhere' } }, 'invalid-response', 'maybe'],
    [stream([], 'reset'), 'network', 'maybe'],
  ] satisfies [Answer, string, string][])('throws as any request does: %#', async (answer, code, charged) => {
    const { asked, heard } = await ask(answer);
    const { stream: opened } = await asked.catch((error: unknown) => {
      expect(error).toMatchObject({ failure: { code, charged } });
      return { stream: undefined };
    });
    if (opened) expect(await rejection(collect(opened.events()))).toMatchObject({ failure: { code, charged } });
    expect(heard).toHaveLength(1);
  });

  it('is left to the adapter where it says so', async () => {
    const { asked } = await ask(json({ error: 'no' }, 400), { isAnswer: () => true });
    expect(await asked).toMatchObject({ answer: { ok: false, status: 400 } });
  });
});
