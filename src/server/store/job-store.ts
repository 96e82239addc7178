import type { JsonObject } from '../../machines/generation/generation.port.js';
import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import type { JobDuration } from '../../machines/reads/duration-history.js';
import type { RecordStore } from './record-store.js';

/** Where a stored job is. `submitting`: the vendor has not answered yet, or its answer was lost. */
export type StoredJobStatus = 'submitting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One generation of a server half, as its store keeps it. All times are the store's, in ms since the epoch. */
export type StoredJob = {
  /** Cannot be guessed. */
  readonly id: string;
  readonly userId: string;
  readonly backend: string;
  /** The idempotency key of the page. Unique for a user. */
  readonly key: string;
  /** Of the backend and the parsed wish; `null` for a key that was forbidden before its submit. */
  readonly wishHash: string | null;
  readonly status: StoredJobStatus;
  /** Counts the writes, from 1. */
  readonly version: number;
  /** What the server half knows of the job. The store does not look into it. */
  readonly state: JsonObject;
  /** When the next step is wanted; `null` for never. */
  readonly dueAt: number | null;
  /** Who makes a step now, or waits for the vendor's answer. */
  readonly owner: string | null;
  /** Until when nobody else may, unless the owner renews it. */
  readonly leaseUntil: number | null;
  /** In ms since the epoch, as all times. */
  readonly createdAt: number;
  /** The time of the last write, in ms since the epoch. */
  readonly updatedAt: number;
  /** When its status became a final one; `null` while it has none. */
  readonly endedAt: number | null;
};

/** A job that is inserted. It is due at once, as soon as nobody owns it. */
export type NewStoredJob = Pick<StoredJob, 'id' | 'userId' | 'backend' | 'key' | 'wishHash' | 'status' | 'state'>;

/** Who wants to make a step, and for how long at most, in ms. No two attempts have the same owner. */
export type JobLease = { readonly owner: string; readonly ms: number };

/** How much of what is running or new is too much, counted with the insert in one step. */
export type InsertLimits = {
  /** Jobs of the user that were inserted in the last 60 s. */
  readonly perMinute?: number | undefined;
  /** Jobs of the user that have no end, of all backends. */
  readonly runningOfUser?: number | undefined;
  /** Jobs of the backend that have no end, of all users. */
  readonly runningOfBackend?: number | undefined;
};

/** What became of an insert. `known`: there is a job with this key of this user, which is returned. */
export type InsertResult =
  | { readonly kind: 'inserted' | 'known'; readonly job: StoredJob }
  | {
      readonly kind: 'limited';
      readonly by: keyof InsertLimits;
      /** When it is worth trying again, in ms. */
      readonly retryAfterMs: number;
    };

/** What a write changes. Members that are absent stay as they are. */
export type StoredJobChange = Partial<Pick<StoredJob, 'status' | 'state' | 'dueAt'>> & {
  /** Ends the lease, whoever has it. */
  readonly release?: boolean | undefined;
};

/** Which state of a job a write is about. */
export type WriteCondition = {
  /** The version that the writer has read. */
  readonly version: number;
  /** The lease that it has. @defaultValue any, or none */
  readonly owner?: string | undefined;
};

/** What a store has to do, for metrics and health. */
export type JobCounts = {
  /** How many jobs have no end, by their backends. A backend without such jobs may be left out. */
  readonly running: Readonly<Record<string, number>>;
  /** For how long the job waits that is due for the longest time and that nobody has, in ms; 0 if there is none. */
  readonly lateMs: number;
};

/** How long a hook may take, in ms. Meanwhile its row is locked, and its lease is not over. */
export const hookPatienceMs = 10_000;

/**
 * What is done together with an insert or a write, within the same transaction. Called with the job as it is stored then, and only if it is. A throw
 * rolls everything back, and the call rejects with it. It may be called again for one call, when the transaction has to be repeated: so it uses nothing
 * but the transaction, which is over once it has resolved.
 *
 * @returns what becomes the state of the job; `undefined` leaves the state
 */
export type InTransaction<TTransaction> = (
  transaction: TTransaction,
  job: StoredJob,
) => Promise<JsonObject | undefined>;

/** How long one job took, of the jobs that its label names. */
export type AddedDuration = {
  /** At most 100 characters. */
  readonly label: string;
  /** In ms: after the first it had not ended, and after the second it had; `null` if it was given up. */
  readonly duration: JobDuration;
};

/** Tells that a job has changed. It is a hint: read the job. */
export type StoredJobNotice = Pick<StoredJob, 'id' | 'userId' | 'backend' | 'version'>;

/**
 * Where a server half keeps its jobs. Each call is one atomic step, safe with several processes. The times are the store's, so that the clocks of
 * the processes do not matter. `sqliteJobs`, `postgresJobs` and `memoryJobs` are three; `testJobStore` tests one of your own. `TTransaction`
 * is what hooks get to write with, in the store's own terms.
 *
 * @example
 * const store: JobStore = memoryJobs();
 * await store.migrate();
 */
export interface JobStore<TTransaction = unknown> {
  /** Makes or changes the tables. Safe at any time, and from several processes at once. */
  migrate(): Promise<void>;
  /** The store's time, in ms since the epoch. */
  now(): Promise<number>;
  /**
   * Inserts a job with version 1, owned by the lease, unless the user has one with this key, or a limit is reached. A known key counts before any
   * limit.
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
   * The user's jobs of a backend that have no end, or have changed since then; the most recently changed first, up to the limit.
   */
  list(query: {
    readonly userId: string;
    readonly backend: string;
    /** In ms since the epoch. */
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly StoredJob[]>;
  /** Takes the lease of a job, if nobody has it or its time is over. Not a write: the version stays. `undefined` if somebody else has it. */
  claim(id: string, lease: JobLease): Promise<StoredJob | undefined>;
  /**
   * Takes the leases of jobs that are due and that nobody has, the longest due first, up to the limit. With `lateMs`, of those that have been due for at
   * least this long.
   */
  claimDue(lease: JobLease, limit: number, lateMs?: number): Promise<readonly StoredJob[]>;
  /** Prolongs a lease, counted from now. `false` if it is somebody else's by now, or was released. */
  renew(id: string, lease: JobLease): Promise<boolean>;
  /** Ends a lease without a write. */
  release(id: string, owner: string): Promise<void>;
  /** Changes a job, and adds 1 to its version. `undefined` if the condition does not hold. */
  write(
    id: string,
    condition: WriteCondition,
    change: StoredJobChange,
    within?: InTransaction<TTransaction>,
  ): Promise<StoredJob | undefined>;
  /** Counts what runs, and how late it is. Cheap, also with 10,000 running jobs and millions of old ones: metrics and probes ask often. */
  count(): Promise<JobCounts>;
  /** What clients keep of their galleries, so that it is there on every device of a user. */
  readonly records: RecordStore;
  /** Deletes jobs that ended before this time and are not due any more, and returns how many. */
  prune(endedBefore: number): Promise<number>;
  /** How long the newest 24 jobs of each label took, the oldest first, by label. */
  readHistories(backend: string): Promise<DurationHistories>;
  /** Adds what jobs of a backend took, and keeps the newest 24 of each label, and the 32 labels that were added to last. */
  addDurations(backend: string, added: readonly AddedDuration[]): Promise<void>;
  /** Calls back after each insert and write, also of other processes, until the returned function is called. Some may be told as one. */
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
