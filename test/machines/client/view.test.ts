import type { ClientView } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import { createActor } from 'xstate';
import { createClientMachine } from '../../../src/machines/client/client.machine.js';
import { viewClient } from '../../../src/machines/client/client.view.js';
import { clientBench } from '../../support/client-bench.js';

describe('the view', () => {
  it('keeps the object of everything that does not change', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    await page.generate('b');
    bench.finish('job-3');
    await page.generate('c');
    await bench.advance(1_500);
    const before = page.view();
    const [c, b, a] = before.generations;
    bench.finish('job-1', { kind: 'pending', progress: 0.5 });
    await bench.advance(5_000);
    const after = page.view();
    expect(after.generations.map(({ id, progress }) => [id, progress])).toEqual([
      ['c', 1],
      ['b', undefined],
      ['a', 0.5],
    ]);
    expect(after.generations[0]).toBe(c);
    expect(after.generations[1]).toBe(b);
    expect(after.generations[2]).not.toBe(a);
    expect(after.items).toBe(before.items);
    expect(after.generations[0]?.items).toBe(c?.items);
  });

  it('is the same object while nothing of it changes, and subscribers are called only when it does', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const views: unknown[] = [];
    page.client.subscribe(() => views.push(page.view()));
    await page.generate('a');
    await bench.advance(10_000);
    const before = page.view();
    const count = views.length;
    // Reads go on, and say nothing new.
    await bench.advance(60_000);
    expect(bench.reads.length).toBeGreaterThan(5);
    expect(page.view()).toBe(before);
    expect(views.length).toBe(count);
    expect(new Set(views).size).toBe(views.length);
  });

  it('is told to a subscriber once something has changed, and not at the start', async () => {
    const bench = clientBench();
    const page = await bench.open();
    page.client.stop();
    const listener = vi.fn();
    page.client.subscribe(listener);
    expect(listener).not.toHaveBeenCalled();
    await bench.advance(1_000);
    expect(page.view().isReady).toBe(true);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('changes once when an item is removed, and keeps the generations whose items stay', async () => {
    const bench = clientBench();
    const page = await bench.open();
    for (const id of ['a', 'b']) await page.generate(id, id);
    for (const job of ['job-1', 'job-2']) bench.finish(job);
    await bench.advance(5_000);
    const [b, a] = page.view().generations;
    const views: unknown[] = [];
    page.client.subscribe(() => views.push(page.view()));
    await page.send({ type: 'REMOVE', id: 'a/0' });
    await bench.advance(1_000);
    expect(views).toHaveLength(1);
    expect(page.view().generations[0]).toBe(b);
    expect(page.view().generations[1]).toEqual({ ...a, items: [] });
    expect(page.items()).toEqual(['b/0']);
  });

  it('does not change when an empty gallery is cleared', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await bench.advance(1_000);
    const before = page.view();
    await page.send({ type: 'CLEAR' });
    await bench.advance(1_000);
    expect(page.view()).toBe(before);
  });

  it('keeps the items when another tab changes something else', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    bench.finish('job-1');
    await bench.advance(5_000);
    const { items } = b.view();
    await a.generate('h');
    await bench.advance(5_000);
    expect(b.statuses()).toEqual({ g: 'completed', h: 'polling' });
    expect(b.view().items).toBe(items);
  });

  it('holds plain data, and no input', async () => {
    const bench = clientBench();
    const page = await bench.open({ describe: undefined });
    await page.generate('a', 'secret words');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(JSON.parse(JSON.stringify(page.view()))).toEqual(JSON.parse(JSON.stringify({ ...page.view() })));
    expect(JSON.stringify(page.view())).not.toContain('secret words');
    expect(JSON.stringify(await bench.store.readGenerations())).not.toContain('secret words');
  });

  it('is a function of the snapshot of a bare actor, too', async () => {
    const bench = clientBench();
    const { client: _, ...page } = await bench.open();
    await page.generate('a');
    const machine = createClientMachine({
      name: 'pictures',
      generation: bench.generation,
      toItems: ({ urls }) => urls.map(url => ({ url, prompt: '' })),
      store: bench.store,
    });
    const actor = createActor(machine, { clock: bench.world.clock }).start();
    await bench.advance(2_000);
    const view: ClientView<{ readonly urls: readonly string[] }, { readonly url: string }> = viewClient(
      actor.getSnapshot(),
    );
    expect(view.generations.map(({ id }) => id)).toEqual(['a']);
    expect(viewClient(actor.getSnapshot())).toEqual(view);
    expect(viewClient(actor.getSnapshot()).generations).toBe(view.generations);
    actor.stop();
  });
});
