import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { directoryResults } from 'generation-lifecycle/server/results';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

// A server half in a process of its own that copies: the file of its store, the folder of its results, and where its vendor has them.
const [file = '', folder = '', vendorUrl = ''] = process.argv.slice(2);
const store = sqliteJobs({ url: `file:${file}`, watchMs: 50 });
await store.migrate();
const server = createGenerationServer({
  store,
  leaseMs: 1_000,
  results: directoryResults(folder, { privateOrigins: [vendorUrl] }),
  authorize: () => ({ id: 'ada' }),
  backends: {
    image: {
      adapter: {
        submit: async (_: unknown, { idempotencyKey }) => ({ job: { id: idempotencyKey } }),
        read: async () => ({ kind: 'succeeded', output: { images: [{ url: `${vendorUrl}/1.png` }] } }),
      },
      input: (wish: unknown) => wish,
      policy: { pollDelayMs: [20], minReadGapMs: 10 },
    },
  },
});
const { url } = await serve(server, { port: 0 });
process.stdout.write(`${url}\n`);
