import { createServer, type ServerResponse } from 'node:http';
import { createGenerationMachine, type GenerationEmitted } from 'generation-lifecycle';
import {
  type FileOutput,
  fileBackend,
  fileChannels,
  sharedEvents,
  sharedReads,
  toFileIds,
  toFileUpdates,
} from 'generation-lifecycle/adapters';
import { expect, it, onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { listening } from '../../support/listening.js';

/** A backend with a channel for each user and a route that reads many files. It counts all that a page takes of it. */
async function batchBackend() {
  const done = new Set<string>();
  const streams: ServerResponse[] = [];
  const batches: number[] = [];
  const others: string[] = [];
  let connectionCount = 0;
  let liveStreams = 0;
  const file = (id: string) => ({ id, url: done.has(id) ? `https://cdn.test/${id}.png` : null, tasks: [] });
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const { method, url = '' } = request;
    if (url === '/api/events/user.7') {
      liveStreams += 1;
      response.on('close', () => {
        liveStreams -= 1;
      });
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
    } else if (url === '/api/files') {
      const ids: string[] = JSON.parse(Buffer.concat(chunks).toString());
      batches.push(ids.length);
      response.end(JSON.stringify(ids.map(file)));
    } else {
      others.push(`${method} ${url}`);
      response.writeHead(500).end();
    }
  });
  server.on('connection', () => {
    connectionCount += 1;
  });
  const { url: serverUrl } = await listening(server);
  return {
    url: serverUrl,
    streams,
    batches,
    others,
    connectionCount: () => connectionCount,
    liveStreams: () => liveStreams,
    finish: (id: string) => done.add(id),
    tell: (object: object) => void streams.at(-1)?.write(`data: ${JSON.stringify({ type: 'file', object })}\n\n`),
    file,
  };
}

/** So many jobs that one page follows, once each has been read for the first time. */
async function page(count: number) {
  const backend = await batchBackend();
  const baseUrl = backend.url;
  const shared = sharedEvents(fileChannels({ baseUrl, channelOf: () => 'user.7' }));
  const reads = sharedReads<FileOutput>({
    async readMany(jobs, { signal }) {
      const body = JSON.stringify(jobs.flatMap(toFileIds));
      const response = await fetch(`${baseUrl}/api/files`, { method: 'POST', body, signal });
      return toFileUpdates(await response.json(), jobs);
    },
  });
  const adapter = { ...fileBackend({ kind: 'image', baseUrl }), events: shared.events, read: reads.read };
  const machine = createGenerationMachine(adapter, {
    // The stream tells nothing by itself.
    policy: { minReadGapMs: 50, pollDelayMs: [60_000] },
  });
  const emitted: GenerationEmitted<FileOutput>[] = [];
  const actors = Array.from({ length: count }, (_, index) => {
    const job = { id: `f${index}` };
    const resume = { version: 1, id: job.id, idempotencyKey: job.id, job, cancelRequested: false } as const;
    const actor = createActor(machine, { input: { id: job.id, resume } });
    actor.on('*', event => emitted.push(event));
    return actor.start();
  });
  onTestFinished(() => {
    for (const actor of actors) actor.stop();
  });
  const ids = actors.map((_, index) => `f${index}`);
  const settled = () =>
    actors.filter(actor =>
      (['polling', 'watching'] as const).some(reads => actor.getSnapshot().matches({ following: { reads } })),
    ).length;
  const watching = () =>
    actors.filter(actor => actor.getSnapshot().matches({ following: { reads: 'watching' } })).length;
  await expect.poll(settled).toBe(count);
  return { backend, emitted, ids, settled, watching };
}

it('follows 1,000 generations over one connection and one read for all', async () => {
  const { backend, emitted, ids, settled } = await page(1_000);
  expect([backend.streams.length, backend.batches]).toEqual([1, [1_000]]);

  // Something happened to each: each is read once more. How many windows that takes is the machine's speed.
  for (const id of ids) backend.tell({ file_id: id });
  const read = () => backend.batches.reduce((sum, size) => sum + size);
  await expect.poll(read).toBe(2_000);
  await expect.poll(settled).toBe(1_000);
  expect([backend.streams.length, read()]).toEqual([1, 2_000]);
  expect(backend.batches.length).toBeLessThan(10);

  for (const id of ids) {
    backend.finish(id);
    backend.tell(backend.file(id));
  }
  await expect.poll(() => emitted.length).toBe(1_000);
  await expect.poll(backend.liveStreams).toBe(0);
  expect(emitted.map(({ type, job }) => `${type} ${job?.id}`).sort()).toEqual(ids.map(id => `completed ${id}`).sort());
  expect([backend.streams.length, read(), backend.others]).toEqual([1, 2_000, []]);
  // The stream's, and those that fetch keeps for the reads.
  expect(backend.connectionCount()).toBeLessThan(6);
});

it('loses one connection for all, reads once for all, and finds what was missed', async () => {
  const { backend, emitted, ids, watching } = await page(100);
  for (const id of ids) backend.tell(backend.file(id));
  await expect.poll(watching).toBe(100);
  for (const id of ids) backend.finish(id);
  backend.streams[0]?.destroy();
  await expect.poll(() => emitted.length).toBe(100);
  expect(emitted.every(({ type }) => type === 'completed')).toBe(true);
  expect(backend.batches).toEqual([100, 100]);
  expect(backend.streams).toHaveLength(1);
});
