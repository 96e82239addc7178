import type { NewStoredJob } from 'generation-lifecycle/server';
import { type PostgresTransaction, postgresJobs } from 'generation-lifecycle/server/postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();

async function open() {
  const schema = postgres.newSchema();
  const pool = postgres.openPool();
  const store = postgresJobs(pool, { schema, listen: false });
  onTestFinished(() => store.close());
  await store.migrate();
  await pool.query(`create table ${schema}.accounts (user_id text primary key, credits integer not null)`);
  await pool.query(`insert into ${schema}.accounts values ('ada', 10)`);
  const spend = (by: number) => async (tx: PostgresTransaction) => {
    const sql = `update ${schema}.accounts set credits = credits - $1 where user_id = 'ada' returning credits`;
    await tx.query(sql, [by]);
    return { reserved: by };
  };
  const credits = async () => (await pool.query(`select credits from ${schema}.accounts`)).rows[0]?.credits;
  return { store, schema, spend, credits, pool };
}

const newJob = (id: string): NewStoredJob => ({
  ...{ id, userId: 'ada', backend: 'image', key: `key of ${id}`, wishHash: null, status: 'running', state: {} },
});

describe('a transaction on PostgreSQL', () => {
  it('stores what a hook writes together with the job', async () => {
    const { store, spend, credits } = await open();
    const inserted = await store.insert(newJob('1'), undefined, {}, spend(3));
    expect(inserted).toMatchObject({ kind: 'inserted', job: { state: { reserved: 3 } } });
    expect(await credits()).toBe(7);
    const written = await store.write('1', { version: 1 }, { status: 'completed', dueAt: null }, spend(2));
    expect(written).toMatchObject({ status: 'completed', state: { reserved: 2 } });
    expect(await credits()).toBe(5);
  });

  it('stores neither the job nor what a hook has written before it threw', async () => {
    const { store, spend, credits } = await open();
    const insert = store.insert(newJob('1'), undefined, { runningOfUser: 5 }, async tx => {
      await spend(3)(tx);
      throw new Error('no');
    });
    await expect(insert).rejects.toThrow('no');
    expect([await store.get('1'), await credits()]).toEqual([undefined, 10]);
  });

  it('says so when a hook has swallowed the failure of a statement, because the database then keeps nothing', async () => {
    const { store, spend, credits } = await open();
    const insert = store.insert(newJob('1'), undefined, {}, async tx => {
      await spend(3)(tx);
      await tx.query('select * from nowhere').catch(() => undefined);
      return undefined;
    });
    await expect(insert).rejects.toThrow('A statement of a hook has failed, so nothing of its transaction was stored.');
    expect([await store.get('1'), await credits()]).toEqual([undefined, 10]);
  });

  it('refuses statements after its end, when the connection may be somebody else’s', async () => {
    const { store } = await open();
    let kept: PostgresTransaction | undefined;
    await store.insert(newJob('1'), undefined, {}, async tx => {
      kept = tx;
      return undefined;
    });
    expect(() => kept?.query('select 1')).toThrow('A hook has used its transaction after the end of it.');
  });

  it.each([
    { own: {}, seen: ['10s', '15s'] },
    { own: { statement_timeout: 0, idle_in_transaction_session_timeout: 0 }, seen: ['10s', '15s'] },
    { own: { statement_timeout: 2_500, idle_in_transaction_session_timeout: 900 }, seen: ['2500ms', '900ms'] },
    { own: { statement_timeout: 60_000, idle_in_transaction_session_timeout: 3_600_000 }, seen: ['10s', '15s'] },
  ])('with a hook has limits, which are no longer than those of the pool: $own', async ({ own, seen }) => {
    const { schema } = await open();
    const pool = postgres.openPool(own);
    const store = postgresJobs(pool, { schema, listen: false });
    onTestFinished(() => store.close());
    const limits: unknown[] = [];
    await store.insert(newJob('1'), undefined, {}, async tx => {
      for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout']) {
        const { rows } = await tx.query(`show ${name}`);
        limits.push(...rows.flatMap(row => Object.values(Object(row))));
      }
      return undefined;
    });
    expect(limits).toEqual(seen);
    const before = await postgres.openPool(own).query('show statement_timeout');
    expect((await pool.query('show statement_timeout')).rows).toEqual(before.rows);
  });

  it('is made again when it has met another one', async () => {
    const { store, schema, pool, credits } = await open();
    await pool.query(`insert into ${schema}.accounts values ('bob', 10)`);
    const lock = (user: string) => `update ${schema}.accounts set credits = credits - 1 where user_id = '${user}'`;
    let isMet = 0;
    const bothBegan = () => {
      isMet += 1;
      return expect.poll(() => isMet).toBeGreaterThanOrEqual(2);
    };
    const takeBoth = (first: string, second: string) => async (tx: PostgresTransaction) => {
      await tx.query(lock(first));
      await bothBegan();
      await tx.query(lock(second));
      return undefined;
    };
    await Promise.all([
      store.insert(newJob('1'), undefined, {}, takeBoth('ada', 'bob')),
      store.insert(newJob('2'), undefined, {}, takeBoth('bob', 'ada')),
    ]);
    expect(await credits()).toBe(8);
    expect((await store.getMany(['1', '2'])).length).toBe(2);
  });
});
