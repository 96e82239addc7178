import { writeSync } from 'node:fs';
import { httpAdapter } from 'generation-lifecycle/adapters/http';
import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

// A server half in a process of its own, whose vendor's jobs are their streams.

/** @type {import('../server-crash.types.ts').HoldInput} */
const { file, vendorUrl, port, leaseMs } = JSON.parse(process.argv[2] ?? '{}');

const store = sqliteJobs({ url: `file:${file}`, watchMs: 50 });
await store.migrate();
const adapter = /** @type {typeof httpAdapter<unknown, unknown>} */ (httpAdapter)({
  stream: { tells: 'states', isJob: true },
  submit: body => ({ url: `${vendorUrl}/jobs`, body }),
  read: ({ id }) => ({ url: `${vendorUrl}/jobs/${id}` }),
  events: ({ id }) => ({ url: `${vendorUrl}/jobs/${id}/events` }),
  toUpdate: ({ url }) =>
    url === undefined ? { kind: 'pending', phase: 'running' } : { kind: 'succeeded', output: url },
});
const server = createGenerationServer({
  store,
  leaseMs,
  authorize: () => ({ id: 'ada' }),
  backends: { image: { adapter: { ...adapter, read: async () => ({ kind: 'ignored' }) }, input: wish => wish } },
  log: () => {},
});
await serve(server, { port });
writeSync(1, 'listening\n');
