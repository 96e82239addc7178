import { canReplay } from '../../machines/generation/generation.replay.js';
import type { Backend } from '../backends.js';
import { isCancelled, toJobState } from '../steps/job-state.js';
import type { StoredJob } from '../store/job-store.js';

/**
 * Whether the same key may try again, which costs nothing: the vendor has refused it free of charge, or its answer is lost and the vendor answers
 * the key of the row with the first job.
 */
export function isOpen({ status, state, id }: StoredJob, { adapter }: Pick<Backend, 'adapter'>, now: number): boolean {
  if (status !== 'failed') return false;
  const known = toJobState({ id, state });
  const { outcome, token } = known;
  if (token.job || isCancelled(known) || outcome?.kind !== 'failed') return false;
  return outcome.failure.charged === 'no' || canReplay(adapter, token.startedAt, now);
}
