import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileObject, jsonAnswer, readyAt, urlOf } from '../support/scheduled-wire.js';
import { advance, lighthouse, wiredClient } from '../support/wired-client.js';

const hour = 3_600_000;

describe('lost results of a client', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('L4 recovery under a double mount reads on: the two do not kill each other', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, readTakes: () => 500, file: readyAt(30_000) }]);
    const first = bench.openShown();
    first.generate('a');
    await advance(10_000);
    first.client.stop();
    const second = bench.open();
    const unmount = second.mount();
    await advance(200);
    unmount();
    second.mount();
    await advance(60_000);
    expect(second.generation('a')?.status).toBe('completed');
    expect(second.items()).toEqual(['a/0']);
  });

  it.each([
    [
      'had failed',
      {
        file: (id: string) =>
          fileObject(id, null, { tasks: [{ id: 't', type: 'image', status: 'error', file_id: id }] }),
      },
      'failed',
    ],
    ['has a stream that never opens', { opensAt: Number.POSITIVE_INFINITY, file: readyAt(20_000) }, 'completed'],
  ])('L5 recovery of a generation that %s comes to its end', async (_, schedule, status) => {
    const bench = wiredClient([{ readTakes: () => 500, ...schedule }]);
    const first = bench.openShown();
    first.generate('a');
    await advance(400);
    first.client.stop();
    expect(await bench.storedGenerations()).toEqual(['a']);
    const second = bench.openShown();
    await advance(60_000);
    expect(second.generation('a')?.status).toBe(status);
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('L6 a failure that can be resumed is stored: a reload starts nothing, and RESUME finds a later result', async () => {
    const bench = wiredClient([{ streamStatus: () => 404, file: readyAt(hour) }]);
    const first = bench.openShown();
    first.generate('a');
    await advance(8 * 60_000);
    expect(first.generation('a')).toMatchObject({ status: 'failed', failure: { code: 'deadline' }, canResume: true });
    first.client.stop();
    const requests = bench.wire.exchanges.length;
    const second = bench.openShown();
    await advance(hour);
    expect(second.generation('a')).toMatchObject({ status: 'failed', canResume: true });
    expect(bench.wire.exchanges).toHaveLength(requests);
    second.client.send({ type: 'RESUME', id: 'a' });
    await advance(5_000);
    expect(second.items()).toEqual(['a/0']);
    expect(bench.wire.submits()).toHaveLength(1);
  });

  it("L7 the second generation has a connection of its own, and is not connected by the first one's", async () => {
    const bench = wiredClient([{}, { opensAt: 8_000 }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(2_000);
    page.generate('b');
    await advance(2_000);
    expect([page.generation('a')?.connection, page.generation('b')?.connection]).toEqual(['open', 'connecting']);
    await advance(7_000);
    expect(page.generation('b')?.connection).toBe('open');
  });

  it('L18 every file of a batch becomes an item, and so does a url that is already in the answer to the submit', async () => {
    const files = ['file-1', 'file-2', 'file-3'];
    const bench = wiredClient([
      { files, file: readyAt(5_000) },
      { submit: () => jsonAnswer({ success: true, fileId: 'file-9', url: urlOf('file-9') }) },
    ]);
    const page = bench.openShown();
    page.generate('batch', { ...lighthouse, batchSize: 3 });
    await advance(60_000);
    expect(page.items()).toEqual(['batch/0', 'batch/1', 'batch/2']);
    expect(page.generation('batch')?.output?.files.map(({ id }) => id)).toEqual(files);
    page.generate('ready');
    await advance(10_000);
    expect(page.items()[0]).toBe('ready/0');
    expect(page.toasts()).toEqual(['completed batch', 'completed ready']);
  });

  it('L18 a batch that fails in part keeps the good ones and names the bad', async () => {
    const bench = wiredClient([
      {
        files: ['file-1', 'file-2'],
        file: id =>
          id === 'file-1'
            ? fileObject(id, urlOf(id))
            : fileObject(id, null, { tasks: [{ id: 't', type: 'image', status: 'error', file_id: id }] }),
      },
    ]);
    const page = bench.openShown();
    page.generate('batch', { ...lighthouse, batchSize: 2 });
    await advance(60_000);
    expect(page.items()).toEqual(['batch/0']);
    expect(page.generation('batch')).toMatchObject({ status: 'completed', output: { failed: [{ id: 'file-2' }] } });
  });

  it('L20 a POST that fails is a failure at once, and leaves nothing stored', async () => {
    const bench = wiredClient([{ submit: () => jsonAnswer({ success: false, error: 'Insufficient balance' }, 402) }]);
    const page = bench.openShown();
    page.generate('a');
    await advance(100);
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'payment-required', charged: 'no' },
    });
    expect(page.toasts()).toEqual(['failed a']);
    expect(await bench.storedGenerations()).toEqual([]);
  });
});
