import type { EventsHandle } from './hand-written-hook.js';

/** When things happen, in ms from the begin. */
export type Schedule = {
  readonly opensAt: number;
  readonly deliversAt: number;
  readonly readTakes: number;
};

const fileId = 'file-1';

/**
 * One generation of a backend that keeps to a schedule, for whoever asks: by fetch, or by an EventSource. Each answer
 * signs the same file's url anew. Its time is `setTimeout`, which the test has replaced.
 */
export function scheduledBackend({ opensAt, deliversAt, readTakes }: Schedule) {
  const startedAt = Date.now();
  const reads: number[] = [];
  let signatures = 0;

  const sinceStart = () => Date.now() - startedAt;
  const at = (ms: number, happens: () => void) => setTimeout(happens, Math.max(0, ms - sinceStart()));
  const file = () => ({
    id: fileId,
    url: sinceStart() >= deliversAt ? `https://files.test/${fileId}.png?sig=${++signatures}` : null,
    type: 'image',
    tasks: [],
  });
  const event = () => JSON.stringify({ type: 'file', object: file() });

  const read = () => {
    reads.push(sinceStart());
    // What is answered is what is true when the answer leaves, not when it was asked.
    return new Promise<ReturnType<typeof file>>(resolve => setTimeout(() => resolve(file()), readTakes));
  };

  const openEvents = (): EventsHandle => {
    const handle = { readyState: 0, onmessage: null, close: () => {} } as EventsHandle & { readyState: number };
    const timers = [
      at(opensAt, () => {
        handle.readyState = 1;
      }),
      at(deliversAt, () => handle.onmessage?.({ data: event() })),
    ];
    handle.close = () => {
      handle.readyState = 2;
      timers.forEach(clearTimeout);
    };
    return handle;
  };

  const eventStream = (signal: AbortSignal) =>
    new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      at(opensAt, () => {
        const body = new ReadableStream<Uint8Array>({
          start: controller => {
            const timer = at(deliversAt, () => controller.enqueue(new TextEncoder().encode(`data: ${event()}\n\n`)));
            signal.addEventListener('abort', () => {
              clearTimeout(timer);
              controller.error(signal.reason);
            });
          },
        });
        resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
      });
    });

  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(String(url));
    const signal = init.signal ?? new AbortController().signal;
    if (init.method === 'POST') return Response.json({ success: true, fileId, projectId: 'image-generator-tool' });
    if (pathname.startsWith('/api/events/')) return eventStream(signal);
    return Response.json(await read());
  };

  return { fileId, fetch, openEvents, readUrl: async () => (await read()).url, reads };
}
