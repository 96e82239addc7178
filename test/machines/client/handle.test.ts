import { createGenerationClient } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { clientBench, flush } from '../../support/client-bench.js';

/** A client that nothing has started yet, over a store with a running generation. */
async function waitingClient() {
  const bench = clientBench();
  const page = await bench.open();
  await page.generate('a');
  await page.close();
  const readGenerations = vi.fn(bench.store.readGenerations);
  const client = createGenerationClient({
    name: 'pictures',
    generation: bench.generation,
    toItems: ({ urls }: { readonly urls: readonly string[] }) => urls.map(url => ({ url, prompt: '' })),
    store: { ...bench.store, readGenerations },
    locks: bench.locks.locks,
    clock: bench.world.clock,
  });
  return { bench, client, readGenerations };
}

describe('a client at module scope', () => {
  it.each<[string, (client: Awaited<ReturnType<typeof waitingClient>>['client']) => void]>([
    ['subscribe', client => client.subscribe(() => {})],
    ['send', client => client.send({ type: 'CLEAR' })],
    ['generate', client => client.generate({ prompt: 'fog' }, { id: 'b' })],
  ])('starts at the first %s, and not before', async (_, begin) => {
    const { bench, client, readGenerations } = await waitingClient();
    client.on('*', () => {});
    expect(client.getSnapshot()).toBe(client.getServerSnapshot());
    await bench.advance(60_000);
    expect(readGenerations).not.toHaveBeenCalled();
    begin(client);
    await bench.advance(0);
    expect(readGenerations).toHaveBeenCalled();
    expect(client.getSnapshot().generations.map(({ id }) => id)).toContain('a');
    client.stop();
  });

  it('emits what is recovered to all listeners that are added in the same moment', async () => {
    const { bench, client } = await waitingClient();
    bench.finish('job-1');
    const received: string[] = [];
    client.subscribe(() => {});
    client.on('generation.completed', ({ id }) => received.push(`early ${id}`));
    await flush();
    client.on('generation.completed', ({ id }) => received.push(`late ${id}`));
    await bench.advance(5_000);
    expect(received).toEqual(['early a', 'late a']);
    client.stop();
  });

  it('has a frozen, empty view before it starts', async () => {
    const { client } = await waitingClient();
    const view = client.getServerSnapshot();
    expect(client.getSnapshot()).toBe(view);
    expect(view).toEqual({ generations: [], items: [], isReady: false, storageError: undefined });
    expect([view, view.items, view.generations].every(Object.isFrozen)).toBe(true);
  });

  it('calls a listener with its own type of event only, until it is removed', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const received: string[] = [];
    const off = page.client.on('generation.started', ({ id }) => received.push(id));
    await page.generate('a');
    off();
    await page.generate('b');
    expect(received).toEqual(['a']);
  });

  it('has the new view when a listener is called', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const seen: unknown[] = [];
    page.client.on('*', ({ type }) => {
      const { generations, items } = page.client.getSnapshot();
      if (type !== 'generation.progressed') seen.push([type, generations[0]?.status, items.length]);
    });
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(2_000);
    await page.send({ type: 'REMOVE', id: 'a/0' });
    expect(seen).toEqual([
      ['generation.started', 'submitting', 0],
      ['generation.completed', 'completed', 1],
      ['item.added', 'completed', 1],
      ['item.removed', 'completed', 0],
    ]);
  });

  it('goes on when a listener throws', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const bench = clientBench();
    const page = await bench.open();
    const fault = () => {
      throw Error('a toast without a page');
    };
    page.client.on('*', fault);
    page.client.on('generation.completed', fault);
    const leave = page.client.subscribe(fault);
    const received = vi.fn();
    page.client.on('generation.completed', received);
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(received).toHaveBeenCalledTimes(1);
    expect(page.items()).toEqual(['a/0']);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(log).toHaveBeenCalled();
    leave();
    log.mockRestore();
  });

  it('stops as a page that closes does, and starts again', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const { items } = await page.generate('a');
    await page.close();
    expect(page.view()).toBe(page.client.getServerSnapshot());
    await expect(items).rejects.toMatchObject({ code: 'interrupted' });
    expect(bench.locks.count('pictures/a')).toBe(0);
    expect(bench.cancels).toEqual([]);
    page.client.subscribe(() => {});
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.items()).toEqual(['a/0']);
    // Who listened before listens still.
    expect(page.emittedNames()).toContain('generation.completed a');
  });

  it('reports every actor to an inspector', async () => {
    const events: InspectionEvent[] = [];
    const bench = clientBench();
    const page = await bench.open({ inspect: event => events.push(event) });
    await page.generate('a');
    const actors = events
      .filter(({ type }) => type === '@xstate.actor')
      .map(({ actorRef }) => Reflect.get(actorRef, 'id'));
    expect(actors).toEqual(expect.arrayContaining(['storeChanges', 'storeWriter', 'run/0', 'lock', 'generation']));
  });
});

