const storeErrors = new WeakSet<object>();

/** Says that a database has thrown this while a hook used it. What it says may quote rows and addresses, and is not for pages. */
export function markStoreError(error: unknown): void {
  if (typeof error === 'object' && error !== null) storeErrors.add(error);
}

export const isStoreError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && storeErrors.has(error);
