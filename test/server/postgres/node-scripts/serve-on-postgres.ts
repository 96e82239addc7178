import { writeSync } from 'node:fs';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer, type ServerUser, type Settlement } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { type PostgresTransaction, postgresJobs } from 'generation-lifecycle/server/postgres';
import pg from 'pg';
import { ledgerHooks } from '../../../../scripts/crash/money/ledger.mjs';
import type { HalfOnPostgres } from '../../../support/postgres-halves.js';

// A server half in a process of its own. Its hooks count in the tables of a ledger, and one of them can hang.
const { postgresUrl, schema, vendorUrl, publicUrl, port, leaseMs, hangsIn }: HalfOnPostgres = JSON.parse(
  process.argv[2] ?? '{}',
);
const tell = (word: string) => void writeSync(1, `${word}\n`);

const pool = new pg.Pool({ connectionString: postgresUrl, max: 6, options: `-c search_path=${schema}` });
const store = postgresJobs(pool, { schema });
const hooks = ledgerHooks<PostgresTransaction>((tx, sql, values) => tx.query(sql, [...values]));
const server = createGenerationServer<ServerUser, { image: { prompt: string } }, PostgresTransaction>({
  store,
  leaseMs,
  secrets: 'a secret of the tests, and of nothing else',
  publicUrl: `${publicUrl}/api/generations`,
  authorize: () => ({ id: 'ada' }),
  backends: {
    image: {
      adapter: fal<{ prompt: string }, unknown>({
        model: 'fal-ai/flux/dev',
        apiKey: 'id:any',
        baseUrl: vendorUrl,
        // The vendor sees which process asks.
        fetch(target, init) {
          const headers = new Headers(init?.headers);
          headers.set('x-process', String(port));
          return fetch(target, { ...init, headers });
        },
        webhookKeysUrl: `${vendorUrl}/.well-known/jwks.json`,
      }),
      input: wish => wish as { prompt: string },
      policy: { pollDelayMs: [50], minReadGapMs: 20 },
    },
  },
  ...hooks,
  async onSettle(tx, settlement: Settlement) {
    await hooks.onSettle(tx, settlement);
    if (hangsIn !== 'onSettle') return;
    tell('hangs');
    await new Promise(() => undefined);
  },
  log: ({ event }) => tell(event),
});
const { url } = await serve(server, { port });
tell(url);
