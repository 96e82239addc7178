import type { StoredGeneration } from '../../machines/client/client.port.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import type { UnclaimedJob } from './gallery-calls.js';

/** The idempotency key of a page, of its form in a header. */
function fromHeaderKey(key: string): string {
  try {
    const decoded = decodeURIComponent(key);
    return toHeaderKey(decoded) === key ? decoded : key;
  } catch {
    return key;
  }
}

/** A job without a row, as the generation that submitted it: both have the same key, in every tab and session. */
export function toUnclaimed({ id: jobId, key, createdAt, isOld }: UnclaimedJob): StoredGeneration {
  const id = fromHeaderKey(key);
  return {
    version: 1,
    token: {
      version: 1,
      id,
      idempotencyKey: id,
      job: { id: jobId },
      startedAt: createdAt,
      cancelRequested: false,
    },
    createdAt,
    updatedAt: createdAt,
    // Its end was news long ago.
    ...(isOld && { isOutcomeEmitted: true }),
  };
}
