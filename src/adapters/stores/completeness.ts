const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** How many leaves of a JSON value are filled: not `undefined`, `null`, an empty string, an empty object or an empty list. */
export function completenessOf(value: unknown): number {
  if (isNested(value)) return Object.values(value).reduce((sum: number, member) => sum + completenessOf(member), 0);
  return value === undefined || value === null || value === '' ? 0 : 1;
}

/**
 * The more complete one of two descriptions of the same thing, or the existing one if they are equally complete. So a URL
 * that is signed anew at every read changes nothing.
 */
export function moreCompleteOf<T>(existing: T, incoming: T): T {
  return completenessOf(incoming) > completenessOf(existing) ? incoming : existing;
}
