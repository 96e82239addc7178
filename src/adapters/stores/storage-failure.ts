import { GenerationError } from '../../machines/generation/generation.errors.js';

/** The two of Firefox and of old WebKit beside the standard one. */
const quotaNames = new Set(['QuotaExceededError', 'NS_ERROR_DOM_QUOTA_REACHED', 'QUOTA_EXCEEDED_ERR']);

const isQuota = (error: unknown) => error instanceof Error && quotaNames.has(error.name);

/** A full storage as an error of this library; any other error as it is. */
export function toStorageError(error: unknown, where: string): unknown {
  if (!isQuota(error)) return error;
  const message = `${where} is full: nothing was written. Remove items, or keep fewer.`;
  return new GenerationError({ code: 'storage-full', message }, { cause: error });
}
