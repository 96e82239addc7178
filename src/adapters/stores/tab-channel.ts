/** Tells other tabs of this origin, and other stores of this page, that something has changed; never itself. */
export type TabChannel = {
  post(): void;
  watch(tell: () => void): () => void;
};

/** A channel of this name. It is open only while somebody listens; where there is no BroadcastChannel it is silent. */
export function tabChannel(name: string): TabChannel {
  const self = Math.random();
  const watchers = new Set<{ readonly tell: () => void }>();
  let listening: BroadcastChannel | undefined;
  const isPossible = () => typeof BroadcastChannel !== 'undefined';

  return {
    post() {
      if (!isPossible()) return;
      const channel = listening ?? new BroadcastChannel(name);
      channel.postMessage(self);
      if (channel !== listening) channel.close();
    },
    watch(tell) {
      const watcher = { tell };
      watchers.add(watcher);
      if (!listening && isPossible()) {
        listening = new BroadcastChannel(name);
        listening.onmessage = ({ data }) => {
          // Two stores of one page are two to each other, as two tabs are.
          if (data !== self) for (const one of watchers) one.tell();
        };
      }
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        listening?.close();
        listening = undefined;
      };
    },
  };
}
