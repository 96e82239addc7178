import { createServer, type ServerResponse } from 'node:http';
import { createGenerationMachine, type GenerationAdapter, type JobUpdate } from 'generation-lifecycle';
import { fileBackend, readEventStream } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { listening } from '../../support/listening.js';
import { SimulatedWorld } from '../../support/simulated-world.js';

const picture = 'https://files.test/1.png';

/** A real server that counts its requests. `data` says what an event is. */
async function counted(data: (progress: number | 'done') => object) {
  const requests: string[] = [];
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const url = request.url ?? '';
    const kind = request.method === 'POST' ? 'submit' : url.includes('/events') ? 'stream' : 'read';
    requests.push(kind);
    if (kind === 'stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
    } else {
      const answer = kind === 'submit' ? { success: true, fileId: 'file-1' } : { id: 'file-1', url: null, tasks: [] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    }
  });
  const { url } = await listening(server);
  const tell = (progress: number | 'done') => void streams.at(-1)?.write(`data: ${JSON.stringify(data(progress))}\n\n`);
  return { url, requests, streams, tell };
}

/** A backend that tells the job's state on opening, and then each change. */
function statesBackend(url: string): GenerationAdapter<object, { readonly url: string }> {
  return {
    stream: { tells: 'states' },
    submit: async (_, { signal }) => {
      await fetch(`${url}/jobs`, { method: 'POST', signal });
      return { job: { id: 'file-1' } };
    },
    read: async (_, { signal }) => {
      await (await fetch(`${url}/jobs/file-1`, { signal })).text();
      return { kind: 'pending' };
    },
    async *events(_, call) {
      for await (const { data } of readEventStream(`${url}/events`, call)) {
        const update: JobUpdate<{ url: string }> = JSON.parse(data);
        yield update;
      }
    },
  };
}

const stateOf = (progress: number | 'done') =>
  progress === 'done' ? { kind: 'succeeded', output: { url: picture } } : { kind: 'pending', progress };
const fileOf = (progress: number | 'done') => ({
  type: 'file',
  object: { id: 'file-1', url: progress === 'done' ? picture : null, type: 'image', tasks: [] },
});

/** Follows a job of so many seconds, whose stream tells something each second. Time is simulated, the wire is real. */
async function follow<TInput, TOutput>(
  server: Awaited<ReturnType<typeof counted>>,
  adapter: GenerationAdapter<TInput, TOutput>,
  seconds: number,
) {
  const world = new SimulatedWorld();
  const { clock, environment } = world;
  const actor = createActor(createGenerationMachine(adapter, { environment }), { clock, input: { id: 'g-1' } });
  onTestFinished(() => void actor.stop());
  const outcomes: string[] = [];
  for (const type of ['completed', 'failed', 'cancelled'] as const) actor.on(type, () => void outcomes.push(type));
  actor.start();
  actor.send({ type: 'GENERATE', input: JSON.parse('{"prompt":"a lighthouse"}') });
  await expect.poll(() => server.streams.length, { timeout: 20_000 }).toBe(1);
  const isQuiet = () => !actor.getSnapshot().matches({ following: { reads: 'reading' } });
  await expect
    .poll(() => actor.getSnapshot().matches({ following: { stream: { listening: 'streaming' } } }))
    .toBe(true);
  for (let second = 0; second < seconds; second += 1) {
    await expect.poll(isQuiet, { timeout: 20_000 }).toBe(true);
    server.tell(second / seconds);
    const told = () => actor.getSnapshot().context.health.seenOnStreamAt;
    await expect.poll(told, { timeout: 20_000 }).toBe(environment.now());
    await world.advance(1_000);
  }
  server.tell('done');
  await expect.poll(() => outcomes, { timeout: 20_000 }).toEqual(['completed']);
  return server.requests;
}

describe('the requests of a job whose stream tells', () => {
  it.each([
    [3, ['submit', 'stream']],
    [20, ['submit', 'stream', 'read']],
    [40, ['submit', 'stream', 'read', 'read']],
  ])('its states are submit and stream, and a read each 15 s at most: %d s', async (seconds, requests) => {
    const server = await counted(stateOf);
    expect(await follow(server, statesBackend(server.url), seconds)).toEqual(requests);
  });

  it.each([
    [3, ['submit', 'stream', 'read']],
    [20, ['submit', 'stream', 'read', 'read']],
  ])('its changes are one read more, on opening: %d s', async (seconds, requests) => {
    const server = await counted(fileOf);
    expect(await follow(server, fileBackend({ kind: 'image', baseUrl: server.url }), seconds)).toEqual(requests);
  });
});
