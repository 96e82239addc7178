import type { JobStore, StoredJob } from '../store/job-store.js';
import { type JobState, statusOf, toJobState, toStoredState } from './job-state.js';

/** What a task works on, while the lease of its row is kept. */
export type TaskRun = {
  readonly row: Pick<StoredJob, 'id' | 'userId' | 'backend' | 'endedAt'>;
  readonly state: JobState;
  /** The store's time. */
  readonly now: () => number;
  /**
   * Stores what has become of the task, also while it goes on. The change may be made several times, upon what others have left in the row meanwhile.
   *
   * @returns whether the row is still this process's; if not, another one has taken the task over
   */
  readonly update: (change: (state: JobState) => JobState) => Promise<boolean>;
};

/**
 * Work that a job leaves once its end is known, such as the copy of its result. What is left is a member of the job's state, and the row is due when the first
 * of it is. It is done under the lease of the row, so that one process does it, and another one goes on if that is gone. A row is not pruned before it is done.
 */
export type AfterEndTask = {
  /** The state of a job whose end has just become known, with what is left to do. */
  begin(state: JobState, now: number): JobState;
  /** When there is something to do next, in ms since the epoch; `undefined` for never. */
  dueAt(state: JobState): number | undefined;
  /** Does what is due. It has to be safe at any time again, because a process may be gone after each part of it. */
  run(run: TaskRun): Promise<void>;
};

export const withTasks = (tasks: readonly AfterEndTask[], state: JobState, now: number): JobState =>
  state.outcome ? tasks.reduce((left, task) => task.begin(left, now), state) : state;

/** When the first task of a job whose end is known is due; `null` for never. */
export function tasksDueAt(tasks: readonly AfterEndTask[], state: JobState): number | null {
  const times = tasks.flatMap(task => task.dueAt(state) ?? []);
  return times.length === 0 ? null : Math.ceil(Math.min(...times));
}

type Leased = { readonly store: JobStore; readonly row: StoredJob; readonly now: () => number };

/** Does what is due of a row that this process has the lease of. @returns whether there was anything */
export async function runTasks(tasks: readonly AfterEndTask[], { store, row, now }: Leased): Promise<boolean> {
  const isDue = (state: JobState) => (task: AfterEndTask) => (task.dueAt(state) ?? Number.POSITIVE_INFINITY) <= now();
  let current = row;

  async function update(change: (state: JobState) => JobState): Promise<boolean> {
    for (;;) {
      const state = change(toJobState(current));
      const written = await store.write(
        row.id,
        { version: current.version, owner: String(row.owner) },
        { state: toStoredState(state), status: statusOf(state), dueAt: tasksDueAt(tasks, state) },
      );
      if (written) {
        current = written;
        return true;
      }
      const other = await store.get(row.id);
      if (!other || other.owner !== row.owner) return false;
      current = other;
    }
  }

  const due = tasks.filter(isDue(toJobState(row)));
  for (const task of due) await task.run({ row, state: toJobState(current), now, update });
  return due.length > 0;
}
