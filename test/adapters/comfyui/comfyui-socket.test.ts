import type { EventsCall, JobRef, JobUpdate } from 'generation-lifecycle';
import { comfyui } from 'generation-lifecycle/adapters/comfyui';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocket } from 'ws';
import { serveSockets } from '../../support/comfyui-server.js';
import { collect, rejection } from '../../support/loopback.js';
import { crash, id, job } from './prompts.js';

const { signal } = new AbortController();
const other: JobRef = { ...job, id: 'other' };
const call: EventsCall = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const patience = { timeout: 20_000 };

const text = (type: string, data: object) => JSON.stringify({ type, data });
const about = (type: string, data: object = {}, prompt_id = id) => text(type, { ...data, prompt_id });
const status = text('status', { status: { exec_info: { queue_remaining: 1 } }, sid: 'client-1' });
const uint32 = (...numbers: readonly number[]) => Buffer.from(numbers.flatMap(number => [0, 0, 0, number]));
const picture = (format: number, bytes: string) => Buffer.concat([uint32(1, format), Buffer.from(bytes)]);
const named = (metadata: object, bytes: string) => {
  const words = Buffer.from(JSON.stringify(metadata));
  return Buffer.concat([uint32(4, words.length), words, Buffer.from(bytes)]);
};
const base64 = (bytes: string) => Buffer.from(bytes).toString('base64');

/** An adapter over a server that does this with each WebSocket. */
async function connect(behave: (socket: ServerSocket, count: number) => void) {
  const paths: string[] = [];
  const heard: string[] = [];
  const url = await serveSockets(
    async () => new Response(null, { status: 404 }),
    (socket, path) => {
      paths.push(path);
      socket.on('message', message => heard.push(String(message)));
      behave(socket, paths.length);
    },
  );
  const adapter = comfyui({ baseUrl: url, webSocket: address => new WebSocket(address) });
  return { adapter, paths, heard, url };
}

/** What is told of each of these jobs by a socket that says this, and is closed then. */
async function follow(jobs: readonly JobRef[], ...messages: readonly (string | Uint8Array)[]) {
  const { adapter } = await connect(socket => {
    for (const message of messages) socket.send(message);
    socket.close();
  });
  return Promise.all(jobs.map(each => collect(adapter.events(each, call))));
}
/** One message at a time: waiting updates of a kind become one. */
const tell = async (...messages: readonly (string | Uint8Array)[]): Promise<readonly JobUpdate<unknown>[]> =>
  (await follow([job], ...messages))[0] ?? [];

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the WebSocket', () => {
  it('is one for all jobs of a client id, and tells each its own', async () => {
    const ids = ['a', 'b', 'c'];
    let answer = () => {};
    const { adapter, paths, heard } = await connect(socket => {
      answer = () => {
        for (const one of ids) socket.send(about('executing', { node: one }, one));
        socket.close();
      };
    });
    const updates = Promise.all(ids.map(each => collect(adapter.events({ ...job, id: each }, call))));
    await expect.poll(() => heard.length, patience).toBe(1);
    answer();
    expect(await updates).toEqual(ids.map(each => [{ kind: 'pending', phase: 'running', message: `Node ${each}` }]));
    expect(paths).toEqual(['/ws?clientId=client-1']);
    // Pictures may name their job.
    expect(JSON.parse(heard[0] ?? '')).toEqual({ type: 'feature_flags', data: { supports_preview_metadata: true } });
  });

  it('is one for each client id: jobs of an earlier process have another', async () => {
    const { adapter, paths } = await connect(socket => socket.close());
    await collect(adapter.events(job, call));
    await collect(adapter.events({ ...job, clientId: 'a client/2' }, call));
    expect(paths).toEqual(['/ws?clientId=client-1', '/ws?clientId=a%20client%2F2']);
  });

  it('is opened again only when the last one is closed: ComfyUI forgets a client id with any of its sockets', async () => {
    const open = { count: 0, most: 0 };
    const { adapter } = await connect(socket => {
      open.count += 1;
      open.most = Math.max(open.most, open.count);
      socket.send(about('executing', { node: '3' }));
      socket.on('close', () => {
        open.count -= 1;
      });
    });
    for (let round = 0; round < 5; round += 1) {
      const controller = new AbortController();
      for await (const _ of adapter.events(job, { ...call, signal: controller.signal })) break;
      controller.abort();
    }
    expect(open.most).toBe(1);
  });

  it('that is closed is not opened again by the adapter', async () => {
    const { adapter, paths } = await connect(socket => socket.terminate());
    await collect(adapter.events(job, call)).catch(() => []);
    expect(paths).toHaveLength(1);
  });

  it('that cannot be opened is only lost', async () => {
    const adapter = comfyui({ baseUrl: 'http://127.0.0.1:9', webSocket: address => new WebSocket(address) });
    expect(await rejection(collect(adapter.events(job, call)))).toMatchObject({ failure: { code: 'network' } });
  });

  it('says what to pass where the platform has none', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const error = await rejection(collect(comfyui().events(job, call)));
    expect(error).toMatchObject({ failure: { code: 'not-found' } });
    expect(String(error)).toContain('webSocket of an adapter');
    expect(String(error)).toContain('package ws');
  });

  it('is the one of the platform by default', async () => {
    vi.stubGlobal('WebSocket', WebSocket);
    const { url } = await connect(socket => {
      socket.send(about('executing', { node: '3' }));
      socket.close();
    });
    expect(await collect(comfyui({ baseUrl: url }).events(job, call))).toHaveLength(1);
  });
});

