import type { GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, flush, type Item } from '../../support/client-bench.js';

/** A store whose readings are answered by hand, each as of the moment in which it was begun. */
function lateStore() {
  const whole = memoryStore<Item>();
  const readings: { answer(): Promise<void>; fail(): Promise<void> }[] = [];
  let isLate = true;
  const store: GenerationStore<Item> = {
    ...whole,
    async readGenerations() {
      const found = await whole.readGenerations();
      if (!isLate) return found;
      return new Promise((resolve, reject) => {
        readings.push({
          async answer() {
            resolve(found);
            await flush();
          },
          async fail() {
            reject(Error('no storage here'));
            await flush();
          },
        });
      });
    },
  };
  return {
    store,
    whole,
    readings,
    recover() {
      isLate = false;
    },
  };
}

const item = (id: string): Item => ({ id, url: `https://files.test/${id}.png`, prompt: '' });

async function opened() {
  const late = lateStore();
  await late.whole.upsertItems([item('kept')]);
  const bench = clientBench({ store: late.store });
  const page = await bench.open();
  await bench.advance(2_000);
  return { ...late, bench, page };
}

describe('a reading of the store that is not answered', () => {
  it('A9: is told, and tried again after 30 s', async () => {
    const { bench, page, recover } = await opened();
    expect(page.view()).toMatchObject({ isReady: true, items: [], storageError: 'storage-unavailable' });
    recover();
    await bench.advance(31_000);
    expect(page.view()).toMatchObject({ items: [{ id: 'kept' }], storageError: undefined });
  });

  it('A9: counts when it is answered late', async () => {
    const { bench, page, readings } = await opened();
    await bench.advance(18_000);
    await readings[0]?.answer();
    expect(page.view()).toMatchObject({ items: [{ id: 'kept' }], storageError: undefined });
  });

  it('A9: counts when the next one is not answered either', async () => {
    const { bench, page, readings } = await opened();
    await bench.advance(40_000);
    expect(readings).toHaveLength(2);
    await readings[0]?.answer();
    expect(page.items()).toEqual(['kept']);
    await readings[1]?.answer();
    expect(page.view()).toMatchObject({ items: [{ id: 'kept' }], storageError: undefined });
  });

  it('A9: does not count when something has changed since, or when a newer one was answered', async () => {
    const { bench, page, whole, readings } = await opened();
    await whole.upsertItems([item('new')]);
    await bench.advance(31_000);
    expect(readings).toHaveLength(2);
    await readings[0]?.answer();
    expect(page.items()).toEqual([]);
    await readings[1]?.answer();
    expect(page.items()).toEqual(['new', 'kept']);
    await bench.advance(60_000);
    await readings[0]?.fail();
    expect(page.view()).toMatchObject({ items: [{ id: 'new' }, { id: 'kept' }], storageError: undefined });
  });

  it('A9: does not count after a newer one, also of a store that tells of no changes', async () => {
    const { store, whole, readings } = lateStore();
    const token = { version: 1, id: 'a', idempotencyKey: 'a', job: { id: 'job-1' }, cancelRequested: false } as const;
    await whole.updateGeneration('a', () => ({ version: 1, token, createdAt: 0, updatedAt: 0 }));
    const bench = clientBench({ store: { ...store, watch: () => () => {} } });
    const page = await bench.open();
    await bench.advance(10_000);
    await whole.updateGeneration('a', () => undefined);
    await bench.advance(23_000);
    await readings[1]?.answer();
    await readings[0]?.answer();
    expect(page.view()).toMatchObject({ isReady: true, generations: [] });
  });

  it('A9: puts what it has found among the generations of this page, the newest request first', async () => {
    const { store, whole, readings } = lateStore();
    const now = 1_800_000_000_000;
    for (const [id, createdAt] of [
      ['old', now - 1],
      ['same', now],
      ['new', now + 1],
    ] as const) {
      const token = { version: 1, id, idempotencyKey: id, job: { id }, cancelRequested: false } as const;
      await whole.updateGeneration(id, () => ({ version: 1, token, createdAt, updatedAt: createdAt }));
    }
    const bench = clientBench({ store: { ...store, watch: () => () => {} } });
    const page = await bench.open();
    await page.generate('own');
    await readings[0]?.answer();
    expect(page.view().generations.map(({ id }) => id)).toEqual(['new', 'same', 'own', 'old']);
  });

  it('A9: does not keep the next one from being tried again when something has changed since', async () => {
    const { bench, page, whole, readings, recover } = await opened();
    await whole.upsertItems([item('new')]);
    await bench.advance(31_000);
    await readings[0]?.answer();
    recover();
    await bench.advance(33_000);
    expect(page.items()).toEqual(['new', 'kept']);
  });

  it('A9: is no failure any more once a newer one was answered', async () => {
    const { bench, page, whole, readings } = await opened();
    await bench.advance(31_000);
    await readings[1]?.answer();
    await whole.upsertItems([item('new')]);
    await bench.advance(1_000);
    expect(readings).toHaveLength(3);
    await readings[0]?.fail();
    expect(page.view().storageError).toBeUndefined();
    await readings[2]?.answer();
    expect(page.items()).toEqual(['new', 'kept']);
  });

  it('A9: is followed by 30 s more when it fails late', async () => {
    const { bench, page, readings, recover } = await opened();
    await bench.advance(20_000);
    await readings[0]?.fail();
    recover();
    await bench.advance(29_000);
    expect(page.items()).toEqual([]);
    await bench.advance(2_000);
    expect(page.items()).toEqual(['kept']);
  });

  it('A9: finds a generation that an earlier session has left running', async () => {
    const { store, readings, recover } = lateStore();
    recover();
    const bench = clientBench({ store });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(2_000);
    await first.close();
    bench.finish('job-1');
    const read = store.readGenerations;
    let isFirst = true;
    const silent: GenerationStore<Item> = {
      ...store,
      readGenerations: () => {
        if (!isFirst) return read();
        isFirst = false;
        return new Promise(() => {});
      },
    };
    const page = await bench.open({ store: silent });
    await bench.advance(45_000);
    expect(page.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
    expect(readings).toEqual([]);
  });
});
