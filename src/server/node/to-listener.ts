import type { Incoming, Outgoing } from './node-http.js';

/**
 * Converts a function from a `Request` to a `Response` to a `node:http` listener: for `createServer`, `app.all` of
 * Express, and Fastify's raw objects. It reads bodies only on demand, streams answers, and aborts the request's signal
 * when the client disconnects. Mount it before anything that reads bodies.
 *
 * @see https://nodejs.org/api/http.html#event-request
 * @example
 * const echo = toListener(async request => new Response(request.body));
 * // createServer(echo).listen(4173), or app.all('/api/generations/*path', toListener(server.handle)) in Express
 */
export function toListener(handle: (request: Request) => Promise<Response>) {
  return (incoming: Incoming, outgoing: Outgoing): void => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) abort();
    });
    // Without a listener, an error of a socket ends the process.
    outgoing.on('error', abort);
    answer(incoming, outgoing, handle, controller.signal).catch(() => {
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, 500);
    });
  };
}

async function answer(
  incoming: Incoming,
  outgoing: Outgoing,
  handle: (request: Request) => Promise<Response>,
  signal: AbortSignal,
): Promise<void> {
  const request = toRequest(incoming, signal);
  if (!request) return refuse(outgoing, 400);
  const response = await handle(request);
  const reader = response.body?.getReader();
  const leave = () => void reader?.cancel().catch(() => undefined);
  signal.addEventListener('abort', leave);
  if (signal.aborted) return leave();
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  // The first byte of a stream may be a while away.
  outgoing.flushHeaders?.();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    // The client may have gone while the stream was read.
    if (outgoing.destroyed) return leave();
    if (!outgoing.write(part.value)) await drained(outgoing);
  }
  if (!outgoing.destroyed) outgoing.end();
}

function refuse(outgoing: Outgoing, status: number): void {
  outgoing.statusCode = status;
  outgoing.end();
}

const drained = (outgoing: Outgoing) =>
  new Promise<void>(resolve => {
    outgoing.once('drain', resolve);
    outgoing.once('close', resolve);
  });

/** A host name that is none is answered as one that is not ours. */
const toBase = ({ headers, socket }: Incoming): string => {
  const base = `${'encrypted' in socket ? 'https' : 'http'}://${headers[':authority'] ?? headers.host ?? 'localhost'}`;
  try {
    return new URL(base).origin;
  } catch {
    return 'http://invalid';
  }
};

/** `undefined` for what no `Request` can be, such as the method TRACE. */
function toRequest(incoming: Incoming, signal: AbortSignal): Request | undefined {
  const { method = 'GET', rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // HTTP/2 has `:path` among them.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[at + 1] ?? '');
  }
  const path = incoming.originalUrl ?? incoming.url ?? '/';
  // A path such as //evil.test would be another host.
  const url = new URL(`${toBase(incoming)}${path.startsWith('/') ? path : '/'}`);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // `duplex` is what the platform asks for with a stream as body.
  const init = { method, headers, signal, ...(hasBody && { body: toStream(incoming), duplex: 'half' }) };
  try {
    return new Request(url, init as RequestInit);
  } catch {
    return undefined;
  }
}

/** Reads nothing before it is asked to, so that Node drops a body that nobody wants. */
function toStream(incoming: Incoming): ReadableStream<Uint8Array> {
  const parts = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
      // The rest of the body is dropped, and not the connection: the answer still has to leave.
      async cancel() {
        await parts.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
