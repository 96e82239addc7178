import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleForNode } from '../../support/node-bundle.js';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();

// Within the repository, so that the client of the database is found.
const scripts = fileURLToPath(new URL(`../../../node_modules/.postgres-scripts-${process.pid}`, import.meta.url));
beforeAll(() => bundleForNode(fileURLToPath(new URL('node-scripts', import.meta.url)), scripts, ['pg']));
afterAll(() => rm(scripts, { recursive: true, force: true }));

type Raced = {
  readonly inserted: readonly string[];
  readonly limited: readonly string[];
  readonly claimed: readonly string[];
};

async function startRacer(schema: string, name: string) {
  const args = [path.join(scripts, 'race-on-postgres.js'), postgres.server.url, schema, name];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    kill,
    async race(): Promise<Raced> {
      child.stdin.write('go\n');
      return JSON.parse((await lines.next()).value ?? '{}');
    },
  };
}

it('four processes that race make each key once, hold a limit, claim each job once, and take over what a killed one held', async () => {
  const schema = postgres.newSchema();
  // All four make the tables, too.
  const racers = await Promise.all(['one', 'two', 'three', 'four'].map(name => startRacer(schema, name)));
  const results = await Promise.all(racers.map(({ race }) => race()));
  const count = (part: 'inserted' | 'limited') =>
    results.flatMap(result => result[part]).filter(kind => kind === 'inserted');
  expect(count('inserted')).toHaveLength(20);
  expect(count('limited')).toHaveLength(7);
  const claimed = results.flatMap(result => result.claimed);
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(claimed.length).toBeGreaterThan(20);

  await Promise.all(racers.map(({ kill }) => kill()));
  const pool = postgres.openPool();
  const store = postgresJobs(pool, { schema, listen: false });
  onTestFinished(() => store.close());
  const claim = async () => (await store.claimDue({ owner: 'heir', ms: 600_000 }, 100)).map(({ id }) => id);
  const left = await claim();
  expect([...claimed, ...left].sort()).toEqual([...new Set([...claimed, ...left])].sort());
  expect(claimed.length + left.length).toBe(27);
  // Their leases run out.
  await pool.query(`update ${schema}.generation_jobs set lease_until = 1 where owner <> 'heir'`);
  expect((await claim()).sort()).toEqual([...claimed].sort());
});
