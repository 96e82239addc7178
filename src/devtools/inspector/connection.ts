import { InspectorError } from './errors.js';
import type { InspectorMessage } from './messages.js';

/** Where the messages go. */
export type InspectorTarget = { readonly url: string; readonly iframe: HTMLIFrameElement | undefined };

/** A way to a viewer. It keeps what it was given until the viewer is there, and again for one that is reloaded. */
export type InspectorConnection = {
  readonly send: (message: InspectorMessage) => void;
  readonly stop: () => void;
};

/** So many messages wait for a viewer; then the oldest are lost. */
export const waitingMessages = 2_000;

async function load() {
  // In a `try`, so that a bundler takes it for what may be missing.
  try {
    return await import('@statelyai/inspect');
  } catch (cause) {
    const message =
      'The inspector needs the package @statelyai/inspect. Install it: npm install --save-dev @statelyai/inspect.';
    throw new InspectorError('not-installed', message, { cause });
  }
}

/**
 * Loads Stately's package, and opens what is to be opened.
 *
 * @throws InspectorError
 */
export async function connectInspector({ url, iframe }: InspectorTarget): Promise<InspectorConnection> {
  const { createBrowserInspector, createWebSocketInspector } = await load();
  // Its query may hold a key.
  const [where = ''] = url.split(/[?#]/);
  type Sent = Parameters<ReturnType<typeof createWebSocketInspector>['adapter']['send']>[0];
  const through = ({ adapter }: { adapter: { send(event: Sent): void; stop?(): void } }): InspectorConnection => ({
    // Past what the package makes of XState's events: it waits for an idle moment, which a hidden page has not, and
    // then says that it happened then. Its types name live snapshots, and what it sends are these.
    send: message => adapter.send(message as unknown as Sent),
    stop: () => adapter.stop?.(),
  });
  try {
    const maxDeferredEvents = waitingMessages;
    if (/^wss?:/i.test(url)) return through(createWebSocketInspector({ url, maxDeferredEvents }));
    if (typeof window === 'undefined') {
      throw new InspectorError('no-window', `There is no window to open ${where} in: give the url of a WebSocket.`);
    }
    const opened = createBrowserInspector({ url, iframe: iframe ?? null, maxDeferredEvents });
    // The package waits for the frame to be loaded, and loses what it sends to a page that connects before that.
    if (iframe) opened.adapter.targetWindow = iframe.contentWindow;
    else if (!opened.adapter.targetWindow) {
      const message = `The browser opened no window for ${where}: allow it, call open() from a click, or give an iframe.`;
      throw new InspectorError('blocked', message);
    }
    return through(opened);
  } catch (cause) {
    if (cause instanceof InspectorError) throw cause;
    throw new InspectorError('failed', `The inspector at ${where} cannot be opened.`, { cause });
  }
}
