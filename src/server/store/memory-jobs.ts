import { assertKnownOptions } from '../../machines/options.js';
import {
  type AddedDuration,
  type InsertLimits,
  type InsertResult,
  type InTransaction,
  isEnded,
  type JobLease,
  type JobStore,
  limitedBy,
  limitTimes,
  type StoredJob,
  withChange,
} from './job-store.js';
import { memoryRecords } from './memory-records.js';
import { createMemoryRows, type MemoryTransaction } from './memory-rows.js';
import { createNotices } from './notices.js';
import { historyLimits, toHistoriesOf } from './stored-durations.js';

/** Options of {@link memoryJobs}. */
export type MemoryJobsOptions = {
  /** ms since the epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
};

/** A job that is to be stored, or what is answered because there is none. */
type Next<TInstead> =
  | { readonly job: StoredJob; readonly instead?: never }
  | { readonly job?: undefined; readonly instead: TInstead };

/** The store that {@link memoryJobs} returns. */
export type MemoryJobStore = JobStore<MemoryTransaction> & {
  /** What hooks wrote with their transactions. */
  readonly rows: ReadonlyMap<string, unknown>;
};

/**
 * A store in the memory of one process, for tests and experiments. When the process ends, it forgets everything,
 * including which jobs are paid. Hooks write with a map that is stored together with the job, or not at all.
 *
 * @throws TypeError for an unknown option
 * @example
 * const store = memoryJobs();
 * await store.migrate();
 */
export function memoryJobs(options: MemoryJobsOptions = {}): MemoryJobStore {
  assertKnownOptions('memoryJobs', options, ['now']);
  const { now = () => Date.now() } = options;
  const jobs = new Map<string, StoredJob>();
  const idsByKey = new Map<string, string>();
  const durations = new Map<string, Map<string, readonly AddedDuration[]>>();
  const notices = createNotices();
  const { rows, begin } = createMemoryRows();

  const toKey = (userId: string, key: string) => JSON.stringify([userId, key]);
  const isFree = ({ owner, leaseUntil }: StoredJob, at: number) => owner === null || Number(leaseUntil) <= at;
  const copy = <TValue>(value: TValue): TValue => structuredClone(value);

  const set = (job: StoredJob): StoredJob => {
    jobs.set(job.id, copy(job));
    return copy(job);
  };
  const findByKey = (userId: string, key: string) => jobs.get(idsByKey.get(toKey(userId, key)) ?? '');
  const take = (job: StoredJob, { owner, ms }: JobLease, at: number) => set({ ...job, owner, leaseUntil: at + ms });

  function toLimit(userId: string, backend: string, limits: InsertLimits, at: number): InsertResult | undefined {
    const { perMinute = Infinity, runningOfUser = Infinity, runningOfBackend = Infinity } = limits;
    const all = [...jobs.values()];
    const ofUser = all.filter(job => job.userId === userId);
    const recent = ofUser.map(({ createdAt }) => createdAt).filter(createdAt => createdAt > at - limitTimes.minuteMs);
    if (recent.length >= perMinute) return limitedBy('perMinute', Math.min(...recent) + limitTimes.minuteMs - at);
    const isRunning = (job: StoredJob) => !isEnded(job);
    if (ofUser.filter(isRunning).length >= runningOfUser) return limitedBy('runningOfUser', limitTimes.runningRetryMs);
    const running = all.filter(job => job.backend === backend && isRunning(job));
    return running.length >= runningOfBackend ? limitedBy('runningOfBackend', limitTimes.runningRetryMs) : undefined;
  }

  function stored<TInstead>(next: Next<TInstead>): Next<TInstead> {
    return next.job ? { job: store(next.job) } : next;
  }

  function store(job: StoredJob): StoredJob {
    const stored = set(job);
    idsByKey.set(toKey(job.userId, job.key), job.id);
    notices.tell(stored);
    return stored;
  }

  /**
   * Stores a job, and what belongs to that. Others go on meanwhile, so it begins again if what it has read has changed.
   *
   * @param toNext the job as it is stored now; or the answer instead of it, if there is nothing to store
   */
  async function storeWithin<TInstead>(
    toNext: () => Next<TInstead>,
    within: InTransaction<MemoryTransaction>,
  ): Promise<Next<TInstead>> {
    for (;;) {
      const next = toNext();
      if (!next.job) return next;
      const before = jobs.get(next.job.id);
      const transaction = begin();
      const state = await within(transaction.lent, copy(next.job)).finally(transaction.end);
      const isSame = jobs.get(next.job.id) === before && toNext().job !== undefined;
      if (isSame && transaction.commit()) return { job: store({ ...next.job, ...(state && { state }) }) };
    }
  }

  return {
    rows,
    records: memoryRecords(now),
    async migrate() {},
    async now() {
      return now();
    },

    async insert(job, lease, limits = {}, within) {
      const toNext = (): Next<InsertResult> => {
        const at = now();
        const known = findByKey(job.userId, job.key);
        if (known) return { instead: { kind: 'known', job: copy(known) } };
        const limit = toLimit(job.userId, job.backend, limits, at);
        if (limit) return { instead: limit };
        const owned = { owner: lease?.owner ?? null, leaseUntil: lease ? at + lease.ms : null };
        const times = { createdAt: at, updatedAt: at, endedAt: isEnded(job) ? at : null };
        return { job: { ...job, ...owned, ...times, version: 1, dueAt: isEnded(job) ? null : at } };
      };
      const next = within ? await storeWithin(toNext, within) : stored(toNext());
      return next.job ? { kind: 'inserted', job: next.job } : next.instead;
    },

    async get(id) {
      return copy(jobs.get(id));
    },
    async getMany(ids) {
      return ids.flatMap(id => copy(jobs.get(id)) ?? []);
    },
    async findByKey(userId, key) {
      return copy(findByKey(userId, key));
    },
    async list({ userId, backend, since, limit }) {
      return [...jobs.values()]
        .filter(job => job.userId === userId && job.backend === backend && (!isEnded(job) || job.updatedAt >= since))
        .sort((one, other) => other.updatedAt - one.updatedAt)
        .slice(0, limit)
        .map(copy);
    },

    async claim(id, lease) {
      const at = now();
      const job = jobs.get(id);
      return job && isFree(job, at) ? take(job, lease, at) : undefined;
    },
    async claimDue(lease, limit, lateMs = 0) {
      const at = now();
      return [...jobs.values()]
        .filter(job => job.dueAt !== null && job.dueAt <= at - lateMs && isFree(job, at))
        .sort((one, other) => Number(one.dueAt) - Number(other.dueAt))
        .slice(0, limit)
        .map(job => take(job, lease, at));
    },
    async renew(id, { owner, ms }) {
      const job = jobs.get(id);
      if (job?.owner !== owner) return false;
      take(job, { owner, ms }, now());
      return true;
    },
    async release(id, owner) {
      const job = jobs.get(id);
      if (job?.owner === owner) set({ ...job, owner: null, leaseUntil: null });
    },

    async write(id, { version, owner }, change, within) {
      const toNext = (): Next<undefined> => {
        const job = jobs.get(id);
        if (!job || job.version !== version || (owner !== undefined && job.owner !== owner))
          return { instead: undefined };
        return { job: withChange(job, change, now()) };
      };
      return (within ? await storeWithin(toNext, within) : stored(toNext())).job;
    },

    async count() {
      const at = now();
      const running: Record<string, number> = Object.create(null);
      let lateMs = 0;
      for (const job of jobs.values()) {
        if (!isEnded(job)) running[job.backend] = (running[job.backend] ?? 0) + 1;
        if (job.dueAt !== null && isFree(job, at)) lateMs = Math.max(lateMs, at - job.dueAt);
      }
      return { running, lateMs };
    },

    async prune(endedBefore) {
      const old = [...jobs.values()].filter(
        ({ endedAt, dueAt }) => endedAt !== null && endedAt < endedBefore && dueAt === null,
      );
      for (const { id, userId, key } of old) {
        jobs.delete(id);
        idsByKey.delete(toKey(userId, key));
      }
      return old.length;
    },

    async readHistories(backend) {
      return toHistoriesOf([...(durations.get(backend)?.values() ?? [])].flat());
    },
    async addDurations(backend, added) {
      const byLabel = durations.get(backend) ?? new Map<string, readonly AddedDuration[]>();
      durations.set(backend, byLabel);
      for (const one of added) {
        const known = byLabel.get(one.label) ?? [];
        // The order of the labels is that of their last use.
        byLabel.delete(one.label);
        byLabel.set(one.label, [...known, copy(one)].slice(-historyLimits.maxJobs));
      }
      for (const label of [...byLabel.keys()].slice(0, -historyLimits.maxLabels)) byLabel.delete(label);
    },

    watch: listener => notices.add(listener),
    async close() {},
  };
}
