import { type ResumeToken, toResumeToken } from 'generation-lifecycle';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, generate, scheduledGeneration, wiredMachine } from '../support/scheduled-generation.js';
import { fileEvent, fileObject, jsonAnswer, readyAt, scheduledWire, urlOf } from '../support/scheduled-wire.js';

const hour = 3_600_000;
const noStream = { streamStatus: () => 404 };
const refused = (status: number) => jsonAnswer({ success: false, error: 'Internal error' }, status);
const failedFile = (id: string) => fileObject(id, null, { tasks: [{ id: 'task-1', status: 'error', file_id: id }] });

/** A generation of the page before this one. */
const resume: ResumeToken = {
  version: 1,
  id: 'generation-1',
  idempotencyKey: 'generation-1',
  job: { id: 'file-1', kind: 'image' },
  cancelRequested: false,
};

describe('lost or stuck results', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('L1 the result is read although an open stream only pings', async () => {
    const run = scheduledGeneration({ pings: true, file: readyAt(20_000) });
    await advance(35_000);
    expect(run.wire.streams().map(({ at }) => at)).toEqual([0]);
    expect(run.items).toEqual(['file-1']);
    expect(run.wire.reads().at(-1)?.at).toBeLessThan(25_000);
  });

  it('L2 a result published before the stream is open is found when it opens', async () => {
    const run = scheduledGeneration({ opensAt: 800, says: [[500, fileEvent('file-1')]], file: readyAt(500) });
    await advance(800);
    expect(run.items).toEqual(['file-1']);
  });

  it('L2 a result published while the stream reconnects is found at once', async () => {
    const run = scheduledGeneration({
      endsAfter: 20_000,
      says: [[20_300, fileEvent('file-1')]],
      file: readyAt(20_300),
    });
    await advance(22_500);
    expect(run.items).toEqual(['file-1']);
  });

  it.each([
    { what: 'had failed', schedule: { file: failedFile }, outcome: 'failed job-failed' },
    {
      what: 'never gets its stream open',
      schedule: { opensAt: Number.POSITIVE_INFINITY, file: readyAt(0) },
      outcome: 'completed',
    },
  ])('L5 the recovery of a generation that $what ends: $outcome', async ({ schedule, outcome }) => {
    const wire = scheduledWire();
    wire.adopt('file-1', schedule);
    const run = generate(wiredMachine(wire), { resume });
    await advance(10_000);
    expect(run.outcomes).toEqual([outcome]);
    expect(wire.open('read', 'events')).toBe(0);
  });

  it('L6 a generation that stops polling fails, and a later result is found by resuming it without a charge', async () => {
    const run = scheduledGeneration({ ...noStream, file: readyAt(500_000) });
    await advance(420_000);
    expect(run.outcomes).toEqual(['failed deadline']);
    expect(run.view()).toMatchObject({
      status: 'failed',
      failure: { resumable: true, retryable: false, charged: 'yes', job: { id: 'file-1' } },
    });

    const { deadlineAt: _, ...token } = JSON.parse(JSON.stringify(toResumeToken(run.actor.getSnapshot())));
    const again = generate(run.machine, { resume: token });
    await advance(90_000);
    expect(again.items).toEqual(['file-1']);
    expect(run.wire.submits()).toHaveLength(1);
  });

  it('L7 a second generation does not receive "connected" on the channel of the first', async () => {
    const wire = scheduledWire({}, { opensAt: 3_000 });
    const machine = wiredMachine(wire);
    const a = generate(machine, { id: 'A' });
    await advance(1_000);
    const b = generate(machine, { id: 'B' });
    await advance(1_000);
    expect([a.view().connection, b.view().connection]).toEqual(['open', 'connecting']);
    await advance(2_000);
    expect([a.view().connection, b.view().connection]).toEqual(['open', 'open']);
    expect(wire.streams().map(({ fileId }) => fileId)).toEqual(['file-1', 'file-2']);
  });

  it.each([
    { where: 'in a read', says: [] },
    {
      where: 'on the stream',
      says: [[5_000, { type: 'task', object: { id: 'task-1', status: 'error', file_id: 'file-1' } }]] as const,
    },
  ])('L9 a task in error ends the generation: $where', async ({ says }) => {
    const run = scheduledGeneration({
      says,
      file: (id, atMs) => (atMs >= 5_000 ? failedFile(id) : fileObject(id)),
    });
    await advance(16_000);
    expect(run.outcomes).toEqual(['failed job-failed']);
    expect(run.view().failure).toMatchObject({ code: 'job-failed', job: { id: 'file-1' } });
  });

  it('L15 five failed reads within 18 s do not end the polling of a healthy generation', async () => {
    const run = scheduledGeneration({
      ...noStream,
      file: (id, atMs) => (atMs < 18_500 ? refused(500) : readyAt(25_000)(id, atMs)),
    });
    await advance(18_500);
    expect(run.wire.reads().length).toBeGreaterThanOrEqual(5);
    expect(run.outcomes).toEqual([]);
    await advance(11_500);
    expect(run.items).toEqual(['file-1']);
  });

  it('L16 a read that never answers times out, and the job is read again', async () => {
    const run = scheduledGeneration({
      ...noStream,
      readTakes: nth => (nth === 0 ? Number.POSITIVE_INFINITY : 0),
      file: readyAt(5_000),
    });
    await advance(32_000);
    expect(run.items).toEqual(['file-1']);
    expect(run.wire.open('read')).toBe(0);
  });

  it('L18 all files of a batch are followed', async () => {
    const files = ['one', 'two', 'three'];
    const run = scheduledGeneration({
      files,
      says: [[2_000, fileEvent('one')]],
      file: (id, atMs) => readyAt(2_000 + 5_000 * files.indexOf(id))(id, atMs),
    });
    await advance(10_000);
    expect(run.items).toEqual([]);
    await advance(10_000);
    expect(run.items).toEqual(files);
  });

  it('L18 a url in the answer to the submit is the result', async () => {
    const url = 'https://files.test/file-1.png';
    const run = scheduledGeneration({ submit: () => jsonAnswer({ success: true, fileId: 'file-1', url }) });
    await advance(hour);
    expect(run.view().output?.files).toMatchObject([{ id: 'file-1', url }]);
    expect(run.outcomes).toEqual(['completed']);
    expect(run.wire.exchanges).toHaveLength(1);
  });

  it('L19 a success without a file id fails, and follows no placeholder', async () => {
    const run = scheduledGeneration({
      submit: () => jsonAnswer({ success: true, projectId: 'image-generator-tool' }),
    });
    await advance(hour);
    expect(run.outcomes).toEqual(['failed invalid-response']);
    expect(run.view().failure).toMatchObject({ charged: 'maybe', resumable: false });
    expect(run.wire.exchanges).toHaveLength(1);
  });

  it.each([
    { answer: 'a 500', submit: () => refused(500), code: 'network' },
    {
      answer: 'a 402',
      submit: () => jsonAnswer({ success: false, error: 'Insufficient balance', requiredCredits: 4 }, 402),
      code: 'payment-required',
    },
    { answer: 'a 200 that says no', submit: () => jsonAnswer({ success: false, error: 'No.' }), code: 'job-failed' },
    {
      answer: 'no connection',
      submit: () => {
        throw new TypeError('fetch failed');
      },
      code: 'network',
    },
  ])('L20 a submit that gets $answer fails at once, and the form is enabled', async ({ submit, code }) => {
    const run = scheduledGeneration({ submit });
    await advance(0);
    expect(run.outcomes).toEqual([`failed ${code}`]);
    expect(run.view()).toMatchObject({ status: 'failed', canCancel: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('L23 a stream answered with 500 is opened again, and its events arrive', async () => {
    const run = scheduledGeneration({
      streamStatus: nth => (nth === 0 ? 500 : 200),
      says: [[25_000, fileEvent('file-1')]],
    });
    await advance(25_000);
    expect(run.wire.streams()).toHaveLength(2);
    expect(run.items).toEqual(['file-1']);
  });

  it('L24 a file whose tasks are all completed and whose url is still null is read again soon and does not fail', async () => {
    const tasks = [{ id: 'task-1', status: 'completed', file_id: 'file-1' }];
    const run = scheduledGeneration({
      ...noStream,
      file: (id, atMs) => fileObject(id, atMs >= 20_000 ? urlOf(id) : null, { tasks: atMs >= 18_000 ? tasks : [] }),
    });
    await advance(17_999);
    expect(run.wire.reads().length).toBeGreaterThanOrEqual(4);
    await advance(5_001);
    expect(run.outcomes).toEqual(['completed']);
  });
});
