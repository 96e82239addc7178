import { createGenerationMachine, type JobRef, toResumeToken, viewGeneration } from 'generation-lifecycle';
import { fileBackend, fileChannels, sharedEvents, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { follow } from '../../support/follower.js';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

/** Every way in which an id gets into a path, by what it asks for. */
async function asking(id: string) {
  const { url: baseUrl, heard } = await loopback(() => ({ status: 404 }));
  const adapter = fileBackend({ kind: 'image', baseUrl });
  const job: JobRef = { id };
  const errors = [
    await rejection(adapter.read(job, { signal })),
    await rejection(collect(adapter.events?.(job, quiet))),
    await follow(sharedEvents(fileChannels({ baseUrl })), job).ending(),
    await follow(sharedEvents(fileChannels({ baseUrl, channelOf: () => id })), job).ending(),
  ];
  return { errors, paths: heard.map(({ path }) => path) };
}

describe('an id in a path', () => {
  it.each([
    '../admin',
    '..\\admin',
    'a/../../b',
    'a?b=c&d',
    'a#b',
    '%2f%2e%2e',
    'a b\r\nx: y',
    'ünï-🎨',
    "';DROP--",
    '//evil.test/x',
    'http://evil.test',
    'x'.repeat(10_000),
  ])('is one segment of it, as it is: %j', async id => {
    const { paths } = await asking(id);
    const encoded = encodeURIComponent(id);
    expect(paths).toEqual([
      `/api/file/${encoded}`,
      `/api/events/file.${encoded}`,
      `/api/events/file.${encoded}`,
      `/api/events/${encoded}`,
    ]);
  });

  it.each(['', '.', '..'])('is not asked for where it would change the path: %j', async id => {
    const { errors, paths } = await asking(id);
    expect([errors[0], errors[3]]).toMatchObject([{ code: 'bad-input' }, { code: 'bad-input' }]);
    expect(paths).toEqual(Array(2).fill(`/api/events/file.${id}`));
  });

  it('of half a character is not asked for', async () => {
    const { errors, paths } = await asking('\ud800');
    expect(errors).toMatchObject(Array(4).fill({ code: 'bad-input' }));
    expect(paths).toEqual([]);
  });
});

describe("a result's url", () => {
  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data:application/javascript,alert(1)',
    'vbscript:x',
    'file:///etc/passwd',
    'about:blank',
    'filesystem:http://a.test/x',
    'ftp://a.test/x.png',
  ])('is none that a page may show: %j', async url => {
    const file = { id: 'f1', url, tasks: [] };
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events')
        ? stream([`data: ${JSON.stringify({ type: 'file', object: file })}\n\n`])
        : json(path.startsWith('/api/generate') ? { success: true, fileId: 'f1', url } : file),
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const job = { id: 'f1' };
    expect(await rejection(adapter.read(job, { signal }))).toMatchObject({ code: 'invalid-response' });
    // What is only heard, and what is paid for, is read, which says the same.
    expect(await collect(adapter.events?.(job, quiet))).toEqual([{ kind: 'changed' }]);
    const submission = await adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'k' });
    expect(submission.update).toEqual({ kind: 'changed' });
    expect(toFileUpdates([file], [job]).get('f1')).toMatchObject({ code: 'invalid-response' });
  });
});

