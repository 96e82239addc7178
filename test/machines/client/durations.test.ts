import { addDuration, type DurationHistory } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import { createClientMachine } from '../../../src/machines/client/client.machine.js';
import { viewClient } from '../../../src/machines/client/client.view.js';
import { clientBench, flush, type Item } from '../../support/client-bench.js';

/** Of the backend and label that the tests use. */
const key = '- flux 1024';
const durationLabel = () => 'flux 1024';

async function complete(
  bench: ReturnType<typeof clientBench>,
  page: Awaited<ReturnType<typeof bench.open>>,
  id: string,
) {
  await page.generate(id);
  const { job } = page.generation(id) ?? {};
  await bench.advance(8_000);
  bench.finish(String(job?.id));
  await bench.advance(4_000);
  expect(page.generation(id)?.status).toBe('completed');
}

const historiesOf = async (bench: ReturnType<typeof clientBench>) => (await bench.store.readHistories?.()) ?? {};

it('keeps how long a completed job took, by backend and label, and nothing of its prompt', async () => {
  const bench = clientBench();
  const page = await bench.open(bench.withAdapter({ durationLabel, origin: 'https://api.test' }));
  await complete(bench, page, 'a');
  const histories = await historiesOf(bench);
  expect(Object.keys(histories)).toEqual(['https://api.test flux 1024']);
  const [[from = 0, to] = []] = histories['https://api.test flux 1024']?.jobs ?? [];
  expect(from).toBeGreaterThanOrEqual(6_900);
  expect(to).toBeLessThanOrEqual(11_000);
  expect(JSON.stringify(histories)).not.toContain('lighthouse');
});

it('reads the next job when it should be done, in this page and after a reload', async () => {
  const store = memoryStore<Item>();
  const bench = clientBench({ store });
  const page = await bench.open(bench.withAdapter({ durationLabel }));
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await complete(bench, page, id);
  const readsOf = async (one: typeof page, id: string) => {
    const count = bench.reads.length;
    await one.generate(id);
    await bench.advance(6_000);
    const reads = bench.reads.length - count;
    bench.finish(String(one.generation(id)?.job?.id));
    await bench.advance(10_000);
    return reads;
  };
  expect(await readsOf(page, 'next')).toBeLessThanOrEqual(4);
  await page.close();
  const later = await bench.open(bench.withAdapter({ durationLabel }));
  expect(await readsOf(later, 'later')).toBeLessThanOrEqual(5);
  const other = await bench.open(bench.withAdapter({ durationLabel: () => 'another model' }));
  expect(await readsOf(other, 'other')).toBeGreaterThanOrEqual(6);
});

it('is followed after a reload with the history of its label', async () => {
  const bench = clientBench();
  const history = Array.from({ length: 20 }, () => [30_000, 30_500] as const).reduce<DurationHistory | undefined>(
    addDuration,
    undefined,
  );
  await bench.store.updateHistory?.(key, () => history as DurationHistory);
  const page = await bench.open(bench.withAdapter({ durationLabel }));
  await page.generate('a');
  await page.close();
  const count = bench.reads.length;
  await bench.open(bench.withAdapter({ durationLabel }));
  await bench.advance(25_000);
  expect(bench.reads.length - count).toBeLessThanOrEqual(5);
});

it('keeps a duration once, where two tabs follow the same job', async () => {
  const bench = clientBench();
  const pages = [await bench.open({ locks: undefined as never }), await bench.open({ locks: undefined as never })];
  await pages[0]?.generate('a');
  await bench.advance(3_000);
  bench.finish('job-1');
  await bench.advance(20_000);
  expect(pages.map(page => page.statuses())).toEqual([{ a: 'completed' }, { a: 'completed' }]);
  expect((await historiesOf(bench))['- -']?.jobs).toHaveLength(1);
});

it('is erased by forget, and is not seen by another scope', async () => {
  const bench = clientBench();
  const page = await bench.open({ scope: 'ada' });
  await complete(bench, page, 'a');
  const ada = bench.store.withScope?.('ada');
  expect(Object.keys((await ada?.readHistories?.()) ?? {})).toHaveLength(1);
  expect(await historiesOf(bench)).toEqual({});
  await page.client.forget();
  expect(await ada?.readHistories?.()).toEqual({});
});

it('leaves out stored durations that cannot be read, says so, and goes on', async () => {
  const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const store = {
    ...memoryStore<Item>(),
    readHistories: async () => ({ [key]: { version: 1, jobs: 'often' } }) as never,
  };
  const bench = clientBench({ store });
  const page = await bench.open(bench.withAdapter({ durationLabel }));
  await complete(bench, page, 'a');
  expect(log.mock.calls.flat().join()).toContain('readHistories resolved to durations that cannot be read');
  log.mockRestore();
});

