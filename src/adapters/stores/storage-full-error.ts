import { GenerationError } from '../../machines/generation/generation.errors.js';

/** The standard name, and those of Firefox and of old WebKit. */
const quotaErrorNames = new Set(['QuotaExceededError', 'NS_ERROR_DOM_QUOTA_REACHED', 'QUOTA_EXCEEDED_ERR']);

const isQuotaError = (error: unknown) => error instanceof Error && quotaErrorNames.has(error.name);

/**
 * Turns the platform's error for a full storage into a `GenerationError` with the code `storage-full`. Any other error stays
 * as it is.
 *
 * @param storage for the message, such as `localStorage`
 * @param store for the message, such as `localStore "pictures"`
 */
export function toStorageFullError(error: unknown, storage: string, store: string): unknown {
  if (!isQuotaError(error)) return error;
  const message = `${store}: ${storage} is full, so nothing was written. Remove items, or lower the limit option.`;
  return new GenerationError({ code: 'storage-full', message }, { cause: error });
}
