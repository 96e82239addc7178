import { type AnswerPart, leave, type PageRequest } from './messages.js';

/** What the backend answers. Everything else, such as a blob or a file of the site, is fetched as ever. */
const ownPath = /^\/api\//;

/** A `fetch` that asks the worker for what a server would answer. */
export function createWorkerFetch(worker: Worker, otherwise: typeof fetch): typeof fetch {
  return async (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (origin !== location.origin || !ownPath.test(pathname)) return otherwise(input, init);
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const message: PageRequest = {
      method: request.method,
      url: request.url,
      headers: [...request.headers],
      body: hasBody ? await request.arrayBuffer() : undefined,
    };
    const { port1: port, port2: answering } = new MessageChannel();
    const parts = partsOf(port);
    worker.postMessage(message, [answering]);
    return toResponse(parts, port, request.signal);
  };
}

/** The parts of an answer, one after the other, as they are asked for. */
function partsOf(port: MessagePort) {
  const arrived: AnswerPart[] = [];
  let wake = () => {};
  port.onmessage = ({ data }: MessageEvent<AnswerPart>) => {
    arrived.push(data);
    wake();
  };
  return async (): Promise<AnswerPart> => {
    for (;;) {
      const part = arrived.shift();
      if (part) return part;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
}

/** As a network tells it. */
const broken = () => new TypeError('The backend in this page has broken the connection.');

async function toResponse(next: () => Promise<AnswerPart>, port: MessagePort, signal: AbortSignal): Promise<Response> {
  const close = () => {
    port.postMessage(leave);
    port.close();
  };
  const left = new Promise<never>((_, reject) => {
    const onAbort = () => {
      close();
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // It is raced below, and may lose.
  left.catch(() => undefined);

  const head = await Promise.race([next(), left]);
  if (head.kind !== 'head') throw broken();
  // What was sent before a break arrives before it: nothing is read ahead of whoever reads.
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = await Promise.race([next(), left]);
        if (part.kind === 'chunk') return controller.enqueue(part.bytes);
        port.close();
        if (part.kind === 'end') controller.close();
        else throw broken();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
  const headers = head.headers.map(([name, value]): [string, string] => [name, value]);
  return new Response(nullStatuses.has(head.status) ? null : body, { status: head.status, headers });
}

/** @see https://fetch.spec.whatwg.org/#null-body-status */
const nullStatuses: ReadonlySet<number> = new Set([204, 205, 304]);
