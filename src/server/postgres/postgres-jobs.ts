import type { Pool } from 'pg';
import { assertKnownOptions } from '../../machines/options.js';
import type { JobStore, StoredJob } from '../store/job-store.js';
import { createChanges } from './changes.js';
import { gatheredClaims } from './claims.js';
import { createClock } from './clock.js';
import { openConnection, type Query, type Value } from './connection.js';
import { postgresDurations } from './durations.js';
import { findByKey, insertJob } from './insert.js';
import { migrate } from './migrate.js';
import { postgresRecords } from './records.js';
import { at, toJob, toText } from './rows.js';
import { fromStoredText, toStoredText } from './text.js';
import { type PostgresTransaction, runWithin } from './transaction.js';

/** Options of {@link postgresJobs}. */
export type PostgresJobsOptions = {
  /** The schema of the tables that `migrate` creates: lower-case letters, digits and `_`. @defaultValue `public` */
  readonly schema?: string | undefined;
  /**
   * Receives changes of other processes with `LISTEN`, on a connection of its own. Set `false` to poll instead, for
   * example behind a pooler that gives a connection away after each transaction. The store also notices by itself when
   * notices do not arrive. @defaultValue `true`
   */
  readonly listen?: boolean | undefined;
  /** How often changes are polled while somebody listens and `LISTEN` does not work, in ms. @defaultValue 250 */
  readonly watchMs?: number | undefined;
};

const pruneAtOnce = 1_000;

/**
 * Stores a server half's jobs in PostgreSQL 13 or later, with `pg`, which you install: for several machines. The pool
 * stays yours: `close()` closes only the connection that listens. While the database is down, calls reject; the store
 * recovers by itself.
 *
 * @throws TypeError for an unknown option, for a pool that is not one of `pg`, and for an invalid schema name
 * @see https://node-postgres.com/apis/pool
 * @example
 * import pg from 'pg';
 *
 * const store = postgresJobs(new pg.Pool({ connectionString: 'postgres://localhost/app' }));
 * await store.migrate();
 */
