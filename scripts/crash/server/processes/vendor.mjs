import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { falDouble } from 'generation-lifecycle/testing/vendors';

// The vendor's double in a process of its own. It counts what is paid, and delivers as fal does: until somebody takes it, with growing pauses.

/** @type {import('../server-crash.types.ts').VendorInput} */
const { answerMs, slowMs } = JSON.parse(process.argv[2] ?? '{}');
const attempts = 10;
const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** @type {Record<string, number>} */
const paid = {};
let waiting = 0;
/** When the last job ends. */
let busyUntil = 0;

/** @param {unknown} input */
const keyOf = input => String(Object(input)['prompt']);
/** @param {string} key */
const answerMsOf = key => (key.startsWith('slow') ? slowMs : answerMs);

const double = falDouble({
  baseUrl: '',
  // Called once for each submit that is accepted.
  scenario(input) {
    const key = keyOf(input);
    paid[key] = (paid[key] ?? 0) + 1;
    const times = { queuedMs: answerMsOf(key) + 100, runningMs: 200 };
    busyUntil = Math.max(busyUntil, Date.now() + times.queuedMs + times.runningMs);
    return times;
  },
  async deliver(request) {
    waiting += 1;
    try {
      for (let count = 1, pauseMs = firstPauseMs; ; count += 1, pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
        const response = await fetch(request.clone()).catch(() => undefined);
        if (response?.ok || count === attempts) return response ?? new Response(null, { status: 502 });
        await sleep(pauseMs);
      }
    } finally {
      waiting -= 1;
    }
  },
});

/** @param {Request} request */
async function answer(request) {
  if (new URL(request.url).pathname === '/counts')
    return Response.json({ paid, waiting, running: Date.now() < busyUntil ? 1 : 0 });
  const text = request.method === 'POST' ? await request.clone().text() : '';
  const response = await double.fetch(request.clone());
  if (text !== '') await sleep(answerMsOf(keyOf(JSON.parse(text))));
  return response;
}

const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}\n`);
});
