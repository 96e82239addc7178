import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

// A server half in a process of its own: the file of its store, and the address of its vendor.
const [file = '', vendorUrl = ''] = process.argv.slice(2);
const store = sqliteJobs({ url: `file:${file}`, watchMs: 50 });
await store.migrate();
const adapter = fal<{ prompt: string }, unknown>({ model: 'fal-ai/flux/dev', apiKey: 'id:any', baseUrl: vendorUrl });
const server = createGenerationServer({
  store,
  leaseMs: 1_000,
  authorize: () => ({ id: 'ada' }),
  backends: {
    image: {
      adapter,
      input: wish => wish as { prompt: string },
      policy: { pollDelayMs: [50], minReadGapMs: 20 },
    },
  },
});
const { url } = await serve(server, { port: 0 });
process.stdout.write(`${url}\n`);
