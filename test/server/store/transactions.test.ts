import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { memoryJobs, type NewStoredJob } from 'generation-lifecycle/server';
import { type SqliteTransaction, sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';

const newJob = (id: string): NewStoredJob => ({
  id,
  userId: 'ada',
  backend: 'image',
  key: `key of ${id}`,
  wishHash: 'hash',
  status: 'running',
  state: {},
});

async function file() {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  const url = `file:${folder}/jobs.db`;
  const open = () => {
    const store = sqliteJobs({ url });
    onTestFinished(() => store.close());
    return store;
  };
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [here, there] = [open(), open()];
  await here.migrate();
  const client = createClient({ url });
  onTestFinished(() => client.close());
  await client.execute('create table accounts (user_id text primary key, credits integer not null)');
  await client.execute("insert into accounts values ('ada', 10)");
  const credits = async () => (await client.execute('select credits from accounts')).rows[0]?.['credits'];
  return { here, there, credits };
}

const spend = (by: number) => async (tx: SqliteTransaction) => {
  const { rows } = await tx.execute("select credits from accounts where user_id = 'ada'");
  const credits = Number(rows[0]?.['credits']);
  if (credits < by) throw new Error(`There are ${credits} credits.`);
  await tx.execute({ sql: "update accounts set credits = ? where user_id = 'ada'", args: [credits - by] });
  return { reserved: by };
};

describe('a transaction on SQLite', () => {
  it('stores what a hook writes together with the job', async () => {
    const { here, there, credits } = await file();
    const inserted = await here.insert(newJob('1'), undefined, {}, spend(3));
    expect(inserted).toMatchObject({ kind: 'inserted', job: { state: { reserved: 3 } } });
    expect(await credits()).toBe(7);
    const written = await there.write('1', { version: 1 }, { status: 'completed', dueAt: null }, spend(2));
    expect(written).toMatchObject({ status: 'completed', state: { reserved: 2 } });
    expect(await credits()).toBe(5);
  });

  it('stores neither the job nor what a hook has written before it threw', async () => {
    const { here, credits } = await file();
    const insert = here.insert(newJob('1'), undefined, {}, async tx => {
      await spend(3)(tx);
      throw new Error('too late');
    });
    await expect(insert).rejects.toThrow('too late');
    expect(await credits()).toBe(10);
    expect(await here.get('1')).toBeUndefined();
  });

  it('lets no two hooks at once read the same and write over one another', async () => {
    const { here, there, credits } = await file();
    const ids = Array.from({ length: 12 }, (_, at) => `${at}`);
    const results = await Promise.allSettled(
      ids.map((id, at) => (at % 2 ? here : there).insert(newJob(id), undefined, {}, spend(1))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await credits()).toBe(0);
  });

  it.each([
    ['a timer', () => sleep(0)],
    ['a turn of the event loop', () => new Promise(resolve => setImmediate(resolve))],
    ['what never comes', () => new Promise(() => undefined)],
  ])('refuses a hook that waits for %s, at once, and stores nothing', async (_, wait) => {
    const { here, there, credits } = await file();
    const insert = here.insert(newJob('1'), undefined, {}, async tx => {
      await spend(3)(tx);
      await wait();
      return undefined;
    });
    await expect(insert).rejects.toThrow(TypeError);
    await expect(insert).rejects.toThrow('waited for something else than its transaction');
    expect(await credits()).toBe(10);
    // The file is not locked any more.
    expect(await there.insert(newJob('1'), undefined, {}, spend(1))).toMatchObject({ kind: 'inserted' });
  });

  it('refuses statements after its end, and says what to do', async () => {
    const { here, credits } = await file();
    let kept: SqliteTransaction | undefined;
    await here.insert(newJob('1'), undefined, {}, async tx => {
      kept = tx;
      return undefined;
    });
    const sql = 'update accounts set credits = 0';
    await expect(kept?.execute(sql)).rejects.toThrow('has used its transaction after the end of it');
    await expect(kept?.batch([sql])).rejects.toThrow('has used its transaction after the end of it');
    expect(await credits()).toBe(10);
  });

  it('lives on when a statement that nobody awaits fails', async () => {
    const { here } = await file();
    await here.insert(newJob('1'), undefined, {}, async tx => {
      void tx.execute('select nonsense');
      return undefined;
    });
    expect(await here.get('1')).toBeDefined();
  });
});

describe('a transaction in memory', () => {
  it('stores what a hook writes together with the job, or not at all', async () => {
    const store = memoryJobs();
    await store.insert(newJob('1'), undefined, {}, async tx => {
      tx.set('credits', 7);
      tx.set('gone', true);
      tx.delete('gone');
      return { seen: String(tx.get('credits')) };
    });
    expect([...store.rows]).toEqual([['credits', 7]]);
    const refused = store.write('1', { version: 1 }, { status: 'completed' }, async tx => {
      tx.delete('credits');
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(store.rows.get('credits')).toBe(7);
    expect(await store.get('1')).toMatchObject({ status: 'running', state: { seen: '7' } });
  });

  it('calls a hook again when another was faster, so that both count', async () => {
    const store = memoryJobs();
    const count = (id: string) =>
      store.insert(newJob(id), undefined, {}, async tx => {
        const before = Number(tx.get('count') ?? 0);
        await sleep(1);
        tx.set('count', before + 1);
        return undefined;
      });
    await Promise.all(['1', '2', '3'].map(count));
    expect(store.rows.get('count')).toBe(3);
  });

  it('keeps what was written meanwhile, and not what the hook began with', async () => {
    const store = memoryJobs();
    await store.insert(newJob('1'), undefined);
    const late = store.write('1', { version: 1 }, { dueAt: 1 }, async () => {
      await store.write('1', { version: 1 }, { dueAt: 2 });
      return { late: true };
    });
    expect(await late).toBeUndefined();
    expect(await store.get('1')).toMatchObject({ version: 2, dueAt: 2, state: {} });
  });

  it('refuses use after its end', async () => {
    const store = memoryJobs();
    let use = () => undefined as unknown;
    await store.insert(newJob('1'), undefined, {}, async tx => {
      use = () => tx.get('credits');
      return undefined;
    });
    expect(use).toThrow('has used its transaction after the end of it');
  });
});
