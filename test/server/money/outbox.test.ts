import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createClient } from '@libsql/client';
import { toListener } from 'generation-lifecycle/server/node';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { keptPorts } from '../../../scripts/crash/engines/ports.mjs';
import { seededRandom } from '../../../scripts/faults/seeded-random.mjs';
import { listening } from '../../support/listening.js';
import { bundleForNode } from '../../support/node-bundle.js';
import { postgresForTests } from '../../support/postgres.js';

// Within the repository, so that the clients of the databases are found.
const scripts = fileURLToPath(new URL(`../../../node_modules/.outbox-scripts-${process.pid}`, import.meta.url));
const sources = fileURLToPath(new URL('node-scripts', import.meta.url));
beforeAll(() => bundleForNode(sources, scripts, ['pg', '@libsql/client']));
afterAll(() => rm(scripts, { recursive: true, force: true }));
const postgres = postgresForTests();

type Instant = 'arrived' | 'billed' | 'answered';

/** A service that bills each key once, and tells where a delivery is. */
async function openBilling() {
  const bills = new Map<string, { readonly generation: string }>();
  let repeats = 0;
  let stopAt: { readonly instant: Instant; readonly run: () => void } | undefined;
  /** @returns whether the process that has sent it is dead */
  const reach = (instant: Instant): boolean => {
    if (stopAt?.instant !== instant) return false;
    stopAt.run();
    stopAt = undefined;
    return true;
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (reach('arrived')) return;
    const key = String(request.headers['idempotency-key']);
    if (bills.has(key)) repeats += 1;
    else bills.set(key, JSON.parse(body));
    if (reach('billed')) return;
    response.end(() => reach('answered'));
  });
  const { url } = await listening(server);
  return {
    url,
    bills,
    repeats: () => repeats,
    /** Calls back once, at this moment of a delivery. */
    once: (instant: Instant) =>
      new Promise<void>(run => {
        stopAt = { instant, run };
      }),
  };
}

async function openSqlite() {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  const databaseUrl = `file:${path.join(folder, 'jobs.db')}`;
  const client = createClient({ url: databaseUrl });
  onTestFinished(async () => {
    client.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { databaseUrl, read: async (sql: string) => (await client.execute(sql)).rows };
}

async function openPostgres() {
  const pool = postgres.openPool();
  return { databaseUrl: postgres.server.url, read: async (sql: string) => (await pool.query(sql)).rows };
}

/** How a process dies, each with a job of its own. */
const deaths = ['committed', 'arrived', 'billed', 'answered', 'some time', 'some time'] as const;

describe.each([
  ['SQLite', openSqlite],
  ['PostgreSQL', openPostgres],
])('the outbox on %s', (_, openDatabase) => {
  it('bills each job once at a service outside, whenever its process is killed', { timeout: 900_000 }, async () => {
    const random = seededRandom(Number(process.env['CRASH_SEED'] ?? 7));
    const { databaseUrl, read } = await openDatabase();
    const billing = await openBilling();
    const double = falDouble({ baseUrl: '', scenario: { queuedMs: 20, runningMs: 20 } });
    const { url: vendorUrl } = await listening(createServer(toListener(double.fetch)));
    const [port = 0] = await keptPorts(1);

    const start = async () => {
      const input = { databaseUrl, billingUrl: billing.url, vendorUrl, port, leaseMs: 3_000 };
      const child = spawn(process.execPath, [path.join(scripts, 'serve-outbox.js'), JSON.stringify(input)], {
        // What is told of a service that does not answer is no news here.
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, FAL_KEY: 'id:any' },
      });
      const exited = once(child, 'exit');
      const kill = async () => {
        child.kill('SIGKILL');
        await exited;
      };
      onTestFinished(kill);
      await once(child.stdout, 'data');
      return kill;
    };
    const submit = async (key: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${port}/api/generations/image/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ prompt: key }),
      });
      return ((await response.json()) as { job: { id: string } }).job.id;
    };
    const waiting = async () => (await read('select id from outbox')).length;
    const reach = (death: (typeof deaths)[number]): Promise<unknown> => {
      if (death === 'committed') return expect.poll(waiting, { interval: 5 }).toBeGreaterThan(0);
      if (death === 'some time') return new Promise(resolve => setTimeout(resolve, Math.floor(random() * 3_000)));
      return billing.once(death);
    };

    const ids: string[] = [];
    for (const [at, death] of deaths.entries()) {
      const kill = await start();
      const submitted = submit(`key-${at}`);
      const reached = submitted.then(() => reach(death));
      ids.push(await submitted);
      await reached;
      await kill();
    }
    await start();
    const billed = () => [...billing.bills.values()].map(({ generation }) => generation);
    await expect.poll(() => billed().toSorted()).toEqual(ids.toSorted());
    await expect.poll(waiting).toBe(0);
    expect(billed()).toHaveLength(deaths.length);
    expect(double.chargedCount).toBe(deaths.length);
    // What was billed without an answer was sent once more, and known again.
    expect(billing.repeats()).toBeGreaterThan(0);
  });
});
