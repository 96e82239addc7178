/** Deeper than any output. */
const maxDepth = 30;

/**
 * A copy of JSON in which some values are others, wherever they are. They are visited in their order; what `change` returns as it is, is looked
 * into.
 */
export function mapValues<TValue>(value: TValue, change: (part: unknown) => unknown): TValue {
  const map = (part: unknown, depth: number): unknown => {
    const changed = change(part);
    if (changed !== part || typeof part !== 'object' || part === null || depth === 0) return changed;
    if (Array.isArray(part)) return part.map(item => map(item, depth - 1));
    // What is no plain object is written by JSON as it wants to.
    if ('toJSON' in part && typeof part.toJSON === 'function') return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, map(member, depth - 1)]));
  };
  return map(value, maxDepth) as TValue;
}

/**
 * A copy of an output, with other texts in the place of its own. They are visited in the order of the output, which is the same whenever the
 * backend is asked for it.
 */
export const mapTexts = <TValue>(value: TValue, toText: (text: string) => string): TValue =>
  mapValues(value, part => (typeof part === 'string' ? toText(part) : part));
