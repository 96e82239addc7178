import { getEventListeners } from 'node:events';
import { type EventStreamOptions, readEventStream } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { collect, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const options = (more: Partial<EventStreamOptions> = {}): EventStreamOptions => ({ signal, ...more });

/** A fetch whose answer comes in exactly these chunks. */
const answering = (chunks: readonly Uint8Array[]) => async () => {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

/** What is dispatched for some bytes, by the HTML standard, section 9.2. */
const readings: readonly { readonly title: string; readonly bytes: string; readonly data: readonly string[] }[] = [
  { title: 'joins the data lines of one block', bytes: 'data: a\ndata:b\ndata\n\n', data: ['a\nb\n'] },
  { title: 'takes one space from the value and no more', bytes: 'data:  a \n\n', data: [' a '] },
  { title: 'knows every line end', bytes: 'data: a\r\rdata: b\r\n\r\ndata: c\n\n', data: ['a', 'b', 'c'] },
  { title: 'ignores comments and unknown fields', bytes: ': hi\nData: x\nfoo: y\ndata: a\n\n', data: ['a'] },
  { title: 'drops a block that the end cuts off', bytes: 'data: a\n\ndata: b\n', data: ['a'] },
  {
    title: 'strips one byte order mark, at the start',
    bytes: '\uFEFFdata: a\n\ndata: \uFEFFb\n\n',
    data: ['a', '\uFEFFb'],
  },
  { title: 'takes a second byte order mark for text', bytes: '\uFEFF\uFEFFdata: a\n\ndata: b\n\n', data: ['b'] },
  { title: 'decodes characters of several bytes', bytes: 'data: Ωé🎨\n\n', data: ['Ωé🎨'] },
  {
    title: 'dispatches an empty text, and nothing for a block without data',
    bytes: 'data\n\nevent: x\n\n',
    data: [''],
  },
];

describe('reading a stream', () => {
  it.each(readings)('$title, wherever the bytes are cut', async ({ bytes, data }) => {
    const all = new TextEncoder().encode(bytes);
    for (const size of [all.length, 1, 3]) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
        all.slice(at * size, (at + 1) * size),
      );
      const fetch = answering(chunks);
      const events = await collect(readEventStream('http://unused.test/', options({ fetch })));
      expect(events.map(event => event.data)).toEqual(data);
    }
  });

  it('gives each event its type and the last id that was heard, in the order of the bytes', async () => {
    const { url } = await loopback(() => stream(['data: a\n\nid: 1\ndata: b\nevent: n\n\nid: 2\n\ndata: c\n\nid\n\n']));
    const told: unknown[] = [];
    for await (const event of readEventStream(url, options({ lastEventId: '0', onId: id => told.push(id) }))) {
      told.push(event);
    }
    expect(told).toEqual([
      { type: 'message', data: 'a', lastEventId: '0' },
      '1',
      { type: 'n', data: 'b', lastEventId: '1' },
      '2',
      { type: 'message', data: 'c', lastEventId: '2' },
      '',
    ]);
  });

  it('tells that it is open, that bytes have come, and how long to wait, without any event', async () => {
    const { url } = await loopback(() =>
      stream([': ping\n\n', `retry: 2500\nretry: x\nretry: ${'9'.repeat(400)}\n\n`]),
    );
    const told: unknown[] = [];
    const hear = {
      onOpen: () => told.push('open'),
      onAlive: () => told.push('alive'),
      onRetry: (ms: number) => told.push(ms),
    };
    expect(await collect(readEventStream(url, options(hear)))).toEqual([]);
    expect(told.slice(0, 2)).toEqual(['open', 'alive']);
    expect(told.filter(fact => typeof fact === 'number')).toEqual([2_500, 2 ** 31 - 1]);
  });

  it('throws network when the connection breaks, after what was heard', async () => {
    const { url } = await loopback(() => stream(['data: a\n\n'], 'reset'));
    const events = readEventStream(url, options());
    expect((await events.next()).value).toMatchObject({ data: 'a' });
    expect(await rejection(events.next())).toMatchObject({ code: 'network', failure: { charged: 'maybe' } });
  });
});

describe('opening a stream', () => {
  it('asks for events, past any cache, from the last id on', async () => {
    const { url, heard } = await loopback(() => stream([]));
    await collect(readEventStream(url, options({ lastEventId: 'Ω 7', headers: { 'x-own': 'yes' } })));
    expect(heard[0]?.headers).toMatchObject({
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
      'x-own': 'yes',
    });
    expect(Buffer.from(String(heard[0]?.headers['last-event-id']), 'latin1').toString()).toBe('Ω 7');
  });

  it.each(['a\u0000b', 'a\nb', 'a\u0007b', ''])(
    'leaves out a last id that no header can carry: %j',
    async lastEventId => {
      const { url, heard } = await loopback(() => stream([]));
      await collect(readEventStream(url, options({ lastEventId })));
      expect(heard[0]?.headers).not.toHaveProperty('last-event-id');
    },
  );

  it.each([
    { status: 204, code: 'not-found' },
    { status: 404, code: 'not-found' },
    { status: 405, code: 'not-found' },
    { status: 501, code: 'not-found' },
    { status: 401, code: 'unauthorized' },
    { status: 403, code: 'unauthorized' },
    { status: 429, code: 'rate-limited', retryAfterMs: 7_000 },
    { status: 400, code: 'bad-input' },
    { status: 500, code: 'network' },
    { status: 524, code: 'network' },
    { status: 201, code: 'invalid-response' },
  ] as const)('throws $code for a $status, even with events in it', async ({ status, code, ...rest }) => {
    const headers = { 'content-type': 'text/event-stream', 'retry-after': '7' };
    const { url } = await loopback(() => ({ status, headers, ...(status !== 204 && { body: 'data: a\n\n' }) }));
    const told: string[] = [];
    const job = { id: 'f1' };
    const events = readEventStream(url, options({ job, onOpen: () => told.push('open') }));
    expect(await rejection(collect(events))).toMatchObject({ code, failure: { status, job }, ...rest });
    expect(told).toEqual([]);
  });

  it.each([
    'text/html',
    'text/html; charset=utf-8',
    'text/plain',
    'text/event-streams',
    'application/json',
    'application/text/event-stream',
  ])('does not take a 200 of %s for a stream, and lets its connection go', async type => {
    const { url, heard } = await loopback(() => response => {
      response.writeHead(200, { 'content-type': type }).write('data: a\n\n');
    });
    const told: string[] = [];
    const events = readEventStream(url, options({ onOpen: () => told.push('open') }));
    // Whoever takes it for one gives an event here, and then waits for ever.
    const first: unknown = await events.next().catch((error: unknown) => error);
    expect(first).toMatchObject({ code: 'invalid-response', failure: { status: 200 } });
    expect(told).toEqual([]);
    await heard[0]?.closed;
  });
});

