import type { Incoming, Outgoing } from './node-http.js';

/** A listener of `node:http` for a function from a `Request` to a `Response`. A client that goes away aborts the request's signal. */
export function toListener(handle: (request: Request) => Promise<Response>) {
  return (incoming: Incoming, outgoing: Outgoing): void => {
    const controller = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) controller.abort();
    });
    answer(incoming, outgoing, handle, controller.signal).catch(() => outgoing.destroy());
  };
}

async function answer(
  incoming: Incoming,
  outgoing: Outgoing,
  handle: (request: Request) => Promise<Response>,
  signal: AbortSignal,
): Promise<void> {
  const response = await handle(toRequest(incoming, signal));
  outgoing.writeHead(response.status, toRecord(response.headers));
  // The first byte of a stream may be a while away.
  outgoing.flushHeaders();
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (signal.aborted) break;
      if (!outgoing.write(part.value)) await drained(outgoing);
    }
  } finally {
    void reader?.cancel().catch(() => undefined);
    outgoing.end();
  }
}

const drained = (outgoing: Outgoing) =>
  new Promise<void>(resolve => {
    outgoing.once('drain', resolve);
    outgoing.once('close', resolve);
  });

/** A host name that is none is answered as one that is not ours. */
const toBase = ({ headers, socket }: Incoming): string => {
  const base = `${socket.encrypted ? 'https' : 'http'}://${headers.host ?? 'localhost'}`;
  try {
    return new URL(base).origin;
  } catch {
    return 'http://invalid';
  }
};

function toRequest(incoming: Incoming, signal: AbortSignal): Request {
  const { method = 'GET', rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  const path = incoming.originalUrl ?? incoming.url ?? '/';
  // A path such as //evil.test would be another host.
  const url = new URL(`${toBase(incoming)}${path.startsWith('/') ? path : '/'}`);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // `duplex` is what the platform asks for with a stream as body.
  const init = { method, headers, signal, ...(hasBody && { body: toStream(incoming), duplex: 'half' }) };
  return new Request(url, init as RequestInit);
}

function toStream(incoming: Incoming): ReadableStream<Uint8Array> {
  const parts = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await parts.return?.();
    },
  });
}

function toRecord(headers: Headers): Record<string, string> {
  const record: Record<string, string> = {};
  headers.forEach((value, name) => {
    record[name] = value;
  });
  return record;
}
