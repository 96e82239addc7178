import type { GenerationAdapter } from 'generation-lifecycle';
import { httpAdapter } from 'generation-lifecycle/adapters/http';
import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

// A server half in a process of its own, whose vendor's jobs are their streams: the file of its store, the address of its vendor, and its lease.
const [file = '', vendorUrl = '', leaseMs = ''] = process.argv.slice(2);
const store = sqliteJobs({ url: `file:${file}`, watchMs: 50 });
await store.migrate();
const adapter: GenerationAdapter<unknown, unknown> = {
  ...httpAdapter({
    stream: { tells: 'states', isJob: true },
    submit: body => ({ url: `${vendorUrl}/jobs`, body }),
    read: ({ id }) => ({ url: `${vendorUrl}/jobs/${id}` }),
    events: ({ id }) => ({ url: `${vendorUrl}/jobs/${id}/events` }),
    toUpdate: ({ url }) =>
      url === undefined ? { kind: 'pending', phase: 'running' } : { kind: 'succeeded', output: url },
  }),
  read: async () => ({ kind: 'ignored' }),
};
const server = createGenerationServer({
  store,
  leaseMs: Number(leaseMs),
  authorize: () => ({ id: 'ada' }),
  backends: { image: { adapter, input: (wish: unknown) => wish } },
});
const { url } = await serve(server, { port: 0 });
process.stdout.write(`${url}\n`);
