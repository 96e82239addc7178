import { createGenerationMachine } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { advance, scheduledGeneration } from '../support/scheduled-generation.js';
import { readyAt } from '../support/scheduled-wire.js';
import { startBackend } from '../support/studio-server.js';

const hour = 3_600_000;

describe('leaks', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('K3 a stream that is opened again closes the previous one', async () => {
    // Without a byte it is lost after 45 s, and nothing but we can end it.
    const run = scheduledGeneration({});
    for (let seconds = 0; seconds < 200; seconds += 1) {
      await advance(1_000);
      expect(run.wire.open('events')).toBeLessThanOrEqual(1);
    }
    expect(run.wire.streams().length).toBeGreaterThan(2);
    run.actor.stop();
    expect(run.wire.open('events')).toBe(0);
  });

  it.each([
    { end: 'its success', file: readyAt(12_000), stop: () => {} },
    {
      end: 'a cancel',
      file: undefined,
      stop: (run: ReturnType<typeof scheduledGeneration>) => run.actor.send({ type: 'CANCEL' }),
    },
    { end: 'being let go', file: undefined, stop: (run: ReturnType<typeof scheduledGeneration>) => run.actor.stop() },
  ])('K5 a poll is ended by $end', async ({ file, stop }) => {
    const run = scheduledGeneration({ streamStatus: () => 404, ...(file && { file }) });
    await advance(20_000);
    stop(run);
    const reads = run.wire.reads().length;
    expect(reads).toBeGreaterThan(3);
    await advance(hour);
    expect(run.wire.reads().length).toBe(reads);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('K11 a batch of three uses one of six connections, and closes it', async () => {
    vi.useRealTimers();
    const backend = await startBackend({ faults: { renderMs: 300, resultForm: 'none' } });
    onTestFinished(() => backend.close());
    const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl: backend.url }), {
      policy: { streamReadIntervalMs: 100, minReadGapMs: 50 },
    });
    const actor = createActor(machine, { input: { id: 'generation-1' } }).start();
    const resolution = { width: 64, height: 64 };
    actor.send({ type: 'GENERATE', input: { prompt: 'three dunes', resolution, batchSize: 3 } });
    await waitFor(actor, snapshot => snapshot.context.reads.count > 0);
    expect(backend.openStreams()).toBe(1);
    const { output } = await waitFor(actor, snapshot => snapshot.status === 'done');
    expect(output).toMatchObject({ status: 'completed', output: { files: [{}, {}, {}] } });
    expect(backend.requests.filter(({ kind }) => kind === 'events')).toHaveLength(1);
    await expect.poll(() => backend.openStreams()).toBe(0);
  });
});
