const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** How many leaves of a JSON value are filled: not `undefined`, `null`, an empty string, an empty object or an empty list. */
export function completenessOf(value: unknown): number {
  if (isNested(value)) return Object.values(value).reduce((sum: number, member) => sum + completenessOf(member), 0);
  return value === undefined || value === null || value === '' ? 0 : 1;
}
