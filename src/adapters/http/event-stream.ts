import { createParser } from 'eventsource-parser';
import { throwIfAborted } from '../../machines/abort.js';
import type { EventsCall, JobRef } from '../../machines/generation/generation.port.js';
import { missingApis } from '../../machines/platform.js';
import { longestDelayMs } from '../../machines/reads/delays.js';
import { discard, type Fetch, type GivenHeaders, withNetworkErrors } from './exchange.js';
import { type RequestContext, toRequestError, toResponseError } from './request-error.js';
import { toResumption } from './resumption.js';

/**
 * One event of a stream, as the HTML standard dispatches it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export type StreamEvent = {
  /** The `event` field, or `message` if the event has none. */
  readonly type: string;
  readonly data: string;
  /** The stream's last event id when this event was dispatched. Empty if there has been none. */
  readonly lastEventId: string;
};

/** How {@link readEventStream} opens a stream, and its callbacks. */
export type EventStreamOptions = Pick<EventsCall, 'signal' | 'lastEventId'> &
  Partial<Pick<EventsCall, 'onOpen' | 'onAlive' | 'onId' | 'onRetry'>> & {
    /** @defaultValue the global `fetch` */
    readonly fetch?: Fetch | undefined;
    readonly headers?: GivenHeaders | undefined;
    /** The stream's job. Error messages name it. */
    readonly job?: JobRef | undefined;
    /** A larger event ends the stream with an error. @defaultValue 1_048_576 */
    readonly maxEventBytes?: number | undefined;
  };

/**
 * Reads one `text/event-stream` response and yields its events. It connects once. Callbacks report that the stream is
 * open, that bytes have arrived (comments included), the last event id, and how long the server asks to wait before the
 * stream is opened again (ms).
 *
 * The generator ends when the response ends, which does not mean that the job has ended. An abort makes it throw the
 * signal's reason at once. Otherwise it throws a `GenerationError` with one of these codes:
 *
 * - `not-found`: there is no stream and will be none (204, 404, 405, 410, 501, or a platform that cannot read streams);
 * - `unauthorized`;
 * - `rate-limited`, with `retryAfterMs`;
 * - `invalid-response`: a 2xx or 3xx that is not an event stream;
 * - `bad-input`: any other 4xx;
 * - `event-too-large`;
 * - `network`: everything else.
 *
 * An event id of more than 1 kB is ignored, and the one before it stays. A server on another origin must allow
 * `Last-Event-ID` (CORS). If a page's request with it gets no answer, the next one is sent without it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @example
 * for await (const { data } of readEventStream('/api/events/file.41', { signal, onAlive: () => touch() })) {
 *   show(JSON.parse(data));
 * }
 */
export async function* readEventStream(
  url: string,
  options: EventStreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal, job, fetch = globalThis.fetch } = options;
  const context: RequestContext = { action: 'follow', job };
  const missing = missingApis('TextDecoder', 'TextEncoder');
  if (missing.length > 0) throw toUnreadable(context, `no ${missing.join(', no ')}`);
  const headers = new Headers(options.headers);
  headers.set('accept', 'text/event-stream');
  const firstEventId = isTooLong(options.lastEventId) ? undefined : options.lastEventId;
  const resumption = toResumption(url, toHeaderValue(firstEventId ?? ''));
  if (resumption.header) headers.set('last-event-id', resumption.header);
  const response = await withNetworkErrors(context, signal, () =>
    fetch(url, { headers, signal, cache: 'no-store' }).catch((error: unknown) => {
      if (!signal.aborted) resumption.setFailed();
      throw error;
    }),
  );
  assertEventStream(response, context);
  yield* readEvents(response, { ...options, lastEventId: firstEventId }, context);
}

/** How the events of an open response are read. */
type ReadOptions = Pick<
  EventStreamOptions,
  'signal' | 'lastEventId' | 'onOpen' | 'onAlive' | 'onId' | 'onRetry' | 'maxEventBytes'
>;

