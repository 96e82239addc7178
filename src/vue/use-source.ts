import {
  getCurrentInstance,
  onActivated,
  onDeactivated,
  onMounted,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  watch,
} from 'vue';
import { isServer } from '../bindings/is-server.js';
import type { SnapshotSource } from '../bindings/snapshot-source.js';

/**
 * What a source shows, as long as the component is mounted and active, or else until the scope is disposed. Before that it is
 * what a server renders, so a page hydrates what the server wrote. On a server nothing is subscribed to.
 *
 * @param getSource may return another source when what it reads has changed
 */
export function useSource<TSnapshot>(getSource: () => SnapshotSource<TSnapshot>): Readonly<ShallowRef<TSnapshot>> {
  let source = getSource();
  let unsubscribe: (() => void) | undefined;
  const snapshot = shallowRef(source.getServerSnapshot());
  const update = () => {
    snapshot.value = source.getSnapshot();
  };
  const start = () => {
    // A component in `<KeepAlive>` is mounted and activated at once.
    unsubscribe ??= source.subscribe(update);
    update();
  };
  const stop = () => {
    unsubscribe?.();
    unsubscribe = undefined;
  };
  watch(
    getSource,
    newSource => {
      const isStarted = unsubscribe !== undefined;
      stop();
      source = newSource;
      snapshot.value = source.getServerSnapshot();
      if (isStarted) start();
    },
    { flush: 'sync' },
  );
  if (getCurrentInstance()) {
    onMounted(start);
    onActivated(start);
    onDeactivated(stop);
  } else if (!isServer) {
    start();
  }
  onScopeDispose(stop);
  return snapshot;
}
