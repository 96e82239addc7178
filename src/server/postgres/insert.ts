import {
  type InsertLimits,
  type InsertResult,
  type InTransaction,
  isEnded,
  type JobLease,
  limitedBy,
  limitTimes,
  type NewStoredJob,
  type StoredJob,
} from '../store/job-store.js';
import type { Connection, Query } from './connection.js';
import { at, toJob, toText } from './rows.js';
import { toStoredText } from './text.js';
import { type PostgresTransaction, runWithin } from './transaction.js';

export async function findByKey(
  run: Query,
  table: string,
  userId: string,
  key: string,
): Promise<StoredJob | undefined> {
  const rows = await run(`select * from ${table} where user_id = $1 and key = $2`, [userId, key].map(toStoredText));
  const [found] = rows.map(toJob);
  return found;
}

/**
 * Inserts a job, unless its key is known or a limit is reached. With a limit, in a transaction: what is counted must not change before the insert
 * is visible. So is what a hook writes with it.
 */
export async function insertJob(
  connection: Connection,
  table: string,
  job: NewStoredJob,
  {
    lease,
    limits,
    within,
  }: {
    readonly lease: JobLease | undefined;
    readonly limits: InsertLimits;
    readonly within: InTransaction<PostgresTransaction> | undefined;
  },
): Promise<InsertResult> {
  const isLimited = Object.values(limits).some(limit => limit !== undefined);

  const insert = async (run: Query): Promise<InsertResult> => {
    const inserted = await insertRow(run);
    if (inserted) return { kind: 'inserted', job: inserted };
    const known = await findByKey(run, table, job.userId, job.key);
    if (known) return { kind: 'known', job: known };
    // Without a limit, the row that was in the way was deleted just now.
    return isLimited ? toLimit(run) : insert(run);
  };

  if (!isLimited && !within) return insert(connection.query);
  return connection.transaction(
    async (run, client) => {
      await lockLimits(run);
      const result = await insert(run);
      if (result.kind !== 'inserted' || !within) return result;
      return { ...result, job: await runWithin(within, result.job, { run, client, table }) };
    },
    { hasHook: within !== undefined },
  );

  async function insertRow(run: Query): Promise<StoredJob | undefined> {
    const { perMinute, runningOfUser, runningOfBackend } = limits;
    const rows = await run(
      `with ${at}
    insert into ${table} (
      id, user_id, backend, key, wish_hash, status, version, state,
      due_at, owner, lease_until, created_at, updated_at, ended_at
    )
    select $1, $2, $3, $4, $5, $6, 1, $7,
      case when not $8 then ms end, $9, ms + $10::bigint, ms, ms, case when $8::boolean then ms end
    from at
    where ($11::int is null or $11 > (
        select count(*) from ${table} where user_id = $2 and updated_at > ms - ${limitTimes.minuteMs} and created_at > ms - ${limitTimes.minuteMs}
      ))
      and ($12::int is null or $12 > (select count(*) from ${table} where user_id = $2 and ended_at is null))
      and ($13::int is null or $13 > (select count(*) from ${table} where backend = $3 and ended_at is null))
    on conflict (user_id, key) do nothing
    returning *`,
      [
        ...[toStoredText(job.id), toStoredText(job.userId), toStoredText(job.backend), toStoredText(job.key)],
        ...[toText(job.wishHash), job.status, JSON.stringify(job.state), isEnded(job)],
        ...[toText(lease?.owner), lease?.ms ?? null],
        ...[perMinute ?? null, runningOfUser ?? null, runningOfBackend ?? null],
      ],
    );
    const [inserted] = rows.map(toJob);
    return inserted;
  }

  /** Which limit has kept a job out. */
  async function toLimit(run: Query): Promise<InsertResult> {
    const { perMinute, runningOfUser } = limits;
    const [figures = {}] = await run(
      `with ${at}, of_user as (select created_at, ended_at from ${table} where user_id = $1)
    select ms,
      (select count(*) from of_user where created_at > ms - ${limitTimes.minuteMs}) as recent,
      (select min(created_at) from of_user where created_at > ms - ${limitTimes.minuteMs}) as oldest,
      (select count(*) from of_user where ended_at is null) as running
    from at`,
      [toStoredText(job.userId)],
    );
    const figure = (name: string) => Number(figures[name]);
    if (perMinute !== undefined && figure('recent') >= perMinute)
      return limitedBy('perMinute', figure('oldest') + limitTimes.minuteMs - figure('ms'));
    const isUser = runningOfUser !== undefined && figure('running') >= runningOfUser;
    return limitedBy(isUser ? 'runningOfUser' : 'runningOfBackend', limitTimes.runningRetryMs);
  }

  /** Lets inserts that count the same jobs follow one another. Always in this order, so that no two of them wait for each other. */
  async function lockLimits(run: Query): Promise<void> {
    const ofUser = limits.perMinute !== undefined || limits.runningOfUser !== undefined;
    const names = [
      ...(ofUser ? [`user ${job.userId}`] : []),
      ...(limits.runningOfBackend === undefined ? [] : [`backend ${job.backend}`]),
    ];
    for (const name of names) {
      await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [toStoredText(`${table} ${name}`)]);
    }
  }
}
