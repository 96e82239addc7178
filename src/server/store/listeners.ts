/** Those who are told of something, until they leave. */
export function createListeners<TNotice>() {
  // An object for each, because one listener may listen twice.
  const subscriptions = new Set<{ readonly listener: (notice: TNotice) => void }>();
  return {
    get isEmpty() {
      return subscriptions.size === 0;
    },
    add(listener: (notice: TNotice) => void): () => void {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    tell(notice: TNotice): void {
      for (const { listener } of [...subscriptions]) {
        try {
          listener(notice);
        } catch (error) {
          // What a listener does wrong must not fail the write that it is told of.
          console.error(error);
        }
      }
    },
  };
}