describe('what is sent in headers', () => {
  const token = 'c2VjcmV0LXRva2Vu';
  const key = 'k3y-0f-th3-4pp';
  const headers = () => ({ Authorization: `Bearer ${token}`, 'X-Api-Key': key, Cookie: `a=1; session="${key}"` });
  const words = `GET with Bearer ${token} and ${key}, again ${token}`;

  /** One generation over a backend that quotes what it was sent; all that anybody could see of it. */
  async function seen(answers: Readonly<Record<string, Answer>>) {
    const { url: baseUrl, heard } = await loopback(({ path }) => {
      const [, , route = ''] = path.split('/');
      return answers[route] ?? { status: 404 };
    });
    const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl, headers }), {
      policy: { minReadGapMs: 5, pollDelayMs: [5], streamIdleTimeoutMs: 30 },
    });
    const all: string[] = [];
    const note = (what: unknown) =>
      void all.push(
        JSON.stringify(what, (_, value) => (value instanceof Error ? { ...value, text: String(value) } : value)) ?? '',
      );
    const actor = createActor(machine, {
      input: { id: 'g1' },
      inspect: event => {
        if (event.type === '@xstate.event') note(event.event);
        if (event.type === '@xstate.snapshot') note(event.snapshot);
      },
    });
    actor.on('*', note);
    actor.subscribe(snapshot => {
      note([snapshot.context, viewGeneration(snapshot), toResumeToken(snapshot)]);
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: 'dunes' } });
    const ended = await waitFor(actor, ({ status }) => status === 'done');
    expect(heard.some(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true);
    return { text: all.join('\n'), view: viewGeneration(ended) };
  }

  const accepted = json({ success: true, fileId: 'f1' });
  it.each([
    { where: 'a refused submit', answers: { generate: json({ error: words, details: words }, 500) } },
    { where: 'a submit refused with 200', answers: { generate: json({ success: false, message: words }) } },
    { where: 'a 422', answers: { generate: json({ detail: [{ loc: ['body'], msg: words }] }, 422) } },
    { where: 'a refused read', answers: { generate: accepted, file: json({ error: words }, 400) } },
    {
      where: 'progress',
      answers: {
        generate: accepted,
        events: stream(
          [
            `data: ${JSON.stringify({ type: 'render_progress', object: { file_id: 'f1', progress: 5, message: words } })}\n\n`,
          ],
          'open',
        ),
        file: json({ error: words }, 400),
      },
    },
  ])('is nowhere to be seen when $where quotes it', async ({ answers }) => {
    const { text, view } = await seen(answers);
    expect(view.status).toBe('failed');
    expect(text).toContain('GET with');
    expect(text).not.toContain(token);
    expect(text).not.toContain(key);
  });

  it('is not quoted of a shared connection, either', async () => {
    const event = { type: 'render_progress', object: { file_id: 'f1', progress: 5, message: words } };
    const { url: baseUrl } = await loopback(() => stream([`data: ${JSON.stringify(event)}\n\n`]));
    const one = follow(sharedEvents(fileChannels({ baseUrl, headers, channelOf: () => 'user.1' })), { id: 'f1' });
    await one.ending();
    expect(one.updates).toMatchObject([{ kind: 'pending', message: 'GET with … … and …, again …' }]);
  });

  it('is not quoted of an older token than the newest', async () => {
    let asked = 0;
    const renewed = () => ({ Authorization: `Bearer token-${++asked}-of-many` });
    const { url: baseUrl } = await loopback((_, index) =>
      index === 0 ? { status: 401 } : json({ error: 'Once token-1-of-many, now token-2-of-many.' }, 500),
    );
    const error = await rejection(
      fileBackend({ kind: 'image', baseUrl, headers: renewed }).read({ id: 'f1' }, { signal }),
    );
    expect(error).toHaveProperty('message', expect.stringContaining('Once …, now …'));
  });
});

describe('JSON with __proto__', () => {
  const own = '"__proto__":{"url":"https://evil.test/x.png","fileId":"evil","kind":"succeeded","isAdmin":true}';
  it.each([
    { where: 'a submit', body: `{"success":true,${own}}` },
    { where: 'a file', body: `{"id":"f1",${own},"tasks":[],"image_generation":{${own}}}` },
    { where: 'a refusal', body: `{"error":{${own}},${own}}`, status: 400 },
    { where: 'an event', body: `{"type":"file","object":{"id":"f1",${own}}}` },
  ])('changes nothing in $where', async ({ body, status = 200 }) => {
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events') ? stream([`data: ${body}\n\n`]) : { status, body },
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const said = [
      await adapter.read({ id: 'f1' }, { signal }).catch(error => error.failure),
      await adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'k' }).catch(error => error.failure),
      ...(await collect(adapter.events?.({ id: 'f1' }, quiet))),
    ];
    expect(JSON.stringify(said)).not.toContain('evil');
    expect(said.map(one => one.kind)).not.toContain('succeeded');
    expect({}).not.toHaveProperty('isAdmin');
  });
});

describe('a redirect', () => {
  const headers = { Authorization: 'Bearer secret-token' };
  const file = json({ id: 'f1', url: null, tasks: [] });

  it.each([301, 302, 307, 308])('to another origin does not carry the credentials on: %i', async status => {
    const elsewhere = await loopback(() => file);
    const { url: baseUrl, heard } = await loopback(({ path }) => ({
      status,
      headers: { location: `${elsewhere.url}${path}` },
    }));
    const adapter = fileBackend({ kind: 'image', baseUrl, headers });
    expect(await adapter.read({ id: 'f1' }, { signal })).toEqual({ kind: 'pending' });
    expect(await rejection(collect(adapter.events?.({ id: 'f1' }, quiet)))).toMatchObject({ code: 'invalid-response' });
    expect(heard.map(one => one.headers.authorization)).toEqual(Array(2).fill('Bearer secret-token'));
    expect(elsewhere.heard.map(one => one.headers.authorization)).toEqual([undefined, undefined]);
  });

  it('within the origin does', async () => {
    const { url: baseUrl, heard } = await loopback(({ path }) =>
      path.endsWith('?moved') ? file : { status: 302, headers: { location: `${path}?moved` } },
    );
    await fileBackend({ kind: 'image', baseUrl, headers }).read({ id: 'f1' }, { signal });
    expect(heard.map(one => one.headers.authorization)).toEqual(Array(2).fill('Bearer secret-token'));
  });
});
