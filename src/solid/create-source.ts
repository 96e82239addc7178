import { type Accessor, createEffect, createMemo, createSignal, onCleanup, untrack } from 'solid-js';
import { withGetters } from '../bindings/getter.js';
import type { SnapshotSource } from '../bindings/snapshot-source.js';

/**
 * What a source shows, as long as the component is mounted. Until then it is what a server renders, so a page hydrates what the server
 * wrote. On a server nothing is subscribed to, because effects do not run there.
 *
 * @param getSource may return another source when what it reads has changed
 */
export function createSource<TSnapshot>(getSource: Accessor<SnapshotSource<TSnapshot>>): Accessor<TSnapshot> {
  const [snapshot, setSnapshot] = createSignal(untrack(getSource).getServerSnapshot());
  createSubscription(getSource, ({ getSnapshot }) => setSnapshot(() => getSnapshot()));
  return snapshot;
}

/** Calls `show` once the component has mounted, and after each change of the source. */
export function createSubscription<TSource extends Pick<SnapshotSource<unknown>, 'subscribe'>>(
  getSource: Accessor<TSource>,
  show: (source: TSource) => void,
): void {
  // What it reads may change without giving another source.
  const current = createMemo(getSource);
  createEffect(() => {
    const source = current();
    untrack(() => {
      onCleanup(source.subscribe(() => show(source)));
      show(source);
    });
  });
}

/** Adds members of an object that changes as a whole. What reads one of them runs again only if that one changes. */
export function withMembers<TBase extends object, T extends object>(
  base: TBase,
  keys: readonly (keyof T)[],
  whole: Accessor<T>,
): TBase & T {
  const members = new Map(keys.map(key => [key, createMemo(() => whole()[key])]));
  return withGetters<TBase, T>(base, keys, key => (members.get(key) as Accessor<T[typeof key]>)());
}