describe('a message', () => {
  it.each([
    ['execution_start', {}, { kind: 'pending', phase: 'running' }],
    ['execution_cached', { nodes: ['4'] }, { kind: 'pending', phase: 'running' }],
    ['executing', { node: '3' }, { kind: 'pending', phase: 'running', message: 'Node 3' }],
    ['progress', { value: 5, max: 20, node: '3' }, { kind: 'pending', progress: 0.25, message: 'Node 3: 5/20' }],
    ['progress', { value: 5, max: 0 }, { kind: 'pending', phase: 'running' }],
    // Read: the history has the result.
    ['executing', { node: null }, { kind: 'changed' }],
    ['execution_success', { timestamp: 1 }, { kind: 'changed' }],
    ['execution_interrupted', { node_id: '3' }, { kind: 'cancelled' }],
    ['execution_paused', {}, { kind: 'ignored' }],
  ])('is what it says: %s %j', async (type, data, update) => {
    const updates = await tell(about(type, data));
    expect(updates).toMatchObject(update.kind === 'ignored' ? [] : [update]);
  });

  it('counts nodes that are done and the share of those that run', async () => {
    const nodes = {
      '4': { value: 1, max: 1, state: 'finished' },
      '3': { value: 5, max: 20, state: 'running', display_node_id: '3' },
    };
    const updates = await collectOf({ ...job, nodeCount: 5 }, about('progress_state', { nodes }));
    expect(updates).toEqual([{ kind: 'pending', phase: 'running', progress: 0.25, message: 'Node 3: 5/20' }]);
  });

  it('of one node is not shown beside that of all nodes', async () => {
    const nodes = { '3': { value: 1, max: 4, state: 'running' } };
    const updates = await tell(
      about('progress_state', { nodes }),
      about('progress', { value: 3, max: 4, node: '3' }),
      about('execution_success'),
    );
    const told = updates.flatMap(update => (update.kind === 'pending' ? (update.progress ?? []) : []));
    expect(new Set(told)).toEqual(new Set([0.125]));
  });

  it('tells why a job has failed', async () => {
    const [update] = await tell(text('execution_error', crash));
    expect(update).toMatchObject({ kind: 'failed', failure: { code: 'job-failed' } });
    expect(JSON.stringify(update)).toContain('KSampler (node 3): CUDA out of memory.');
    expect(JSON.stringify(update)).not.toContain('/opt/ComfyUI');
  });

  it('shows the pictures of a node that is done before the others are', async () => {
    const images = [{ filename: 'a.png', subfolder: '', type: 'temp' }];
    const [update] = await tell(about('executed', { node: '8', output: { images } }));
    expect(update).toMatchObject({
      previews: [{ url: expect.stringContaining('/view?filename=a.png&subfolder=&type=temp'), index: 0 }],
    });
  });

  it('that cannot be read, or is about no job, ends nothing', async () => {
    const updates = await tell('oops', '[]', '{"type":1}', status, text('executing', {}), about('execution_start'));
    expect(updates).toEqual([{ kind: 'pending', phase: 'running' }]);
  });

  it('of another job is left out', async () => {
    expect(await tell(about('execution_error', crash, 'other'))).toEqual([]);
  });
});

describe('a picture', () => {
  const jpeg = { url: `data:image/jpeg;base64,${base64('first')}` };
  const png = { url: `data:image/png;base64,${base64('second')}` };

  it.each([
    [1, 'first', jpeg],
    [2, 'second', png],
  ])('without a name is of the job that ran last, in the format %i', async (format, bytes, preview) => {
    const [ours, others] = await follow([job, other], about('execution_start', {}, 'other'), picture(format, bytes));
    expect(ours).toEqual([]);
    expect(others?.pop()).toMatchObject({ kind: 'pending', previews: [preview] });
  });

  it('with a name is of that job, whatever ran last', async () => {
    const frame = named({ prompt_id: id, image_type: 'image/png' }, 'second');
    const [ours, others] = await follow([job, other], about('execution_start', {}, 'other'), frame);
    expect(ours).toMatchObject([{ kind: 'pending', previews: [png] }]);
    expect(others).toEqual([{ kind: 'pending', phase: 'running' }]);
  });

  it.each([
    ['after the end of a job', [about('execution_start'), about('executing', { node: null }), picture(1, 'first')]],
    ['before anything runs', [status, picture(1, 'first')]],
    ['that is a text', [about('execution_start'), Buffer.concat([uint32(3, 1), Buffer.from('3 Loading')])]],
    ['that is cut', [about('execution_start'), uint32(1), uint32(4, 9), named({ prompt_id: id }, '')]],
  ])('%s is nobody’s', async (_, messages) => {
    expect(JSON.stringify(await tell(...messages))).not.toContain('previews');
  });
});

const collectOf = async (one: JobRef, ...messages: readonly string[]) => (await follow([one], ...messages))[0];
