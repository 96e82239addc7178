import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { createGenerationServer } from 'generation-lifecycle/server';
import { directoryResults } from 'generation-lifecycle/server/results';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { Hono } from 'hono';
import { hosts, origin, port, userOf } from './access.js';
import { image, isDouble } from './image.js';

const store = sqliteJobs({ url: 'file:generations.db' });
const server = createGenerationServer({
  store,
  // Replicate deletes its files after an hour.
  results: directoryResults('results'),
  authorize: userOf,
  backends: { image },
  origin,
  hosts,
  wishesPerMinute: 10,
  maxRunningPerUser: 4,
});
await store.migrate();
server.start();

const app = new Hono();
app.all('/api/generations/*', context => server.handle(context.req.raw));
app.get('/api/vendor', context => context.json({ isDouble }));
app.use(serveStatic({ root: 'dist' }));

// By default it replaces the global Request and Response of the process.
const http = serve({ fetch: app.fetch, port, hostname: '127.0.0.1', overrideGlobalObjects: false }, () => {
  console.log(`Open ${origin}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    http.close();
    // What a submit has bought is stored first.
    await server.stop();
    process.exit(0);
  });
}
