import { type JobState, toJobState, toStoredState } from '../steps/job-state.js';
import { isEnded, type JobStore, type StoredJob, type StoredJobChange } from '../store/job-store.js';

/**
 * Leaves mail in a row for whoever makes the next step, also while somebody makes one: their write fails, and they read it.
 *
 * @param toMail what to leave; `undefined` if there is nothing to leave any more
 */
export async function leaveMail(
  store: JobStore,
  first: StoredJob,
  toMail: (state: JobState, row: StoredJob) => (Partial<JobState> & Pick<StoredJobChange, 'status'>) | undefined,
): Promise<StoredJob | undefined> {
  for (let row: StoredJob | undefined = first; row; row = await store.get(row.id)) {
    const state = toJobState(row);
    const mail = toMail(state, row);
    if (!mail) return row;
    const { status = row.status, ...changes } = mail;
    // What has ended needs no step, unless the mail says that there is a job after all.
    const isOver = isEnded({ status }) && !changes.foundJob;
    const dueAt = !isOver ? await store.now() : isEnded(row) ? row.dueAt : null;
    const change = { state: toStoredState({ ...state, ...changes }), status, dueAt };
    const written = await store.write(row.id, { version: row.version }, change);
    if (written) return written;
  }
  return undefined;
}
