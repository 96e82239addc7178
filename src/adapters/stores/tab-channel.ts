/** Reports a change to the other tabs of this origin and to the other stores of this page, but not to its own listeners. */
export type TabChannel = {
  reportChange(change?: 'erased'): void;
  /** Calls back when another tab or store has reported a change, until the returned function is called. */
  listen(onChange: (change?: 'erased') => void): () => void;
};

/** A number is the sender of a change. */
type Message = number | { readonly sender: number; readonly change: 'erased' };

/**
 * Creates a channel. It is open only as long as it has listeners. Without `BroadcastChannel` it reports nothing.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts
 */
export function tabChannel(name: string): TabChannel {
  let sender: number | undefined;
  // Not when the channel is created: a store may be created in a render, which must not be random.
  const getSender = () => {
    sender ??= Math.random();
    return sender;
  };
  const listeners = new Set<{ readonly onChange: (change?: 'erased') => void }>();
  let openChannel: BroadcastChannel | undefined;
  const isSupported = () => typeof BroadcastChannel !== 'undefined';

  return {
    reportChange(change) {
      if (!isSupported()) return;
      const channel = openChannel ?? new BroadcastChannel(name);
      const sender = getSender();
      channel.postMessage((change ? { sender, change } : sender) satisfies Message);
      if (channel !== openChannel) channel.close();
    },
    listen(onChange) {
      // An object of its own, so that the same function can listen twice.
      const listener = { onChange };
      listeners.add(listener);
      if (!openChannel && isSupported()) {
        openChannel = new BroadcastChannel(name);
        openChannel.onmessage = ({ data }: MessageEvent<Message>) => {
          const { sender: from, change } = typeof data === 'object' ? data : { sender: data, change: undefined };
          // Two stores of one page have different senders, so they report to each other as two tabs do.
          if (from !== getSender()) for (const one of listeners) one.onChange(change);
        };
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        openChannel?.close();
        openChannel = undefined;
      };
    },
  };
}
