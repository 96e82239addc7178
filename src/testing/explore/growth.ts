/** The leaves and branches of a value, by path. A branch counts as the JSON of all it holds. */
function* parts(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  yield [path, JSON.stringify(value) ?? 'undefined'];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, held] of Object.entries(value)) yield* parts(held, path === '' ? name : `${path}.${name}`);
}

/** The innermost part that takes the most different values over all states: what keeps a state space from closing. */
export function largestGrowingPart(states: readonly unknown[]): { readonly path: string; readonly count: number } {
  const values = new Map<string, Set<string>>();
  for (const state of states) {
    for (const [path, text] of parts(state, '')) {
      const seen = values.get(path) ?? new Set();
      values.set(path, seen.add(text));
    }
  }
  values.delete('');
  // A parent takes at least as many values as its members, so where they are equal the member is to blame. A parent
  // that takes more only combines them: it names nothing that could be forgotten.
  const holders = new Set(
    [...values.keys()].flatMap(path =>
      path
        .split('.')
        .slice(0, -1)
        .map((_, index, names) => names.slice(0, index + 1).join('.')),
    ),
  );
  const leaves = [...values].filter(([path]) => !holders.has(path));
  const [path, seen] = leaves.reduce((most, part) => (part[1].size > most[1].size ? part : most));
  return { path, count: seen.size };
}
