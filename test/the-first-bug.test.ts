import { createGenerationMachine } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor } from 'xstate';
import { followByHand } from './control/hand-written-hook.js';
import { type Schedule, scheduledBackend } from './control/scheduled-backend.js';

// Start reading here. An image tool showed each picture twice: its hook listened to a stream, and 10 s later a timer
// that nothing could stop looked whether to poll. It was mended by remembering the delivered url, and was not mended.

const resultAt5s: Schedule = { opensAt: 100, deliversAt: 5_000, readTakes: 200 };
/** The stream is late, so that a read is in flight while it delivers after all. */
const lateStream: Schedule = { opensAt: 12_000, deliversAt: 12_500, readTakes: 3_000 };

async function byHand(schedule: Schedule, resetsInCleanup: boolean) {
  const backend = scheduledBackend(schedule);
  const items: string[] = [];
  followByHand(backend.fileId, { ...backend, addItem: ({ url }) => items.push(url), resetsInCleanup });
  await vi.advanceTimersByTimeAsync(60_000);
  return { items, reads: backend.reads };
}

async function byTheLibrary(schedule: Schedule) {
  const backend = scheduledBackend(schedule);
  const adapter = fileBackend({ kind: 'image', baseUrl: 'https://backend.test', fetch: backend.fetch });
  const actor = createActor(createGenerationMachine(adapter), { input: { id: 'generation-1' } });
  const items: string[] = [];
  let completedAt = Number.NaN;
  const startedAt = Date.now();
  actor.on('completed', ({ output }) => {
    completedAt = Date.now() - startedAt;
    items.push(...output.files.map(file => file.url));
  });
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  await vi.advanceTimersByTimeAsync(3_600_000);
  return { items, readsAfterwards: backend.reads.filter(at => at > completedAt), completedAt };
}

describe('the first bug', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  describe('a result at 5 s', () => {
    it('is shown twice by the hook that forgets in cleanup what it has delivered', async () => {
      const { items, reads } = await byHand(resultAt5s, true);
      expect(items).toHaveLength(2);
      expect(reads).toEqual([10_000]);
    });

    it('is shown once by the hook that does not forget', async () => {
      expect((await byHand(resultAt5s, false)).items).toHaveLength(1);
    });

    it('is shown once by the library, which reads nothing afterwards', async () => {
      const { items, readsAfterwards, completedAt } = await byTheLibrary(resultAt5s);
      expect(items).toHaveLength(1);
      expect(readsAfterwards).toEqual([]);
      expect(completedAt).toBe(5_000);
    });
  });

  describe('a late stream that delivers while a read is in flight, with signed urls', () => {
    it('is shown twice even by the hook that does not forget', async () => {
      const { items } = await byHand(lateStream, false);
      expect(items).toHaveLength(2);
      expect(new Set(items).size).toBe(2);
    });

    it('is shown once by the library, which reads nothing afterwards', async () => {
      const { items, readsAfterwards, completedAt } = await byTheLibrary(lateStream);
      expect(items).toHaveLength(1);
      expect(readsAfterwards).toEqual([]);
      expect(completedAt).toBe(12_500);
    });
  });
});
