import { assertKnownOptions } from '../../machines/options.js';
import {
  type InsertLimits,
  type InsertResult,
  isEnded,
  type JobStore,
  limitedBy,
  limitTimes,
  type StoredJob,
} from '../store/job-store.js';
import { createNotices } from '../store/notices.js';
import { openConnection } from './connection.js';
import { sqliteDurations } from './durations.js';
import { createLooking } from './looking.js';
import { migrate } from './migrate.js';
import { sqliteRecords } from './sqlite-records.js';
import type { SqliteTransaction } from './transaction.js';
import { table, toJobs, writeJob } from './write-job.js';

/** Options of {@link sqliteJobs}. */
export type SqliteJobsOptions = {
  /**
   * The file: `file:data/generations.db`. Its folder must exist. Several processes of one machine may share it; do not
   * use a network drive.
   */
  readonly url: string;
  /** How often changes of other processes are polled while somebody listens, in ms. @defaultValue 250 */
  readonly watchMs?: number | undefined;
  /** ms since the epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
};

const maxIds = 500;

/**
 * Stores a server half's jobs in a SQLite file, with `@libsql/client`, which you install. Jobs survive the process, and
 * several processes of one machine may work on them.
 *
 * @throws TypeError for an unknown option, and for a `url` that is not a file
 * @see https://github.com/tursodatabase/libsql-client-ts
 * @example
 * const store = sqliteJobs({ url: 'file:data/generations.db' });
 * await store.migrate();
 */
export function sqliteJobs(options: SqliteJobsOptions): JobStore<SqliteTransaction> {
  assertKnownOptions('sqliteJobs', options, ['url', 'watchMs', 'now']);
  const { url, watchMs = 250, now = () => Date.now() } = options;
  if (typeof url !== 'string' || !url.startsWith('file:') || url.includes(':memory:')) {
    throw new TypeError('sqliteJobs() needs the url of a file, such as file:data/generations.db.');
  }
  const connection = openConnection(url);
  const notices = createNotices();

  const select = async (where: string, args: readonly (string | number | null)[]): Promise<readonly StoredJob[]> => {
    return toJobs(await connection.read(`select * from ${table} ${where}`, args));
  };
  const first = ([job]: readonly StoredJob[]): StoredJob | undefined => job;

  /** One write, with what it has changed. */
  const change = async (sql: string, args: readonly (string | number | null)[]): Promise<readonly StoredJob[]> => {
    const [result] = await connection.write({ sql: `${sql} returning *`, args: [...args] });
    return toJobs(result);
  };

  const looking = createLooking(connection, {
    now,
    watchMs,
    async look(since) {
      for (const job of await select('where updated_at >= ?', [since])) notices.tell(job);
    },
  });
  const { records, stopLooking } = sqliteRecords(connection, { now, watchMs });

  return {
    records,
    async migrate() {
      await connection.prepare();
      await migrate(connection);
    },
    async now() {
      return now();
    },

    async insert(job, lease, limits = {}, within) {
      const at = now();
      const { perMinute, runningOfUser, runningOfBackend } = limits;
      const { minuteMs } = limitTimes;
      const recent = `from ${table} where user_id = ? and created_at > ?`;
      const ofUser = `from ${table} where user_id = ? and ended_at is null`;
      const ofBackend = `from ${table} where backend = ? and ended_at is null`;
      const ended = isEnded(job);
      const [own, known, figures] = await writeJob(
        connection,
        [
          {
            sql: `insert into ${table}
            select ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?
            where (? is null or (select count(*) ${recent}) < ?)
              and (? is null or (select count(*) ${ofUser}) < ?)
              and (? is null or (select count(*) ${ofBackend}) < ?)
            on conflict (user_id, key) do nothing
            returning *`,
            args: [
              ...[job.id, job.userId, job.backend, job.key, job.wishHash, job.status, JSON.stringify(job.state)],
              ...[ended ? null : at, lease?.owner ?? null, lease ? at + lease.ms : null, at, at, ended ? at : null],
              ...[perMinute ?? null, job.userId, at - minuteMs, perMinute ?? null],
              ...[runningOfUser ?? null, job.userId, runningOfUser ?? null],
              ...[runningOfBackend ?? null, job.backend, runningOfBackend ?? null],
            ],
          },
          { sql: `select * from ${table} where user_id = ? and key = ?`, args: [job.userId, job.key] },
          {
            sql: `select (select count(*) ${recent}) as recent, (select min(created_at) ${recent}) as oldest,
            (select count(*) ${ofUser}) as of_user, (select count(*) ${ofBackend}) as of_backend`,
            args: [job.userId, at - minuteMs, job.userId, at - minuteMs, job.userId, job.backend],
          },
        ],
        within,
      );
      if (own) {
        notices.tell(own);
        return { kind: 'inserted', job: own };
      }
      const [other] = toJobs(known);
      if (other) return { kind: 'known', job: other };
      return toLimit(limits, figures?.rows[0] ?? {}, at);
    },

    get: async id => first(await select('where id = ?', [id])),
    async getMany(ids) {
      const found: StoredJob[] = [];
      for (let from = 0; from < ids.length; from += maxIds) {
        const part = ids.slice(from, from + maxIds);
        found.push(...(await select(`where id in (${part.map(() => '?').join()})`, part)));
      }
      return found;
    },
    findByKey: async (userId, key) => first(await select('where user_id = ? and key = ?', [userId, key])),
    list: ({ userId, backend, since, limit }) =>
      select(
        'where user_id = ? and backend = ? and (ended_at is null or updated_at >= ?) order by updated_at desc limit ?',
        [userId, backend, since, limit],
      ),

    async claim(id, { owner, ms }) {
      const at = now();
      const where = 'id = ? and (owner is null or lease_until <= ?)';
      return first(
        await change(`update ${table} set owner = ?, lease_until = ? where ${where}`, [owner, at + ms, id, at]),
      );
    },
    async claimDue({ owner, ms }, limit, lateMs = 0) {
      const at = now();
      const due = `select id from ${table} where due_at <= ? and (owner is null or lease_until <= ?) order by due_at limit ?`;
      const claimed = await change(`update ${table} set owner = ?, lease_until = ? where id in (${due})`, [
        ...[owner, at + ms],
        ...[at - lateMs, at, limit],
      ]);
      return [...claimed].sort((one, other) => Number(one.dueAt) - Number(other.dueAt));
    },
    renew: async (id, { owner, ms }) =>
      (await change(`update ${table} set lease_until = ? where id = ? and owner = ?`, [now() + ms, id, owner])).length >
      0,
    async release(id, owner) {
      await change(`update ${table} set owner = null, lease_until = null where id = ? and owner = ?`, [id, owner]);
    },

    async write(id, { version, owner }, { status, state, dueAt, release }, within) {
      const at = now();
      const sql = `update ${table} set
          version = version + 1,
          updated_at = ?,
          status = coalesce(?, status),
          state = coalesce(?, state),
          due_at = case when ? then ? else due_at end,
          ended_at = case when coalesce(?, status) in ('submitting', 'running') then null else coalesce(ended_at, ?) end,
          owner = case when ? then null else owner end,
          lease_until = case when ? then null else lease_until end
        where id = ? and version = ? and (? is null or owner = ?)
        returning *`;
      const args = [
        ...[at, status ?? null, state === undefined ? null : JSON.stringify(state)],
        ...[dueAt === undefined ? 0 : 1, dueAt ?? null],
        ...[status ?? null, at],
        ...[release ? 1 : 0, release ? 1 : 0],
        ...[id, version, owner ?? null, owner ?? null],
      ];
      const [written] = await writeJob(connection, [{ sql, args }], within);
      if (written) notices.tell(written);
      return written;
    },

    async count() {
      const at = now();
      const counts = await connection.read(
        `select backend, count(*) as jobs from ${table} where ended_at is null group by backend`,
      );
      const due = await connection.read(
        `select due_at from ${table} where (owner is null or lease_until <= ?) and due_at <= ? order by due_at limit 1`,
        [at, at],
      );
      const dueAt: unknown = due.rows[0]?.['due_at'];
      return {
        running: Object.fromEntries(counts.rows.map(row => [String(row['backend']), Number(row['jobs'])])),
        lateMs: dueAt === undefined ? 0 : at - Number(dueAt),
      };
    },
    ...sqliteDurations(connection),

    prune: async endedBefore =>
      (await change(`delete from ${table} where ended_at < ? and due_at is null`, [endedBefore])).length,

    watch(listener) {
      const stop = notices.add(listener);
      looking.start();
      return () => {
        stop();
        if (notices.isEmpty) looking.stop();
      };
    },
    async close() {
      looking.stop();
      stopLooking();
      await connection.close();
    },
  };
}

type Figures = { readonly [column: string]: unknown };

/** Which limit has kept a job out. */
function toLimit({ perMinute, runningOfUser }: InsertLimits, figures: Figures, at: number): InsertResult {
  const { minuteMs, runningRetryMs } = limitTimes;
  if (perMinute !== undefined && Number(figures['recent']) >= perMinute)
    return limitedBy('perMinute', Number(figures['oldest']) + minuteMs - at);
  if (runningOfUser !== undefined && Number(figures['of_user']) >= runningOfUser)
    return limitedBy('runningOfUser', runningRetryMs);
  return limitedBy('runningOfBackend', runningRetryMs);
}
