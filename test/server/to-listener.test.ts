import { once } from 'node:events';
import { createServer, type RequestListener, request as send } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import { toListener } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listening } from '../support/listening.js';

type Handle = (request: Request) => Promise<Response>;

/** A server on a free port. `listener`: for what looks at Node's own objects. */
const served = (handle: Handle, wrap: (listener: RequestListener) => RequestListener = one => one) =>
  listening(createServer(wrap(toListener(handle))));

/** Sends these bytes, and resolves with all that comes back until the server closes. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', data => {
    answer += data;
  });
  // What came before the connection broke is the answer.
  socket.on('error', () => undefined);
  socket.write(text);
  await new Promise(resolve => socket.once('close', resolve));
  return answer;
}

describe('toListener()', () => {
  it('passes method, address, headers and body on, and the answer back', async () => {
    const { url } = await served(async request =>
      Response.json({
        method: request.method,
        url: request.url,
        header: request.headers.get('x-one'),
        body: await request.text(),
      }),
    );
    const answer = await fetch(`${url}/a%20b?c=d`, { method: 'PUT', headers: { 'x-one': 'ä, 2' }, body: 'whole' });
    expect(await answer.json()).toEqual({ method: 'PUT', url: `${url}/a%20b?c=d`, header: 'ä, 2', body: 'whole' });
  });

  it('sends each cookie of an answer', async () => {
    const headers = new Headers([
      ['set-cookie', 'one=1'],
      ['set-cookie', 'two=2'],
    ]);
    const { url } = await served(async () => new Response(null, { status: 204, headers }));
    const answer = await fetch(url);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, ['one=1', 'two=2']]);
  });

  it('reads nothing of a body that nobody asks for', async () => {
    const read = vi.fn();
    const { url } = await served(
      async () => new Response('not wanted', { status: 401 }),
      listener => (incoming, outgoing) => {
        const { read: original } = incoming;
        incoming.read = size => {
          if (!outgoing.headersSent) read();
          return original.call(incoming, size);
        };
        listener(incoming, outgoing);
      },
    );
    const answer = await fetch(url, { method: 'POST', body: 'a'.repeat(1_000_000) });
    expect([answer.status, await answer.text()]).toEqual([401, 'not wanted']);
    expect(read).not.toHaveBeenCalled();
  });

  it('answers and keeps the connection when a body is given up halfway', async () => {
    const { port } = await served(async request => {
      if (request.method === 'GET') return new Response('next');
      const reader = request.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      return new Response('enough', { status: 413 });
    });
    const length = 300_000;
    const first = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(length)}`;
    const answers = await exchange(port, `${first}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answers).toMatch(/413[\s\S]+enough[\s\S]+200[\s\S]+next/);
  });

  it('writes a stream part by part', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const { url } = await served(async () => new Response(readable));
    const reader = (await fetch(url)).body?.pipeThrough(new TextDecoderStream()).getReader();
    for (const word of ['one', 'two']) {
      await writer.write(new TextEncoder().encode(word));
      expect(await reader?.read()).toEqual({ done: false, value: word });
    }
  });

  it('cancels the stream, aborts the signal and writes nothing more when the client goes', async () => {
    const writes: boolean[] = [];
    let signal: AbortSignal | undefined;
    let pulled = (_controller: ReadableStreamDefaultController) => {};
    const cancelled = vi.fn();
    const { port } = await served(
      async request => {
        signal = request.signal;
        const pull = (controller: ReadableStreamDefaultController) =>
          new Promise<void>(resolve => {
            pulled = given => {
              given.enqueue(new Uint8Array(10));
              resolve();
            };
            if (writes.length === 0) pulled(controller);
          });
        return new Response(new ReadableStream({ pull, cancel: cancelled }, { highWaterMark: 0 }));
      },
      listener => (incoming, outgoing) => {
        const write = outgoing.write.bind(outgoing);
        outgoing.write = (chunk: Uint8Array) => {
          writes.push(outgoing.destroyed);
          return write(chunk);
        };
        listener(incoming, outgoing);
      },
    );
    const client = send({ port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    client.end();
    const [answer] = await once(client, 'response');
    await once(answer, 'data');
    client.destroy();
    await expect.poll(() => signal?.aborted).toBe(true);
    await expect.poll(() => cancelled.mock.calls.length).toBe(1);
    expect(writes).toEqual([false]);
  });

  it('writes nothing to a client that has gone while a part was read', async () => {
    const writes: boolean[] = [];
    const { port } = await served(
      async () => new Response('never seen'),
      listener => (incoming, outgoing) => {
        const write = outgoing.write.bind(outgoing);
        outgoing.write = (chunk: Uint8Array) => {
          writes.push(outgoing.destroyed);
          return write(chunk);
        };
        // The socket breaks between the headers and the first part, and Node tells it later.
        const flush = outgoing.flushHeaders.bind(outgoing);
        outgoing.flushHeaders = () => {
          flush();
          outgoing.destroy();
        };
        listener(incoming, outgoing);
      },
    );
    await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(writes).toEqual([]);
  });

  it('breaks an answer off whose stream fails, and answers 500 where nothing was sent', async () => {
    const { url } = await served(async ({ url: asked }) => {
      if (asked.endsWith('/early')) throw new Error('A fault of the app.');
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('half'));
          controller.error(new Error('The other half is missing.'));
        },
      });
      return new Response(body);
    });
    expect((await fetch(`${url}/early`)).status).toBe(500);
    const late = await fetch(`${url}/late`)
      .then(answer => answer.text())
      .catch(() => 'broken off');
    expect(late).toBe('broken off');
  });

  it('answers 400 to a method that no Request can have', async () => {
    const handle = vi.fn<Handle>();
    const { port } = await served(handle);
    expect(await exchange(port, 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toContain(' 400 ');
    expect(handle).not.toHaveBeenCalled();
  });

  it('serves HTTP/2, too', async () => {
    const server = createHttp2Server(
      toListener(async ({ url, headers }) => Response.json([url, headers.get('x-one')])),
    );
    const { url: origin } = await listening(server);
    const session = connectHttp2(origin);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/a?b', 'x-one': 'yes' });
    const [headers] = await once(stream, 'response');
    stream.setEncoding('utf8');
    const text = await new Promise<string>(resolve => {
      let heard = '';
      stream.on('data', data => {
        heard += data;
      });
      stream.on('end', () => resolve(heard));
    });
    expect([headers[':status'], JSON.parse(text)]).toEqual([200, [`${origin}/a?b`, 'yes']]);
  });
});