describe('generate', () => {
  it('returns the id, and promises the items', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const { id, items } = page.client.generate({ prompt: 'fog' });
    expect(page.generation(id)?.description).toEqual({ prompt: 'fog' });
    await flush();
    bench.finish('job-1');
    await bench.advance(5_000);
    await expect(items).resolves.toMatchObject([{ id: `${id}/0`, generationId: id }]);
  });

  it.each<
    [string, (client: Awaited<ReturnType<ReturnType<typeof clientBench>['open']>>['client'], next: () => void) => void]
  >([
    ['an event is emitted', (client, next) => client.on('generation.completed', next)],
    ['the view changes', (client, next) => client.subscribe(next)],
  ])('promises the items also to a caller that generates while %s', async (_, listen) => {
    const bench = clientBench();
    const page = await bench.open();
    let next: Promise<readonly unknown[]> | undefined;
    listen(page.client, () => {
      next ??= page.client.generate({ prompt: 'the next' }).items;
    });
    await page.generate('a');
    bench.finish('job-1');
    bench.finish('job-2');
    await bench.advance(5_000);
    expect(await next).toMatchObject([{ prompt: 'the next' }]);
    expect(bench.submits).toHaveLength(2);
  });

  it('rejects when its signal is aborted, and goes on with the job', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const controller = new AbortController();
    const { id, items } = page.client.generate({ prompt: 'fog' }, { signal: controller.signal });
    await flush();
    const reason = Error('the dialog is closed');
    controller.abort(reason);
    await expect(items).rejects.toBe(reason);
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.items()).toEqual([`${id}/0`]);
    expect(page.generation(id)?.status).toBe('completed');
    expect(bench.cancels).toEqual([]);
  });

  it('submits also if the signal was aborted before: the signal concerns the promise only', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const { items } = page.client.generate({ prompt: 'fog' }, { signal: AbortSignal.abort('gone') });
    await expect(items).rejects.toBe('gone');
    await flush();
    expect(bench.submits).toHaveLength(1);
  });

  it('causes no unhandled rejection if the promise is not used', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const bench = clientBench();
    const page = await bench.open();
    page.client.generate({ prompt: 'fog' }, { id: 'a' });
    await page.send({ type: 'CANCEL', id: 'a' });
    await bench.advance(5_000);
    await flush();
    expect(page.statuses()).toEqual({ a: 'cancelled' });
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
  });

  it('resolves also if another tab stores the items', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    const { items } = await a.generate('g');
    await bench.advance(2_000);
    await bench.locks.steal('pictures/g');
    bench.finish('job-1');
    await bench.advance(10_000);
    await expect(items).resolves.toMatchObject([{ id: 'g/0' }]);
    expect(b.emittedNames()).toContain('generation.completed g');
  });

  it('rejects if another tab ends the generation without a result', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    const { items } = await a.generate('g');
    await bench.advance(2_000);
    await bench.locks.steal('pictures/g');
    await b.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(5_000);
    await expect(items).rejects.toMatchObject({
      name: 'GenerationError',
      code: 'interrupted',
      message: expect.stringContaining('was cancelled'),
    });
    expect(a.generation('g')).toMatchObject({ status: 'cancelled', isRunning: false, canRetry: true });
  });
});
