import { createServer } from 'node:http';
import { createParser } from 'eventsource-parser';
import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { fileBackend, memoryStore } from 'generation-lifecycle/adapters';
import { createActor, emit, fromCallback, setup } from 'xstate';
import { median } from './median.mjs';

const rounds = 200;

/** A backend without any work of its own, so that only the time from its write to the outcome is measured. */
async function startServer() {
  /** @type {Map<string, import('node:http').ServerResponse>} */
  const streams = new Map();
  /** @type {Map<string, string[]>} */
  const requests = new Map();
  let files = 0;
  const server = createServer((request, response) => {
    const id = request.method === 'POST' ? `file-${++files}` : (request.url?.split(/[./]/).at(-1) ?? '');
    requests.set(id, [
      ...(requests.get(id) ?? []),
      `${request.method} ${request.url?.split('/').slice(1, 3).join('/')}`,
    ]);
    if (request.method === 'POST') {
      request.resume();
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ success: true, fileId: id }));
    } else if (request.url?.startsWith('/api/events/')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.set(id, response);
    } else {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ id, url: null, type: 'image', tasks: [] }));
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** @param {string} id */
    isOpen: id => streams.has(id),
    /** Writes the result, and returns the time of the write. @param {string} id */
    deliver: id => {
      const object = { id, url: `https://files.test/${id}.png`, type: 'image' };
      const writtenAt = performance.now();
      streams.get(id)?.write(`data: ${JSON.stringify({ type: 'file', object })}\n\n`);
      return writtenAt;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {() => boolean} isTrue */
const until = async isTrue => {
  while (!isTrue()) await new Promise(resolve => setTimeout(resolve, 1));
};

/**
 * The least that any client has to do: fetch, decode, parse.
 *
 * @param {Awaited<ReturnType<typeof startServer>>} server
 * @param {(onResult: () => void, fileId: string, signal: AbortSignal) => void} listen
 */
async function measureLoop(server, listen) {
  const submitted = await fetch(`${server.url}/api/generate/image`, { method: 'POST', body: '{}' });
  const { fileId } = await submitted.json();
  const controller = new AbortController();
  /** @type {Promise<number>} */
  const completed = new Promise(resolve => listen(() => resolve(performance.now()), fileId, controller.signal));
  await until(() => server.isOpen(fileId));
  const writtenAt = server.deliver(fileId);
  const ms = (await completed) - writtenAt;
  controller.abort();
  return ms;
}

/** @param {string} url @param {AbortSignal} signal @param {() => void} onResult */
async function readStream(url, signal, onResult) {
  const response = await fetch(url, { signal });
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data }) => {
      if (JSON.parse(data).object.url) onResult();
    },
  });
  for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
}

/** @param {Awaited<ReturnType<typeof startServer>>} server */
const measureBareLoop = server =>
  measureLoop(server, (onResult, fileId, signal) => {
    void readStream(`${server.url}/api/events/file.${fileId}`, signal, onResult).catch(() => {});
  });

/** A region whose timer runs, as those of the chart do. */
const waiting = /** @type {const} */ ({
  initial: 'waiting',
  states: { waiting: { after: { long: 'over' } }, over: {} },
});

/** The least that a chart has to do that ends three regions, one of them with a child. */
const smallestChart = setup({
  types:
    /** @type {{ input: { url: string; signal: AbortSignal }; context: { url: string; signal: AbortSignal } }} */ ({}),
  actors: {
    listen: /** @type {typeof fromCallback<import('xstate').EventObject, { url: string; signal: AbortSignal }>} */ (
      fromCallback
    )(({ sendBack, input }) => {
      void readStream(input.url, input.signal, () => sendBack({ type: 'job.ended' })).catch(() => {});
    }),
  },
  delays: { long: 600_000 },
}).createMachine({
  context: ({ input }) => input,
  initial: 'following',
  states: {
    following: {
      type: 'parallel',
      on: { 'job.ended': 'completed' },
      states: {
        stream: { ...waiting, invoke: { src: 'listen', input: ({ context }) => context } },
        clock: waiting,
        reads: waiting,
      },
    },
    completed: { type: 'final', entry: emit({ type: 'completed' }) },
  },
});

/** @param {Awaited<ReturnType<typeof startServer>>} server */
const measureSmallestChart = server =>
  measureLoop(server, (onResult, fileId, signal) => {
    const actor = createActor(smallestChart, { input: { url: `${server.url}/api/events/file.${fileId}`, signal } });
    actor.on('completed', onResult);
    actor.start();
  });

/**
 * @param {Awaited<ReturnType<typeof startServer>>} server
 * @param {import('generation-lifecycle').GenerationMachine<any, any>} machine
 */
async function measureMachine(server, machine) {
  const actor = createActor(machine, { input: { id: crypto.randomUUID() } });
  /** @type {Promise<number>} */
  const completed = new Promise(resolve => actor.on('completed', () => resolve(performance.now())));
  /** @type {Promise<string>} */
  const submitted = new Promise(resolve => actor.on('submitted', ({ job }) => resolve(job.id)));
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  const id = await submitted;
  // The opening read has been answered: the bare loop has none that could take time from it.
  await until(() => server.isOpen(id) && actor.getSnapshot().matches({ following: { reads: 'settling' } }));
  const writtenAt = server.deliver(id);
  const ms = (await completed) - writtenAt;
  return { ms, requests: server.requests.get(id) ?? [] };
}

/**
 * @param {Awaited<ReturnType<typeof startServer>>} server
 * @param {import('generation-lifecycle').GenerationMachine<any, any>} machine
 */
async function measureClient(server, machine) {
  const client = createGenerationClient({
    name: 'bench',
    generation: machine,
    store: memoryStore(),
    toItems: (/** @type {any} */ output) => output.files.map((/** @type {{ url: string }} */ { url }) => ({ url })),
  });
  /** @type {Promise<number>} */
  const completed = new Promise(resolve => client.on('generation.completed', () => resolve(performance.now())));
  const known = server.requests.size;
  client.generate({ prompt: 'a lighthouse' });
  await until(() => server.requests.size > known);
  const id = [...server.requests.keys()].at(-1) ?? '';
  // The client shows no states of the chart. The gap after the opening read is 1 s.
  await until(() => server.isOpen(id) && (server.requests.get(id)?.length ?? 0) >= 3);
  await new Promise(resolve => setTimeout(resolve, 5));
  const writtenAt = server.deliver(id);
  const ms = (await completed) - writtenAt;
  client.stop();
  return ms;
}

/**
 * Median ms from the server's write to the outcome, with a bare loop, with the smallest chart of this shape, with the machine
 * and with a client, and the requests of a generation.
 */
export async function measureLatency() {
  const server = await startServer();
  const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl: server.url }));
  const bare = [];
  const smallest = [];
  const withMachine = [];
  const withClient = [];
  /** @type {Set<string>} */
  const requests = new Set();
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await measureBareLoop(server));
    smallest.push(await measureSmallestChart(server));
    const measured = await measureMachine(server, machine);
    withMachine.push(measured.ms);
    withClient.push(await measureClient(server, machine));
    requests.add(measured.requests.join(', '));
  }
  server.close();
  return {
    bareMs: median(bare),
    chartMs: median(smallest),
    machineMs: median(withMachine),
    clientMs: median(withClient),
    requests: [...requests],
  };
}
