import type { JsonObject } from '../../machines/generation/generation.port.js';
import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import type { JobDuration } from '../../machines/reads/duration-history.js';
import type { RecordStore } from './record-store.js';

/** The state of a stored job. `submitting`: the vendor has not answered yet, or its answer was lost. */
export type StoredJobStatus = 'submitting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One generation of a server half, as its store keeps it. All times come from the store, in ms since the epoch. */
export type StoredJob = {
  /** Unguessable. */
  readonly id: string;
  readonly userId: string;
  readonly backend: string;
  /** The page's idempotency key. Unique per user. */
  readonly key: string;
  /** A hash of the backend and the parsed wish; `null` for a key that was forbidden before its submit. */
  readonly wishHash: string | null;
  readonly status: StoredJobStatus;
  /** Counts the writes, from 1. */
  readonly version: number;
  /** What the server half knows of the job. Opaque to the store. */
  readonly state: JsonObject;
  /** When the next step is wanted; `null` for never. */
  readonly dueAt: number | null;
  /** Who makes a step now, or waits for the vendor's answer. */
  readonly owner: string | null;
  /** When the lease ends unless the owner renews it. */
  readonly leaseUntil: number | null;
  /** In ms since the epoch, like all times. */
  readonly createdAt: number;
  /** The time of the last write, in ms since the epoch. */
  readonly updatedAt: number;
  /** When its status became final; `null` until then. */
  readonly endedAt: number | null;
};

/** A job to insert. It is due at once, as soon as nobody owns it. */
export type NewStoredJob = Pick<StoredJob, 'id' | 'userId' | 'backend' | 'key' | 'wishHash' | 'status' | 'state'>;

/** The owner of a lease, and its length in ms. Each attempt has an owner of its own. */
export type JobLease = { readonly owner: string; readonly ms: number };

/** The limits of an insert, checked in the same atomic step. */
export type InsertLimits = {
  /** Jobs of the user inserted in the last 60 s. */
  readonly perMinute?: number | undefined;
  /** The user's unfinished jobs, on all backends. */
  readonly runningOfUser?: number | undefined;
  /** The backend's unfinished jobs, of all users. */
  readonly runningOfBackend?: number | undefined;
};

/** The result of an insert. `known`: the user already has a job with this key, which is returned. */
export type InsertResult =
  | { readonly kind: 'inserted' | 'known'; readonly job: StoredJob }
  | {
      readonly kind: 'limited';
      readonly by: keyof InsertLimits;
      /** When to try again, in ms. */
      readonly retryAfterMs: number;
    };

/** What a write changes. Absent members stay unchanged. */
export type StoredJobChange = Partial<Pick<StoredJob, 'status' | 'state' | 'dueAt'>> & {
  /** Ends the lease, whoever has it. */
  readonly release?: boolean | undefined;
};

/** The state of a job that a write requires. */
export type WriteCondition = {
  /** The version that the writer has read. */
  readonly version: number;
  /** The lease that the writer holds. @defaultValue any, or none */
  readonly owner?: string | undefined;
};

/** A store's workload, for metrics and health. */
export type JobCounts = {
  /** Number of unfinished jobs per backend. A backend without any may be left out. */
  readonly running: Readonly<Record<string, number>>;
  /** How long the longest-waiting due job without an owner has waited, in ms; 0 if there is none. */
  readonly lateMs: number;
};

/** How long a hook may take, in ms. Meanwhile its row is locked, and its lease is not over. */
export const hookPatienceMs = 10_000;

/**
 * Runs together with an insert or a write, inside the same transaction. Called with the job as stored, and only if it
 * is stored. If it throws, everything is rolled back and the call rejects with the error. It may be called again when
 * the transaction is repeated, so it must use only the transaction, which ends when it resolves.
 *
 * @returns the new state of the job; `undefined` leaves it unchanged
 */
export type InTransaction<TTransaction> = (
  transaction: TTransaction,
  job: StoredJob,
) => Promise<JsonObject | undefined>;

/** How long one job took, and its label. */
export type AddedDuration = {
  /** At most 100 characters. */
  readonly label: string;
  /** In ms: it had not ended after the first value, and had after the second; `null` if it was given up. */
  readonly duration: JobDuration;
};

/** Reports that a job has changed. Only a hint: read the job. */
export type StoredJobNotice = Pick<StoredJob, 'id' | 'userId' | 'backend' | 'version'>;

