import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Sqlite3Client } from '@libsql/client/sqlite3';
import type { NewStoredJob } from 'generation-lifecycle/server';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const newJob = (id: string, key = `key of ${id}`): NewStoredJob => ({
  ...{ id, userId: 'ada', backend: 'image', key, wishHash: 'hash' },
  status: 'running',
  state: {},
});

async function openStore() {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  const store = sqliteJobs({ url: `file:${folder}/jobs.db` });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  await store.migrate();
  return store;
}

describe('writes of one turn on SQLite', () => {
  it('share a transaction, and each has its own answer', async () => {
    const store = await openStore();
    const transactions = vi.spyOn(Sqlite3Client.prototype, 'batch');
    onTestFinished(() => transactions.mockRestore());
    const ids = Array.from({ length: 20 }, (_, at) => `${at}`);
    const inserted = await Promise.all(ids.map(id => store.insert(newJob(id), undefined)));
    expect(inserted.map(result => result.kind === 'inserted' && result.job.id)).toEqual(ids);
    expect(transactions).toHaveBeenCalledTimes(1);

    // Also where their numbers of statements differ, and where one changes nothing.
    const [written, stale, another] = await Promise.all([
      store.write('3', { version: 1 }, { status: 'completed', dueAt: null }),
      store.write('4', { version: 7 }, { status: 'completed', dueAt: null }),
      store.insert(newJob('20'), undefined),
    ]);
    expect(written).toMatchObject({ id: '3', status: 'completed', version: 2 });
    expect(stale).toBeUndefined();
    expect(another).toMatchObject({ kind: 'inserted', job: { id: '20' } });
    expect(transactions).toHaveBeenCalledTimes(2);
  });

  it('do not fail with one of them', async () => {
    const store = await openStore();
    await store.insert(newJob('1'), undefined);
    const results = await Promise.allSettled([
      store.insert(newJob('2'), undefined),
      // The id is that of another job.
      store.insert(newJob('1', 'another key'), undefined),
      store.insert(newJob('3'), undefined),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.getMany(['1', '2', '3'])).map(({ id, key }) => [id, key])).toEqual([
      ['1', 'key of 1'],
      ['2', 'key of 2'],
      ['3', 'key of 3'],
    ]);
  });

  it('are on the disk before the store is closed', async () => {
    const store = await openStore();
    const inserts = ['1', '2'].map(id => store.insert(newJob(id), undefined));
    await store.close();
    expect((await Promise.all(inserts)).map(({ kind }) => kind)).toEqual(['inserted', 'inserted']);
  });
});
