const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** How many leaves of a JSON value say something: not `undefined`, not `null`, not an empty text, object or array. */
export function richnessOf(value: unknown): number {
  if (isNested(value)) return Object.values(value).reduce((sum: number, member) => sum + richnessOf(member), 0);
  return value === undefined || value === null || value === '' ? 0 : 1;
}

/**
 * The one of two descriptions of the same thing that says more; the one that is there, if they say as much. So a
 * signed url that differs at every read changes nothing, and the order in which they come does not matter otherwise.
 */
export function richerOf<T>(there: T, incoming: T): T {
  return richnessOf(incoming) > richnessOf(there) ? incoming : there;
}
