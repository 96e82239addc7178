import { InspectorError } from './errors.js';
import type { InspectorMessage } from './messages.js';

/** The viewer that gets the messages. */
export type InspectorTarget = { readonly url: string; readonly iframe: HTMLIFrameElement | undefined };

/** A connection to a viewer. It keeps its messages until the viewer connects, and sends them again if it reloads. */
export type InspectorConnection = {
  readonly send: (message: InspectorMessage) => void;
  readonly stop: () => void;
  /** The window of the viewer was closed. */
  readonly isClosed: () => boolean;
};

/** The most messages that wait for a viewer. With more, the oldest are dropped. */
export const maxWaitingMessages = 2_000;
/** The most characters of JSON that wait for a viewer. */
export const maxWaitingLength = 4_000_000;

async function load() {
  // In a `try`, so that bundlers treat the package as optional.
  try {
    return await import('@statelyai/inspect');
  } catch (cause) {
    const message =
      'The inspector needs the package @statelyai/inspect, which is not installed. Run: npm install --save-dev @statelyai/inspect.';
    throw new InspectorError('not-installed', message, { cause });
  }
}

/**
 * Loads Stately's package, and opens the viewer.
 *
 * @throws InspectorError
 */
export async function connectInspector({ url, iframe }: InspectorTarget): Promise<InspectorConnection> {
  const { createBrowserInspector, createWebSocketInspector } = await load();
  // The query may have a key in it.
  const [place = ''] = url.split(/[?#]/);
  type Sent = Parameters<ReturnType<typeof createWebSocketInspector>['adapter']['send']>[0];
  type Adapter = { send(event: Sent): void; stop?(): void; targetWindow?: Window | null };
  const toConnection = ({ adapter }: { adapter: Adapter }): InspectorConnection => ({
    // Straight to the adapter: the package converts events only when the page is idle, which a hidden page never is, and
    // gives them the time of the conversion. Its types ask for live snapshots, but it sends JSON.
    send: message => adapter.send(message as unknown as Sent),
    stop: () => adapter.stop?.(),
    isClosed: () => adapter.targetWindow?.closed === true,
  });
  try {
    const maxDeferredEvents = maxWaitingMessages;
    if (/^wss?:/i.test(url)) return toConnection(createWebSocketInspector({ url, maxDeferredEvents }));
    if (typeof window === 'undefined') {
      throw new InspectorError(
        'no-window',
        `The inspector cannot open ${place}, because there is no window here. Outside of a browser, set url to a WebSocket.`,
      );
    }
    const opened = createBrowserInspector({ url, iframe: iframe ?? null, maxDeferredEvents });
    // The package sets the window when the frame has loaded, and loses messages to a page that connects before that.
    if (iframe) opened.adapter.targetWindow = iframe.contentWindow;
    else if (!opened.adapter.targetWindow) {
      const message = `The browser blocked the window for ${place}. Allow it, call open() in a click handler, or set iframe.`;
      throw new InspectorError('blocked', message);
    }
    return toConnection(opened);
  } catch (cause) {
    if (cause instanceof InspectorError) throw cause;
    throw new InspectorError('failed', `The inspector cannot connect to ${place}. See the cause of this error.`, {
      cause,
    });
  }
}
