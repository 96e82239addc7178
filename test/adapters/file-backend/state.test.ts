import { createGenerationMachine, type JobRef, type JobUpdate, viewGeneration } from 'generation-lifecycle';
import { type FileOutput, fileBackend, fileChannels, sharedEvents } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { follow } from '../../support/follower.js';
import { type Answer, collect, json, loopback, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const job: JobRef = { id: 'f1', kind: 'image' };
const url = 'https://cdn.test/1.png';
const file = (members: object, id = 'f1') => json({ id, url: null, tasks: [], ...members });

/** What reads with these answers say, one after the other. */
async function reading(answers: readonly Answer[], what = job): Promise<JobUpdate<FileOutput>[]> {
  const { url: baseUrl } = await loopback((_, at) => answers[at] ?? expect.unreachable());
  const adapter = fileBackend({ kind: 'image', baseUrl });
  const updates: JobUpdate<FileOutput>[] = [];
  for (const _ of answers) updates.push(await adapter.read(what, { signal }));
  return updates;
}

const eventsOf = (objects: readonly object[]) =>
  stream(
    objects.map(
      object => `data: ${JSON.stringify({ type: 'render_progress', object: { file_id: 'f1', ...object } })}\n\n`,
    ),
  );

async function told(objects: readonly object[]) {
  const { url: baseUrl } = await loopback(() => eventsOf(objects));
  return collect(fileBackend({ kind: 'image', baseUrl }).events?.(job, quiet));
}

describe('W23: the state of a job', () => {
  it.each<{ members: object; update: object }>([
    { members: { status: 'queued', queue_position: 3 }, update: { phase: 'queued', backendPosition: 3 } },
    { members: { queue_position: '2' }, update: { phase: 'queued', backendPosition: 2 } },
    { members: { queue_position: 0 }, update: { phase: 'queued', backendPosition: 0 } },
    { members: { phase: 'IN_QUEUE' }, update: { phase: 'queued' } },
    { members: { status: 'In Progress' }, update: { phase: 'running' } },
    { members: { phase: 'running', status: 'queued' }, update: { phase: 'running' } },
    { members: { status: 'running', progress: 45 }, update: { phase: 'running', progress: 0.45 } },
    { members: { status: 'dreaming', queue_position: -1 }, update: { phase: undefined, backendPosition: undefined } },
    { members: { queue_position: null, message: null }, update: { backendPosition: null, message: null } },
    { members: { message: '  Warming up ' }, update: { message: 'Warming up' } },
    { members: { eta_ms: 1_500 }, update: { etaMs: 1_500 } },
    { members: { eta: '90' }, update: { etaMs: 90_000 } },
    { members: { eta: -1, message: {} }, update: { etaMs: undefined, message: undefined } },
    { members: { status: 'completed' }, update: { readAfterMs: 1_000 } },
    { members: { progress: 700 }, update: { progress: 1 } },
  ])('W23: is read from $members', async ({ members, update }) => {
    const expected = { kind: 'pending', ...update };
    expect(await reading([file(members)])).toMatchObject([expected]);
  });

  it('W23: has no position any more once a read leaves it out', async () => {
    const updates = await reading([file({}), file({ queue_position: 1 }), file({}), file({})]);
    const positions = updates.map(update => update.kind === 'pending' && update.backendPosition);
    expect(positions).toEqual([undefined, 1, null, undefined]);
  });

  it('W23: has no position any more once an event tells of progress without one', async () => {
    const objects = [
      { progress: 0 },
      { queue_position: 1, status: 'queued' },
      { message: 'Soon' },
      { progress: 92 },
      {},
    ];
    const updates = await told(objects);
    const positions = updates.map(update => update.kind === 'pending' && update.backendPosition);
    expect(positions).toEqual([undefined, 1, undefined, null, undefined]);
    expect(updates[1]).toMatchObject({ phase: 'queued' });

    const { url: baseUrl } = await loopback(() => eventsOf(objects));
    const one = follow(sharedEvents(fileChannels({ baseUrl, channelOf: () => 'user.1' })), job);
    await one.ending();
    expect(one.updates.map(update => update.kind === 'pending' && update.backendPosition)).toContain(null);
  });

  it('W23: has no message any more once it is null, and keeps one that is not told', async () => {
    const updates = await told([{ message: 'Waiting for a GPU' }, { message: null }, {}]);
    expect(updates.map(update => update.kind === 'pending' && update.message)).toEqual([
      'Waiting for a GPU',
      null,
      undefined,
    ]);
  });

  it('W23: of a batch runs once one of its files does', async () => {
    const batch = { ...job, files: ['f1', 'f2'] };
    const { url: baseUrl } = await loopback(({ path }) =>
      path.endsWith('f1')
        ? file({ status: 'running', progress: 50, eta_ms: 10 })
        : file({ status: 'queued', queue_position: 4, eta_ms: 20 }, 'f2'),
    );
    const [update] = [await fileBackend({ kind: 'image', baseUrl }).read(batch, { signal })];
    expect(update).toMatchObject({ phase: 'running', progress: 0.25, etaMs: 20 });
    expect(update).toMatchObject({ backendPosition: undefined });
  });

  it.each<{ members: object; update: object }>([
    { members: { cost: { amount: 0.04, unit: 'USD' } }, update: { cost: { amount: 0.04, unit: 'USD' } } },
    { members: { cost: { amount: '12', unit: 'credits' } }, update: { cost: { amount: 12, unit: 'credits' } } },
    { members: { cost: 5 }, update: { cost: undefined } },
    { members: { cost: { amount: 5 } }, update: { cost: undefined } },
    { members: { cost: { amount: -5, unit: 'USD' } }, update: { cost: undefined } },
    { members: { expires_at: '2030-01-02T03:04:05Z' }, update: { expiresAt: Date.UTC(2030, 0, 2, 3, 4, 5) } },
    { members: { expires_at: '2030-01-02T03:04:05.5' }, update: { expiresAt: Date.UTC(2030, 0, 2, 3, 4, 5, 500) } },
    { members: { expires_at: '2030-01-02 03:04:05+01:00' }, update: { expiresAt: Date.UTC(2030, 0, 2, 2, 4, 5) } },
    { members: { expires_at: 1_900_000_000 }, update: { expiresAt: 1_900_000_000_000 } },
    { members: { expires_at: '1900000000' }, update: { expiresAt: 1_900_000_000_000 } },
    { members: { expires_at: 1_900_000_000_123 }, update: { expiresAt: 1_900_000_000_123 } },
    { members: { expires_at: 'soon' }, update: { expiresAt: undefined } },
    { members: { expires_at: null }, update: { expiresAt: undefined } },
  ])('W23: of a result has its cost and its end from $members', async ({ members, update }) => {
    expect(await reading([file({ url, ...members })])).toMatchObject([{ kind: 'succeeded', ...update }]);
  });

  it('W23: of a batch has the sum of its costs, and the first of its ends', async () => {
    const batch = { ...job, files: ['f1', 'f2', 'f3'] };
    const { url: baseUrl } = await loopback(({ path }) => {
      const id = path.slice(-2);
      const expires_at = { f1: 1_900_000_002, f2: 1_900_000_001 }[id];
      return file({ url, expires_at, cost: { amount: 2, unit: 'credits' } }, id);
    });
    expect(await fileBackend({ kind: 'image', baseUrl }).read(batch, { signal })).toMatchObject({
      cost: { amount: 6, unit: 'credits' },
      expiresAt: 1_900_000_001_000,
    });
  });

  it('W23: is cancelled, charged as told', async () => {
    const cost = { amount: 0, unit: 'credits' };
    const updates = await Promise.all(
      [{}, { charged: true }, { cost }].map(members => reading([file({ status: 'canceled', ...members })])),
    );
    expect(updates.flat()).toMatchObject([
      { kind: 'cancelled', charged: 'maybe' },
      { kind: 'cancelled', charged: 'yes' },
      { kind: 'cancelled', charged: 'no', cost },
    ]);
  });
});

describe('E9: Retry-After', () => {
  const headers = { 'retry-after': '5' };
  const body = JSON.stringify({ id: 'f1', url: null, tasks: [{ status: 'completed' }] });
  it.each<{ title: string; answer: Answer }>([
    { title: 'a 200', answer: { headers, body } },
    { title: 'a 202', answer: { status: 202, headers, body } },
    { title: 'a 202 without a file', answer: { status: 202, headers, body: '{"status":"processing"}' } },
    { title: 'an empty 202', answer: { status: 202, headers } },
  ])('E9: of $title says when to read again', async ({ answer }) => {
    expect(await reading([answer])).toEqual([{ kind: 'pending', readAfterMs: 5_000 }]);
  });

  it('E9: of the answer to a submit says when to read first', async () => {
    const { url: baseUrl } = await loopback(() => ({ status: 202, headers, body: '{"success":true,"fileId":"f1"}' }));
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const { update } = await adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'key-1' });
    expect(update).toMatchObject({ kind: 'pending', readAfterMs: 5_000 });
  });

  it('E9: of the answer to a submit is no proof that the job can be read yet', async () => {
    let reads = 0;
    const { url: baseUrl } = await loopback(({ path }) => {
      if (path.startsWith('/api/generate'))
        return { headers: { 'retry-after': '0' }, body: '{"success":true,"fileId":"f1"}' };
      if (path.startsWith('/api/events')) return { status: 404 };
      reads += 1;
      return reads < 4 ? { status: 404 } : file({ url });
    });
    const policy = { minReadGapMs: 5, pollDelayMs: [5] };
    const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), { policy });
    const actor = createActor(machine, { input: { id: 'g1' } });
    onTestFinished(() => void actor.stop());
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: 'dunes' } });
    const ended = await waitFor(actor, ({ status }) => status === 'done', { timeout: 20_000 });
    expect(viewGeneration(ended).status).toBe('completed');
  });

  it('E9: of the files of a batch counts the longest', async () => {
    const { url: baseUrl } = await loopback(({ path }) => {
      const id = path.slice(-2);
      return { headers: { 'retry-after': id.slice(1) }, body: JSON.stringify({ id, url: null }) };
    });
    const update = fileBackend({ kind: 'image', baseUrl }).read({ ...job, files: ['f1', 'f2'] }, { signal });
    expect(await update).toMatchObject({ readAfterMs: 2_000 });
  });
});
