import { useEffect, useMemo, useRef, useState } from 'react';
import type { SnapshotSource } from '../bindings/snapshot-source.js';
import { warn } from '../machines/warning.js';

/** A machine or client that changes this often in a row is created in a render. */
const maxChanges = 5;

type Entry<TKey, TSource> = {
  readonly key: TKey;
  readonly source: TSource;
  changesInRender: number;
  /** Which version of the component's code has rendered last. */
  version: object;
  /** What a hot reload has put `key` in the place of. */
  replaced: { readonly key: TKey } | undefined;
};

/** How a hook uses its machine or client. */
export type SourceUse<TKey> = {
  readonly hook: string;
  readonly argument: 'machine' | 'client';
  /** Whether the source goes on after a hot reload, and takes the new machine itself. */
  readonly isKeptOnHotReload: boolean;
  /** Called once with what a hot reload has replaced. */
  readonly onReplaced?: ((key: TKey) => void) | undefined;
};

const places = { machine: 'in useMemo', client: 'in a Map at module scope' };

const advice = (argument: 'machine' | 'client') =>
  `Create the ${argument} once, at module scope. If it depends on props such as a baseUrl, keep it ${places[argument]}, keyed by them.`;

/** No dependency ever changes: React makes another one only when a hot reload has replaced the code of the component. */
const useCodeVersion = (): object => useMemo(() => ({}), []);

/**
 * The source that `create` makes for a machine or client. Another machine or client gets another source, unless it comes by a hot reload:
 * then the module that makes it has run again, and what runs goes on. It also detects a machine or client that is created in a render.
 *
 * @throws Error if the component creates another machine or client each time that it renders
 */
export function useSourceFor<TKey, TSource extends SnapshotSource<unknown>>(
  key: TKey,
  create: (key: TKey, isFirst: boolean) => TSource,
  { hook, argument, isKeptOnHotReload, onReplaced }: SourceUse<TKey>,
): TSource {
  const version = useCodeVersion();
  const [entryState, setEntry] = useState<Entry<TKey, TSource>>(() => ({
    key,
    source: create(key, true),
    changesInRender: 0,
    version,
    replaced: undefined,
  }));
  let entry = entryState;
  if (entry.key !== key) {
    const isHotReload = entry.version !== version;
    const changesInRender = entry.changesInRender + 1;
    // `setEntry` renders the component again. React gives up after 25 times, with a message that does not name the hook.
    if (changesInRender > maxChanges)
      throw new Error(
        `${hook}() got another ${argument} each time that its component rendered, so it can show none. ${advice(argument)}`,
      );
    const source = isHotReload && isKeptOnHotReload ? entry.source : create(key, false);
    entry = { key, source, changesInRender, version, replaced: isHotReload ? { key: entry.key } : undefined };
    setEntry(entry);
  }
  const lastCommit = useRef({ key, snapshot: undefined as unknown, changeCount: 0, isWarned: false });
  useEffect(() => {
    entry.changesInRender = 0;
    entry.version = version;
    const { replaced } = entry;
    entry.replaced = undefined;
    const { current: last } = lastCommit;
    const snapshot = entry.source.getSnapshot();
    if (replaced) onReplaced?.(replaced.key);
    else if (last.key !== key) last.changeCount += 1;
    // A new snapshot renders the component by itself, which says nothing about its parent.
    else if (last.snapshot === snapshot) last.changeCount = 0;
    Object.assign(last, { key, snapshot });
    if (last.changeCount < maxChanges || last.isWarned) return;
    last.isWarned = true;
    warn(
      `${hook}() got another ${argument} with each of the last ${maxChanges} renders. The component does not show what the ${argument}s before are doing. ${advice(argument)}`,
    );
  });
  return entry.source;
}
