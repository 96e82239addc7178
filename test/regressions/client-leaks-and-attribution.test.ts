import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileEvent, fileObject, progressEvent, readyAt, urlOf } from '../support/scheduled-wire.js';
import { advance, lighthouse, wiredClient } from '../support/wired-client.js';

const hour = 3_600_000;

describe('leaks of a client', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('K1 an unmounted component is not called, and a stopped client leaves no stream, read or timer', async () => {
    const bench = wiredClient([{ pings: true, file: readyAt(20_000) }, {}]);
    const page = bench.open();
    const unmount = page.mount();
    page.generate('a');
    await advance(2_000);
    unmount();
    await advance(60_000);
    expect(page.toasts()).toEqual([]);
    expect(page.items()).toEqual(['a/0']);
    expect(bench.wire.open('submit', 'read', 'events')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    page.mount();
    page.generate('b');
    await advance(2_000);
    page.client.stop();
    const requests = bench.wire.exchanges.length;
    await advance(hour);
    expect(bench.wire.open('submit', 'read', 'events')).toBe(0);
    expect([bench.wire.exchanges.length, vi.getTimerCount()]).toEqual([requests, 0]);
  });

  it.each<[string, (page: ReturnType<ReturnType<typeof wiredClient>['openShown']>) => void]>([
    ['success', () => {}],
    ['a cancel', ({ client }) => client.send({ type: 'CANCEL', id: 'a' })],
  ])('K5 no read follows %s', async (name, end) => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(name === 'success' ? 3_000 : hour) }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(5_000);
    end(page);
    await advance(5_000);
    page.client.send({ type: 'CLEAR' });
    const reads = bench.wire.reads().length;
    await advance(hour);
    expect(bench.wire.reads()).toHaveLength(reads);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('K5 a new generation reads its own file, and no other once that has ended', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(3_000) }, { streamStatus: () => 404 }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(5_000);
    page.generate('b');
    const reads = bench.wire.reads('file-1').length;
    await advance(60_000);
    expect(bench.wire.reads('file-1')).toHaveLength(reads);
    expect(bench.wire.reads('file-2').length).toBeGreaterThan(3);
  });
});

describe('attribution in a client', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it("W1 A done at 5 s, B begun at 6 s: nothing of A's 10 s reaches B", async () => {
    const bench = wiredClient([{ says: [[5_000, fileEvent('file-1')]], file: readyAt(5_000) }, {}]);
    const page = bench.openShown();
    page.generate('a');
    await advance(6_000);
    page.generate('b');
    await advance(14_000);
    expect(page.generation('b')).toMatchObject({ status: 'streaming', job: { id: 'file-2' }, items: [] });
    expect(page.items()).toEqual(['a/0']);
    expect(bench.wire.open('events')).toBe(1);
  });

  it('W3 the progress of A is shown for A only', async () => {
    const bench = wiredClient([
      { says: [[3_000, progressEvent('file-1', 90, 'nearly there')]] },
      { says: [[1_000, progressEvent('file-2', 10, 'begun')]] },
    ]);
    const page = bench.openShown();
    page.generate('a');
    await advance(500);
    page.generate('b');
    await advance(5_000);
    expect([page.generation('a'), page.generation('b')]).toMatchObject([
      { progress: 0.9, message: 'nearly there' },
      { progress: 0.1, message: 'begun' },
    ]);
  });

  it("W4 A's late read, when A was cancelled, completes nothing of B", async () => {
    const bench = wiredClient([
      { streamStatus: () => 404, readTakes: () => 8_000, file: id => fileObject(id, urlOf(id)), ignoresAbort: true },
      {},
    ]);
    const page = bench.openShown();
    page.generate('a');
    await advance(1_000);
    page.client.send({ type: 'CANCEL', id: 'a' });
    page.generate('b');
    await advance(60_000);
    expect([page.generation('a')?.status, page.generation('b')?.status]).toEqual(['cancelled', 'streaming']);
    expect(page.items()).toEqual([]);
    expect(page.toasts()).toEqual(['cancelled a']);
  });

  it('W6 what was cancelled does not come back, by its stream, its read, its POST or a reload', async () => {
    const bench = wiredClient([
      {
        says: [[5_000, fileEvent('file-1')]],
        readTakes: () => 4_000,
        file: id => fileObject(id, urlOf(id)),
        ignoresAbort: true,
      },
      { submitTakes: 5_000, file: id => fileObject(id, urlOf(id)) },
    ]);
    const page = bench.openShown();
    page.generate('a');
    page.generate('b');
    await advance(1_000);
    page.client.send({ type: 'CANCEL', id: 'a' });
    page.client.send({ type: 'CANCEL', id: 'b' });
    await advance(60_000);
    expect(page.items()).toEqual([]);
    page.client.stop();
    const next = bench.openShown();
    await advance(60_000);
    expect(next.items()).toEqual([]);
    expect(next.toasts()).toEqual([]);
    expect(page.toasts()).toEqual(['cancelled a', 'cancelled b']);
  });

  it('W6 a removed item does not come back by another tab that stores it late', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(3_000) }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(10_000);
    const items = await bench.store.readItems();
    expect(page.items()).toEqual(['a/0']);
    page.client.send({ type: 'REMOVE', id: 'a/0' });
    await advance(1_000);
    expect(await bench.store.upsertItems(items)).toEqual(['removed']);
    await advance(1_000);
    expect(page.items()).toEqual([]);
  });

  it('W6 a result of an item that another tab has removed is no item, and no toast', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(8_000) }]);
    const page = bench.openShown();
    const { items } = page.generate('a');
    await advance(5_000);
    // A tab without locks was first, and its user did not like it.
    await bench.store.upsertItems([{ id: 'a/0', url: urlOf('file-1'), metadata: {} }]);
    await bench.store.removeItems(['a/0']);
    await advance(30_000);
    expect(page.generation('a')).toMatchObject({ status: 'completed', items: [] });
    expect([page.items(), page.toasts()]).toEqual([[], []]);
    await expect(items).resolves.toEqual([]);
  });

  it("W8 another file's event on the stream completes nothing", async () => {
    const bench = wiredClient([{ says: [[2_000, fileEvent('file-77')]] }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(20_000);
    expect(page.generation('a')?.status).toBe('streaming');
    expect(page.items()).toEqual([]);
  });

  it.each([
    ['the stream', { says: [[3_000, { type: 'render_result', object: { file_id: 'file-1', url: urlOf('file-1') } }]] }],
    ['a read', { streamStatus: () => 404, file: readyAt(3_000) }],
  ] as const)('W11 prompt and settings are those of the request, when %s wins', async (_, schedule) => {
    const bench = wiredClient([schedule]);
    const first = bench.openShown();
    first.generate('a', lighthouse);
    await advance(10_000);
    const [item] = await bench.store.readItems();
    expect(item?.metadata).toEqual({ prompt: 'a lighthouse', model: 'flux-dev', seed: 7 });
  });

  it('W11 they are known after a reload, too', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(8_000) }]);
    const first = bench.openShown();
    first.generate('a', lighthouse);
    await advance(4_000);
    first.client.stop();
    const second = bench.openShown();
    await advance(2_000);
    expect(second.generation('a')?.description).toEqual({ prompt: 'a lighthouse' });
    await advance(20_000);
    expect((await bench.store.readItems())[0]?.metadata).toEqual({
      prompt: 'a lighthouse',
      model: 'flux-dev',
      seed: 7,
    });
  });
});
