import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { bullmqEngine } from 'generation-lifecycle/server/bullmq';
import { toListener } from 'generation-lifecycle/server/node';
import { pgBossEngine } from 'generation-lifecycle/server/pg-boss';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { ledgerHooks } from '../../money/ledger.mjs';

// A handler or a worker in a process of its own. It tells which leases it has.

/** @type {import('../engine-crash.types.ts').PartInput} */
const { role, engine, postgresUrl, redisUrl, vendorUrl, publicUrl, port, leaseMs } = JSON.parse(
  process.argv[2] ?? '{}',
);

/** @param {'taken' | 'left'} lease @param {string} id */
const tell = (lease, id) => writeSync(1, `${JSON.stringify({ lease, id, at: Date.now() })}\n`);

/** Until it works: the database may be restarting. @template T @param {() => Promise<T>} start @returns {Promise<T>} */
async function patiently(start) {
  for (;;) {
    try {
      return await start();
    } catch {
      await sleep(200);
    }
  }
}

const pool = new pg.Pool({ connectionString: postgresUrl, max: 8, application_name: `store of a ${role}` });
pool.on('error', () => {});
const store = postgresJobs(pool);
await patiently(() => store.migrate());

async function openBoss() {
  // Its connections have a name, by which they are cut.
  const options = { connectionString: postgresUrl, max: 3, application_name: 'engine', supervise: role === 'worker' };
  const boss = new PgBoss({ ...options, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  return boss;
}
const opened =
  engine === 'pg-boss'
    ? pgBossEngine(await patiently(openBoss))
    : bullmqEngine({ connection: { url: String(redisUrl) } });

/** @type {typeof store} */
const told = {
  ...store,
  async insert(job, lease, ...rest) {
    const result = await store.insert(job, lease, ...rest);
    if (result.kind === 'inserted' && lease) tell('taken', job.id);
    return result;
  },
  async claim(id, lease) {
    const row = await store.claim(id, lease);
    if (row) tell('taken', id);
    return row;
  },
  async claimDue(...call) {
    const rows = await store.claimDue(...call);
    for (const { id } of rows) tell('taken', id);
    return rows;
  },
  async release(id, owner) {
    await store.release(id, owner);
    tell('left', id);
  },
  async write(id, ...rest) {
    const row = await store.write(id, ...rest);
    if (row?.owner === null) tell('left', id);
    return row;
  },
};

/** @type {ReturnType<typeof ledgerHooks<import('generation-lifecycle/server/postgres').PostgresTransaction>>} */
const hooks = ledgerHooks((tx, sql, values) => tx.query(sql, [...values]));
const server = createGenerationServer({
  store: told,
  engine: opened,
  leaseMs,
  ...hooks,
  // So short that some of what is told as `maybe` has to be corrected.
  settleMaybeAfterMs: 100,
  secrets: 'a secret of the crashes, and of nothing else',
  publicUrl: `${publicUrl}/api/generations`,
  authorize: ({ headers }) => ({ id: headers.get('authorization') ?? 'nobody' }),
  backends: {
    image: {
      adapter: fal({
        model: 'fal-ai/flux/dev',
        apiKey: 'id:any',
        baseUrl: vendorUrl,
        webhookKeysUrl: `${vendorUrl}/.well-known/jwks.json`,
      }),
      input: wish => ({ prompt: String(Object(wish)['prompt']) }),
      policy: { pollDelayMs: [100], minReadGapMs: 50 },
    },
  },
  log: () => {},
});
if (role === 'worker') server.start();
createServer(toListener(server.handle)).listen(port, '127.0.0.1', () => void writeSync(1, 'listening\n'));
