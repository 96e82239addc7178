import { postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';

// A process that does at once what others do at once: one key, one limit, what is due. Then it claims what is left, and holds it.
const [url = '', schema = '', name = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 4 });
const store = postgresJobs(pool, { schema });
await store.migrate();

const job = (key: string, userId: string) => ({
  ...{ id: `${key} by ${name}`, userId, key, backend: 'image', wishHash: null },
  ...{ status: 'running' as const, state: {} },
});

process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
  const inserted = await Promise.all(keys.map(key => store.insert(job(key, 'ada'), undefined)));
  const limited = await Promise.all(
    keys.map(key => store.insert(job(`${key} ${name}`, 'bob'), undefined, { runningOfUser: 7 })),
  );
  const claimed: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const taken = await store.claimDue({ owner: `${name}-${round}`, ms: 600_000 }, 3);
    claimed.push(...taken.map(({ id }) => id));
  }
  const kinds = { inserted: inserted.map(({ kind }) => kind), limited: limited.map(({ kind }) => kind) };
  process.stdout.write(`${JSON.stringify({ ...kinds, claimed })}\n`);
});
