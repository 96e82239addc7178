import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client';
import type { JobStore } from 'generation-lifecycle/server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();

/** Thirty jobs of a label, of which 24 count, and forty labels, of which 32 count. */
async function addMany(store: JobStore) {
  await store.migrate();
  for (let at = 0; at < 30; at += 1) await store.addDurations('image', [{ label: 'a', duration: [at, at] }]);
  for (let at = 0; at < 40; at += 1) await store.addDurations('video', [{ label: String(at), duration: [1, 1] }]);
}
const sql = 'select backend, count(*) as count from generation_durations group by backend order by backend';
const kept = [
  ['image', 24],
  ['video', 32],
];

describe('what jobs took', () => {
  it('leaves no row that nobody reads any more in SQLite', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
    const url = `file:${path.join(folder, 'jobs.db')}`;
    const store = sqliteJobs({ url });
    const client = createClient({ url });
    onTestFinished(async () => {
      await store.close();
      client.close();
      await rm(folder, { recursive: true, force: true });
    });
    await addMany(store);
    const { rows } = await client.execute(sql);
    expect(rows.map(({ backend, count }) => [backend, Number(count)])).toEqual(kept);
  });

  it('leaves none in PostgreSQL', async () => {
    const schema = postgres.newSchema();
    const pool = postgres.openPool({ options: `-c search_path=${schema}` });
    const store = postgresJobs(pool, { schema, listen: false });
    onTestFinished(() => store.close());
    await addMany(store);
    const { rows } = await pool.query(sql);
    expect(rows.map(({ backend, count }) => [backend, Number(count)])).toEqual(kept);
  });
});
