import { throwIfAborted } from '../../machines/abort.js';
import type { EventsCall, JobRef } from '../../machines/generation/generation.port.js';
import { missingApis } from '../../machines/platform.js';
import { type RequestContext, toRequestError } from './request-error.js';

/** The part of a `WebSocket` that is used. The platform's and that of `ws` fit. */
export type WebSocketLike = {
  binaryType: string;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void;
  send(message: string): void;
  close(): void;
};

/** How {@link readWebSocket} opens a socket, and its callbacks. */
export type WebSocketOptions = Pick<EventsCall, 'signal'> &
  Partial<Pick<EventsCall, 'onOpen' | 'onAlive'>> & {
    readonly protocols?: readonly string[] | undefined;
    /** Messages to send once the socket is open, such as a subscription. */
    readonly messages?: readonly string[] | undefined;
    /** The socket's job. Error messages name it. */
    readonly job?: JobRef | undefined;
    /** Opens the socket. @defaultValue the global `WebSocket`, in Node since version 22 */
    readonly open?: ((url: string, protocols: string[]) => WebSocketLike) | undefined;
    /** More unread bytes end the stream with an error. @defaultValue 33_554_432 */
    readonly maxBufferedBytes?: number | undefined;
  };

/**
 * Reads the messages of one WebSocket: strings, and bytes for binary ones. It connects once. The generator ends when
 * the socket is closed, which does not mean that the job has ended. An abort closes the socket and makes the generator
 * throw the signal's reason at once.
 *
 * It throws a `GenerationError` with the code `not-found` on a platform without WebSockets, `network` if the socket
 * cannot be opened, and `event-too-large` if too many bytes are unread. Browsers do not say why a socket cannot be
 * opened.
 *
 * @see https://websockets.spec.whatwg.org/
 * @example
 * for await (const message of readWebSocket('wss://studio.example.com/ws', { signal, job })) {
 *   if (typeof message === 'string') show(JSON.parse(message));
 * }
 */
export async function* readWebSocket(
  url: string,
  { signal, protocols = [], messages = [], job, open, maxBufferedBytes = 33_554_432, ...call }: WebSocketOptions,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const context: RequestContext = { action: 'follow', job };
  throwIfAborted(signal);
  if (!open && missingApis('WebSocket').length > 0) {
    throw toRequestError(context, 'not-found', 'this platform has no WebSocket', {
      advice:
        'Pass what opens one, as the option open here and webSocket of an adapter: url => new WebSocket(url), with the WebSocket of the package ws. Or follow the job by reads',
    });
  }
  const received: (string | Uint8Array)[] = [];
  const seen = { bytes: 0, isOpen: false, isClosed: false, isTooLarge: false };
  let wake = () => {};

  const socket = toSocket(context, () => (open ? open(url, [...protocols]) : new WebSocket(url, [...protocols])));
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    if (signal.aborted) return;
    seen.isOpen = true;
    for (const message of messages) socket.send(message);
    call.onOpen?.();
  });
  socket.addEventListener('message', event => {
    if (signal.aborted || seen.isTooLarge) return;
    const data: unknown = 'data' in event ? event.data : undefined;
    call.onAlive?.();
    const message = data instanceof ArrayBuffer ? new Uint8Array(data) : String(data);
    seen.bytes += message.length;
    seen.isTooLarge = seen.bytes > maxBufferedBytes;
    received.push(message);
    wake();
  });
  const end = () => {
    seen.isClosed = true;
    wake();
  };
  socket.addEventListener('close', end);
  // A socket that cannot be opened has an error, and not on every platform a close as well.
  socket.addEventListener('error', end);
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      throwIfAborted(signal);
      if (seen.isTooLarge) {
        throw toRequestError(context, 'event-too-large', `more than ${maxBufferedBytes} bytes have arrived unread`, {
          advice: 'Raise maxBufferedBytes',
        });
      }
      const message = received.shift();
      if (message !== undefined) {
        seen.bytes -= message.length;
        yield message;
      } else if (seen.isClosed) {
        if (seen.isOpen) return;
        throw toRequestError(context, 'network', 'the WebSocket could not be opened');
      } else {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.close();
  }
}

/** A URL that is none throws at once. The text of the error quotes it, and it may hold a token. */
function toSocket(context: RequestContext, open: () => WebSocketLike): WebSocketLike {
  try {
    return open();
  } catch {
    throw toRequestError(context, 'network', 'the WebSocket could not be opened, because its URL is none');
  }
}