/** Reads the events of a response that is an event stream, to its end or an abort: see {@link readEventStream}. */
export async function* readEvents(
  response: Response,
  options: ReadOptions,
  context: RequestContext,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal, lastEventId, maxEventBytes = 1_048_576 } = options;
  // `null` is an empty body. A `fetch` that cannot stream has no member of this name.
  if (response.body === undefined) throw toUnreadable(context, 'a `fetch` without streams');
  const parser = createEventParser(lastEventId, maxEventBytes, options.onRetry);
  // The parser strips a leading byte order mark. If the decoder did so as well, it would strip a second one.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => undefined);
  // A body that does not come from the platform's fetch may ignore the signal.
  signal.addEventListener('abort', cancel);
  try {
    options.onOpen?.();
    while (reader) {
      const { value } = await withNetworkErrors(context, signal, () => reader.read());
      if (!value) return;
      options.onAlive?.();
      for (const { id, event } of parser.feed(decoder.decode(value, { stream: true }))) {
        if (id !== undefined) options.onId?.(id);
        if (event) yield event;
        throwIfAborted(signal);
      }
      if (parser.isTooLarge()) {
        throw toRequestError(context, 'event-too-large', `an event has more than ${maxEventBytes} bytes`);
      }
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** The chart takes it for a job without a stream, and polls. */
const toUnreadable = (context: RequestContext, reason: string) =>
  toRequestError(context, 'not-found', `this platform has ${reason}`, { advice: 'The job can be followed by reads' });

const eventStreamType = /^text\/event-stream\s*(?:;|$)/i;

/** Whether the body of a response is an event stream, if its status is one of success. */
export const hasEvents = ({ headers }: Response): boolean => eventStreamType.test(headers.get('content-type') ?? '');

function assertEventStream(response: Response, context: RequestContext): void {
  const { status } = response;
  if (status === 200 && hasEvents(response)) return;
  discard(response);
  // Like 404 and 410, these say that there is no stream for this job and will be none.
  const code = [204, 405, 501].includes(status) ? 'not-found' : undefined;
  throw toResponseError(context, response, { code, reason: ' without an event stream' });
}

/** A new last event id, an event, or both. */
type ParsedBlock = { readonly id?: string; readonly event?: StreamEvent };

/**
 * Parses the text of a stream. One chunk may hold several blocks: they are returned in order, so that the consumer can
 * stop after any of them.
 */
function createEventParser(
  firstEventId: string | undefined,
  maxEventBytes: number,
  onRetry: EventStreamOptions['onRetry'],
) {
  let lastEventId = firstEventId ?? '';
  let blocks: ParsedBlock[] = [];
  let isTooLarge = false;
  const parser = createParser({
    // The parser counts the field name of a line, too. It counts characters, which are never more than the bytes.
    maxBufferSize: maxEventBytes + 'data: '.length,
    onId: id => {
      if (isTooLong(id)) return;
      lastEventId = id;
      blocks.push({ id });
    },
    onEvent: ({ event: type = 'message', data }) => {
      isTooLarge ||= new TextEncoder().encode(data).length > maxEventBytes;
      if (!isTooLarge) blocks.push({ event: { type, data, lastEventId } });
    },
    // A number of many digits is Infinity, and a timer of Infinity fires at once.
    onRetry: ms => onRetry?.(Math.min(ms, longestDelayMs)),
    onError: ({ type }) => {
      isTooLarge ||= type === 'max-buffer-size-exceeded';
    },
  });
  return {
    feed(text: string): readonly ParsedBlock[] {
      blocks = [];
      parser.feed(text);
      return blocks;
    },
    isTooLarge: () => isTooLarge,
  };
}

/** Servers refuse long headers: an id that is longer would make every later opening fail. */
const maxEventIdBytes = 1_024;

const isTooLong = (id = ''): boolean =>
  id.length > maxEventIdBytes || new TextEncoder().encode(id).length > maxEventIdBytes;

/**
 * The HTML standard sends the id as UTF-8 bytes, and a header value is a string of bytes. An id with control characters
 * is left out: with it fetch would fail every time, without it the stream opens at least.
 */
function toHeaderValue(id: string): string {
  const bytes = Array.from(new TextEncoder().encode(id), byte => String.fromCharCode(byte)).join('');
  const isSendable = /^[\t\x20-\x7e\x80-\xff]*$/.test(bytes);
  return isSendable ? bytes : '';
}
