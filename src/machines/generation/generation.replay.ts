import type { GenerationAdapter } from './generation.port.js';

type Keys = Pick<GenerationAdapter<never, unknown>, 'idempotentSubmit' | 'idempotencyWindowMs'>;

/** Whether the backend answers a repeated key with the first job, so that nothing is charged again. */
export const replaysKeys = ({ idempotentSubmit }: Keys): boolean =>
  idempotentSubmit === true || idempotentSubmit === 'replays';

/**
 * Whether a submit may be sent again with the key that was first sent then. A time ahead says nothing about how long ago it was.
 *
 * @param sentAt in ms since the epoch; if it is not known, only a key without an end counts
 */
export function canReplay(adapter: Keys, sentAt: number | undefined, now: number): boolean {
  const { idempotencyWindowMs = Number.POSITIVE_INFINITY } = adapter;
  if (!replaysKeys(adapter) || idempotencyWindowMs === Number.POSITIVE_INFINITY) return replaysKeys(adapter);
  const passedMs = now - Number(sentAt);
  return passedMs >= 0 && passedMs < idempotencyWindowMs;
}
