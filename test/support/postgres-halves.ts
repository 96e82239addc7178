import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { falDouble, type VendorDoubleOptions } from 'generation-lifecycle/testing/vendors';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { keptPorts } from '../../scripts/crash/engines/ports.mjs';
import { firstBalance, readBalance, readLines, tables } from '../../scripts/crash/money/ledger.mjs';
import type { Ledger } from '../../scripts/crash/money/ledger.types.js';
import { startGateway } from '../../scripts/crash/server/gateway.mjs';
import { listening } from './listening.js';
import { bundleForNode } from './node-bundle.js';
import { postgresForTests } from './postgres.js';

/** What a process with a server half on PostgreSQL is started with. */
export type HalfOnPostgres = {
  readonly postgresUrl: string;
  readonly schema: string;
  readonly vendorUrl: string;
  /** The origin at which the vendor reaches one of the processes. */
  readonly publicUrl: string;
  readonly port: number;
  readonly leaseMs: number;
  /** A hook that writes, and then never ends. */
  readonly hangsIn?: 'onSettle' | undefined;
};

/** fal's double behind a socket. Answers can be held back, as by a vendor or a network that stands still. */
export async function heldVendor(options: VendorDoubleOptions = {}) {
  const double = falDouble({ baseUrl: '', ...options });
  const held: { readonly method: string; readonly go: () => void }[] = [];
  const reads: { readonly by: string | null; readonly at: number }[] = [];
  let holds: 'GET' | 'POST' | undefined;
  const listener = getRequestListener(
    async request => {
      const { method, url } = request;
      // A step asks for the status first. A stream, and its result, is asked for without a lease, for as long as a page looks.
      const isStep = method === 'POST' || new URL(url).pathname.endsWith('/status');
      if (method === 'GET' && isStep) reads.push({ by: request.headers.get('x-process'), at: Date.now() });
      const response = await double.fetch(request.clone());
      if (isStep && holds === method) await new Promise<void>(go => held.push({ method, go }));
      return response;
    },
    { overrideGlobalObjects: false },
  );
  const { url } = await listening(createServer(listener));
  return {
    double,
    url,
    reads,
    held,
    hold(method: 'GET' | 'POST') {
      holds = method;
    },
    release() {
      holds = undefined;
      for (const { go } of held.splice(0)) go();
    },
  };
}

/** Processes with a server half each, on one PostgreSQL, for the tests of a file. */
export function postgresHalves() {
  const postgres = postgresForTests();
  // Within the repository, so that the client of the database is found.
  const scripts = fileURLToPath(new URL(`../../node_modules/.postgres-halves-${process.pid}`, import.meta.url));
  const sources = fileURLToPath(new URL('../server/postgres/node-scripts', import.meta.url));
  beforeAll(() => bundleForNode(sources, scripts, ['pg']));
  afterAll(() => rm(scripts, { recursive: true, force: true }));

  /** Tables, a vendor, and processes. `url` leads to the first one that listens. */
  return async ({
    vendor,
    leaseMs = 3_000,
  }: {
    readonly vendor: Awaited<ReturnType<typeof heldVendor>>;
    readonly leaseMs?: number;
  }) => {
    const schema = postgres.newSchema();
    const pool = postgres.openPool({ options: `-c search_path=${schema}` });
    const store = postgresJobs(pool, { schema, listen: false });
    onTestFinished(() => store.close());
    await store.migrate();
    for (const statement of [...tables, firstBalance]) await pool.query(statement);
    const ports = await keptPorts(2);
    const gateway = await startGateway(ports);
    onTestFinished(() => gateway.close());
    let started = 0;

    return {
      store,
      pool,
      url: gateway.url,
      ledger: async (): Promise<Ledger> => ({
        lines: (await pool.query(readLines)).rows,
        balance: Number((await pool.query(readBalance)).rows[0]?.balance),
      }),
      async start(hangsIn?: HalfOnPostgres['hangsIn']) {
        const port = ports[started] ?? 0;
        started += 1;
        const input: HalfOnPostgres = {
          ...{ postgresUrl: postgres.server.url, schema, vendorUrl: vendor.url, publicUrl: gateway.url },
          ...{ port, leaseMs, hangsIn },
        };
        const child = spawn(process.execPath, [path.join(scripts, 'serve-on-postgres.js'), JSON.stringify(input)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const exited = once(child, 'exit');
        const kill = async () => {
          child.kill('SIGKILL');
          await exited;
        };
        onTestFinished(kill);
        const told: string[] = [];
        createInterface({ input: child.stdout }).on('line', line => told.push(line));
        await expect.poll(() => told.find(line => line.startsWith('http'))).toBeDefined();
        return { url: `http://127.0.0.1:${port}`, name: String(port), told, kill, stand: child.kill.bind(child) };
      },
    };
  };
}
