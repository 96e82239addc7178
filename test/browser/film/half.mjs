import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { toListener } from 'generation-lifecycle/server/node';
import { pgBossEngine } from 'generation-lifecycle/server/pg-boss';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';
import { PgBoss } from 'pg-boss';

// One of two processes of a server half: `server` answers requests and advances nothing by itself, `worker` only advances.

/** @type {{ role: 'server' | 'worker', databaseUrl: string, vendorUrl: string, port: number, script: string }} */
const { role, databaseUrl, vendorUrl, port, script } = JSON.parse(process.argv[2] ?? '{}');

const pool = new pg.Pool({ connectionString: databaseUrl });
const boss = new PgBoss(databaseUrl);
// Both lose their connections when the database crashes, and find it again.
pool.on('error', () => {});
boss.on('error', () => {});
await boss.start();
const store = postgresJobs(pool);
await store.migrate();

const server = createGenerationServer({
  store,
  engine: pgBossEngine(boss),
  authorize: ({ headers }) => (headers.get('cookie')?.includes('user=ada') ? { id: 'ada' } : undefined),
  backends: {
    film: {
      adapter: fal({ model: 'fal-ai/film', apiKey: 'id:any', baseUrl: vendorUrl }),
      input: wish => ({ prompt: String(Object(wish)['prompt']) }),
      policy: { pollDelayMs: [200], minReadGapMs: 50 },
    },
  },
  log: ({ level, event, message }) => {
    if (level !== 'info') process.stderr.write(`${role}: ${event} ${message ?? ''}\n`);
  },
});

if (role === 'worker') {
  server.start();
  process.stdout.write('started\n');
} else {
  const answer = toListener(server.handle);
  const page =
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script src="/page.js"></script>';
  const http = createServer((request, response) => {
    if (request.url?.startsWith('/api/')) return answer(request, response);
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.setHeader('set-cookie', 'user=ada; HttpOnly; SameSite=Strict');
    return response.end(isScript ? readFileSync(script) : page);
  });
  http.listen(port, '127.0.0.1', () => {
    const address = http.address();
    process.stdout.write(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}\n`);
  });
}
