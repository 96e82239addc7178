/** A value, or a function that returns the current value. */
export type MaybeGetter<T extends object | undefined> = T | (() => T);

/** @param value no function itself */
export const toGetter = <T extends object | undefined>(value: MaybeGetter<T>): (() => T) =>
  typeof value === 'function' ? (value as () => T) : () => value;

/** Adds members that are read anew each time. */
export function withGetters<TBase extends object, T extends object>(
  base: TBase,
  keys: readonly (keyof T)[],
  read: <TKey extends keyof T>(key: TKey) => T[TKey],
): TBase & T {
  for (const key of keys) Object.defineProperty(base, key, { enumerable: true, get: () => read(key) });
  return base as TBase & T;
}