describe('a stream that is aborted', () => {
  it('ends at once with the reason, closes its connection, and leaves no listener', async () => {
    const { url, heard } = await loopback(() => stream(['data: a\n\n'], 'open'));
    const abort = new AbortController();
    const events = readEventStream(url, { signal: abort.signal });
    await events.next();
    const next = rejection(events.next());
    abort.abort('enough');
    expect(await next).toBe('enough');
    await heard[0]?.closed;
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('delivers nothing more of what has arrived', async () => {
    const { url } = await loopback(() => stream(['data: a\n\ndata: b\n\n'], 'open'));
    const abort = new AbortController();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const { data } of readEventStream(url, { signal: abort.signal })) {
        heard.push(data);
        abort.abort();
      }
    })();
    expect(await rejection(reading)).toMatchObject({ name: 'AbortError' });
    expect(heard).toEqual(['a']);
  });

  it('ends although its body knows nothing of the signal', async () => {
    const abort = new AbortController();
    let isCancelled = false;
    const body = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const onOpen = () => queueMicrotask(() => abort.abort());
    const events = readEventStream('http://unused.test/', { signal: abort.signal, fetch, onOpen });
    const ending = rejection(collect(events));
    await expect.poll(() => isCancelled).toBe(true);
    expect(await ending).toMatchObject({ name: 'AbortError' });
  });

  it('is let go when nobody iterates on', async () => {
    const { url, heard } = await loopback(() => stream(['data: a\n\n'], 'open'));
    for await (const _ of readEventStream(url, options())) break;
    await heard[0]?.closed;
  });
});

describe('an event that is too large', () => {
  const long = 'x'.repeat(100);
  it.each([
    { title: 'in one line', chunks: [`data: a\n\ndata: ${long}\n\n`] },
    { title: 'of many lines', chunks: ['data: a\n\n', ...Array.from(long, x => `data: ${x}\n`)] },
    { title: 'that never ends', chunks: ['data: a\n\ndata: ', long] },
    { title: 'of few characters and many bytes', chunks: [`data: a\n\ndata: ${'Ω'.repeat(40)}\n\n`] },
  ])('$title ends the stream, after the events before it', async ({ chunks }) => {
    const { url } = await loopback(() => stream(chunks, 'open'));
    const events = readEventStream(url, options({ maxEventBytes: 64 }));
    expect((await events.next()).value).toMatchObject({ data: 'a' });
    expect(await rejection(events.next())).toMatchObject({ code: 'event-too-large' });
  });

  it('is not one of exactly so many bytes, nor a long comment', async () => {
    const chunks = [`: ${long}\n`, `data: ${'x'.repeat(64)}`, '\n\n'].map(text => new TextEncoder().encode(text));
    const events = readEventStream('http://unused.test/', options({ fetch: answering(chunks), maxEventBytes: 64 }));
    expect(await collect(events)).toHaveLength(1);
  });
});

describe('A14: an id of more than 1 kB', () => {
  const long = 'x'.repeat(1_025);
  const reading = async (lastEventId: string | undefined, chunks: readonly string[]) => {
    const { url, heard } = await loopback(() => stream(chunks));
    const ids: string[] = [];
    const events = await collect(readEventStream(url, options({ lastEventId, onId: id => void ids.push(id) })));
    return { ids, last: events.map(event => event.lastEventId), sent: heard[0]?.headers['last-event-id'] };
  };

  it('A14: is ignored, and the one before it stays', async () => {
    const chunks = [
      'id: 7\ndata: a\n\n',
      `id: ${long}\ndata: b\n\n`,
      `id: ${'日'.repeat(400)}\ndata: c\n\n`,
      'id: 8\ndata: d\n\n',
    ];
    expect(await reading(undefined, chunks)).toEqual({ ids: ['7', '8'], last: ['7', '7', '7', '8'], sent: undefined });
  });

  it('A14: is not sent, either, and one of 1 kB is', async () => {
    const fits = 'x'.repeat(1_024);
    expect(await reading(long, ['data: a\n\n'])).toEqual({ ids: [], last: [''], sent: undefined });
    expect(await reading('7', [`id: ${fits}\ndata: a\n\n`])).toEqual({ ids: [fits], last: [fits], sent: '7' });
    expect(await reading(fits, ['data: a\n\n'])).toEqual({ ids: [], last: [fits], sent: fits });
  });
});
