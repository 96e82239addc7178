import { isObject } from '../../machines/json.js';
import { completenessOf } from './completeness.js';

/** A newer member that is empty says nothing, and an object is merged member by member. */
function mergedValue(older: unknown, newer: unknown): unknown {
  if (completenessOf(newer) === 0 && older !== undefined) return older;
  if (!isObject(older) || !isObject(newer)) return newer;
  const names = new Set([...Object.keys(older), ...Object.keys(newer)]);
  return Object.fromEntries(Array.from(names, name => [name, mergedValue(older[name], newer[name])]));
}

/**
 * The item that is stored once both are known: the filled members of the newer one, so that a fresh URL replaces an expired
 * one, and the members that only the older one has. The older object itself if nothing differs. `expiresAt` is of one version:
 * if the newer one has other values and no expiry, as after a renewal whose backend says none, the older one's does not hold.
 */
export function mergedItem<TItem extends object>(older: TItem, newer: TItem): TItem {
  // Both are plain JSON of one type, and so is what is made of their members.
  const merged = mergedValue(older, newer) as TItem;
  if (JSON.stringify(merged) === JSON.stringify(older)) return older;
  if (completenessOf(Reflect.get(newer, 'expiresAt')) > 0) return merged;
  const { expiresAt: _, ...rest } = merged as TItem & { readonly expiresAt?: unknown };
  return rest as TItem;
}

const expiryOf = (item: object): number => {
  const expiresAt: unknown = Reflect.get(item, 'expiresAt');
  return typeof expiresAt === 'number' ? expiresAt : Number.NEGATIVE_INFINITY;
};

/** The same of two versions that two tabs have written at the same moment: the one that works for longer is the newer one. */
export const mergedVersions = <TItem extends object>(ours: TItem, theirs: TItem): TItem =>
  expiryOf(theirs) > expiryOf(ours) ? mergedItem(ours, theirs) : mergedItem(theirs, ours);
