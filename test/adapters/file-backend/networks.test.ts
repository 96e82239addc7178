import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createGzip, gzipSync } from 'node:zlib';
import { createGenerationMachine } from 'generation-lifecycle';
import { type Fetch, fileBackend, readEventStream } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { type Answer, collect, json, loopback, rejection } from '../../support/loopback.js';
import { SimulatedWorld } from '../../support/simulated-world.js';

const { signal } = new AbortController();
const events = { 'content-type': 'text/event-stream' };

describe('a stream through proxies', () => {
  const text = Array.from({ length: 200 }, (_, at) => `: ping\n\nid: ${at}\ndata: Ω${at}\n\n`).join('');
  const expected = Array.from({ length: 200 }, (_, at) => ({ type: 'message', data: `Ω${at}`, lastEventId: `${at}` }));
  const zipped: Answer = response => {
    response.writeHead(200, { ...events, 'content-encoding': 'gzip' });
    const zip = createGzip();
    zip.pipe(response);
    // In pieces that fall anywhere within characters.
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) {
      zip.write(bytes.subarray(at, at + 7));
      zip.flush();
    }
    zip.end();
  };
  it.each<{ title: string; answer: Answer }>([
    { title: 'that hold back all of it until its end', answer: { headers: events, body: text } },
    {
      title: 'that hold it back and zip it',
      answer: response => {
        response.writeHead(200, { ...events, 'content-encoding': 'gzip' }).end(gzipSync(text));
      },
    },
    { title: 'that zip it as it comes', answer: zipped },
    {
      title: 'that send it in a redirect of its own',
      answer: response => {
        response.req.url === '/' ? response.writeHead(302, { location: '/there' }).end() : zipped(response);
      },
    },
  ])('$title is the same events', async ({ answer }) => {
    const { url } = await loopback(() => (typeof answer === 'function' ? answer : { ...answer }));
    expect(await collect(readEventStream(url, { signal }))).toEqual(expected);
  });

  it.each([300, 301, 302, 304, 307])('is none in the body of a %i that leads nowhere', async status => {
    const { url } = await loopback(() => ({ status, headers: events, ...(status !== 304 && { body: 'data: a\n\n' }) }));
    expect(await rejection(collect(readEventStream(url, { signal })))).toMatchObject({ code: 'invalid-response' });
  });
});

describe('an event without end', () => {
  /** How many bytes of a stream are taken in before it is given up. */
  async function taken(write: (response: ServerResponse) => void, headers: Record<string, string> = events) {
    const { url, heard } = await loopback(() => response => {
      response.writeHead(200, headers);
      write(response);
    });
    let bytes = 0;
    const counting: Fetch = async (address, init) => {
      const { body, ...response } = await fetch(address, init).then(({ body, status, headers }) => ({
        body,
        status,
        headers,
      }));
      const counted = body?.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            bytes += chunk.length;
            controller.enqueue(chunk);
          },
        }),
      );
      return new Response(counted ?? null, response);
    };
    const error = await rejection(collect(readEventStream(url, { signal, fetch: counting })));
    await heard[0]?.closed;
    return { error, bytes };
  }
  const line = 'x'.repeat(65_536);

  it.each([
    { title: 'in one line', start: 'data: ', piece: line },
    { title: 'of many lines', start: '', piece: `data: ${line}\n` },
    { title: 'in its id', start: 'id: ', piece: line },
    { title: 'in its type', start: 'event: ', piece: line },
  ])('$title is given up after a MiB, and its connection closed', async ({ start, piece }) => {
    const { error, bytes } = await taken(async response => {
      response.write(start);
      while (!response.destroyed) {
        if (response.write(piece)) continue;
        const settled = new AbortController();
        const either = ['drain', 'close'].map(event => once(response, event, { signal: settled.signal }));
        await Promise.race(either);
        settled.abort();
        await Promise.allSettled(either);
      }
    });
    expect(error).toMatchObject({ code: 'event-too-large' });
    expect(bytes).toBeLessThan(3 * 1_048_576);
  });

  it('that is a kilobyte when zipped is given up as early', async () => {
    const bomb = gzipSync(Buffer.from(`data: ${'x'.repeat(64 * 1_048_576)}\n\n`));
    const { error, bytes } = await taken(response => void response.end(bomb), {
      ...events,
      'content-encoding': 'gzip',
    });
    expect(error).toMatchObject({ code: 'event-too-large' });
    expect(bytes).toBeLessThan(3 * 1_048_576);
  });
});