export function postgresJobs(pool: Pool, options: PostgresJobsOptions = {}): JobStore<PostgresTransaction> {
  assertKnownOptions('postgresJobs', options, ['schema', 'listen', 'watchMs']);
  const { schema = 'public', listen = true, watchMs = 250 } = options;
  assertUsable(pool, schema, watchMs);
  const jobs = `${schema}.generation_jobs`;
  const connection = openConnection(pool);
  const { query } = connection;
  const clock = createClock(query);
  const channel = schema === 'public' ? 'generation_jobs' : `${schema}.generation_jobs`;
  const changes = createChanges({ pool, query, jobs, channel, isListening: listen, watchMs });
  const { records, stopLooking } = postgresRecords(connection, { schema, watchMs });

  const select = async (where: string, values: readonly Value[]): Promise<readonly StoredJob[]> =>
    (await query(`select * from ${jobs} ${where}`, values)).map(toJob);
  const first = ([job]: readonly StoredJob[]): StoredJob | undefined => job;

  const claim = gatheredClaims(query, jobs, clock);

  return {
    migrate: () => migrate(connection, schema),
    now: clock.now,

    async insert(job, lease, limits = {}, within) {
      const result = await insertJob(connection, jobs, job, { lease, limits, within });
      if (result.kind === 'inserted') changes.announce(result.job);
      return result;
    },

    get: async id => first(await select('where id = $1', [toStoredText(id)])),
    getMany: async ids => (ids.length === 0 ? [] : select('where id = any($1::text[])', [ids.map(toStoredText)])),
    findByKey: (userId, key) => findByKey(query, jobs, userId, key),
    list: ({ userId, backend, since, limit }) =>
      // Two parts, so that each has an index: a user may have thousands of jobs that ended long ago.
      select(
        `where id in (
          select id from ${jobs} where user_id = $1 and backend = $2 and ended_at is null
          union select id from ${jobs} where user_id = $1 and backend = $2 and updated_at >= $3::bigint
        ) order by updated_at desc limit $4`,
        [toStoredText(userId), toStoredText(backend), since, limit],
      ),

    claim,
    async claimDue({ owner, ms }, limit, lateMs = 0) {
      const rows = await query(
        `with ${at}, due as materialized (
          select id from ${jobs}
            where due_at <= (select ms from at) - $4::bigint and (owner is null or lease_until <= (select ms from at))
            order by due_at limit $3 for update skip locked
        )
        update ${jobs} set owner = $1, lease_until = (select ms from at) + $2::bigint
          where id = any(array(select id from due)) returning *`,
        [toStoredText(owner), ms, limit, lateMs],
      );
      const claimed = rows.map(toJob).sort((one, other) => Number(one.dueAt) - Number(other.dueAt));
      clock.sawClaim(first(claimed), ms);
      return claimed;
    },
    async renew(id, { owner, ms }) {
      const rows = await query(
        `with ${at} update ${jobs} set lease_until = ms + $3::bigint from at where id = $1 and owner = $2 returning id`,
        [toStoredText(id), toStoredText(owner), ms],
      );
      return rows.length > 0;
    },
    async release(id, owner) {
      await query(`update ${jobs} set owner = null, lease_until = null where id = $1 and owner = $2`, [
        ...[toStoredText(id), toStoredText(owner)],
      ]);
    },

    async write(id, { version, owner }, { status, state, dueAt, release = false }, within) {
      const sql = `with ${at} update ${jobs} set
          version = version + 1,
          changed_by = pg_current_xact_id(),
          updated_at = ms,
          status = coalesce($4, status),
          state = coalesce($5, state),
          due_at = case when $6 then $7::bigint else due_at end,
          ended_at = case when coalesce($4, status) in ('submitting', 'running') then null else coalesce(ended_at, ms) end,
          owner = case when $8 then null else owner end,
          lease_until = case when $8 then null else lease_until end
        from at where id = $1 and version = $2 and ($3::text is null or owner = $3) returning ${jobs}.*`;
      const values = [
        ...[toStoredText(id), version, toText(owner)],
        ...[status ?? null, state === undefined ? null : JSON.stringify(state)],
        ...[dueAt !== undefined, dueAt ?? null, release],
      ];
      const writeRow = async (run: Query) => first((await run(sql, values)).map(toJob));
      const written = within
        ? await connection.transaction(
            async (run, client) => {
              const job = await writeRow(run);
              return job && runWithin(within, job, { run, client, table: jobs });
            },
            { hasHook: true },
          )
        : await writeRow(query);
      if (written) changes.announce(written);
      return written;
    },

    async count() {
      const rows = await query(
        `with ${at}, late as materialized (
          select ms - due_at as ms from ${jobs}, at
            where due_at <= (select ms from at) and (owner is null or lease_until <= ms) order by due_at limit 1
        )
        select (select ms from late) as late, backend, running from (select 1) as one
          left join (select backend, count(*) as running from ${jobs} where ended_at is null group by backend) as counts on true`,
      );
      const counts = rows.filter(({ backend }) => backend !== null);
      return {
        running: Object.fromEntries(
          counts.map(({ backend, running }) => [fromStoredText(String(backend)), Number(running)]),
        ),
        lateMs: Number(rows[0]?.['late'] ?? 0),
      };
    },

    async prune(endedBefore) {
      let count = 0;
      for (;;) {
        const deleted = await query(
          `delete from ${jobs} where id = any(array(
            select id from ${jobs} where ended_at < $1::bigint and due_at is null limit ${pruneAtOnce} for update skip locked
          )) returning id`,
          [endedBefore],
        );
        count += deleted.length;
        if (deleted.length < pruneAtOnce) return count;
      }
    },

    ...postgresDurations(query, schema),
    records,

    watch: changes.watch,
    async close() {
      stopLooking();
      await changes.close();
    },
  };
}

function assertUsable(pool: Pool, schema: unknown, watchMs: number): void {
  if (typeof pool?.connect !== 'function' || typeof pool.query !== 'function' || !pool.options) {
    throw new TypeError('postgresJobs() needs a pool of pg: new pg.Pool({ connectionString }).');
  }
  // It is part of each statement and of the name of a channel, which has 63 bytes at most.
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) {
    throw new TypeError(
      `postgresJobs(): schema is "${schema}". Pass a name of small letters, digits and _ with at most 41 characters.`,
    );
  }
  if (!(watchMs > 0))
    throw new TypeError(`postgresJobs(): watchMs is ${watchMs}. Pass a time in ms above 0, such as 250.`);
}
