import type { ServerAnswer } from './conformance.types.js';

/** An answer that the kit makes itself. */
export type PlainAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/**
 * What the server does with a request. `cut`: it closes the connection. `broken-off`: likewise, within the body. `never`: it
 * gives no answer.
 */
export type Reply = ServerAnswer | PlainAnswer | 'cut' | 'broken-off' | 'never';

/** How the body of an answer is sent. */
export type Delivery = {
  /** The response does not end after its body. */
  readonly isOpen?: boolean;
  /** The second half of the body waits for this. */
  readonly halfway?: Promise<unknown>;
};

export type SeenRequest = {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly request: Request;
  /** Everything that was sent, as one text. */
  readonly text: string;
  /** Resolves when the connection of the response is closed, or the response is complete. */
  readonly closed: Promise<void>;
};

export type LoopbackServer = {
  readonly url: string;
  /** What was received since the last {@link LoopbackServer.setReply}. */
  readonly requests: readonly SeenRequest[];
  /** What an answer of the user threw. */
  readonly fault: { readonly error: unknown } | undefined;
  /** Resolves with the next request, or one that is already there. */
  nextRequest(): Promise<SeenRequest>;
  setReply(reply: Reply, delivery?: Delivery): void;
  close(): void;
};

/** The part of `node:http` that is used here. The library is compiled without the types of Node. */
type Incoming = AsyncIterable<Uint8Array> & {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly socket: { destroy(): void };
};
type Outgoing = {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  flushHeaders(): void;
  write(chunk: Uint8Array | string, written?: () => void): unknown;
  end(): unknown;
  on(event: 'close', listener: () => void): unknown;
};
type HttpServer = {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): unknown;
  closeAllConnections(): void;
  close(): unknown;
};
type Runtime = {
  getBuiltinModule?(
    name: 'node:http',
  ): { createServer(listener: (incoming: Incoming, outgoing: Outgoing) => void): HttpServer } | undefined;
};

/** Without an import, so that a bundle for the browser does not look for `node:http`. */
function getHttp() {
  const process: Runtime | undefined = Reflect.get(globalThis, 'process');
  const http = process?.getBuiltinModule?.('node:http');
  if (http) return http;
  throw new TypeError('The requirements of an adapter need a server. Run these tests in Node, Bun or Deno.');
}

/** A server on a free port of 127.0.0.1 that answers each request as it is told at that time. */
export async function openLoopbackServer(): Promise<LoopbackServer> {
  let requests: SeenRequest[] = [];
  let reply: Reply = 'never';
  let delivery: Delivery = {};
  let fault: LoopbackServer['fault'];
  let waiting: ((request: SeenRequest) => void)[] = [];

  const server = getHttp().createServer((incoming, outgoing) => {
    const [given, how] = [reply, delivery];
    const list = requests;
    const closed = new Promise<void>(resolve => outgoing.on('close', resolve));
    void (async () => {
      const seen = await toSeenRequest(incoming, url, closed);
      list.push(seen);
      for (const resolve of waiting.splice(0)) resolve(seen);
      await answer(given, seen, incoming, outgoing, how);
    })().catch((error: unknown) => {
      // An aborted request has no body. What an answer of the user throws is told.
      if (typeof given === 'function') fault ??= { error };
      incoming.socket.destroy();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${toPort(server.address())}`;

  return {
    url,
    get requests() {
      return requests;
    },
    get fault() {
      return fault;
    },
    nextRequest: async () => requests[0] ?? new Promise(resolve => waiting.push(resolve)),
    setReply(next, how = {}) {
      requests = [];
      waiting = [];
      reply = next;
      delivery = how;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function toPort(address: unknown): number {
  if (typeof address === 'object' && address !== null && 'port' in address) return Number(address.port);
  throw new TypeError('The server of the kit has no port. Check that 127.0.0.1 can be listened on.');
}

async function toSeenRequest(incoming: Incoming, url: string, closed: Promise<void>): Promise<SeenRequest> {
  const { method = 'GET', url: path = '/', rawHeaders } = incoming;
  const decoder = new TextDecoder();
  let body = '';
  for await (const chunk of incoming) body += decoder.decode(chunk, { stream: true });
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  const request = new Request(`${url}${path}`, { method, headers, ...(body !== '' && { body }) });
  return { method, path, request, text: [path, ...rawHeaders, body].join('\n'), closed };
}

async function answer(
  reply: Reply,
  { request }: SeenRequest,
  incoming: Incoming,
  outgoing: Outgoing,
  { isOpen, halfway }: Delivery,
): Promise<void> {
  if (reply === 'never') return;
  if (reply === 'cut') return incoming.socket.destroy();
  if (reply === 'broken-off') {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' });
    outgoing.write('{"id":', () => incoming.socket.destroy());
    return;
  }
  const given = typeof reply === 'function' ? await reply(request) : reply;
  outgoing.writeHead(given.status, given.headers instanceof Headers ? toRecord(given.headers) : (given.headers ?? {}));
  outgoing.flushHeaders();
  for await (const part of halfway ? halvesOf(given.body, halfway) : partsOf(given.body)) outgoing.write(part);
  if (!isOpen) outgoing.end();
}

type Body = ReadableStream<Uint8Array> | string | null | undefined;

async function* partsOf(body: Body): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield new TextEncoder().encode(body);
  else if (body) {
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  }
}

async function* halvesOf(body: Body, halfway: Promise<unknown>): AsyncGenerator<Uint8Array> {
  const bytes: number[] = [];
  for await (const part of partsOf(body)) bytes.push(...part);
  const middle = Math.floor(bytes.length / 2);
  yield Uint8Array.from(bytes.slice(0, middle));
  await halfway;
  yield Uint8Array.from(bytes.slice(middle));
}

function toRecord(headers: Headers): Record<string, string> {
  const record: Record<string, string> = {};
  headers.forEach((value, name) => {
    record[name] = value;
  });
  return record;
}
