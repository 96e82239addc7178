import type { GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, vi } from 'vitest';
import { type BenchOptions, clientBench, flush, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

/** A store that fails to write single generations. */
function opened(options: BenchOptions = {}) {
  const { store: whole } = clientBench();
  const broken = new Set<string>();
  let attempts = 0;
  const store: GenerationStore<Item> = {
    ...whole,
    async updateGeneration(id, change) {
      if (!broken.has(id)) return whole.updateGeneration(id, change);
      attempts += 1;
      throw Error('no storage here');
    },
  };
  const bench = clientBench({ ...options, store });
  return { bench, broken, attempts: () => attempts };
}

describe('a submit that could not be stored before', () => {
  it('A3: is stored while it is under way, so that a reload finds its job', async () => {
    const { bench, broken } = opened({ script: { submit: () => {} } });
    const page = await bench.open();
    broken.add('a');
    await page.generate('a');
    expect(bench.submits).toHaveLength(1);
    expect(page.view().storageError).toBe('storage-unavailable');
    broken.clear();
    await bench.advance(2_000);
    expect(await bench.storedGenerations()).toEqual(['a']);
    expect(page.view().storageError).toBeUndefined();

    await page.close();
    const next = await bench.open();
    await bench.advance(200_000);
    expect(next.emitted).toMatchObject([{ type: 'generation.failed', id: 'a', failure: { charged: 'maybe' } }]);
  });

  it('A3: is tried again and again, and the warning stays until its own write succeeds', async () => {
    const { bench, broken, attempts } = opened();
    const page = await bench.open();
    bench.script.submit = () => {};
    broken.add('a');
    await page.generate('a', 'a');
    bench.script.submit = call => call.answer({ job: { id: 'job-b' } });
    await page.generate('b', 'b');
    await bench.advance(10_000);
    expect(attempts()).toBeGreaterThan(5);
    expect(await bench.storedGenerations()).toEqual(['b']);
    // Others were written meanwhile.
    expect(page.view().storageError).toBe('storage-unavailable');
    broken.clear();
    await bench.advance(2_000);
    expect(await bench.storedGenerations()).toEqual(['b', 'a']);
    expect(page.view().storageError).toBeUndefined();
    bench.submits[0]?.answer({ job: { id: 'job-a' } });
    await flush();
    await bench.advance(2_000);
    const stored = await bench.store.readGenerations();
    expect(stored.find(({ token }) => token.id === 'a')?.token.job).toEqual({ id: 'job-a' });
  });

  it('A3: keeps no warning once it is off the list', async () => {
    const { bench, broken } = opened({ script: { submit: call => call.refuse(error('payment-required')) } });
    const page = await bench.open();
    broken.add('a');
    await page.generate('a');
    expect(page.view().storageError).toBe('storage-unavailable');
    await bench.advance(5_000);
    expect(page.generation('a')?.status).toBe('failed');
    broken.clear();
    await page.send({ type: 'DISMISS', id: 'a' });
    await bench.advance(5_000);
    expect(page.view().storageError).toBeUndefined();
  });
});

describe('the submit window without locks', () => {
  it('A7: is longer than the submit may take, so that a second tab does not give it up', async () => {
    const bench = clientBench({
      locks: undefined,
      policy: { submitTimeoutMs: 600_000 },
      script: { submit: () => {} },
    });
    const page = await bench.open({ locks: undefined });
    await page.generate('a');
    const other = await bench.open({ locks: undefined });
    await bench.advance(500_000);
    expect(other.emitted).toEqual([]);
    expect(await bench.storedGenerations()).toEqual(['a']);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    bench.finish('job-1');
    await bench.advance(20_000);
    expect(page.items()).toEqual(['a/0']);
    expect(other.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
  });

  it('A7: begins with the submit, however long the generation waited in the queue', async () => {
    const bench = clientBench({ concurrency: 1, locks: undefined });
    const page = await bench.open({ locks: undefined });
    await page.generate('first', 'first');
    bench.script.submit = () => {};
    await page.generate('a', 'a');
    await bench.advance(300_000);
    bench.finish('job-1');
    await bench.advance(20_000);
    expect(bench.submits).toHaveLength(2);
    const other = await bench.open({ locks: undefined });
    await bench.advance(20_000);
    expect(other.emitted).toEqual([]);
    expect(await bench.storedGenerations()).toContain('a');
  });

  it.each([
    ['a year ahead', 1_800_000_000_000 + 31_536_000_000],
    ['absurd', 1e300],
    ['no number', Number.NaN],
    ['before the epoch', -1e300],
  ])('A7: ends also when the stored date is %s', async (_, updatedAt) => {
    const bench = clientBench({ locks: undefined });
    const token = { version: 1, id: 'a', idempotencyKey: 'a', cancelRequested: false } as const;
    await bench.store.updateGeneration('a', () => ({ version: 1, token, createdAt: updatedAt, updatedAt }));
    const timers = vi.spyOn(bench.world.clock, 'setTimeout');
    const page = await bench.open({ locks: undefined });
    await bench.advance(151_000);
    expect(page.emitted).toMatchObject([{ type: 'generation.failed', id: 'a', failure: { code: 'interrupted' } }]);
    for (const [, delayMs] of timers.mock.calls) expect(delayMs).toBeLessThan(2 ** 31);
    expect(bench.submits).toHaveLength(0);
  });
});

describe('the list of ended generations', () => {
  it('A12: keeps those that ended last, also one that began before 20 newer ones', async () => {
    const bench = clientBench({ concurrency: 100 });
    const page = await bench.open();
    bench.script.submit = () => {};
    await page.generate('slow', 'slow');
    bench.script.submit = call => call.refuse(error('payment-required', { retryable: true }));
    for (let count = 0; count < 22; count += 1) await page.generate(`quick-${count}`, `quick ${count}`);
    bench.submits[0]?.refuse(error('payment-required', { retryable: true }));
    await bench.advance(2_000);
    expect(page.generation('slow')).toMatchObject({ status: 'failed', canRetry: true });
    const ids = page.view().generations.map(({ id }) => id);
    expect(ids).toHaveLength(20);
    expect(ids).not.toContain('quick-2');
    expect(ids).toContain('quick-3');
    // The order on the list is that of the requests.
    expect(ids.at(-1)).toBe('slow');
    await page.send({ type: 'RETRY', id: 'slow' });
    expect(bench.submits).toHaveLength(24);
  });
});

describe('a store that is slow', () => {
  it('E2: warns of no write that takes 4 s, as on a busy machine, except before a submit', async () => {
    const whole = memoryStore<Item>();
    let isSlow = false;
    const slowly = async <TAnswer>(call: () => Promise<TAnswer>): Promise<TAnswer> => {
      if (isSlow) await new Promise<void>(resolve => void bench.world.clock.setTimeout(resolve, 4_000));
      return call();
    };
    const bench = clientBench({
      store: {
        ...whole,
        updateGeneration: (id, change) => slowly(() => whole.updateGeneration(id, change)),
        upsertItems: items => slowly(() => whole.upsertItems(items)),
      },
    });
    const page = await bench.open();
    const warnings = new Set<unknown>();
    page.client.subscribe(() => warnings.add(page.view().storageError));
    await page.generate('g');
    isSlow = true;
    bench.finish('job-1');
    await bench.advance(30_000);
    expect([page.statuses(), page.items(), [...warnings]]).toEqual([{ g: 'completed' }, ['g/0'], [undefined]]);
    expect(await bench.storedGenerations()).toEqual([]);
  });
});
