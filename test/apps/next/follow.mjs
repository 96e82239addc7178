// The page's side of app/api/generations, in Node: scripts/apps.mjs runs it against `next start`.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';

const [, , origin = ''] = process.argv;
const baseUrl = `${origin}/api/generations/image`;
// As a page of the app sends them.
const headers = { cookie: 'user=ada', origin };

const pictures = remoteBackend({ baseUrl, durable: true, headers });
const { images } = await runGeneration(createGenerationMachine(pictures), { prompt: 'a lighthouse' });
assert.match(images[0].url, /fal-job-\d/);

const page = new AbortController();
const events = await fetch(`${baseUrl}/events`, { headers, signal: page.signal });
assert.equal(events.headers.get('generation-protocol'), '1');
const reader = events.body.pipeThrough(new TextDecoderStream()).getReader();
const first = await reader.read();
assert.match(first.value, /^retry: 1000/);
const call = { signal: new AbortController().signal };
const idempotencyKey = 'key/2 %';
const { job } = await pictures.submit({ prompt: 'a castle' }, { ...call, idempotencyKey });
assert.deepEqual((await pictures.find(idempotencyKey, call)).job, job);
for (let heard = ''; !heard.includes('"succeeded"'); ) {
  const { done, value } = await reader.read();
  assert(!done, `The stream has ended: ${heard}`);
  heard += value;
}
const foreign = await fetch(`${baseUrl}/jobs/41/cancel`, {
  method: 'POST',
  headers: { ...headers, origin: 'https://evil.test' },
});
assert.equal(foreign.status, 403);

page.abort();
const listeners = async () => (await fetch(`${origin}/api/listeners`)).json();
while ((await listeners()) > 0) await setTimeout(100);
