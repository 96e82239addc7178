/** Deeper than any output. */
const maxDepth = 30;

/**
 * A copy of an output, with other texts in the place of its own. They are visited in the order of the output, which is the same whenever the
 * backend is asked for it.
 */
export function mapTexts<TValue>(value: TValue, toText: (text: string) => string): TValue {
  const map = (part: unknown, depth: number): unknown => {
    if (typeof part === 'string') return toText(part);
    if (typeof part !== 'object' || part === null || depth === 0) return part;
    if (Array.isArray(part)) return part.map(item => map(item, depth - 1));
    // What is no plain object is written by JSON as it wants to.
    if ('toJSON' in part && typeof part.toJSON === 'function') return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, map(member, depth - 1)]));
  };
  return map(value, maxDepth) as TValue;
}
