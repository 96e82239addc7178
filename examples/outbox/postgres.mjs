import { postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';

/** The store of the server half, and an outbox in the same database. @param {string} url */
export async function openPostgres(url) {
  const pool = new pg.Pool({ connectionString: url });
  const store = postgresJobs(pool);
  await store.migrate();
  await pool.query('create table if not exists outbox (place bigserial, id text primary key, body text not null)');
  return {
    store,
    /** Within the transaction that stores the end of the job. @param {import('generation-lifecycle/server/postgres').PostgresTransaction} tx @param {object} bill */
    write: (tx, bill) =>
      tx.query('insert into outbox (id, body) values ($1, $2)', [crypto.randomUUID(), JSON.stringify(bill)]),
    async next() {
      const { rows } = await pool.query('select id, body from outbox order by place limit 100');
      return rows.map(({ id, body }) => ({ id: String(id), body: String(body) }));
    },
    /** @param {string} id */
    remove: id => pool.query('delete from outbox where id = $1', [id]),
  };
}