/** One generation over a real server, in a time of its own. Its submit is answered, and its reads by their number. */
async function generation(read: (nth: number) => Answer, events: Answer = { status: 404 }) {
  const world = new SimulatedWorld();
  const readTimes: number[] = [];
  const { url: baseUrl, heard } = await loopback(({ path }) => {
    if (path.startsWith('/api/generate')) return json({ success: true, fileId: 'f1' });
    if (path.startsWith('/api/events')) return events;
    readTimes.push(world.clock.now());
    return read(readTimes.length);
  });
  const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), {
    environment: world.environment,
  });
  const actor = createActor(machine, { input: { id: 'g1' }, clock: world.clock });
  const outcomes: unknown[] = [];
  actor.on('*', event => event.type !== 'submitted' && outcomes.push(event));
  onTestFinished(() => void actor.stop());
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'dunes' } });
  return {
    world,
    outcomes,
    readTimes,
    /** The nth read, once it has arrived. */
    async read(nth: number) {
      const reads = () => heard.filter(({ path }) => path.startsWith('/api/file'));
      await expect.poll(() => reads().length, { interval: 2 }).toBeGreaterThanOrEqual(nth);
      return reads()[nth - 1] ?? expect.unreachable();
    },
    /** Waits until the chart is there. */
    until: (state: Parameters<ReturnType<typeof actor.getSnapshot>['matches']>[0]) =>
      expect.poll(() => actor.getSnapshot().matches(state), { interval: 2 }).toBe(true),
  };
}
const file = (url: string | null) => json({ id: 'f1', url, tasks: [] });
const url = 'https://cdn.test/1.png';
const hanging: Answer = () => {};

describe('a read', () => {
  it('that hangs is really aborted after 30 s, and made again', async () => {
    const { world, read, outcomes } = await generation(nth => (nth === 1 ? hanging : file(url)));
    const first = await read(1);
    await world.advance(30_000);
    await first.closed;
    await world.advance(1_000);
    await read(2);
    await expect.poll(() => outcomes).toMatchObject([{ type: 'completed' }]);
  });

  it('that is told to come back at once does not before a second has passed', async () => {
    const { world, read, readTimes, until } = await generation(() => ({
      status: 503,
      headers: { 'retry-after': '0' },
    }));
    await read(1);
    await until({ following: { reads: 'settling' } });
    await world.advance(999);
    expect(readTimes).toEqual([0]);
    await world.advance(1);
    await read(2);
  });

  it('that is told to wait waits by the clock of the server, at most 5 min', async () => {
    const date = 'Tue, 03 Mar 2026 10:00:00 GMT';
    const { world, read, readTimes, until } = await generation(nth => ({
      status: 429,
      headers: { date, 'retry-after': nth === 1 ? 'Tue, 03 Mar 2026 10:00:40 GMT' : 'Wed, 04 Mar 2026 10:00:00 GMT' },
    }));
    await read(1);
    await until({ following: { reads: 'settling' } });
    await world.advance(40_000);
    await read(2);
    await until({ following: { reads: 'settling' } });
    await world.advance(300_000);
    await read(3);
    expect(readTimes).toEqual([0, 40_000, 340_000]);
  });

  it.each<{ title: string; odd: Answer }>([
    { title: 'half a JSON', odd: { body: '{"id":"f1","url":"https://c' } },
    { title: 'an empty 200', odd: {} },
    { title: 'a page with 200', odd: { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' } },
    { title: 'a page with 502', odd: { status: 502, body: '<!doctype html>' } },
    { title: 'a broken connection', odd: response => void response.destroy() },
    {
      title: 'half a body',
      odd: response => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"id":', () => response.destroy());
      },
    },
    { title: '404 of a job that was never seen', odd: { status: 404 } },
  ])('that brings $title is repeated', async ({ odd }) => {
    const { world, read, outcomes, until } = await generation(nth => (nth === 1 ? odd : file(url)));
    await read(1);
    await until({ following: { reads: 'settling' } });
    await world.advance(2_000);
    await read(2);
    await expect.poll(() => outcomes).toMatchObject([{ type: 'completed' }]);
  });

  it('that is late for an outcome is closed, and changes nothing', async () => {
    const done = { type: 'file', object: { id: 'f1', url } };
    let tell = () => {};
    const { read, outcomes } = await generation(
      () => hanging,
      response => {
        response.writeHead(200, events).flushHeaders();
        tell = () => void response.write(`data: ${JSON.stringify(done)}\n\n`);
      },
    );
    const late = await read(1);
    tell();
    await late.closed;
    expect(outcomes).toMatchObject([{ type: 'completed', output: { files: [{ url }] } }]);
  });
});
