import type { JobStore, NewStoredJob, StoredJobNotice } from 'generation-lifecycle/server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

// What a process hears of the writes of another one, whatever becomes of the connections between them.

const postgres = postgresForTests();

let count = 0;
const newJob = (changes: Partial<NewStoredJob> = {}): NewStoredJob => {
  count += 1;
  return {
    ...{ id: `job-${count}`, userId: 'ada', backend: 'image', key: `key-${count}`, wishHash: null },
    ...{ status: 'running', state: {} },
    ...changes,
  };
};

type Options = Parameters<typeof postgresJobs>[1] & { readonly pool?: pg.Pool };

async function open({ schema = postgres.newSchema(), pool = postgres.openPool(), ...options }: Options = {}) {
  const store = postgresJobs(pool, { schema, ...options });
  onTestFinished(() => store.close());
  await store.migrate();
  return { store, schema };
}

function watch(store: JobStore) {
  const told: StoredJobNotice[] = [];
  onTestFinished(store.watch(notice => told.push(notice)));
  return told;
}

const versionsOf = (told: readonly StoredJobNotice[]) => told.map(({ id, version }) => `${id} ${version}`);

async function insertedId(store: JobStore, changes: Partial<NewStoredJob> = {}): Promise<string> {
  const job = newJob(changes);
  await store.insert(job, undefined);
  return job.id;
}

async function asAdmin<TResult>(run: (client: pg.Client) => Promise<TResult>): Promise<TResult> {
  const client = new pg.Client(postgres.server.url);
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** The connections that listen, which have said nothing else last. */
const listening = `query like 'listen %'`;
const countListeners = (client: pg.Client, schema: string) =>
  client
    .query(`select count(*)::int as count from pg_stat_activity where ${listening} and query like '%' || $1 || '.%'`, [
      schema,
    ])
    .then(({ rows }) => Number(rows[0].count));

/** Until notices come by the listening connection: looks are too rare here to tell of anything by themselves. */
const untilHearing = (schema: string) => asAdmin(client => expect.poll(() => countListeners(client, schema)).toBe(1));

const rare = { watchMs: 600_000 };

describe('a change in another process', () => {
  it('is told at once by the connection that listens', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const told = watch(here);
    await untilHearing(schema);
    const id = await insertedId(there);
    await there.write(id, { version: 1 }, { dueAt: 1 });
    await expect.poll(() => versionsOf(told)).toContain(`${id} 2`);
    expect(told.at(-1)).toEqual({ id, userId: 'ada', backend: 'image', version: 2 });
  });

  it('is told once it can be read, and not before', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const early: string[] = [];
    let isTold = 0;
    onTestFinished(
      here.watch(({ id, version }) => {
        void here.get(id).then(job => {
          if (Number(job?.version) < version || !job) early.push(id);
          isTold += 1;
        });
      }),
    );
    await untilHearing(schema);
    // With limits, an insert is a transaction of several statements.
    await Promise.all(
      Array.from({ length: 40 }, () => there.insert(newJob(), undefined, { runningOfUser: 1_000, perMinute: 1_000 })),
    );
    await expect.poll(() => isTold).toBeGreaterThanOrEqual(40);
    expect(early).toEqual([]);
  });

  it('is not told while the transaction that makes it goes on', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const id = await insertedId(there);
    const told = watch(here);
    await untilHearing(schema);
    await expect.poll(() => versionsOf(told)).toContain(`${id} 1`);
    let write: Promise<unknown> | undefined;
    await asAdmin(async client => {
      await client.query('begin');
      await client.query(`select 1 from ${schema}.generation_jobs where id = $1 for update`, [id]);
      write = there.write(id, { version: 1 }, { dueAt: 1 });
      const other = await insertedId(there);
      await expect.poll(() => versionsOf(told)).toContain(`${other} 1`);
      expect(versionsOf(told)).not.toContain(`${id} 2`);
      await client.query('commit');
    });
    await write;
    await expect.poll(() => versionsOf(told)).toContain(`${id} 2`);
  });

  it('is found although its process has died before it could tell', async () => {
    const { store: here, schema } = await open();
    const told = watch(here);
    await untilHearing(schema);
    await asAdmin(client =>
      client.query(
        `insert into ${schema}.generation_jobs (id, user_id, backend, key, status, version, state, created_at, updated_at)
          values ('untold', 'ada', 'image', 'untold', 'running', 1, '{}', 1, 1)`,
      ),
    );
    await expect.poll(() => versionsOf(told)).toContain('untold 1');
  });

  it('is found by looking, however late its transaction ends', async () => {
    const { store: here, schema } = await open({ listen: false, watchMs: 10 });
    const told = watch(here);
    const insert = (client: pg.Client, id: string) =>
      client.query(
        `insert into ${schema}.generation_jobs (id, user_id, backend, key, status, version, state, created_at, updated_at)
          values ($1, 'ada', 'image', $1, 'running', 1, '{}', 1, 1)`,
        [id],
      );
    await asAdmin(async slow => {
      await slow.query('begin');
      await insert(slow, 'slow');
      for (const id of ['first', 'second']) {
        await asAdmin(client => insert(client, id));
        await expect.poll(() => versionsOf(told)).toContain(`${id} 1`);
      }
      await slow.query('commit');
    });
    await expect.poll(() => versionsOf(told)).toContain('slow 1');
    // What was told is not told again, although it may be found again.
    expect(versionsOf(told).filter(text => text === 'first 1')).toHaveLength(1);
  });

  it('is found by looking where the listening connection hears nothing, as behind a pooler', async () => {
    const pool = postgres.openPool();
    await asAdmin(client => client.query('create database elsewhere'));
    // It listens in another database, which takes its LISTEN, and hands it nothing.
    const options = { host: '127.0.0.1', port: postgres.server.port, user: 'postgres', database: 'elsewhere' };
    const deaf = new Proxy(pool, {
      get(target, name) {
        const value: unknown = name === 'options' ? options : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { store: here, schema } = await open({ pool: deaf, watchMs: 10 });
    const { store: there } = await open({ schema });
    const told = watch(here);
    const id = await insertedId(there);
    await expect.poll(() => versionsOf(told)).toContain(`${id} 1`);
  });

  it('that is too long for a notice is looked up', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const told = watch(here);
    await untilHearing(schema);
    const id = await insertedId(there, { id: 'i'.repeat(5_000), userId: 'u'.repeat(5_000) });
    await expect.poll(() => told.map(notice => notice.id)).toContain(id);
  });

  it.each(['no announcement', '{"by":"x","jobs":[[1,2],"a",null]}', '[]', '{"jobs":3}'])(
    'is told after somebody has notified with %s',
    async payload => {
      const { store: here, schema } = await open(rare);
      const { store: there } = await open({ schema });
      const told = watch(here);
      await untilHearing(schema);
      await asAdmin(client => client.query('select pg_notify($1, $2)', [`${schema}.generation_jobs`, payload]));
      const id = await insertedId(there);
      await expect.poll(() => versionsOf(told)).toContain(`${id} 1`);
      expect(told.every(notice => typeof notice.id === 'string')).toBe(true);
    },
  );
});

