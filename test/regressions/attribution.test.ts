import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, generate, scheduledGeneration, wiredMachine } from '../support/scheduled-generation.js';
import {
  fileEvent,
  fileObject,
  jsonAnswer,
  progressEvent,
  readyAt,
  scheduledWire,
  urlOf,
  type WireSchedule,
} from '../support/scheduled-wire.js';

const hour = 3_600_000;
const noStream = { streamStatus: () => 404 };

/** A, and so many ms after it B, of one machine. */
async function pair(a: WireSchedule, b: WireSchedule, gap: number, between?: (a: ReturnType<typeof generate>) => void) {
  const wire = scheduledWire(a, b);
  const machine = wiredMachine(wire);
  const older = generate(machine, { id: 'A' });
  await advance(gap);
  between?.(older);
  return { wire, a: older, b: generate(machine, { id: 'B' }) };
}

describe('wrong attribution', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('W1 B, started a second after A was done, is neither completed by A at 10 s nor loses its stream', async () => {
    const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });
    const run = await pair(done('file-1', 5_000), done('file-2', 20_000), 6_000);
    expect(run.a.items).toEqual(['file-1']);
    await advance(14_000);
    expect(run.b.view()).toMatchObject({ status: 'streaming', output: undefined });
    expect(run.wire.streams('file-2').map(({ isOpen }) => isOpen)).toEqual([true]);
    await advance(hour);
    expect([run.a.items, run.b.items]).toEqual([['file-1'], ['file-2']]);
  });

  it("W3 A's polling does not overwrite B's progress and text", async () => {
    const run = await pair(
      { says: [[8_000, progressEvent('file-1', 90, 'A is nearly there')]], file: id => fileObject(id) },
      { says: [[1_000, progressEvent('file-2', 20, 'B has begun')]] },
      3_000,
    );
    await advance(30_000);
    expect(run.wire.reads('file-1').length).toBeGreaterThan(1);
    expect(run.a.view()).toMatchObject({ progress: 0.9, message: 'A is nearly there' });
    expect(run.b.view()).toMatchObject({ progress: 0.2, message: 'B has begun' });
  });

  it.each([
    { fate: 'runs on', leave: () => {} },
    { fate: 'is cancelled', leave: (a: ReturnType<typeof generate>) => a.actor.send({ type: 'CANCEL' }) },
    { fate: 'is let go', leave: (a: ReturnType<typeof generate>) => a.actor.stop() },
  ])("W4 A's late read does not complete B: A $fate", async ({ fate, leave }) => {
    const slow = { ...noStream, readTakes: () => 4_000, file: readyAt(1_000), ignoresAbort: true };
    const run = await pair(slow, noStream, 3_000, leave);
    await advance(60_000);
    expect(run.a.items).toEqual(fate === 'runs on' ? ['file-1'] : []);
    expect(run.b.outcomes).toEqual([]);
    expect(run.b.view()).toMatchObject({ status: 'polling', job: { id: 'file-2' } });
  });

  it.each<{ what: string; schedule: WireSchedule }>([
    { what: 'POST', schedule: { submitTakes: 4_000, file: readyAt(0) } },
    { what: 'read', schedule: { ...noStream, readTakes: () => 9_000, file: readyAt(0), ignoresAbort: true } },
    { what: 'stream', schedule: { says: [[5_000, fileEvent('file-1')]], file: readyAt(5_000) } },
    { what: 'timer', schedule: { opensAt: Number.POSITIVE_INFINITY, file: readyAt(0) } },
  ])('W6 a stopped generation does not come back by its $what', async ({ schedule }) => {
    const run = scheduledGeneration(schedule);
    await advance(2_000);
    run.actor.send({ type: 'CANCEL' });
    await advance(hour);
    expect(run.outcomes).toEqual(['cancelled']);
    expect(run.items).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'cancelled', output: undefined });
    expect([run.wire.submits().length, run.wire.open('submit', 'read', 'events')]).toEqual([1, 0]);
  });

  it.each([
    { event: 'file', sent: fileEvent('file-9') },
    { event: 'render_result', sent: { type: 'render_result', object: { file_id: 'file-9', url: urlOf('file-9') } } },
    { event: 'render_progress', sent: progressEvent('file-9', 99, 'Another') },
    {
      event: 'data',
      sent: {
        type: 'data',
        object: { type: 'image', project_id: 'p', value: { url: urlOf('file-9'), file_id: 'file-9' } },
      },
    },
    {
      event: 'data without an id',
      sent: { type: 'data', object: { type: 'image', project_id: 'p', value: { url: urlOf('file-9') } } },
    },
    { event: 'task', sent: { type: 'task', object: { id: 't', status: 'error', file_id: 'file-9' } } },
    { event: 'error', sent: { type: 'error', error: 'Another job has failed.' } },
  ])('W8 another image of the project does not end the current generation: $event', async ({ sent }) => {
    const run = scheduledGeneration({
      says: [
        [5_000, sent],
        [9_000, fileEvent('file-1')],
      ],
      file: readyAt(9_000),
    });
    await advance(8_999);
    expect(run.outcomes).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'streaming', progress: undefined, message: undefined });
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
  });

  it.each<{ path: string; schedule: WireSchedule }>([
    {
      path: 'the answer to the submit',
      schedule: { submit: () => jsonAnswer({ success: true, fileId: 'file-1', url: urlOf('file-1') }) },
    },
    { path: 'a read', schedule: { ...noStream, file: readyAt(0) } },
    { path: 'a file event', schedule: { says: [[5_000, fileEvent('file-1')]] } },
    {
      path: 'a render_result event',
      schedule: { says: [[5_000, { type: 'render_result', object: { file_id: 'file-1', url: urlOf('file-1') } }]] },
    },
    {
      path: 'a data event',
      schedule: {
        says: [
          [5_000, { type: 'data', object: { type: 'image', value: { file_id: 'file-1', url: urlOf('file-1') } } }],
        ],
      },
    },
    { path: 'its last read', schedule: { opensAt: Number.POSITIVE_INFINITY, file: readyAt(420_000) } },
  ])('W11 prompt and settings are those of the request, whichever path wins: $path', async ({ schedule }) => {
    const run = scheduledGeneration(schedule);
    await advance(hour);
    expect(run.view().output?.files.map(({ metadata }) => metadata)).toEqual([
      { prompt: 'a lighthouse', model: 'flux-dev', seed: 7 },
    ]);
  });
});
