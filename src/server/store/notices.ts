import type { StoredJobNotice } from './job-store.js';

type Listener = (notice: StoredJobNotice) => void;

/** The listeners of a store. */
export function createNotices() {
  // An object for each, because one listener may listen twice.
  const subscriptions = new Set<{ readonly listener: Listener }>();
  return {
    get isEmpty() {
      return subscriptions.size === 0;
    },
    add(listener: Listener): () => void {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    tell({ id, userId, backend, version }: StoredJobNotice): void {
      for (const { listener } of [...subscriptions]) {
        try {
          listener({ id, userId, backend, version });
        } catch (error) {
          // What a listener does wrong must not fail the write that it is told of.
          console.error(error);
        }
      }
    },
  };
}
