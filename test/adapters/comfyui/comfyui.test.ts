import { type ComfyUiOptions, type ComfyWorkflow, comfyui } from 'generation-lifecycle/adapters/comfyui';
import { describe, expect, it } from 'vitest';
import { type Answer, type Heard, json, loopback, rejection } from '../../support/loopback.js';
import {
  accepted,
  archived,
  failed,
  id,
  image,
  interrupted,
  job,
  nothing,
  queued,
  refused,
  running,
  succeeded,
  workflow,
} from './prompts.js';

const { signal } = new AbortController();
const call = { signal };
const key = '01234567-89ab-4def-8123-456789abcdef';
const submitCall = { signal, idempotencyKey: key };

type Routes = Readonly<Record<string, Answer | ((heard: Heard) => Answer)>>;
const notFound: Answer = { status: 404 };

/** An adapter whose server has these routes, by method and path. */
async function at(routes: Routes, options: Partial<ComfyUiOptions<ComfyWorkflow>> = {}) {
  const { url, heard } = await loopback(one => {
    const route = routes[`${one.method} ${one.path}`] ?? notFound;
    return typeof route === 'function' && route.length < 1 ? (route as () => Answer)() : (route as Answer);
  });
  const paths = () => heard.map(({ method, path }) => `${method} ${path}`);
  return { adapter: comfyui({ baseUrl: url, ...options }), url, heard, paths };
}
/** A queue of which each request gets the next state; the last one stays. */
const inTurn = (...states: readonly object[]) => {
  let at = 0;
  return () => json(states[Math.min(at++, states.length - 1)]);
};
const history = `GET /history/${id}`;
const readSaid = async (entry: object) =>
  (await at({ 'GET /queue': json(nothing), [history]: json(entry) })).adapter.read(job, call);

