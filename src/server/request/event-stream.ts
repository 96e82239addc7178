import type { Asked } from '../level.js';
import type { Settings } from '../settings.js';
import { commonHeaders } from './answers.js';

/** Writes the events of one stream. */
export type EventWriter = {
  /** An event about this key. One that a slow reader has not taken yet is replaced, so that a stream holds one event of each key. */
  send(key: string, event: StreamedEvent): void;
  /** Aborted when the reader has gone, or its time is over. */
  readonly signal: AbortSignal;
};

type StreamedEvent = { readonly type?: string; readonly id?: string; readonly data: unknown };

/** When the page opens the next stream, in ms. */
const reopenMs = 1_000;

const toText = ({ type, id, data }: StreamedEvent): string =>
  `${type ? `event: ${type}\n` : ''}${id === undefined ? '' : `id: ${id.replace(/[\r\n\0]/g, '')}\n`}data: ${JSON.stringify(data)}\n\n`;

/**
 * A stream of events that `run` writes until it resolves, the reader goes, or the time is over. The first bytes leave at once, so that the
 * page knows that the stream is open.
 *
 * @throws RequestRefusal if the user has too many of them
 */
export function toEventStream(
  { request: { signal }, user }: Pick<Asked, 'request' | 'user'>,
  { maxStreamMs, streams, log }: Pick<Settings, 'maxStreamMs' | 'streams' | 'log'>,
  run: (writer: EventWriter) => Promise<void>,
): Response {
  const place = streams.enter(user.id);
  const encoder = new TextEncoder();
  const waiting = new Map<string, StreamedEvent>();
  const aborter = new AbortController();
  let isEnded = false;
  let wake = () => {};
  const abort = () => aborter.abort();
  const end = () => {
    isEnded = true;
    place.leave();
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    wake();
  };
  const timer = setTimeout(abort, maxStreamMs);
  signal.addEventListener('abort', abort);
  aborter.signal.addEventListener('abort', end);
  if (signal.aborted) abort();

  const writer: EventWriter = {
    signal: aborter.signal,
    send(key, event) {
      if (isEnded) return;
      // The newest state goes last, after what was said of others before.
      waiting.delete(key);
      waiting.set(key, event);
      wake();
    },
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${reopenMs}\n\n`));
        // The page opens another one, and reads meanwhile.
        void run(writer)
          .catch((error: unknown) => log.report('stream.failed', error))
          .then(end);
      },
      async pull(controller) {
        while (waiting.size === 0 && !isEnded) {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
        const text = [...waiting.values()].map(toText).join('');
        waiting.clear();
        if (text) controller.enqueue(encoder.encode(text));
        else if (isEnded) controller.close();
      },
      cancel: abort,
    },
    // Nothing is taken before it is wanted: what is newer replaces it until then.
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: {
      ...commonHeaders,
      // Compression holds events back until it has enough of them.
      'cache-control': `${commonHeaders['cache-control']}, no-transform`,
      'content-type': 'text/event-stream; charset=utf-8',
      // Asks nginx, and proxies that follow it, not to hold events back.
      'x-accel-buffering': 'no',
    },
  });
}
