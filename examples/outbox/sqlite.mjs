import { createClient } from '@libsql/client';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

/** The store of the server half, and an outbox in the same file. @param {string} url */
export async function openSqlite(url) {
  const store = sqliteJobs({ url });
  const client = createClient({ url });
  await store.migrate();
  await client.execute('create table if not exists outbox (id text primary key, body text not null)');
  return {
    store,
    /** Within the transaction that stores the end of the job. @param {import('generation-lifecycle/server/sqlite').SqliteTransaction} tx @param {object} bill */
    write: (tx, bill) =>
      tx.execute({
        sql: 'insert into outbox (id, body) values (?, ?)',
        args: [crypto.randomUUID(), JSON.stringify(bill)],
      }),
    async next() {
      const { rows } = await client.execute('select id, body from outbox order by rowid limit 100');
      return rows.map(({ id, body }) => ({ id: String(id), body: String(body) }));
    },
    /** @param {string} id */
    remove: id => client.execute({ sql: 'delete from outbox where id = ?', args: [id] }),
  };
}
