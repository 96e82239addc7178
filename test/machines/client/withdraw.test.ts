import type { GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, flush, type Item } from '../../support/client-bench.js';

/** A store that writes generations when the test says so, in order. */
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

describe('a generation that is cancelled while it is being stored', () => {
  it('is reported as not charged once it is not stored any more, and is never submitted', async () => {
    const { slow, write } = slowStore();
    const bench = clientBench({ store: slow, idempotentSubmit: true });
    const page = await bench.open();
    await page.generate('g');
    await page.send({ type: 'CANCEL', id: 'g' });
    await write();
    expect(await bench.storedGenerations()).toEqual(['g']);
    expect(page.generation('g')).toMatchObject({ status: 'cancelling', isRunning: true, canCancel: false });
    expect(page.emittedNames()).toEqual([]);

    await write();
    expect(await bench.storedGenerations()).toEqual([]);
    expect(page.emittedNames()).toEqual(['generation.cancelled g']);
    expect(page.generation('g')).toMatchObject({ status: 'cancelled', stopped: true, charged: 'no' });
    expect(bench.submits).toEqual([]);
  });

  it('is reported so also if the store does not answer', async () => {
    const { slow } = slowStore();
    const bench = clientBench({ store: slow });
    const page = await bench.open();
    await page.generate('g');
    await page.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(2_000);
    expect(page.emittedNames()).toEqual(['generation.cancelled g']);
    expect(page.view().storageError).toBe('storage-unavailable');
    expect(bench.submits).toEqual([]);
  });
});
