import { createFailure } from '../../machines/generation/generation.errors.js';
import { lostStreamJobMessage, unansweredSubmitMessage } from '../../machines/generation/generation.messages.js';
import type { JobRef } from '../../machines/generation/generation.port.js';
import type { StoredJob, StoredJobChange } from '../store/job-store.js';
import { isCancelled, type JobState, statusOf, toStoredState } from './job-state.js';

type Row = Pick<StoredJob, 'id'>;

const endedBy = (state: JobState, outcome: JobState['outcome'], isAssumed: boolean): StoredJobChange => {
  const next: JobState = { ...state, outcome, ...(isAssumed && { isAssumed }) };
  return { state: toStoredState(next), status: statusOf(next), dueAt: null, release: true };
};

/** The end of a submit that was never sent. The same key may submit again. */
export function toUnsentEnd({ id }: Row, state: JobState): StoredJobChange {
  if (isCancelled(state)) return endedBy(state, { kind: 'cancelled', charged: 'no' }, false);
  const message = `The server stopped before it sent the submit of generation ${id}. Nothing was submitted. Submit again.`;
  const failure = { ...createFailure('interrupted', message), retryable: true, charged: 'no' } as const;
  return endedBy(state, { kind: 'failed', failure }, false);
}

/** The end of a submit whose process is gone: its answer is lost, and the vendor cannot be asked. */
export function toInterrupted(row: Row, state: JobState): StoredJobChange {
  if (state.token.step?.mayHaveArrived === false) return toUnsentEnd(row, state);
  return toMaybe(state, unansweredSubmitMessage(row.id));
}

/** The end of a job that is its own stream, whose process is gone. */
export const toStreamLost = ({ id }: Row, state: JobState, job: JobRef): StoredJobChange =>
  toMaybe(state, lostStreamJobMessage(id, job));

function toMaybe(state: JobState, message: string): StoredJobChange {
  const outcome: JobState['outcome'] = isCancelled(state)
    ? { kind: 'cancelled', charged: 'maybe', stopped: false }
    : { kind: 'failed', failure: createFailure('interrupted', message) };
  return endedBy(state, outcome, true);
}