/**
 * Where a server half keeps its jobs. Each call is one atomic step, safe with several processes. The store supplies all
 * times, so the processes' clocks do not matter. `sqliteJobs`, `postgresJobs` and `memoryJobs` implement it;
 * `testJobStore` tests your own. `TTransaction` is what hooks write with.
 *
 * @example
 * const store: JobStore = memoryJobs();
 * await store.migrate();
 */
export interface JobStore<TTransaction = unknown> {
  /** Creates or changes the tables. Safe at any time, and from several processes at once. */
  migrate(): Promise<void>;
  /** The store's time, in ms since the epoch. */
  now(): Promise<number>;
  /**
   * Inserts a job with version 1, owned by the lease, unless the user has one with this key or a limit is reached. A
   * known key is checked before the limits.
   */
  insert(
    job: NewStoredJob,
    lease: JobLease | undefined,
    limits?: InsertLimits,
    within?: InTransaction<TTransaction>,
  ): Promise<InsertResult>;
  get(id: string): Promise<StoredJob | undefined>;
  getMany(ids: readonly string[]): Promise<readonly StoredJob[]>;
  findByKey(userId: string, key: string): Promise<StoredJob | undefined>;
  /**
   * The user's jobs of a backend that are unfinished or have changed since then; the most recently changed first, up to
   * the limit.
   */
  list(query: {
    readonly userId: string;
    readonly backend: string;
    /** In ms since the epoch. */
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly StoredJob[]>;
  /**
   * Takes a job's lease if nobody has it or it has expired. Not a write: the version stays. `undefined` if somebody
   * else has it.
   */
  claim(id: string, lease: JobLease): Promise<StoredJob | undefined>;
  /**
   * Takes the leases of due jobs without an owner, the longest due first, up to the limit. With `lateMs`, only of those
   * that have been due for at least this long.
   */
  claimDue(lease: JobLease, limit: number, lateMs?: number): Promise<readonly StoredJob[]>;
  /** Extends a lease, counted from now. `false` if somebody else has it by now, or it was released. */
  renew(id: string, lease: JobLease): Promise<boolean>;
  /** Ends a lease without a write. */
  release(id: string, owner: string): Promise<void>;
  /** Changes a job and increments its version. `undefined` if the condition does not hold. */
  write(
    id: string,
    condition: WriteCondition,
    change: StoredJobChange,
    within?: InTransaction<TTransaction>,
  ): Promise<StoredJob | undefined>;
  /**
   * Counts unfinished jobs and how late they are. Must be cheap with 10,000 running jobs and millions of old ones:
   * metrics and probes ask often.
   */
  count(): Promise<JobCounts>;
  /** The rows of clients' galleries, for every device of a user. */
  readonly records: RecordStore;
  /** Deletes jobs that ended before this time and are no longer due. Returns how many. */
  prune(endedBefore: number): Promise<number>;
  /** How long the newest 24 jobs of each label took, oldest first, by label. */
  readHistories(backend: string): Promise<DurationHistories>;
  /** Adds durations of a backend's jobs. Keeps the newest 24 of each label, and the 32 most recently changed labels. */
  addDurations(backend: string, added: readonly AddedDuration[]): Promise<void>;
  /**
   * Calls back after each insert and write, also by other processes, until the returned function is called. Several
   * changes may be reported as one.
   */
  watch(listener: (notice: StoredJobNotice) => void): () => void;
  close(): Promise<void>;
}

const minuteMs = 60_000;

/** What is said about a limit that is reached, by which kind. A running job may end at any time. */
export const limitedBy = (by: keyof InsertLimits, retryAfterMs: number): InsertResult => ({
  kind: 'limited',
  by,
  retryAfterMs: Math.max(1_000, Math.min(retryAfterMs, minuteMs)),
});

/** How far back a limit counts, and when to ask again about running jobs, in ms. */
export const limitTimes = { minuteMs, runningRetryMs: 5_000 } as const;

export const isEnded = ({ status }: Pick<StoredJob, 'status'>): boolean =>
  status !== 'submitting' && status !== 'running';

/** A job after a write. */
export function withChange(job: StoredJob, { release, ...change }: StoredJobChange, now: number): StoredJob {
  const changed = { ...job, ...change, version: job.version + 1, updatedAt: now };
  const endedAt = isEnded(changed) ? (job.endedAt ?? now) : null;
  return { ...changed, endedAt, ...(release && { owner: null, leaseUntil: null }) };
}
