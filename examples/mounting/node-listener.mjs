import { pipeline } from 'node:stream/promises';

/** @typedef {import('node:http').IncomingMessage & { originalUrl?: string }} Incoming */

/**
 * What `createServer` of `node:http` takes, and Express and Fastify by their raw objects, made of a function from a `Request` to a `Response`.
 *
 * @param {(request: Request) => Promise<Response>} handle
 */
export const toNodeListener =
  handle =>
  /** @param {Incoming} incoming @param {import('node:http').ServerResponse} outgoing */
  async (incoming, outgoing) => {
    const aborter = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) aborter.abort();
    });
    try {
      const response = await handle(toRequest(incoming, aborter.signal));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      // A stream is open as soon as its headers are there.
      outgoing.flushHeaders();
      if (response.body) await pipeline(response.body, outgoing);
      else outgoing.end();
    } catch {
      // The address is no URL. Otherwise the headers have left, and so has the client.
      if (!outgoing.headersSent) outgoing.writeHead(400).end();
    }
  };

/** @param {Incoming} incoming @param {AbortSignal} signal */
function toRequest(incoming, signal) {
  const { method = 'GET', headers, socket, originalUrl, url = '/' } = incoming;
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const init = {
    method,
    headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: hasBody ? toBody(incoming) : null,
    duplex: 'half',
    signal,
  };
  return new Request(`${scheme}://${headers.host ?? 'localhost'}${originalUrl ?? url}`, init);
}

/** Reads nothing before it is asked to, so that Node drops a body that nobody wants. @param {Incoming} incoming */
function toBody(incoming) {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      // The rest of the body is dropped, and not the connection: the answer still has to leave.
      async cancel() {
        await chunks.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