describe('a connection that is lost', () => {
  it('is opened again by the listener, and what has changed meanwhile is told', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const told = watch(here);
    await untilHearing(schema);
    for (let round = 0; round < 3; round += 1) {
      const id = await insertedId(there);
      await asAdmin(client =>
        client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${listening}`),
      );
      await there.write(id, { version: 1 }, { dueAt: 1 });
      await expect.poll(() => versionsOf(told)).toContain(`${id} 2`);
      await untilHearing(schema);
    }
  });

  it('fails a call in a sentence, and the next call works, as does the pool', async () => {
    const pool = postgres.openPool({ max: 1 });
    const { store, schema } = await open({ pool });
    const id = await insertedId(store);
    await asAdmin(async client => {
      await client.query('begin');
      await client.query(`select 1 from ${schema}.generation_jobs where id = $1 for update`, [id]);
      const write = store.write(id, { version: 1 }, { dueAt: 1 });
      const refused = expect(write).rejects.toThrow(
        /^The connection to PostgreSQL was lost: .+\. The next call opens another one\.$/,
      );
      await expect.poll(async () => (await waiting(client)).rowCount).toBe(1);
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`);
      await refused;
      await client.query('rollback');
    });
    expect(await store.write(id, { version: 1 }, { dueAt: 1 })).toMatchObject({ version: 2 });
    await store.close();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('with the whole database is survived in mid-run: nothing is lost, and changes are told again', async () => {
    const { store: here, schema } = await open(rare);
    const { store: there } = await open({ schema });
    const told = watch(here);
    await untilHearing(schema);
    const ids: string[] = [];
    let isOver = false;
    const inserts = (async () => {
      while (!isOver) {
        const job = newJob();
        // As whoever calls a store does: the call is made again, and the key tells that it was made.
        for (;;) {
          const result = await there.insert(job, undefined).catch(() => undefined);
          if (result) break;
          await new Promise(resolve => setTimeout(resolve, 20));
        }
        ids.push(job.id);
      }
    })();
    await expect.poll(() => ids.length).toBeGreaterThan(5);
    await postgres.server.restart('crash');
    const before = ids.length;
    await expect.poll(() => ids.length).toBeGreaterThan(before + 5);
    isOver = true;
    await inserts;
    const last = await insertedId(there);
    await expect.poll(() => told.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, last]));
    expect((await here.getMany(ids)).length).toBe(ids.length);
  });
});

const waiting = (client: pg.Client) => client.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
