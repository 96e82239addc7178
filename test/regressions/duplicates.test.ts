import { type ResumeToken, viewGeneration } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, generate, input, scheduledGeneration, wiredMachine } from '../support/scheduled-generation.js';
import { fileEvent, fileObject, readyAt, scheduledWire, urlOf } from '../support/scheduled-wire.js';

const hour = 3_600_000;

describe('duplicates', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('D1 a result on the stream at 5 s is delivered once, and no timer is left for 10 s', async () => {
    const run = scheduledGeneration({ says: [[5_000, fileEvent('file-1')]], file: readyAt(5_000) });
    await advance(5_000);
    expect(run.items).toEqual(['file-1']);
    expect([run.wire.open('submit', 'read', 'events'), vi.getTimerCount()]).toEqual([0, 0]);
    const requests = run.wire.exchanges.length;
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
    expect(run.wire.exchanges.length).toBe(requests);
  });

  it('D4 a file that is ready is delivered once, however often a read is requested while another is in flight', async () => {
    const environment = virtualEnvironment();
    const run = scheduledGeneration(
      { streamStatus: () => 404, readTakes: () => 3_000, file: readyAt(1_000), ignoresAbort: true },
      { environment },
    );
    await advance(500);
    run.actor.send({ type: 'CHECK' });
    run.actor.send({ type: 'CHECK' });
    expect(run.wire.open('read')).toBe(1);
    // For a page that wakes, the read in flight is enough.
    environment.emit('woke');
    await advance(0);
    expect(run.wire.open('read')).toBe(1);
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
    expect(run.wire.reads()).toHaveLength(1);
  });

  it('D5 a stream and a read that send the result at the same time deliver it once, with the data of both', async () => {
    const poor = { type: 'render_result', object: { file_id: 'file-1', url: urlOf('file-1') } };
    const run = scheduledGeneration({
      says: [[5_000, poor]],
      readTakes: () => 4_900,
      file: id => fileObject(id, urlOf(id), { image_generation: { prompt: input.prompt, seed: 7 } }),
    });
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
    expect(run.view().output?.files[0]?.metadata).toEqual({ prompt: 'a lighthouse', model: 'flux-dev', seed: 7 });
  });

  it('D6 after a reload the recovery read and the stream together deliver one', async () => {
    const schedule = { says: [[2_000, fileEvent('file-1')]], readTakes: () => 3_000, file: readyAt(2_000) } as const;
    const wire = scheduledWire();
    wire.adopt('file-1', schedule);
    const resume: ResumeToken = {
      version: 1,
      id: 'generation-1',
      idempotencyKey: 'generation-1',
      job: { id: 'file-1', kind: 'image' },
      cancelRequested: false,
    };
    const run = generate(wiredMachine(wire), { resume });
    await advance(1_000);
    expect([wire.open('read'), wire.open('events')]).toEqual([1, 1]);
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
    expect(wire.submits()).toEqual([]);
  });

  it('D9 a double click is one submit and one stream', async () => {
    const run = scheduledGeneration({ submitTakes: 1_000 });
    run.actor.send({ type: 'GENERATE', input });
    await advance(500);
    run.actor.send({ type: 'GENERATE', input });
    await advance(5_000);
    run.actor.send({ type: 'GENERATE', input });
    await advance(5_000);
    expect([run.wire.submits().length, run.wire.streams().length]).toEqual([1, 1]);
    expect(viewGeneration(run.actor.getSnapshot()).status).toBe('streaming');
  });

  it.each([
    { where: 'in one breath', pause: 0 },
    { where: 'a second later', pause: 1_000 },
  ])('D10 render_result, and $where the same file under another url, is one item', async ({ pause }) => {
    const early = 'https://cdn.test/file-1.webp';
    const first = { type: 'render_result', object: { file_id: 'file-1', url: early } };
    const second = fileEvent('file-1');
    const run = scheduledGeneration({
      says: pause
        ? [
            [5_000, first],
            [5_000 + pause, second],
          ]
        : [[5_000, first, second]],
      file: readyAt(5_000),
    });
    await advance(hour);
    expect(run.items).toEqual(['file-1']);
    expect(run.view().output?.files[0]?.url).toBe(early);
  });
});
