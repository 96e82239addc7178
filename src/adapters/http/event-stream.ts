import { createParser } from 'eventsource-parser';
import type { EventsCall, JobRef } from '../../machines/generation/generation.port.js';
import { arrival, discard, type Fetch } from './exchange.js';
import { type Errand, toError, toHttpError } from './failure.js';

/** One event of a stream, as the HTML standard dispatches it. */
export type StreamEvent = {
  /** The `event` field; `message` if there was none. */
  readonly type: string;
  readonly data: string;
  /** The stream's last event id when this event was dispatched; empty if there has been none. */
  readonly lastEventId: string;
};

/** How to open an event stream, and whom to tell of it. */
export type EventStreamOptions = Pick<EventsCall, 'signal' | 'lastEventId'> &
  Partial<Pick<EventsCall, 'onOpen' | 'onAlive' | 'onId' | 'onRetry'>> & {
    /** @defaultValue the global `fetch` */
    readonly fetch?: Fetch | undefined;
    readonly headers?: HeadersInit | undefined;
    /** Named in errors. */
    readonly job?: JobRef | undefined;
    /** A longer event ends the stream. @defaultValue 1 MiB */
    readonly maxEventBytes?: number | undefined;
  };

/**
 * Reads one `text/event-stream` response: events as they come, and by callback that it is open, that bytes have
 * arrived (comments included), its last event id, and how long it asks to wait before reopening (ms). It connects once.
 *
 * It ends when the response ends, which does not mean that the job has. Abort ends it at once, with the signal's
 * reason thrown, and nothing is delivered after that. Throws a `GenerationError`: `not-found` where there is no stream
 * and there will be none (204, 404, 405, 410, 501), `unauthorized`, `rate-limited` (with `retryAfterMs`),
 * `invalid-response` for a 2xx or 3xx that is no event stream, `bad-input` for another 4xx, `event-too-large`, else
 * `network`.
 *
 * @example
 * for await (const { data } of readEventStream('/api/events/file.41', { signal, onAlive: () => touch() })) {
 *   show(JSON.parse(data));
 * }
 */
export async function* readEventStream(
  url: string,
  options: EventStreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal, job, fetch = globalThis.fetch, maxEventBytes = 1_048_576 } = options;
  let { lastEventId = '' } = options;
  const errand: Errand = { doing: 'Following', job };
  const headers = new Headers(options.headers);
  headers.set('accept', 'text/event-stream');
  const resumeFrom = toHeaderValue(lastEventId);
  if (resumeFrom) headers.set('last-event-id', resumeFrom);
  const response = await arrival(() => fetch(url, { headers, signal, cache: 'no-store' }), errand, signal);
  const { status } = response;
  if (status !== 200 || !/^text\/event-stream\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '')) {
    discard(response);
    // As 404 and 410 say of themselves: there is none for this job, and there will be none.
    const code = [204, 405, 501].includes(status) ? 'not-found' : undefined;
    throw toHttpError(errand, response, { code, said: 'no event stream' });
  }

  // One chunk may hold several blocks: what each tells is held until the one before it has been dealt with.
  let told: { readonly id?: string; readonly event?: StreamEvent }[] = [];
  let isTooLarge = false;
  const parser = createParser({
    // It counts a line with its field name, and characters, of which there are never more than bytes.
    maxBufferSize: maxEventBytes + 'data: '.length,
    onId: id => {
      lastEventId = id;
      told.push({ id });
    },
    onEvent: ({ event: type = 'message', data }) => {
      isTooLarge ||= new TextEncoder().encode(data).length > maxEventBytes;
      if (!isTooLarge) told.push({ event: { type, data, lastEventId } });
    },
    // A number of many digits is Infinity, with which a timer would fire at once.
    onRetry: ms => options.onRetry?.(Math.min(ms, 2 ** 31 - 1)),
    onError: ({ type }) => {
      isTooLarge ||= type === 'max-buffer-size-exceeded';
    },
  });
  // The parser strips the one leading BOM; the decoder, which would strip it too, must leave a second one alone.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => undefined);
  // A body that does not come from the platform's fetch may not know of the signal.
  signal.addEventListener('abort', cancel);
  try {
    options.onOpen?.();
    while (reader) {
      const { value } = await arrival(() => reader.read(), errand, signal);
      if (!value) return;
      options.onAlive?.();
      told = [];
      parser.feed(decoder.decode(value, { stream: true }));
      for (const { id, event } of told) {
        if (id !== undefined) options.onId?.(id);
        if (event) yield event;
        signal.throwIfAborted();
      }
      if (isTooLarge) throw toError(errand, 'event-too-large', `an event has more than ${maxEventBytes} bytes`);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/**
 * The HTML standard sends the id as UTF-8 bytes, and a header takes a string of bytes. Control characters cannot be
 * sent (fetch would fail, each time): without the header the stream opens at least.
 */
function toHeaderValue(id: string): string {
  const bytes = Array.from(new TextEncoder().encode(id), byte => String.fromCharCode(byte)).join('');
  return /[^\t\x20-\x7e\x80-\xff]/.test(bytes) ? '' : bytes;
}
