import { useEffect, useRef, useState } from 'react';
import { warn } from '../machines/warning.js';

/** A machine or client that changes this often in a row is created in a render. */
const maxChanges = 5;

type Entry<TKey, TValue> = { readonly key: TKey; readonly value: TValue; changesInRender: number };

/** What a hook takes a value for, in the words of its messages. */
export type HookArgument = { readonly hook: string; readonly argument: 'machine' | 'client' };

const advice = ({ argument }: HookArgument) =>
  `Create the ${argument} once, at module scope. If it depends on props such as a baseUrl, keep it in useMemo or useState, keyed by them.`;

/**
 * The value that `create` makes for a machine or client; another one gets another value. Unlike `useMemo` it never makes a
 * value twice, and it detects a machine or client that is created in a render.
 *
 * @throws Error if the component creates another machine or client each time that it renders
 */
export function useValueFor<TKey, TValue>(
  key: TKey,
  create: (key: TKey, isFirst: boolean) => TValue,
  argument: HookArgument,
): TValue {
  const [stored, store] = useState<Entry<TKey, TValue>>(() => ({ key, value: create(key, true), changesInRender: 0 }));
  let entry = stored;
  if (entry.key !== key) {
    const changesInRender = entry.changesInRender + 1;
    // React renders the component again because of `store`, and would stop at 25 times with a message that names nothing.
    if (changesInRender > maxChanges)
      throw new Error(
        `${argument.hook}() got another ${argument.argument} each time that its component rendered, so it can show none. ${advice(argument)}`,
      );
    entry = { key, value: create(key, false), changesInRender };
    store(entry);
  }
  useChangeWarning(entry, argument);
  return entry.value;
}

/** Warns once about a parent component that passes another machine or client with each render. */
function useChangeWarning<TKey, TValue>(entry: Entry<TKey, TValue>, argument: HookArgument): void {
  const rendered = useRef({ key: entry.key, changeCount: 0, isWarned: false });
  useEffect(() => {
    const { current } = rendered;
    entry.changesInRender = 0;
    current.changeCount = current.key === entry.key ? 0 : current.changeCount + 1;
    current.key = entry.key;
    if (current.isWarned || current.changeCount < maxChanges) return;
    current.isWarned = true;
    warn(
      `${argument.hook}() got another ${argument.argument} with each of the last ${maxChanges} renders. The component does not show any more what the ${argument.argument}s before it do. ${advice(argument)}`,
    );
  });
}
