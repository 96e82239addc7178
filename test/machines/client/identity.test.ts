import { describe, expect, it } from 'vitest';
import { clientBench, done } from '../../support/client-bench.js';

/** A backend that answers each submit with the same job. */
const sameJob = {
  submit: (call: { answer(value: { job: { id: string } }): void }) => call.answer({ job: { id: 'same' } }),
};

describe('the identity of an item', () => {
  it('M8: gives two generations of one job items of their own, and tells the end of both', async () => {
    const bench = clientBench({ script: sameJob });
    const page = await bench.open();
    const [first, second] = [await page.generate('a'), await page.generate('b')];
    bench.finish('same', done('same', 2));
    await bench.advance(10_000);
    expect(page.items()).toEqual(['b/0', 'b/1', 'a/0', 'a/1']);
    await expect(first.items).resolves.toMatchObject([{ id: 'a/0' }, { id: 'a/1' }]);
    await expect(second.items).resolves.toMatchObject([{ id: 'b/0' }, { id: 'b/1' }]);
    expect(page.emittedNames().toSorted()).toEqual([
      'generation.completed a',
      'generation.completed b',
      'generation.started a',
      'generation.started b',
      'item.added a/0',
      'item.added a/1',
      'item.added b/0',
      'item.added b/1',
    ]);
  });

  it('M8: shows an item that was removed and is generated again', async () => {
    const bench = clientBench({ script: sameJob });
    const page = await bench.open();
    bench.finish('same');
    await page.generate('a');
    await bench.advance(5_000);
    await page.send({ type: 'REMOVE', id: 'a/0' });
    await bench.advance(1_000);
    const { items } = await page.generate('b');
    await bench.advance(5_000);
    expect(page.items()).toEqual(['b/0']);
    await expect(items).resolves.toMatchObject([{ id: 'b/0', generationId: 'b' }]);
    expect(page.emittedNames().slice(-2)).toEqual(['generation.completed b', 'item.added b/0']);
    await page.close();
    expect((await bench.open()).items()).toEqual(['b/0']);
  });

  it('M8: never mixes up ids that contain each other, or that look like ids of items', async () => {
    const ids = ['a', 'a/0', 'a%2F0', 'a%', 'a/0/0', '/', '%'];
    const bench = clientBench({ concurrency: ids.length });
    const page = await bench.open();
    const handles = [];
    for (const id of ids) handles.push(await page.generate(id));
    for (const [index] of ids.entries()) bench.finish(`job-${index + 1}`, done(`job-${index + 1}`, 2));
    await bench.advance(10_000);
    const own = await Promise.all(handles.map(({ items }) => items));
    expect(own.map(items => items.map(({ generationId }) => generationId))).toEqual(ids.map(id => [id, id]));
    expect(new Set(page.items()).size).toBe(ids.length * 2);

    const other = await bench.open();
    for (const { items } of page.view().generations) await other.send({ type: 'REMOVE', id: items[0]?.id ?? '' });
    await bench.advance(1_000);
    expect(other.items().toSorted()).toEqual(own.map(([, second]) => second?.id).toSorted());
  });

  it('M8: has locks whose names are those of no other client and generation', async () => {
    const bench = clientBench();
    const [page, other] = [await bench.open({ name: 'a' }), await bench.open({ name: 'a/b' })];
    await page.generate('b/c');
    await other.generate('c');
    expect([bench.locks.count('a/b%2Fc'), bench.locks.count('a%2Fb/c'), bench.locks.count('a/b/c')]).toEqual([1, 1, 0]);
  });
});
