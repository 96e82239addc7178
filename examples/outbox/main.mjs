import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { serve, toListener } from 'generation-lifecycle/server/node';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { openHalf } from './server-half.mjs';

// With doubles of the vendor and of the billing service. In your app, these are theirs: leave vendorUrl out, and put your key in FAL_KEY.
process.env['FAL_KEY'] ??= 'id:the-key-of-the-double';
const [vendorPort, billingPort, port] = [4100, 4101, 4102];
const vendorUrl = `http://127.0.0.1:${vendorPort}`;
createServer(toListener(falDouble({ baseUrl: vendorUrl }).fetch)).listen(vendorPort, '127.0.0.1');

/** @type {Set<unknown>} */
const known = new Set();
createServer(async (request, response) => {
  const key = request.headers['idempotency-key'];
  const bill = await text(request);
  console.log(known.has(key) ? 'already billed:' : 'billed:', bill);
  known.add(key);
  response.end();
}).listen(billingPort, '127.0.0.1');

const half = await openHalf({
  databaseUrl: process.env['DATABASE_URL'] ?? 'file:outbox.db',
  billingUrl: `http://127.0.0.1:${billingPort}`,
  vendorUrl,
});
const { url } = await serve(half, { port });
await fetch(`${url}/api/generations/image/jobs`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
  body: JSON.stringify({ prompt: 'a lighthouse' }),
});
console.log('One picture was asked for. It is billed when it is done. Press Ctrl-C to stop.');
