import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type ComfyApiOptions, type ComfyWorkflow, comfyApi } from 'generation-lifecycle/adapters/comfyui';
import { comfyApiDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';
import { canceled, canceling, expired, failed, id, picture, problem, queued, running, succeeded } from './api-jobs.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'comfyui-key-of-the-test';
const workflow: ComfyWorkflow = { '3': { class_type: 'KSampler', inputs: { seed: 1, model: ['4', 0] } } };
const path = `/api/v2/jobs/${id}`;
const job: JobRef = { id, selfUrl: path, eventsUrl: `${path}/events`, cancelUrl: `${path}/cancel` };
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** An adapter whose backend answers this. */
async function at(answer: (path: string) => Answer, options: Partial<ComfyApiOptions<ComfyWorkflow>> = {}) {
  const { url, heard } = await loopback(heard => answer(heard.path));
  return { adapter: comfyApi({ baseUrl: url, apiKey, ...options }), url, heard };
}
const readSaid = async (said: object): Promise<JobUpdate<unknown>> =>
  (await at(() => json(said))).adapter.read(job, call);
const follow = async (chunks: readonly string[], then: object = running) => {
  const { adapter, heard } = await at(asked => (asked.endsWith('/events') ? stream(chunks) : json(then)));
  const updates = await collect(adapter.events(job, { ...call, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} }));
  return { updates, heard };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('a submit', () => {
  it('sends the workflow once, with its key, and knows the job by its links', async () => {
    const { adapter, heard } = await at(() => json(queued, 201));
    const { job: made, update } = await adapter.submit(workflow, submitCall);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', path: '/api/v2/jobs' });
    expect(heard[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}`, 'idempotency-key': 'k-1' });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ workflow });
    expect(made).toEqual(job);
    expect(update).toEqual({ kind: 'pending', phase: 'queued', backendPosition: 1, readAfterMs: 1_000 });
  });

  it('makes the workflow of a wish', async () => {
    const { url, heard } = await loopback(() => json(queued, 201));
    const toWorkflow = ({ prompt }: { prompt: string }): ComfyWorkflow => ({
      '6': { class_type: 'CLIPTextEncode', inputs: { text: prompt } },
    });
    await comfyApi({ baseUrl: `${url}/api/v2/`, workflow: toWorkflow }).submit({ prompt: 'fog' }, submitCall);
    expect(heard[0]?.path).toBe('/api/v2/jobs');
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ workflow: toWorkflow({ prompt: 'fog' }) });
  });

  it.each([
    [{ nodes: [], links: [], '3': { class_type: 'KSampler' } }, "the format of ComfyUI's editor"],
    [{}, 'no node with a class_type'],
    [{ '3': { inputs: {} } }, 'no node with a class_type'],
    ['a lighthouse', 'no node with a class_type'],
  ])('of what is no workflow sends nothing: %j', async (given, words) => {
    const { adapter, heard } = await at(() => json(queued, 201));
    const error = await rejection(adapter.submit(given as unknown as ComfyWorkflow, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    expect(String(error)).toContain(words);
    expect(String(error)).toContain('Export (API)');
    expect(heard).toHaveLength(0);
  });

  it('keeps its links to paths of the backend, whatever the answer says', async () => {
    const urls = {
      self: 'https://evil.test/jobs/1',
      events: `//evil.test/${id}`,
      cancel: '/mount/api/v2/jobs/x/cancel',
    };
    const { adapter } = await at(() => json({ ...queued, urls }, 201));
    const { job: made } = await adapter.submit(workflow, submitCall);
    expect(made).toEqual({ ...job, cancelUrl: '/mount/api/v2/jobs/x/cancel' });
  });

  it('whose key was known may have made a job', async () => {
    const { adapter } = await at(() => json(problem('idempotency_key_reuse', 'This key was used before.'), 422));
    const error = await rejection(adapter.submit(workflow, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'maybe', retryable: false } });
    expect(String(error)).toContain('look at your jobs');
  });

  it('that is refused for its workflow says which node is wrong', async () => {
    const details = { node_errors: { '12': [{ field: 'model', reason: 'missing_input' }] } };
    const message = "Node 12 (KSampler): required input 'model' is not connected";
    const { adapter } = await at(() => json(problem('invalid_workflow', message, details), 422));
    const error = await rejection(adapter.submit(workflow, submitCall));
    expect(error).toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    expect(String(error)).toContain(message);
  });

  it('waits for a deployment that starts', async () => {
    const busy: Answer = {
      ...json(problem('queue_full', 'The queue is full.'), 429),
      headers: { 'retry-after': '4', 'content-type': 'application/json' },
    };
    const { adapter } = await at(() => busy);
    const error = await rejection(adapter.submit(workflow, submitCall));
    expect(error).toMatchObject({ failure: { code: 'busy', charged: 'no' }, retryAfterMs: 4_000 });
  });
});

