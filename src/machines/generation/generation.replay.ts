import type { GenerationAdapter } from './generation.port.js';

type Keys = Pick<GenerationAdapter<never, unknown>, 'idempotentSubmit' | 'idempotencyWindowMs'>;

/** Whether the backend answers a repeated key with the first job, so that nothing is charged again. */
export const replaysKeys = ({ idempotentSubmit }: Keys): boolean =>
  idempotentSubmit === true || idempotentSubmit === 'replays';

/**
 * Whether a submit may be sent again with the key that was first sent then. A clock that was set back says nothing of how
 * long ago that was, so the distance counts.
 *
 * @param sentAt in ms since the epoch; if it is not known, only a key without an end counts
 */
export const canReplay = (adapter: Keys, sentAt: number | undefined, now: number): boolean =>
  replaysKeys(adapter) &&
  (adapter.idempotencyWindowMs === undefined || Math.abs(now - Number(sentAt)) < adapter.idempotencyWindowMs);
