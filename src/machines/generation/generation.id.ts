import { missingApis, toPlatformError } from '../platform.js';

/**
 * A new id for a generation. A page that is not served over https has no `randomUUID`; a UUID (RFC 9562, version 4) is
 * made by hand there.
 *
 * @throws GenerationError without `crypto`: an id that is not random may be that of another generation
 */
export function newId(): string {
  const missing = missingApis('crypto');
  if (missing.length > 0) throw toPlatformError(missing, 'A generation without an id of its own');
  return (
    crypto.randomUUID?.() ??
    '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, digit =>
      (Number(digit) ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (Number(digit) / 4)))).toString(
        16,
      ),
    )
  );
}
