import { once } from 'node:events';
import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createActor, toPromise } from 'xstate';
import { server as half } from './server-half.mjs';

/** @typedef {import('node:http').Server} Server */
/** @typedef {{ listen(handle: (request: Request) => Promise<Response>, port: number): Server | Promise<Server> }} Host */

const names = ['node-http', 'express', 'fastify', 'hono'];
const [, , name = 'node-http'] = process.argv;
if (!names.includes(name)) {
  console.error(`There is no example ${JSON.stringify(name)}. Take one of ${names.join(', ')}.`);
  process.exit(1);
}

/** @type {Host} */
const host = await import(`./${name}.mjs`);
const server = await host.listen(half.handle, Number(process.env['PORT'] ?? 0));
if (!server.listening) await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' ? address?.port : undefined;
const baseUrl = `http://127.0.0.1:${port}/api/generations/image`;
console.log(`${name} answers at ${baseUrl}\n`);

const actor = createActor(createGenerationMachine(remoteBackend({ baseUrl, durable: true })), {
  input: { id: crypto.randomUUID() },
});
let last = '';
actor.subscribe(snapshot => {
  const { status, connection, progress } = viewGeneration(snapshot);
  const now = [status, connection, progress].filter(part => part !== undefined).join('  ');
  if (now !== last) console.log(now);
  last = now;
});
actor.start();
actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
console.log(await toPromise(actor), '\n\nPress Ctrl-C to stop.');
