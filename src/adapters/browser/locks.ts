import type { GenerationLocks } from '../../machines/client/client.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { listenUntil } from './listen.js';
import { createTabLock, type TabLock, type TabMessage } from './tab-lock.js';

/** Options of {@link browserLocks}. */
export type BrowserLocksOptions = {
  /** Locks with different prefixes are independent. @defaultValue `'generation-lifecycle'` */
  readonly prefix?: string | undefined;
};

/** What is sent to the other tabs. */
type ChannelMessage = { readonly name: string; readonly message: TabMessage };

const optionNames = Object.keys({ prefix: true } satisfies Record<keyof BrowserLocksOptions, true>);

/**
 * Lets exactly one of several tabs follow a generation, using a Web Lock with its name. When that tab is closed, the
 * browser gives the lock to another one.
 *
 * A visible tab takes the lock over from a hidden tab, and from a frozen or stuck tab that has not answered for 3 s.
 * Between two visible tabs, the first keeps it. A page that is frozen or enters the back/forward cache releases the
 * lock and requests it again when it returns. A holder whose `canRelease` returns `false` keeps the lock until it is
 * closed.
 *
 * Without Web Locks (an insecure context, an old browser, Node before 24) every tab gets the state `shared` at once:
 * all tabs follow the generation, and the store decides which item is new. Without `BroadcastChannel` a lock moves only
 * when its tab is closed.
 *
 * @throws TypeError for an unknown option
 * @see https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 * @example
 * createGenerationClient({ name: 'pictures', generation: machine, toItems, store, locks: browserLocks() });
 */
export function browserLocks(options: BrowserLocksOptions = {}): GenerationLocks {
  assertKnownOptions('browserLocks', options, optionNames);
  const { prefix = 'generation-lifecycle' } = options;
  const channelName = `${prefix}:locks`;
  const entries = new Set<{ readonly name: string; readonly tabLock: TabLock }>();
  let channel: BroadcastChannel | undefined;
  let pageListeners: AbortController | undefined;

  const openChannel = () => {
    if (typeof BroadcastChannel === 'undefined') return;
    channel = new BroadcastChannel(channelName);
    channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
      for (const { name, tabLock } of entries) if (name === data.name) tabLock.receive(data.message);
    };
  };

  const listenToPage = () => {
    if (typeof document === 'undefined') return;
    pageListeners = new AbortController();
    const { signal } = pageListeners;
    const listen = (target: EventTarget, type: string, act: (tabLock: TabLock) => void) => {
      const actOnEach = () => {
        for (const { tabLock } of entries) act(tabLock);
      };
      listenUntil(signal, target, type, actOnEach);
    };
    listen(document, 'visibilitychange', tabLock => tabLock.updateVisibility());
    listen(document, 'freeze', tabLock => tabLock.suspend());
    listen(document, 'resume', tabLock => tabLock.resume());
    listen(window, 'pagehide', tabLock => tabLock.suspend());
    listen(window, 'pageshow', tabLock => tabLock.resume());
  };

  const close = () => {
    channel?.close();
    channel = undefined;
    pageListeners?.abort();
    pageListeners = undefined;
  };

  return {
    request(name, holder) {
      const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
      if (!locks) {
        let isReleased = false;
        queueMicrotask(() => {
          if (!isReleased) holder.onChange('shared');
        });
        return () => {
          isReleased = true;
        };
      }
      if (entries.size === 0) {
        openChannel();
        listenToPage();
      }
      const post =
        channel && ((message: TabMessage) => channel?.postMessage({ name, message } satisfies ChannelMessage));
      const entry = { name, tabLock: createTabLock(locks, `${prefix}:lock:${name}`, holder, post) };
      entries.add(entry);
      return () => {
        if (!entries.delete(entry)) return;
        entry.tabLock.release();
        if (entries.size === 0) close();
      };
    },
  };
}