describe('a submit', () => {
  it('sends the workflow once, with an id of its own and the mark by which it is found', async () => {
    const { adapter, heard } = await at({ 'POST /prompt': json(accepted) });
    const { job: made, update } = await adapter.submit(workflow, submitCall);
    expect(heard).toHaveLength(1);
    const { client_id: clientId, ...body } = JSON.parse(heard[0]?.body ?? '');
    expect(body).toEqual({ prompt: workflow, prompt_id: key, extra_data: { idempotency_key: key } });
    expect(clientId).toMatch(/^[\da-f-]{36}$/);
    expect(made).toEqual({ id, clientId, nodeCount: 2 });
    expect(update).toEqual({ kind: 'pending', phase: 'queued' });
  });

  it('leaves the id to ComfyUI where its key is none, and has one client id for all', async () => {
    const { adapter, heard } = await at({ 'POST /prompt': json(accepted) });
    const { job: first } = await adapter.submit(workflow, { signal, idempotencyKey: 'generation-1' });
    const { job: second } = await adapter.submit(workflow, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '')).not.toHaveProperty('prompt_id');
    expect(first['clientId']).toBe(second['clientId']);
  });

  it('reaches a server under a path, with the headers of a proxy', async () => {
    const { url, heard } = await loopback(() => json(accepted));
    const adapter = comfyui({ baseUrl: `${url}/api/`, headers: { authorization: 'Bearer of-a-proxy' } });
    await adapter.submit(workflow, submitCall);
    expect(heard[0]).toMatchObject({ path: '/api/prompt', headers: { authorization: 'Bearer of-a-proxy' } });
  });

  it('makes the workflow of a wish, and sends nothing that is none', async () => {
    const { url, heard } = await loopback(() => json(accepted));
    const toWorkflow = ({ text }: { text: string }): ComfyWorkflow => ({
      '6': { class_type: 'CLIPTextEncode', inputs: { text } },
    });
    await comfyui({ baseUrl: url, workflow: toWorkflow }).submit({ text: 'fog' }, submitCall);
    expect(JSON.parse(heard[0]?.body ?? '').prompt).toEqual(toWorkflow({ text: 'fog' }));
    const ofEditor = { nodes: [], links: [] } as unknown as ComfyWorkflow;
    const error = await rejection(comfyui({ baseUrl: url }).submit(ofEditor, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    expect(heard).toHaveLength(1);
  });

  it('that is refused says which nodes and inputs are wrong', async () => {
    const { adapter } = await at({ 'POST /prompt': json(refused, 400) });
    const error = await rejection(adapter.submit(workflow, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no', status: 400 } });
    expect(String(error)).toContain(
      "CheckpointLoaderSimple (node 4): Value not in list: ckpt_name: 'flux.safetensors'",
    );
    expect(String(error)).toContain('KSampler (node 3): steps: Value too big');
    expect(String(error)).not.toContain('m'.repeat(201));
  });

  it('that is refused as a whole says why', async () => {
    const said = { error: { type: 'no_prompt', message: 'No prompt provided', details: '' }, node_errors: {} };
    const { adapter } = await at({ 'POST /prompt': json(said, 400) });
    expect(String(await rejection(adapter.submit(workflow, submitCall)))).toContain('No prompt provided');
  });
});

describe('a read', () => {
  it('tells the place in the queue, by the numbers', async () => {
    const { adapter, paths } = await at({ 'GET /queue': json(queued) });
    expect(await adapter.read(job, call)).toEqual({ kind: 'pending', phase: 'queued', backendPosition: 2 });
    expect(paths()).toEqual(['GET /queue']);
  });

  it('tells that the job runs', async () => {
    const { adapter } = await at({ 'GET /queue': json(running) });
    expect(await adapter.read(job, call)).toEqual({ kind: 'pending', phase: 'running' });
  });

  it('asks the queue before the history, so that a job which ends in between is not lost', async () => {
    const { adapter, paths } = await at({ 'GET /queue': json(nothing), [history]: json(succeeded) });
    expect(await adapter.read(job, call)).toMatchObject({ kind: 'succeeded' });
    expect(paths()).toEqual(['GET /queue', history]);
  });

  it('gives the files with their URLs, what is kept first, and how long the job ran', async () => {
    const { adapter, url } = await at({ 'GET /queue': json(nothing), [history]: json(succeeded) });
    const shown = { filename: 'shown.png', subfolder: '', type: 'temp' };
    expect(await adapter.read(job, call)).toEqual({
      kind: 'succeeded',
      output: {
        outputs: [
          { node_id: '9', kind: 'images', ...image, url: `${url}/view?filename=a+b.png&subfolder=day+1&type=output` },
          { node_id: '8', kind: 'images', ...shown, url: `${url}/view?filename=shown.png&subfolder=&type=temp` },
        ],
      },
      durationMs: 4_500,
    });
  });

  it('takes the history of an older server, which has no status, for a success', async () => {
    const { status, meta, ...old } = succeeded[id] ?? expect.unreachable();
    expect(await readSaid({ [id]: old })).toMatchObject({ kind: 'succeeded', output: { outputs: [image, {}] } });
  });

  it('says why a job has failed, and in which node, without the paths of the server', async () => {
    const update = await readSaid(failed);
    expect(update).toMatchObject({ kind: 'failed', failure: { code: 'job-failed', charged: 'maybe' } });
    expect(JSON.stringify(update)).toContain('KSampler (node 3): CUDA out of memory.');
    expect(JSON.stringify(update)).not.toContain('/opt/ComfyUI');
  });

  it('tells an interrupted job from one that has failed', async () => {
    expect(await readSaid(interrupted)).toEqual({ kind: 'cancelled' });
  });

  it('takes a status that nobody knows for no end', async () => {
    expect(await readSaid(archived)).toEqual({ kind: 'pending' });
  });

  it('says that ComfyUI does not know the job', async () => {
    const error = await rejection(readSaid({}));
    expect(error).toMatchObject({ failure: { code: 'not-found' } });
    expect(String(error)).toContain('neither in the queue nor in the history');
  });

  it('takes an answer that is no queue for none', async () => {
    const { adapter } = await at({ 'GET /queue': json({}) });
    expect(await rejection(adapter.read(job, call))).toMatchObject({ failure: { code: 'invalid-response' } });
  });
});

describe('a cancel', () => {
  const ok: Answer = { status: 200 };
  const commands = { 'POST /queue': ok, 'POST /interrupt': ok };

  it('takes a job out of the queue, which is not charged', async () => {
    const { adapter, heard, paths } = await at({
      ...commands,
      'GET /queue': inTurn(queued, nothing),
      [history]: json({}),
    });
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'cancelled', charged: 'no' });
    expect(paths()).toEqual(['GET /queue', 'POST /queue', 'GET /queue', history]);
    expect(JSON.parse(heard[1]?.body ?? '')).toEqual({ delete: [id] });
  });

  it('interrupts a job that runs, by its id', async () => {
    const { adapter, heard, paths } = await at({ ...commands, 'GET /queue': json(running) });
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'changed' });
    expect(paths()).toEqual(['GET /queue', 'POST /interrupt']);
    expect(JSON.parse(heard[1]?.body ?? '')).toEqual({ prompt_id: id });
  });

  it('interrupts a job that left the queue meanwhile', async () => {
    const { adapter, paths } = await at({ ...commands, 'GET /queue': inTurn(queued, running) });
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'changed' });
    expect(paths()).toEqual(['GET /queue', 'POST /queue', 'GET /queue', 'POST /interrupt']);
  });

  it('never interrupts the job of another', async () => {
    const { adapter, paths } = await at({ ...commands, 'GET /queue': json(queued) });
    await adapter.cancel(job, call);
    expect(paths()).not.toContain('POST /interrupt');
  });

  it('that comes too late keeps the result', async () => {
    const { adapter, paths } = await at({ ...commands, 'GET /queue': json(nothing), [history]: json(succeeded) });
    expect(await adapter.cancel(job, call)).toMatchObject({ kind: 'succeeded' });
    expect(paths()).toEqual(['GET /queue', history]);
  });

  it('of a job that is nowhere says that nothing runs, and not that nothing was paid', async () => {
    const { adapter } = await at({ ...commands, 'GET /queue': json(nothing), [history]: json({}) });
    expect(await adapter.cancel(job, call)).toEqual({ kind: 'cancelled', charged: undefined });
  });
});

