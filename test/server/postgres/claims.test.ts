import type { NewStoredJob } from 'generation-lifecycle/server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();
const ids = Array.from({ length: 30 }, (_, at) => `job-${at}`);
const job = (id: string): NewStoredJob => ({
  ...{ id, userId: 'ada', backend: 'image', key: id, wishHash: null, status: 'running', state: {} },
});

async function open() {
  const schema = postgres.newSchema();
  const pool = postgres.openPool();
  const openStore = (own = pool) => {
    const store = postgresJobs(own, { schema, listen: false });
    onTestFinished(() => store.close());
    return store;
  };
  const store = openStore();
  await store.migrate();
  for (const id of ids) await store.insert(job(id), undefined);
  return { store, pool, openStore };
}

const leaseOf = (owner: string) => ({ owner, ms: 60_000 });

describe('claims of one turn', () => {
  it('are one statement, and each has its own answer', async () => {
    const { store, pool } = await open();
    await store.claim('job-3', leaseOf('somebody else'));
    const statements = vi.spyOn(pool, 'query');
    const wanted = [...ids, 'no job'];
    const claimed = await Promise.all(wanted.map(id => store.claim(id, leaseOf(`owner of ${id}`))));
    // Notices of the inserts may come late.
    const updates = statements.mock.calls.filter(call => JSON.stringify(call).includes('lease_until'));
    expect(updates).toHaveLength(1);
    expect(claimed.map(row => row?.id)).toEqual([...ids.map(id => (id === 'job-3' ? undefined : id)), undefined]);
    expect(claimed.flatMap(row => row?.owner ?? [])).toEqual(
      ids.filter(id => id !== 'job-3').map(id => `owner of ${id}`),
    );
    expect(await store.get('job-3')).toMatchObject({ owner: 'somebody else' });
  });

  it('give a job to one of two owners', async () => {
    const { store } = await open();
    const claimed = await Promise.all(['one', 'another'].map(owner => store.claim('job-1', leaseOf(owner))));
    const owner = (await store.get('job-1'))?.owner;
    expect(claimed.filter(Boolean).map(row => row?.owner)).toEqual([owner]);
  });

  it('of two processes, in whatever order, give each job to one of them', async () => {
    const { store, openStore } = await open();
    const other = openStore(postgres.openPool());
    for (let round = 0; round < 20; round += 1) {
      const claim = (of: typeof store, owner: string, some: readonly string[]) =>
        Promise.all(some.map(id => of.claim(id, leaseOf(owner))));
      const [here, there] = await Promise.all([claim(store, 'here', ids), claim(other, 'there', ids.toReversed())]);
      expect([...here, ...there].flatMap(row => row?.id ?? []).sort()).toEqual([...ids].sort());
      for (const id of ids) await Promise.all([store.release(id, 'here'), store.release(id, 'there')]);
    }
  });
});
