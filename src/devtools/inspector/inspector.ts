import type { InspectionEvent } from 'xstate';
import { assertKnownOptions } from '../../machines/options.js';
import type { Redact } from '../redaction.js';
import { connectInspector, type InspectorConnection, maxWaitingLength, maxWaitingMessages } from './connection.js';
import { type InspectorMessage, inspectorMessages } from './messages.js';

/** Which viewer an inspector opens, and what it sends. */
export type InspectorOptions = {
  /**
   * A page, local or remote, that speaks the inspector's protocol; or, with `ws:` or `wss:`, a WebSocket.
   * @defaultValue Stately's viewer, `https://stately.ai/inspect`
   */
  readonly url?: string | undefined;
  /** Shows the page in this frame of the document. @defaultValue opens a window */
  readonly iframe?: HTMLIFrameElement | undefined;
  /** Shows more or less than the default. */
  readonly redact?: Redact | undefined;
};

/** Sends what actors, hooks and clients do to a viewer. */
export type Inspector = {
  /** Pass it as `inspect` to `createActor`, to `useGeneration` or to a client. The first event opens the viewer. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The same, with a kind in the machine's name: `inspectAs('image')` shows `image generation 3f2a`. */
  readonly inspectAs: (kind: string) => (event: InspectionEvent) => void;
  /**
   * Opens the viewer now. Call it in a click handler, because browsers block other windows. Rejects with an
   * `InspectorError`.
   */
  readonly open: () => Promise<void>;
  /** Whether its viewer is open: `false` before it opens, after `close`, and once the user has closed its window. */
  readonly isOpen: () => boolean;
  /** Closes the connection for good. */
  readonly close: () => void;
};

const lengthOf = (message: InspectorMessage) => JSON.stringify(message).length;

/**
 * Shows generations in Stately's inspector. Only redacted data leaves this function: no prompts, inputs, headers or URL
 * queries, and no text that is not a name (see {@link Redact}). It loads the package `@statelyai/inspect` when it
 * opens. No error affects a generation, not even a missing package: `open` rejects, or the console shows the error
 * once.
 *
 * @throws TypeError for an unknown option
 * @example
 * const generationInspector = inspector();
 * createActor(machine, { input: { id }, inspect: generationInspector.inspect });
 * useGeneration(machine, { inspect: generationInspector.inspectAs('image') });
 */
export function inspector(options: InspectorOptions = {}): Inspector {
  assertKnownOptions('inspector', options, ['url', 'iframe', 'redact']);
  const { url = 'https://stately.ai/inspect', iframe, redact } = options;
  const toMessages = inspectorMessages(redact);
  let waiting: InspectorMessage[] = [];
  let waitingLength = 0;
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
      const opened = await opening;
      if (connection === opened) return;
      connection = opened;
    } catch (error) {
      close();
      throw error;
    }
    for (const message of waiting) connection.send(message);
    waiting = [];
    if (isClosed) connection.stop();
  };

  const isOpen = () => connection !== undefined && !isClosed && !connection.isClosed();

  const keep = (messages: readonly InspectorMessage[]) => {
    for (const message of messages) {
      waiting.push(message);
      waitingLength += lengthOf(message);
    }
    while (waiting.length > maxWaitingMessages || waitingLength > maxWaitingLength) {
      const [oldest] = waiting.splice(0, 1);
      if (oldest) waitingLength -= lengthOf(oldest);
    }
  };

  const fail = (error: unknown) => {
    close();
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  };

  const inspectAs = (kind?: string) => (event: InspectionEvent) => {
    if (isClosed) return;
    // An error here would stop the inspected actor.
    try {
      const messages = toMessages(event, kind);
      if (connection) for (const message of messages) connection.send(message);
      else keep(messages);
      if (!opening) open().catch(fail);
    } catch (error) {
      fail(error);
    }
  };

  return { inspect: inspectAs(), inspectAs, open, isOpen, close };
}
