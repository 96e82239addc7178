import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();

function open(schema: string) {
  const store = postgresJobs(postgres.openPool(), { schema, listen: false });
  onTestFinished(() => store.close());
  return store;
}

const job = {
  id: 'job',
  userId: 'ada',
  backend: 'image',
  key: 'key',
  wishHash: null,
  status: 'running',
  state: {},
} as const;

/** What a later version of the library does to the tables, while this one goes on. */
async function toLater(schema: string, compatibleFrom: number) {
  const pool = postgres.openPool();
  const { rows } = await pool.query(`select max(version) as version from ${schema}.generation_schema`);
  const version = Number(rows[0].version) + 1;
  await pool.query(`alter table ${schema}.generation_jobs add column later text not null default 'new'`);
  await pool.query(`insert into ${schema}.generation_schema (version, compatible_from) values ($1, $2)`, [
    version,
    compatibleFrom === 0 ? version : compatibleFrom,
  ]);
  return version;
}

describe('tables of a later version', () => {
  it('are worked on by this one, side by side, if they say that it can', async () => {
    const schema = postgres.newSchema();
    const living = open(schema);
    await living.migrate();
    await toLater(schema, 1);
    const starting = open(schema);
    await starting.migrate();
    for (const store of [living, starting]) {
      const id = store === living ? 'one' : 'two';
      expect(await store.insert({ ...job, id, key: id }, undefined)).toMatchObject({ kind: 'inserted' });
      expect(await store.write(id, { version: 1 }, { status: 'completed', dueAt: null })).toMatchObject({ version: 2 });
      expect(await starting.get(id)).not.toHaveProperty('later');
    }
    const { rows } = await postgres
      .openPool()
      .query(`select count(*)::int as count from ${schema}.generation_jobs where later = 'new'`);
    expect(rows).toEqual([{ count: 2 }]);
  });

  it('are refused in a sentence if they say that it cannot', async () => {
    const schema = postgres.newSchema();
    await open(schema).migrate();
    const version = await toLater(schema, 0);
    await expect(open(schema).migrate()).rejects.toThrow(
      `The database has the schema ${version}, which needs a library that knows schema ${version}, and this version knows ${version - 1}. Update the library before you start it.`,
    );
  });
});

describe('migrate()', () => {
  it('makes the tables once when eight processes start at once', async () => {
    const schema = postgres.newSchema();
    const stores = Array.from({ length: 8 }, () => open(schema));
    await Promise.all(stores.map(store => store.migrate()));
    const { rows } = await postgres
      .openPool()
      .query(`select version from ${schema}.generation_schema order by version`);
    expect(rows.map(({ version }) => version)).toEqual(rows.map((_, at) => at + 1));
    expect(await stores[0]?.insert(job, undefined)).toMatchObject({ kind: 'inserted' });
  });

  it('needs no right to change tables that are there', async () => {
    const schema = postgres.newSchema();
    const admin = postgres.openPool();
    await open(schema).migrate();
    await admin.query(`create role app_${schema} login`);
    await admin.query(`grant usage on schema ${schema} to app_${schema}`);
    await admin.query(`grant select, insert, update, delete on all tables in schema ${schema} to app_${schema}`);
    const url = postgres.server.url.replace('postgres@', `app_${schema}@`);
    const store = postgresJobs(postgres.openPool({ connectionString: url }), { schema });
    onTestFinished(() => store.close());
    await store.migrate();
    expect(await store.insert(job, undefined, { runningOfUser: 1 })).toMatchObject({ kind: 'inserted' });
  });

  it('leaves nothing half made when it fails', async () => {
    const schema = postgres.newSchema();
    const admin = postgres.openPool();
    await admin.query(`create schema ${schema}`);
    await admin.query(`create table ${schema}.generation_jobs (id text)`);
    await expect(open(schema).migrate()).rejects.toThrow('already exists');
    const { rows } = await admin.query(`select to_regclass('${schema}.generation_schema') as made`);
    expect(rows).toEqual([{ made: null }]);
  });
});