describe('a key', () => {
  it('is needed at the first submit, and not before', async () => {
    vi.stubEnv('COMFY_API_KEY', '');
    const adapter = comfyApi({ fetch: comfyApiDouble().fetch });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(workflow, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no' } });
      expect(String(error)).toContain('option apiKey');
      expect(String(error)).toContain('COMFY_API_KEY');
    }
  });

  it('of the environment goes to Comfy, and not to a server of your own', async () => {
    vi.stubEnv('COMFY_API_KEY', apiKey);
    const { url, heard } = await loopback(() => json(queued, 201));
    await comfyApi({ baseUrl: url }).submit(workflow, submitCall);
    expect(heard[0]?.headers).not.toHaveProperty('authorization');
    const double = comfyApiDouble({ key: apiKey });
    await comfyApi({ fetch: double.fetch }).submit(workflow, submitCall);
    const deployment = comfyApi({ baseUrl: 'https://mine.run.comfy.app', fetch: double.fetch });
    await deployment.submit(workflow, { signal, idempotencyKey: 'k-2' });
    expect(double.chargedCount).toBe(2);
  });

  it('is refused in a page, with what to do', async () => {
    vi.stubGlobal('document', {});
    const double = comfyApiDouble();
    const error = await rejection(comfyApi({ apiKey, fetch: double.fetch }).submit(workflow, submitCall));
    expect(String(error)).toContain('docs/guide/server.md');
    expect(double.requests).toHaveLength(0);
    const allowed = comfyApi({ apiKey, dangerouslyAllowBrowser: true, fetch: double.fetch });
    await expect(allowed.submit(workflow, submitCall)).resolves.toBeDefined();
  });

  it('is not sent where a stored job leads', async () => {
    const { adapter, heard } = await at(() => json(running));
    const error = await rejection(adapter.read({ ...job, selfUrl: 'https://evil.test/jobs/1' }, call));
    expect(error).toMatchObject({ failure: { code: 'bad-input' } });
    expect(heard).toHaveLength(0);
  });
});

describe('a read', () => {
  it('tells the progress, and the node that runs', async () => {
    expect(await readSaid(running)).toEqual({
      kind: 'pending',
      phase: 'running',
      progress: 0.42,
      message: 'KSampler 21/50',
    });
    const progress = { ...running.progress, message: null };
    expect(await readSaid({ ...running, progress })).toMatchObject({ message: 'KSampler 21/50' });
  });

  it('shows the pictures that are there before the others', async () => {
    const outputs = [picture, { ...picture, type: 'video', url: '/v.mp4' }, { ...picture, url: null }];
    expect(await readSaid({ ...running, outputs })).toMatchObject({ previews: [{ url: picture.url, index: 0 }] });
  });

  it('gives absolute URLs, when the first of them ends, and how long the job ran', async () => {
    const own = { ...picture, url: '/api/v2/assets/asset-1/content', url_expires_at: null };
    const { adapter, url } = await at(() => json({ ...succeeded, outputs: [picture, own] }));
    expect(await adapter.read(job, call)).toEqual({
      kind: 'succeeded',
      output: { outputs: [picture, { ...own, url: `${url}/api/v2/assets/asset-1/content` }] },
      expiresAt: Date.parse(picture.url_expires_at),
      durationMs: 4_500,
    });
  });

  it('says why a job has failed, and in which node', async () => {
    const update = await readSaid(failed);
    expect(update).toMatchObject({ kind: 'failed', failure: { code: 'job-failed' } });
    const text = JSON.stringify(update);
    expect(text).toContain('KSampler (node 3): CUDA out of memory');
    expect(text).not.toContain('/opt/ComfyUI');
  });

  it.each([
    [canceled, { kind: 'cancelled', charged: undefined }],
    [canceling, { kind: 'pending', phase: 'running' }],
    [expired, { kind: 'failed', failure: { code: 'expired' } }],
    [
      { ...expired, completed_at: null },
      { kind: 'failed', failure: { code: 'job-failed' } },
    ],
    [{ ...running, status: 'archiving' }, { kind: 'pending' }],
  ])('knows each state: %#', async (said, update) => {
    expect(await readSaid(said)).toMatchObject(update);
  });

  it('of a job that Comfy has stopped says that what ran is paid', async () => {
    const fetch = async () => Response.json(canceled);
    const adapter = comfyApi({ apiKey, fetch });
    expect(await adapter.read(job, call)).toEqual({ kind: 'cancelled', charged: 'yes' });
    const unstarted = comfyApi({ apiKey, fetch: async () => Response.json({ ...canceled, started_at: null }) });
    expect(await unstarted.read(job, call)).toEqual({ kind: 'cancelled', charged: undefined });
  });

  it('takes no other job for its own', async () => {
    const { adapter } = await at(() => json({ ...succeeded, id: 'another' }));
    expect(await rejection(adapter.read(job, call))).toMatchObject({ failure: { code: 'invalid-response' } });
  });
});

