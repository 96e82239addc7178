import { useSelector } from '@xstate/react';
import { useMemo, useSyncExternalStore } from 'react';
import { type Observer, toObserver } from 'xstate';
import type { SnapshotSource } from '../bindings/snapshot-source.js';

/** A source in the form that `useSelector` of `@xstate/react` subscribes to. */
function toSubscribable<TSnapshot>({
  subscribe,
  getSnapshot,
}: Pick<SnapshotSource<TSnapshot>, 'subscribe' | 'getSnapshot'>) {
  return {
    getSnapshot,
    subscribe(observer: Partial<Observer<TSnapshot>> | ((snapshot: TSnapshot) => void)) {
      const { next } = toObserver(observer);
      const notify = () => next?.(getSnapshot());
      const unsubscribe = subscribe(notify);
      // React before 19.3 reads the snapshot after a first subscription, but not after a later one (<Activity>).
      notify();
      return { unsubscribe };
    },
  };
}

const doNothing = () => {};
const subscribeToNothing = () => doNothing;

/** Whether the component may show what only the browser knows. React renders again as soon as it has hydrated. */
const useIsHydrated = (): boolean =>
  useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );

/**
 * The one subscription of all hooks: `useSelector` of `@xstate/react`, with the server snapshot that it lacks.
 */
export function useSnapshot<TSnapshot, TSelected>(
  source: SnapshotSource<TSnapshot>,
  selector: (snapshot: TSnapshot) => TSelected,
  isEqual?: (one: TSelected, other: TSelected) => boolean,
): TSelected {
  const { live, server } = useMemo(
    () => ({
      live: toSubscribable(source),
      // Also subscribed to: a command that the page sends while it hydrates must find its component mounted.
      server: toSubscribable({ ...source, getSnapshot: source.getServerSnapshot }),
    }),
    [source],
  );
  return useSelector(useIsHydrated() ? live : server, selector, isEqual);
}

/** The selector of a component that shows the whole snapshot. */
export const wholeSnapshot = <TSnapshot>(snapshot: TSnapshot): TSnapshot => snapshot;
