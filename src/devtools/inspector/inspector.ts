import type { InspectionEvent } from 'xstate';
import type { Redact } from '../redaction.js';
import { connectInspector, type InspectorConnection, waitingMessages } from './connection.js';
import { type InspectorMessage, inspectorMessages } from './messages.js';

/** Where to look, and what is shown there. */
export type InspectorOptions = {
  /**
   * A page that speaks the inspector's protocol, local ones included, or with `ws:` or `wss:` a WebSocket.
   *
   * @defaultValue Stately's, `https://stately.ai/inspect`
   */
  readonly url?: string | undefined;
  /** Shows the page in this frame, which stands in the document. @defaultValue a window of its own */
  readonly iframe?: HTMLIFrameElement | undefined;
  /** Shows more or less than the default does. */
  readonly redact?: Redact | undefined;
};

/** Watches actors, hooks and clients. */
export type Inspector = {
  /** To be passed as `inspect`: to `createActor`, to `useGeneration`, to a client. The first event opens the inspector. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The same for those that make one kind of thing: `inspectAs('image')` names them `image generation 3f2a`. */
  readonly inspectAs: (kind: string) => (event: InspectionEvent) => void;
  /** Opens the inspector now: call it from a click, since browsers block other windows. Rejects with an `InspectorError`. */
  readonly open: () => Promise<void>;
  /** Shows no more, for good. */
  readonly close: () => void;
};

/**
 * Shows in Stately's inspector what generations do, without prompts, inputs, headers, urls' queries and whatever else
 * is no name or number (see {@link Redact}): nothing of that leaves this function. It needs `@statelyai/inspect`,
 * which is loaded when it is used. Nothing of it, a missing package included, reaches a generation: what goes wrong is
 * told by `open`, or on the console.
 *
 * @example
 * const watch = inspector();
 * createActor(machine, { input: { id }, inspect: watch.inspect });
 * useGeneration(machine, { inspect: watch.inspectAs('image') });
 */
export function inspector({ url = 'https://stately.ai/inspect', iframe, redact }: InspectorOptions = {}): Inspector {
  const toMessages = inspectorMessages(redact);
  let waiting: InspectorMessage[] = [];
  let opening: Promise<InspectorConnection> | undefined;
  let connection: InspectorConnection | undefined;
  let isClosed = false;

  const close = () => {
    isClosed = true;
    waiting = [];
    connection?.stop();
  };

  const open = async () => {
    opening ??= connectInspector({ url, iframe });
    try {
      const made = await opening;
      if (connection === made) return;
      connection = made;
    } catch (error) {
      close();
      throw error;
    }
    for (const message of waiting) connection.send(message);
    waiting = [];
    if (isClosed) connection.stop();
  };

  const fail = (error: unknown) => {
    close();
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  };

  const inspectAs = (kind?: string) => (event: InspectionEvent) => {
    if (isClosed) return;
    // A throw would end the actor that is watched.
    try {
      const messages = toMessages(event, kind);
      if (connection) for (const message of messages) connection.send(message);
      else waiting = [...waiting, ...messages].slice(-waitingMessages);
      if (!opening) open().catch(fail);
    } catch (error) {
      fail(error);
    }
  };

  return { inspect: inspectAs(), inspectAs, open, close };
}