describe('the stream', () => {
  it('tells states, progress and previews, and reads the result at the end', async () => {
    const { updates, heard } = await follow(
      [
        event('status', { status: 'queued', queue_position: 2 }),
        event('status', { status: 'running' }),
        event('progress', running.progress),
        event('preview', { node_id: '3', content_type: 'image/png', data_base64: btoa('\x89PNG') }),
        event('output', picture),
        event('log', { level: 'info', message: 'Loading' }),
        event('status', { status: 'succeeded' }),
      ],
      succeeded,
    );
    expect(updates).toMatchObject([
      { kind: 'pending', phase: 'queued', backendPosition: 2 },
      { kind: 'pending', phase: 'running' },
      { kind: 'pending', progress: 0.42, message: 'KSampler 21/50' },
      { kind: 'pending', previews: [{ url: 'data:image/png;base64,iVBORw==' }] },
      { kind: 'pending', previews: [{ url: picture.url }] },
      { kind: 'ignored' },
      { kind: 'succeeded', output: { outputs: [picture] } },
    ]);
    expect(heard.map(one => one.path)).toEqual([`${path}/events`, path]);
  });

  it('tells the reason of a failure, which the event does not have', async () => {
    const { updates } = await follow([event('status', { status: 'failed' })], failed);
    expect(updates).toMatchObject([{ kind: 'failed', failure: { message: expect.stringContaining('out of memory') } }]);
  });

  it('leaves the end to the next read if it cannot be read at once', async () => {
    const { adapter } = await at(asked =>
      asked.endsWith('/events') ? stream([event('status', { status: 'succeeded' })]) : { status: 502 },
    );
    const updates = await collect(adapter.events(job, { ...call, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} }));
    expect(updates).toEqual([{ kind: 'changed' }]);
  });

  it('gives a page its previews as bytes, and frees the oldest', async () => {
    vi.stubGlobal('document', {});
    const freed = vi.spyOn(URL, 'revokeObjectURL');
    const preview = event('preview', { node_id: '3', content_type: 'image/jpeg', data_base64: btoa('\xff\xd8') });
    const { adapter } = await at(() => stream(Array.from({ length: 60 }, () => preview)), {
      dangerouslyAllowBrowser: true,
    });
    const updates = await collect(adapter.events(job, { ...call, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} }));
    const urls = updates
      .flatMap(update => (update.kind === 'pending' ? (update.previews ?? []) : []))
      .map(one => one.url);
    expect(urls).toHaveLength(60);
    for (const url of urls) expect(url).toMatch(/^blob:/);
    // What was shown last can still be loaded. What other tests of this thread were shown is older.
    const freedUrls = freed.mock.calls.map(([url]) => url).filter(url => urls.includes(url));
    expect(freedUrls).toEqual(urls.slice(0, freedUrls.length));
    expect(freedUrls.length).toBeGreaterThan(30);
    expect(freedUrls.length).toBeLessThan(60);
  });
});

describe('a cancel', () => {
  it.each([
    [canceled, 'cancelled'],
    [canceling, 'changed'],
    [succeeded, 'succeeded'],
    [{}, 'changed'],
  ])('takes the answer as far as it goes: %#', async (said, kind) => {
    const { adapter, heard } = await at(() => json(said));
    expect(await adapter.cancel(job, call)).toMatchObject({ kind });
    expect(heard[0]).toMatchObject({ method: 'POST', path: `${path}/cancel` });
  });
});

it('requests results of its own host with the key, for a server half', async () => {
  const { adapter, url, heard } = await at(() => ({ status: 206, body: 'bytes' }));
  const { origins, fetch } = adapter.hiddenResults ?? expect.unreachable('It has none.');
  expect(origins).toEqual([url]);
  const answer = await fetch(`${url}/api/v2/assets/asset-1/content`, { signal, job, range: 'bytes=0-4' });
  expect(await answer.text()).toBe('bytes');
  expect(heard[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}`, range: 'bytes=0-4' });
});

it('refuses an option that does not exist', () => {
  expect(() => comfyApi({ apikey: 'x' } as object)).toThrow('apiKey');
});
