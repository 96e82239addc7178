import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileEvent, fileObject, readyAt, urlOf } from '../support/scheduled-wire.js';
import { advance, lighthouse, wiredClient } from '../support/wired-client.js';

describe('duplicates in a client', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('D5 a stream and a read that both deliver store one item, with all that is known of it', async () => {
    const poor = { type: 'render_result', object: { file_id: 'file-1', url: urlOf('file-1') } };
    const { open, store } = wiredClient([
      {
        says: [[5_000, poor]],
        readTakes: () => 4_900,
        file: id => fileObject(id, urlOf(id), { image_generation: { prompt: 'a lighthouse', steps: 30 } }),
      },
    ]);
    const page = open();
    page.mount();
    page.generate('a');
    await advance(60_000);
    expect(page.toasts()).toEqual(['completed a']);
    const items = await store.readItems();
    expect(items.map(({ id }) => id)).toEqual(['a/0']);
    expect(items[0]?.metadata).toMatchObject({ prompt: 'a lighthouse', model: 'flux-dev', seed: 7 });
  });

  it('D6 after a reload the recovery read and the stream deliver one item and one toast', async () => {
    const bench = wiredClient([
      { says: [[20_000, fileEvent('file-1')]], readTakes: () => 3_000, file: readyAt(20_000) },
    ]);
    const first = bench.openShown();
    first.generate('a');
    await advance(10_000);
    first.client.stop();
    const second = bench.openShown();
    await advance(60_000);
    expect(second.items()).toEqual(['a/0']);
    expect(second.toasts()).toEqual(['completed a']);
    expect(bench.wire.submits()).toHaveLength(1);
  });

  it('D7 a component that is mounted twice recovers once', async () => {
    const bench = wiredClient([{ file: readyAt(20_000) }]);
    const first = bench.openShown();
    first.generate('a');
    await advance(10_000);
    first.client.stop();
    const second = bench.open();
    second.mount()();
    second.mount();
    await advance(5_000);
    expect(bench.wire.open('events')).toBe(1);
    await advance(60_000);
    expect(second.items()).toEqual(['a/0']);
    expect(second.toasts()).toEqual(['completed a']);
  });

  it('D9 two clicks before anything was rendered are one submit and one stream', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const bench = wiredClient([{ submitTakes: 1_000 }]);
    const page = bench.openShown();
    page.generate('click');
    page.generate('click');
    await advance(5_000);
    expect(bench.wire.submits()).toHaveLength(1);
    expect(bench.wire.streams()).toHaveLength(1);
    warn.mockRestore();
  });

  it('D10 a result and then the same file with another url are one item', async () => {
    const bench = wiredClient([
      {
        says: [
          [5_000, { type: 'render_result', object: { file_id: 'file-1', url: urlOf('file-1') } }, fileEvent('file-1')],
          [5_500, fileEvent('file-1')],
        ],
        file: readyAt(5_000),
      },
    ]);
    const page = bench.openShown();
    page.generate('a');
    await advance(60_000);
    expect(page.items()).toEqual(['a/0']);
    expect((await bench.store.readItems()).map(({ id }) => id)).toEqual(['a/0']);
    expect(page.toasts()).toEqual(['completed a']);
  });

  it('D13 what was emitted is not emitted again to a component that comes back, nor after a reload', async () => {
    const bench = wiredClient([{ file: readyAt(5_000) }]);
    const page = bench.open();
    const unmount = page.mount();
    page.generate('a');
    await advance(10_000);
    unmount();
    page.mount();
    await advance(10_000);
    expect(page.toasts()).toEqual(['completed a']);
    page.client.stop();
    const next = bench.openShown();
    await advance(10_000);
    expect(next.items()).toEqual(['a/0']);
    expect(next.toasts()).toEqual([]);
  });

  it('D15 two tabs that recover one generation follow it once, store it once and emit it once', async () => {
    const bench = wiredClient([{ says: [[20_000, fileEvent('file-1')]], file: readyAt(20_000) }]);
    const first = bench.openShown();
    first.generate('a', lighthouse);
    await advance(10_000);
    first.client.stop();
    const tabs = [bench.openShown(), bench.openShown()];
    await advance(5_000);
    expect(bench.wire.open('events')).toBe(1);
    await advance(60_000);
    expect(tabs.map(({ items }) => items())).toEqual([['a/0'], ['a/0']]);
    expect(tabs.flatMap(({ toasts }) => toasts())).toEqual(['completed a']);
    expect((await bench.store.readItems()).map(({ id }) => id)).toEqual(['a/0']);
  });
});