describe('a submit whose answer is lost', () => {
  const byKey = `GET /history/${key}`;
  const newest = 'GET /history?max_items=64';
  const [item = []] = running.queue_running;
  const ours = [item[0], key, ...item.slice(2)];
  const marked = [item[0], id, item[2], { client_id: 'client-1', idempotency_key: key }, item[4]];

  it.each([
    ['in the queue, by its id', { 'GET /queue': json({ ...nothing, queue_pending: [ours] }) }, key],
    ['in the queue, by its mark', { 'GET /queue': json({ ...nothing, queue_running: [marked] }) }, id],
    ['in the history, by its id', { [byKey]: json({ [key]: { prompt: ours } }) }, key],
    ['in the history, by its mark', { [newest]: json({ [id]: { prompt: marked } }) }, id],
  ])('is found %s', async (_, routes, found) => {
    const none = { 'GET /queue': json(nothing), [byKey]: json({}), [newest]: json({}) };
    const { adapter, paths } = await at({ ...none, ...routes });
    expect(await adapter.find(key, call)).toEqual({ job: { ...job, id: found } });
    expect(paths().some(path => path.startsWith('POST'))).toBe(false);
  });

  it('is not found among those of others', async () => {
    const { adapter } = await at({ 'GET /queue': json(queued), [byKey]: json({}), [newest]: json(succeeded) });
    expect(await adapter.find(key, call)).toBe(undefined);
  });
});

it('requests files of its own host for a server half, with a range', async () => {
  const { url, heard } = await loopback(() => ({ status: 206, body: 'bytes' }));
  const { origins, fetch } = comfyui({ baseUrl: url }).hiddenResults ?? expect.unreachable('It has none.');
  expect(origins).toEqual([url]);
  const answer = await fetch(`${url}/view?filename=a.png`, { signal, job, range: 'bytes=0-4' });
  expect(await answer.text()).toBe('bytes');
  expect(heard[0]?.headers).toMatchObject({ range: 'bytes=0-4' });
});

it('refuses an option that does not exist', () => {
  expect(() => comfyui({ websocket: () => undefined } as object)).toThrow('webSocket');
});
