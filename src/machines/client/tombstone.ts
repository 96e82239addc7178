import type { Failure } from '../generation/generation.port.js';
import type { GenerationResult } from '../generation/generation.types.js';
import type { StoredEnd, StoredGeneration } from './client.port.js';
import type { RunView } from './run.types.js';
import type { StoredChange } from './stored-generation.js';

/** How many ends are kept. An id that is submitted again is one of a recent generation. */
const keptEnds = 200;

/** A failure without texts: the backend's reason may repeat the input, and outlives what the user removes. */
const toStoredFailure = ({ code, retryable, charged, job, status }: Failure): Failure => ({
  code,
  message: '',
  retryable,
  resumable: false,
  charged,
  status,
  job: job && { id: job.id },
});

type ShownEnd = {
  readonly [name in 'status' | 'failure' | 'stopped' | 'charged']?: RunView<unknown>[name] | undefined;
};

/** How a generation has ended, by its result or by what is shown of it. */
export function toStoredEnd({ status, failure, stopped, charged }: ShownEnd): StoredEnd {
  if (status === 'completed') return { status };
  if (failure) return { status: 'failed', failure: toStoredFailure(failure), charged: failure.charged };
  return { status: 'cancelled', stopped: stopped ?? false, charged: charged ?? 'maybe' };
}

/** The same of a result, whose members differ by its status. */
export const toResultEnd = (result: GenerationResult<unknown> | undefined): StoredEnd =>
  toStoredEnd({
    status: result?.status,
    failure: result?.status === 'failed' ? result.failure : undefined,
    stopped: result?.status === 'cancelled' ? result.stopped : undefined,
    charged: result?.status === 'cancelled' ? result.charged : undefined,
  });

/** What stays of a generation that has ended: nothing of its input, and of its job the id. */
const toTombstone = (
  { token, name, origin, createdAt }: StoredGeneration,
  ended: StoredEnd,
  now: number,
): StoredGeneration => ({
  version: 1,
  token: {
    version: token.version,
    id: token.id,
    idempotencyKey: token.idempotencyKey,
    job: token.job && { id: token.job.id },
    cancelRequested: false,
  },
  name,
  origin,
  createdAt,
  updatedAt: now,
  ended,
});

/** Leaves a tombstone of what is stored. The first end stays, unless a later one has brought a result. */
export const asEnded =
  (ended: StoredEnd, now: number): StoredChange =>
  stored => {
    if (!stored) return undefined;
    const isKept = stored.ended && (stored.ended.status === 'completed' || ended.status !== 'completed');
    return isKept ? stored : toTombstone(stored, ended, now);
  };

/** A change of a generation that has not ended. */
export const unlessEnded =
  (change: StoredChange): StoredChange =>
  stored =>
    stored?.ended ? stored : change(stored);

export const withoutTombstone: StoredChange = stored => (stored?.ended ? undefined : stored);

/** The ids of the ends that are too many: the oldest ones. */
export const excessEnds = (tombstones: readonly StoredGeneration[]): readonly string[] =>
  [...tombstones]
    .sort((one, other) => other.updatedAt - one.updatedAt)
    .slice(keptEnds)
    .map(({ token }) => token.id);
