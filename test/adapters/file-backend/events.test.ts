import type { JobRef } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { collect, loopback, stream } from '../../support/loopback.js';

const job: JobRef = { id: 'f1', kind: 'image', request: { prompt: 'dunes' } };
const quiet = { signal: new AbortController().signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

/** What is made of events with this data. */
async function told(data: readonly string[], what = job) {
  const { url: baseUrl, heard } = await loopback(() => stream(data.map(text => `data: ${text}\n\n`)));
  const updates = await collect(fileBackend({ kind: 'image', baseUrl }).events?.(what, quiet));
  return { updates, heard };
}

const url = 'https://cdn.test/1.png?sig=1';
const succeeded = {
  kind: 'succeeded',
  output: { files: [{ id: 'f1', url, type: 'image', metadata: { prompt: 'dunes' } }], failed: [] },
};
const changed = { kind: 'changed' };
const ignored = { kind: 'ignored' };
const progress = (share: number, message?: string) => ({ kind: 'pending', progress: share, message });
const own = { file_id: 'f1' };
const whole = { id: 'f1', url: null, thumbnail_url: null, type: 'image', tasks: [] };
const task = (status: string) => ({ id: 'f9', status, ...own });

const cases: readonly { readonly title: string; readonly event: unknown; readonly update: object }[] = [
  {
    title: 'progress of 0..100',
    event: { type: 'render_progress', object: { progress: 45, ...own, message: 'Half' } },
    update: progress(0.45, 'Half'),
  },
  {
    title: 'progress of one percent',
    event: { type: 'render_progress', object: { progress: 1, ...own } },
    update: progress(0.01),
  },
  {
    title: 'progress beyond its scale',
    event: { type: 'render_progress', object: { progress: 180, ...own } },
    update: progress(1),
  },
  {
    title: 'progress of 0..1 beside the type',
    event: { type: 'render_progress', progress: 0.45 },
    update: progress(0.45),
  },
  {
    title: 'progress of 0..100 beside the type',
    event: { type: 'render_progress', progress: 45 },
    update: progress(0.45),
  },
  { title: 'full progress beside the type', event: { type: 'render_progress', progress: 1 }, update: progress(1) },
  { title: 'progress without a number', event: { type: 'render_progress', object: own }, update: { kind: 'pending' } },
  { title: 'a result', event: { type: 'render_result', object: { ...own, url } }, update: succeeded },
  {
    title: 'a result with file_url',
    event: { type: 'render_result', object: { ...own, file_url: url } },
    update: succeeded,
  },
  {
    title: 'a result that is a whole file',
    event: { type: 'render_result', object: { ...whole, url } },
    update: succeeded,
  },
  { title: 'a result without a url', event: { type: 'render_result', object: own }, update: changed },
  { title: 'a result without an id', event: { type: 'render_result', object: { url } }, update: changed },
  {
    title: 'a result that must not be shown',
    event: { type: 'render_result', object: { ...own, url: 'javascript:0' } },
    update: changed,
  },
  { title: 'a file', event: { type: 'file', object: { ...whole, url } }, update: succeeded },
  {
    title: 'a file in a string',
    event: { type: 'file', object: JSON.stringify({ ...whole, url }) },
    update: succeeded,
  },
  { title: 'a file that goes on', event: { type: 'file', object: whole }, update: { kind: 'pending' } },
  {
    title: 'a file that has failed',
    event: { type: 'file', object: { ...whole, tasks: [task('error')] } },
    update: { kind: 'failed' },
  },
  {
    title: 'a file done but for its url',
    event: { type: 'file', object: { ...whole, tasks: [task('completed')] } },
    update: changed,
  },
  { title: 'a file by its id', event: { type: 'file', object: own }, update: changed },
  { title: 'a file by its bare id', event: { type: 'file', object: 'f1' }, update: changed },
  { title: 'a completed task', event: { type: 'task', object: task('completed') }, update: changed },
  {
    title: 'a failed task',
    event: { type: 'task', object: task('error') },
    update: { kind: 'failed', failure: { code: 'job-failed', job } },
  },
  { title: 'a task that goes on', event: { type: 'task', object: task('in_progress') }, update: { kind: 'pending' } },
  { title: 'a failed task of nobody', event: { type: 'task', object: { id: 'f1', status: 'error' } }, update: changed },
  { title: 'a task status', event: { type: 'task_status', object: { status: 'COMPLETED' } }, update: changed },
  {
    title: 'a datum',
    event: { type: 'data', object: { type: 'image', project_id: 'p', value: { url, ...own } } },
    update: succeeded,
  },
  { title: 'a datum without a url', event: { type: 'data', object: { type: 'image', value: own } }, update: changed },
  { title: 'a datum of nobody', event: { type: 'data', object: { type: 'image', value: { url } } }, update: changed },
  { title: 'an error', event: { type: 'error', error: 'Broken' }, update: changed },
  { title: 'an error in its data', event: { type: 'error', data: { error: 'Broken' } }, update: changed },
  {
    title: "another file's progress",
    event: { type: 'render_progress', object: { progress: 45, file_id: 'f2' } },
    update: ignored,
  },
  { title: "another file's result", event: { type: 'render_result', object: { file_id: 'f2', url } }, update: ignored },
  { title: "another file's object", event: { type: 'file', object: { ...whole, id: 'f2', url } }, update: ignored },
  {
    title: "another file's failed task",
    event: { type: 'task', object: { id: 'f1', status: 'error', file_id: 'f2' } },
    update: ignored,
  },
  {
    title: "another file's datum",
    event: { type: 'data', object: { id: 'f1', value: { url, file_id: 'f2' } } },
    update: ignored,
  },
  { title: 'an entity', event: { type: 'entity', object: { id: 'f1', url } }, update: ignored },
  { title: 'a subscription', event: { type: 'subscribe', object: 'f1' }, update: ignored },
  { title: 'a type like one of ours', event: { type: 'render_results', object: { ...own, url } }, update: ignored },
  { title: 'members that do not fit', event: { type: 'file', object: { id: 'f1', url: 5 } }, update: ignored },
  { title: 'an object that is none', event: { type: 'file', object: 7 }, update: ignored },
  { title: 'no type', event: { object: { ...whole, url } }, update: ignored },
  { title: 'null', event: null, update: ignored },
];

describe('an event with', () => {
  it.each(cases)('$title', async ({ event, update }) => {
    const { updates } = await told([JSON.stringify(event)]);
    expect(updates).toHaveLength(1);
    if ('failure' in update || !('output' in update || 'progress' in update)) expect(updates).toMatchObject([update]);
    else expect(updates).toEqual([update]);
  });

  it.each(['{"type":"file","obj', 'hello', '{"__proto__":{"type":"error"}}'])(
    'data that is no event: %s',
    async data => {
      expect((await told([data])).updates).toEqual([ignored]);
    },
  );

  it.each(cases.filter(({ update }) => update !== ignored && !('kind' in update && update.kind === 'pending')))(
    '$title is no more than a change of a batch',
    async ({ event }) => {
      const { updates } = await told([JSON.stringify(event)], { ...job, files: ['f1', 'f2'] });
      expect(updates).toEqual([changed]);
    },
  );
});

describe('following a job', () => {
  it("opens its first file's channel, once, and goes on from the last id", async () => {
    const { url: baseUrl, heard } = await loopback(() => stream(['id: 8\ndata: {"type":"entity"}\n\n']));
    const facts: unknown[] = [];
    const note = (fact: unknown) => () => facts.push(fact);
    const call = {
      ...quiet,
      lastEventId: '7',
      onOpen: note('open'),
      onAlive: note('alive'),
      onId: (id: string) => facts.push(id),
    };
    const adapter = fileBackend({ kind: 'image', baseUrl });
    await collect(adapter.events?.({ id: 'a/b', files: ['a/b', 'c'] }, call));
    expect(heard).toMatchObject([{ path: '/api/events/file.a%2Fb', headers: { 'last-event-id': '7' } }]);
    expect(facts).toEqual(['open', 'alive', '8']);
  });

  it('takes the progress of one file for its share of the batch', async () => {
    const event = { type: 'render_progress', object: { progress: 60, file_id: 'f1', message: 'Upscaling' } };
    const { updates } = await told([JSON.stringify(event)], { ...job, files: ['f1', 'f2', 'f3'] });
    expect(updates).toEqual([{ kind: 'pending', progress: expect.closeTo(0.2), message: 'Upscaling' }]);
  });

  it('says of a batch that it changed when any of its files is named', async () => {
    const event = { type: 'render_result', object: { file_id: 'f2', url } };
    expect((await told([JSON.stringify(event)], { ...job, files: ['f1', 'f2'] })).updates).toEqual([changed]);
  });
});
