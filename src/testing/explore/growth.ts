/** Every part of a value, by path, as JSON: the members and what they hold. */
function* partsOf(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  yield [path, JSON.stringify(value) ?? 'undefined'];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, member] of Object.entries(value)) yield* partsOf(member, path === '' ? name : `${path}.${name}`);
}

/** The innermost part with the most different values over all states: the reason why there are ever more states. */
export function largestGrowingPart(states: readonly unknown[]): { readonly path: string; readonly count: number } {
  const values = new Map<string, Set<string>>();
  for (const state of states) {
    for (const [path, text] of partsOf(state, '')) {
      const seen = values.get(path) ?? new Set();
      values.set(path, seen.add(text));
    }
  }
  values.delete('');
  // A parent has at least as many values as each of its members. So only the members are compared.
  const parents = new Set(
    [...values.keys()].flatMap(path =>
      path
        .split('.')
        .slice(0, -1)
        .map((_, index, names) => names.slice(0, index + 1).join('.')),
    ),
  );
  const leaves = [...values].filter(([path]) => !parents.has(path));
  const [path, seen] = leaves.reduce((most, part) => (part[1].size > most[1].size ? part : most));
  return { path, count: seen.size };
}
