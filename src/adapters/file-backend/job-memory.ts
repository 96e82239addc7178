import type { JobRef } from '../../machines/generation/generation.port.js';
import type { DoneState, FileState } from './files.js';
import type { News } from './news.js';
import { type FailureReason, isTold } from './reasons.js';

/** What an adapter remembers of a job that it follows. */
export type RememberedJob = {
  /** Files of a batch that were seen done, by id. */
  readonly done: Map<string, DoneState>;
  /** In how many reads in a row a file could not be read after all others had ended, by id. */
  readonly unread: Map<string, number>;
  /** Why it has failed, as the stream has told it. The file object may not say it. */
  reason?: FailureReason | undefined;
  /** The backend has told a position in the queue. */
  hasPosition: boolean;
  /** How many reads in a row were refused with words that say neither that it failed nor that it goes on, by id. */
  readonly refused: Map<string, number>;
};

/** More than one page follows at a time. What is forgotten is only read again. */
const maxJobs = 200;

/** What is known of a job without the adapter that reads it. */
type SharedKnowledge = Pick<RememberedJob, 'done' | 'reason'> & { readonly base: string | undefined };

/**
 * By the job object that the machine passes to each call: a stream or a read that is shared by many jobs does not belong to
 * the adapter of the job.
 */
const shared = new WeakMap<JobRef, SharedKnowledge>();

/** What is known of this job of this backend. */
export function toSharedKnowledge(job: JobRef, base: string | undefined): SharedKnowledge {
  const known = shared.get(job);
  if (known && known.base === base) return known;
  const none: SharedKnowledge = { base, done: new Map() };
  shared.set(job, none);
  return none;
}

/**
 * The memory of one adapter. The port's `read` is asked for the whole state of a job, and a backend may delete the first
 * file of a batch before the last one is done: without a memory a charged result would be lost.
 */
export function createJobMemory(): JobMemory {
  const jobs = new Map<string, RememberedJob>();
  const of = (id: string): RememberedJob => {
    const known = jobs.get(id) ?? { done: new Map(), unread: new Map(), refused: new Map(), hasPosition: false };
    // The last one that was asked for is the last one to be forgotten.
    jobs.delete(id);
    jobs.set(id, known);
    const [oldest] = jobs.keys();
    if (jobs.size > maxJobs && oldest !== undefined) jobs.delete(oldest);
    return known;
  };
  return {
    of,
    setDone({ id, files }, states) {
      if (!files) return;
      for (const state of states) if (state.kind === 'done') of(id).done.set(state.file.id, state);
    },
    setReason(job, base, reason) {
      of(job.id).reason = reason;
      toSharedKnowledge(job, base).reason = reason;
    },
    forget: id => void jobs.delete(id),
  };
}

export type JobMemory = {
  of(id: string): RememberedJob;
  /** Keeps the files of a batch that are done. */
  setDone(job: JobRef, states: readonly FileState[]): void;
  /** Keeps why a job has failed. */
  setReason(job: JobRef, base: string | undefined, reason: FailureReason): void;
  /** A job that has ended is read anew, for URLs that have not expired. */
  forget(id: string): void;
};

/** The states with the reason that the stream has told, where the file object gives none. */
export function withToldReason(
  states: readonly FileState[],
  job: JobRef,
  base: string | undefined,
  known?: RememberedJob | undefined,
): readonly FileState[] {
  const reason = known?.reason ?? toSharedKnowledge(job, base).reason;
  if (!reason) return states;
  return states.map(state => (state.kind === 'failed' && !isTold(state.reason) ? { ...state, reason } : state));
}

/**
 * What is told now, with `null` for a position that was told before and is gone: the backend leaves it out, and does not say
 * that there is none. An event without progress may be about something else.
 */
export function withPositionGone<T extends News>(news: T, known: RememberedJob, isWhole: boolean): T {
  const { backendPosition, progress, phase } = news;
  const isWorkedOn = isWhole || (progress !== undefined && progress > 0 && phase !== 'queued');
  const isGone = backendPosition === undefined && known.hasPosition && isWorkedOn;
  if (backendPosition !== undefined || isGone) known.hasPosition = typeof backendPosition === 'number';
  return isGone ? { ...news, backendPosition: null } : news;
}
