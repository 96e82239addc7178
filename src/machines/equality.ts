/** Whether two objects have the same members, by identity. An object that has not changed is kept, so nothing renders for it. */
export const isSame = (one: object | undefined, other: object): boolean =>
  one !== undefined &&
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => Object.is(value, Reflect.get(other, name)));

/** Items of a user's store need not be JSON. */
function isSameJson(one: object, other: object): boolean {
  try {
    return JSON.stringify(one) === JSON.stringify(other);
  } catch {
    return one === other;
  }
}

/** The newer list, with the older objects where their JSON is equal. The older list itself if nothing differs. */
export function keepSame<TItem extends { readonly id: string }>(
  older: readonly TItem[],
  newer: readonly TItem[],
): readonly TItem[] {
  const known = new Map(older.map(item => [item.id, item]));
  const kept = newer.map(item => {
    const before = known.get(item.id);
    return before && isSameJson(before, item) ? before : item;
  });
  return kept.length === older.length && kept.every((item, index) => item === older[index]) ? older : kept;
}