it.each([
  {
    what: 'throws',
    readHistories: () => {
      throw new Error('broken');
    },
  },
  { what: 'rejects', readHistories: () => Promise.reject(new Error('broken')) },
  { what: 'never answers', readHistories: () => new Promise<never>(() => {}) },
  { what: 'is missing', readHistories: undefined },
])('shows the gallery and generates where readHistories $what', async ({ readHistories }) => {
  const bench = clientBench({ store: { ...memoryStore<Item>(), readHistories: readHistories as never } });
  const page = await bench.open();
  await complete(bench, page, 'a');
  expect(page.items()).toEqual(['a/0']);
  expect(page.view()).toMatchObject({ isReady: true, storageError: undefined });
});

it('expects a result by what this page has learned where its store keeps no durations', async () => {
  const { readHistories: _, updateHistory: __, ...store } = memoryStore<Item>();
  const bench = clientBench({ store });
  const page = await bench.open(bench.withAdapter({ durationLabel }));
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await complete(bench, page, id);
  await page.generate('next');
  await bench.advance(2_000);
  expect(page.generation('next')?.expectedAt).toBeGreaterThan(bench.world.environment.now());
  expect(page.view().storageError).toBeUndefined();
});

it('is no error of a machine whose store keeps no durations', async () => {
  const { readHistories: _, updateHistory: __, ...store } = memoryStore<Item>();
  const bench = clientBench();
  const machine = createClientMachine({
    name: 'pictures',
    generation: bench.generation,
    toItems: ({ urls }) => urls.map(url => ({ url, prompt: '' })),
    store,
  });
  const actor = createActor(machine, { clock: bench.world.clock }).start();
  onTestFinished(() => void actor.stop());
  actor.send({ type: 'GENERATE', id: 'a', input: { prompt: 'fog' } });
  bench.finish('job-1');
  await bench.advance(5_000);
  expect(viewClient(actor.getSnapshot())).toMatchObject({ items: [{ id: 'a/0' }], storageError: undefined });
});

it('tells that durations cannot be stored, and loses nothing else', async () => {
  const updateHistory = () => Promise.reject(new Error('broken'));
  const bench = clientBench({ store: { ...memoryStore<Item>(), updateHistory } });
  const page = await bench.open();
  await complete(bench, page, 'a');
  expect(page.items()).toEqual(['a/0']);
  expect(page.view().storageError).toBe('storage-unavailable');
});

it.each([
  {
    what: 'throws',
    label: () => {
      throw new Error('no model');
    },
  },
  { what: 'returns no text', label: () => 7 as never },
])('generates where durationLabel $what', async ({ label }) => {
  const bench = clientBench();
  const page = await bench.open(bench.withAdapter({ durationLabel: label }));
  await complete(bench, page, 'a');
  expect(Object.keys(await historiesOf(bench))).toEqual(['- -']);
});

it('stores at most 100 characters of a label', async () => {
  const bench = clientBench();
  const page = await bench.open(bench.withAdapter({ durationLabel: () => 'x'.repeat(5_000) }));
  await complete(bench, page, 'a');
  await flush();
  expect(Object.keys(await historiesOf(bench))).toEqual([`- ${'x'.repeat(100)}`]);
});

it('says when a result is expected, in each tab and after a reload, and that it is late', async () => {
  const bench = clientBench();
  const history = Array.from({ length: 20 }, (_, index) => 30_000 + index * 50).reduce<DurationHistory | undefined>(
    (known, ms) => addDuration(known, [ms, ms]),
    undefined,
  );
  await bench.store.updateHistory?.(key, () => history as DurationHistory);
  const page = await bench.open(bench.withAdapter({ durationLabel }));
  const other = await bench.open(bench.withAdapter({ durationLabel }));
  await page.generate('a');
  await bench.advance(3_000);
  const { expectedAt = 0, lowAt = 0, highAt = 0 } = page.generation('a') ?? {};
  const now = bench.world.environment.now();
  expect(expectedAt - now).toBeGreaterThan(26_000);
  expect(expectedAt - now).toBeLessThan(29_000);
  expect(lowAt).toBeLessThan(expectedAt);
  expect(highAt).toBeGreaterThan(expectedAt);
  // The other tab shows what is stored.
  expect(other.generation('a')).toMatchObject({ isFollowedElsewhere: true, expectedAt, isLate: false });
  await page.close();
  await other.close();
  const later = await bench.open(bench.withAdapter({ durationLabel }));
  await bench.advance(1_000);
  expect(later.generation('a')).toMatchObject({ expectedAt, isLate: false });
  await bench.advance(40_000);
  expect(later.generation('a')).toMatchObject({ isRunning: true, isLate: true, expectedAt: undefined });
  bench.finish(String(later.generation('a')?.job?.id));
  await bench.advance(15_000);
  expect(later.generation('a')).toMatchObject({ status: 'completed', isLate: false, expectedAt: undefined });
});
