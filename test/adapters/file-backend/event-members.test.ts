import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { fileBackend, fileChannels, sharedEvents } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { follow } from '../../support/follower.js';
import { collect, json, loopback, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const job: JobRef = { id: 'f1', kind: 'image', request: { prompt: 'dunes' } };
const url = 'https://cdn.test/1.png';

/** What events bring to a job, and what a read says afterwards of a job that has failed without a reason. */
async function heardOf(events: readonly unknown[], what: JobRef = job) {
  const lines = events.map(event => `data: ${JSON.stringify(event)}\n\n`);
  const { url: baseUrl } = await loopback(({ path }) =>
    path.startsWith('/api/events') ? stream(lines) : json({ id: path.split('/').pop(), tasks: [{ status: 'error' }] }),
  );
  const adapter = fileBackend({ kind: 'image', baseUrl });
  const updates: JobUpdate<unknown>[] = await collect(adapter.events?.(what, quiet));
  const read = await adapter.read(what, { signal });
  return { updates, failure: read.kind === 'failed' ? read.failure : undefined };
}

const untold = 'Job f1 failed: file f1: a task of this file failed at the backend. Submit again to start a new job.';

describe('an error event', () => {
  it.each([
    ['in its data', { data: { file_id: 'f2', error: 'Theirs' } }],
    ['in its object', { object: { file_id: 'f2', error: 'Theirs' } }],
    ['beside its type', { file_id: 'f2', error: 'Theirs' }],
    ['as its object', { object: 'f2' }],
  ])('that names another file %s is ignored', async (_, members) => {
    const { updates, failure } = await heardOf([{ type: 'error', ...members }]);
    expect(updates).toEqual([{ kind: 'ignored' }]);
    expect(failure?.message).toBe(untold);
  });

  it.each([
    ['in its data', { data: { file_id: 'f1', error: 'Ours' } }],
    ['in its object', { object: { file_id: 'f1', error: 'Ours' } }],
    ['beside its type', { file_id: 'f1', error: 'Ours' }],
  ])('that names its own file %s says why it failed', async (_, members) => {
    const { updates, failure } = await heardOf([{ type: 'error', ...members }]);
    expect(updates).toEqual([{ kind: 'changed' }]);
    expect(failure?.message).toBe('Job f1 failed: file f1: Ours. Submit again to start a new job.');
  });

  it.each([
    ['object', { object: 'f1' }],
    ['data', { data: 'f1' }],
  ])('that has a bare id as its %s gives no reason', async (_, members) => {
    const { updates, failure } = await heardOf([{ type: 'error', ...members }]);
    expect(updates).toEqual([{ kind: 'changed' }]);
    expect(failure).toMatchObject({ message: untold, details: undefined });
  });

  it('that is a sentence gives a reason', async () => {
    const { failure } = await heardOf([{ type: 'error', object: 'Out of paint' }]);
    expect(failure?.message).toContain('file f1: Out of paint.');
  });

  it('says each thing once in the details', async () => {
    const { failure } = await heardOf([{ type: 'error', error: 'Broken' }]);
    expect(failure?.details).toEqual({ error: 'Broken' });
  });

  it('keeps its reason when events without one follow', async () => {
    const { failure } = await heardOf([
      { type: 'error', error: 'Broken' },
      { type: 'render_progress', progress: 0.5 },
    ]);
    expect(failure?.message).toContain('file f1: Broken.');
  });
});

describe('an event with a reason', () => {
  it('of a job that goes on is no reason of a failure', async () => {
    const object = { file_id: 'f1', status: 'in_progress', message: 'Painting the sky' };
    const { failure } = await heardOf([{ type: 'task_status', object }]);
    expect(failure?.message).toBe(untold);
  });

  it.each([
    ['no file', {}],
    ['another file', { file_id: 'f2' }],
  ])('that names %s is not about this job', async (_, members) => {
    const object = { ...members, status: 'error', error: 'Theirs' };
    const { failure } = await heardOf([{ type: 'task_status', object }]);
    expect(failure?.message).toBe(untold);
  });

  it.each([
    ['this file', 'f1', job],
    ['a file of this batch', 'f2', { ...job, files: ['f1', 'f2'] }],
  ])('that names %s is why it failed', async (_, file_id, what) => {
    const object = { file_id, status: 'error', error: 'Ours' };
    const { failure } = await heardOf([{ type: 'task_status', object }], what);
    expect(failure?.message).toContain(`file ${file_id}: Ours.`);
  });
});

describe('a result in an event', () => {
  const file = { id: 'f1', url, thumbnailUrl: undefined, type: 'image', metadata: { prompt: 'dunes' } };
  const succeeded = (members: object = {}) => ({
    kind: 'succeeded',
    output: { files: [expect.objectContaining(file)], failed: [] },
    cost: undefined,
    expiresAt: undefined,
    ...members,
  });
  const cost = { amount: 3, unit: 'credits' };

  it('has all that a whole file object says, and what was asked for', async () => {
    const object = { id: 'f1', url, cost, expires_at: 2_000_000_000 };
    const { updates } = await heardOf([{ type: 'file', object }]);
    expect(updates).toEqual([succeeded({ cost, expiresAt: 2_000_000_000_000 })]);
  });

  it.each([
    ['a result without an id of its own', { type: 'render_result', object: { file_id: 'f1', url, cost } }],
    ['project data', { type: 'data', object: { file_id: 'f1', value: { url }, cost } }],
  ])('has the url alone in %s', async (_, event) => {
    const { updates } = await heardOf([event]);
    expect(updates).toEqual([succeeded()]);
  });

  it('has no url in project data without a value', async () => {
    const { updates } = await heardOf([{ type: 'data', object: { file_id: 'f1' } }]);
    expect(updates).toEqual([{ kind: 'changed' }]);
  });

  it('of a task is the task’s alone', async () => {
    const object = { id: 't1', file_id: 'f1', status: 'failed', error: 'Broken', cost };
    const { updates } = await heardOf([{ type: 'task', object }]);
    expect(updates).toEqual([
      {
        kind: 'failed',
        failure: expect.objectContaining({ code: 'job-failed', charged: 'maybe', details: { error: 'Broken' } }),
      },
    ]);
  });

  it('of a file whose id is a word of JSON is its own', async () => {
    const { updates } = await heardOf([{ type: 'task_status', object: 'null' }], { ...job, id: 'null' });
    expect(updates).toEqual([{ kind: 'changed' }]);
  });

  it('of an unknown type is ignored', async () => {
    const { updates } = await heardOf([{ type: 'invoice', object: { id: 'f1', url } }]);
    expect(updates).toEqual([{ kind: 'ignored' }]);
  });
});

describe('the channels of files', () => {
  it('say which job a failed stream was opened for', async () => {
    const { url: baseUrl } = await loopback(() => ({ status: 403 }));
    const one = follow(sharedEvents(fileChannels({ baseUrl })), { id: 'f1' });
    const ending = await one.ending();
    expect(String(ending)).toContain('The event stream of job f1 failed: the backend answered 403');
  });

  it('route an event that names no file to no job', () => {
    const { route } = fileChannels({ channelOf: () => 'project.7' });
    const context = { action: 'follow' } as const;
    expect(route.idsIn?.({ event: {}, context })).toEqual([]);
    expect(route.idsIn?.({ event: { fileId: 'f2' }, context })).toEqual(['f2']);
  });

  it('keep a reason when events without one follow', async () => {
    const events = [
      { type: 'error', error: 'Broken' },
      { type: 'render_progress', progress: 0.5 },
    ];
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events')
        ? stream(events.map(event => `data: ${JSON.stringify(event)}\n\n`))
        : json({ id: 'f1', tasks: [{ status: 'error' }] }),
    );
    const own = { ...job };
    await follow(sharedEvents(fileChannels({ baseUrl })), own).ending();
    expect(await fileBackend({ kind: 'image', baseUrl }).read(own, { signal })).toMatchObject({
      failure: { message: expect.stringContaining('file f1: Broken.') },
    });
  });
});
