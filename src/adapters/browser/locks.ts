import type { GenerationLocks } from '../../machines/client/client.port.js';
import { type Claim, createTabLock, type TabMessage } from './tab-lock.js';

/** How {@link browserLocks} are made. */
export type BrowserLocksOptions = {
  /** Claims of another prefix do not concern these. @defaultValue `'generation-lifecycle'` */
  readonly prefix?: string | undefined;
};

type Said = { readonly name: string; readonly word: TabMessage };

/**
 * Lets one tab of several follow a generation, by a Web Lock of its name. When that tab is closed, the browser gives the
 * lock to another. A visible tab takes over from a hidden one, and from one that is frozen or stuck and has not
 * answered for 3 s; of two visible ones the first keeps it. A page that is frozen or put into the back/forward cache
 * gives it back, and asks again when it returns. A holder that may not move keeps it through all but being closed.
 *
 * Where there are no Web Locks (an insecure context, an old browser, Node before 24) everyone is told `shared` at once:
 * all follow, and the store's upsert decides what is new. Without a BroadcastChannel only closing moves a claim.
 *
 * @example
 * createClientMachine({ name: 'pictures', generation: machine, toItems, store, locks: browserLocks() });
 */
export function browserLocks({ prefix = 'generation-lifecycle' }: BrowserLocksOptions = {}): GenerationLocks {
  const channelName = `${prefix}:locks`;
  const tabLocks = new Set<{ readonly name: string; readonly claim: Claim }>();
  let channel: BroadcastChannel | undefined;
  let watching: AbortController | undefined;

  const each = (act: (claim: Claim) => void) => () => {
    for (const { claim } of tabLocks) act(claim);
  };

  const open = () => {
    if (typeof BroadcastChannel !== 'undefined') {
      channel = new BroadcastChannel(channelName);
      channel.onmessage = ({ data }: MessageEvent<Said>) => {
        for (const { name, claim } of tabLocks) if (name === data.name) claim.hear(data.word);
      };
    }
    if (typeof document === 'undefined') return;
    watching = new AbortController();
    const { signal } = watching;
    document.addEventListener(
      'visibilitychange',
      each(claim => claim.look()),
      { signal },
    );
    document.addEventListener(
      'freeze',
      each(claim => claim.sleep()),
      { signal },
    );
    document.addEventListener(
      'resume',
      each(claim => claim.wake()),
      { signal },
    );
    window.addEventListener(
      'pagehide',
      each(claim => claim.sleep()),
      { signal },
    );
    window.addEventListener(
      'pageshow',
      each(claim => claim.wake()),
      { signal },
    );
  };

  const close = () => {
    channel?.close();
    watching?.abort();
    channel = undefined;
    watching = undefined;
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
      if (tabLocks.size === 0) open();
      const say = channel && ((word: TabMessage) => channel?.postMessage({ name, word } satisfies Said));
      const one = { name, claim: createTabLock(locks, `${prefix}:claim:${name}`, holder, say) };
      tabLocks.add(one);
      return () => {
        if (!tabLocks.delete(one)) return;
        one.claim.release();
        if (tabLocks.size === 0) close();
      };
    },
  };
}
