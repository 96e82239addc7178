import { type ComputedRef, computed, type Ref } from 'vue';

/** Each member of a type as a ref. */
export type ComputedMembers<T> = { readonly [key in keyof T]: ComputedRef<T[key]> };

/** Members of an object that changes as a whole: each is a ref that changes only if the member does. */
export function computedMembers<T, TKey extends keyof T>(
  whole: Readonly<Ref<T>>,
  keys: readonly TKey[],
): ComputedMembers<Pick<T, TKey>> {
  const entries = keys.map(key => [key, computed(() => whole.value[key])]);
  return Object.fromEntries(entries) as ComputedMembers<Pick<T, TKey>>;
}
