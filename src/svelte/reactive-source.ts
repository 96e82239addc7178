import { createSubscriber } from 'svelte/reactivity';
import { isServer } from '../bindings/is-server.js';
import type { SnapshotSource } from '../bindings/snapshot-source.js';

/**
 * Reads what a source shows. What reads it in an effect or in a template runs again when it changes, and the source is
 * subscribed to for as long as anything does so. On a server, and while a page hydrates, it reads what a server renders.
 */
export function reactiveSource<TSnapshot>({ subscribe, getSnapshot, getServerSnapshot }: SnapshotSource<TSnapshot>) {
  let isSubscribed = false;
  let hasHydrated = false;
  const track = createSubscriber(update => {
    isSubscribed = true;
    const unsubscribe = subscribe(update);
    // Svelte hydrates in one task.
    queueMicrotask(() => {
      hasHydrated = true;
      update();
    });
    return () => {
      isSubscribed = false;
      unsubscribe();
    };
  });
  return (): TSnapshot => {
    track();
    return isServer || (isSubscribed && !hasHydrated) ? getServerSnapshot() : getSnapshot();
  };
}
