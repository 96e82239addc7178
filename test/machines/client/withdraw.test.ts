import type { GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, flush, type Item } from '../../support/client-bench.js';

/** A store whose records are written when the test says so, in order. */
function slowStore() {
  const store = memoryStore<Item>();
  const waiting: (() => void)[] = [];
  const slow: GenerationStore<Item> = {
    ...store,
    updateGeneration: (id, change) =>
      new Promise((resolve, reject) => {
        waiting.push(() => store.updateGeneration(id, change).then(resolve, reject));
      }),
  };
  return {
    slow,
    async write() {
      waiting.shift()?.();
      await flush();
    },
  };
}

describe('a generation that is cancelled while its record is written', () => {
  it('is told to have cost nothing once there is no record left, and is never submitted', async () => {
    const { slow, write } = slowStore();
    const bench = clientBench({ store: slow, idempotentSubmit: true });
    const page = await bench.open();
    await page.generate('g');
    await page.send({ type: 'CANCEL', id: 'g' });
    await write();
    expect(await bench.records()).toEqual(['g']);
    expect(page.generation('g')).toMatchObject({ status: 'cancelling', isRunning: true, canCancel: false });
    expect(page.told()).toEqual([]);

    await write();
    expect(await bench.records()).toEqual([]);
    expect(page.told()).toEqual(['generation.cancelled g']);
    expect(page.generation('g')).toMatchObject({ status: 'cancelled', stopped: true, charged: 'no' });
    expect(bench.submits).toEqual([]);
  });

  it('is told so all the same when the store does not answer', async () => {
    const { slow } = slowStore();
    const bench = clientBench({ store: slow });
    const page = await bench.open();
    await page.generate('g');
    await page.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(2_000);
    expect(page.told()).toEqual(['generation.cancelled g']);
    expect(page.view().storageError).toBe('storage-unavailable');
    expect(bench.submits).toEqual([]);
  });
});
