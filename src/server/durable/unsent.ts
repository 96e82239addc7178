import { createFailure } from '../../machines/generation/generation.errors.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import { isCancelled, type JobState, sendingState, toJobState, toStoredState } from '../steps/job-state.js';
import { toUnsentEnd } from '../steps/unanswered.js';
import { isEnded, type JobLease, type JobStore, type StoredJob } from '../store/job-store.js';

/** How long a request waits for another one to send the submit, in ms. It takes a few, unless its process is gone. */
const patienceMs = 2_000;
const lookEveryMs = 50;
const retryAfterMs = 1_000;

/** Whether nobody has begun to send its submit yet. */
export const isUnsent = (row: StoredJob): boolean => {
  const { token, foundJob } = toJobState(row);
  return row.status === 'submitting' && token.step?.mayHaveArrived === false && !foundJob;
};

/** The end of a submit that was certainly never sent, because its process has stopped before that: as if there had been none. */
export const wasNeverSent = (row: StoredJob): boolean => {
  const { token, outcome } = toJobState(row);
  if (outcome?.kind !== 'failed' || token.job) return false;
  return outcome.failure.code === 'interrupted' && outcome.failure.charged === 'no';
};

/** A row of which it is known whether its submit was sent; `undefined` if that takes too long, or if its process is gone. */
export async function untilSent(store: JobStore, first: StoredJob): Promise<StoredJob | undefined> {
  const endsAt = Date.now() + patienceMs;
  let row: StoredJob | undefined = first;
  while (row && isUnsent(row)) {
    if (Date.now() >= endsAt || Number(row.leaseUntil) <= (await store.now())) return undefined;
    await new Promise(resolve => setTimeout(resolve, lookEveryMs));
    row = await store.get(first.id);
  }
  return row;
}

/** What a page gets while it is not known whether the submit is sent: it asks again with the same key, which costs nothing. */
export const inProgress = (id: string): Failure => ({
  ...createFailure(
    'busy',
    `Generation ${id} is being submitted with this key. Ask again with the same key in a moment.`,
  ),
  retryAfterMs,
});

/**
 * Stores that the vendor is about to be asked. Whoever takes the row over knows by this whether the submit may have arrived, and whoever is too
 * late finds that it is not theirs any more: then nothing is sent.
 *
 * @returns the row; `undefined` if nothing may be sent
 */
export async function beginSending(
  store: JobStore,
  first: StoredJob,
  { owner }: JobLease,
): Promise<StoredJob | undefined> {
  let row: StoredJob | undefined = first;
  while (row && !isEnded(row) && row.owner === owner) {
    const state: JobState = toJobState(row);
    const condition = { version: row.version, owner };
    if (isCancelled(state)) {
      if (await store.write(row.id, condition, toUnsentEnd(row, state))) return undefined;
    } else {
      const written = await store.write(row.id, condition, { state: toStoredState(sendingState(state)) });
      if (written) return written;
    }
    row = await store.get(row.id);
  }
  return undefined;
}

/** Whether a submit that was sent may be sent again: it is still this owner's, has no end, and nobody has cancelled it. */
export async function mayRepeat(store: JobStore, { id }: StoredJob, { owner }: JobLease): Promise<boolean> {
  const row = await store.get(id);
  if (row?.owner !== owner || isEnded(row)) return false;
  return !isCancelled(toJobState(row));
}
