import { describe, expect, it, vi } from 'vitest';
import { clientBench, flush } from '../../support/client-bench.js';

const a = 'https://a.test/v1';
const b = 'https://b.test/v1';
const hold = { submit: () => {} };

describe('a generation of another backend', () => {
  it('M6: is shown with both origins, and is not followed, read, cancelled, repeated or removed', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const bench = clientBench({ origin: a });
    const first = await bench.open();
    await first.generate('g');
    await first.close();
    const before = [bench.submits.length, bench.reads.length];

    const other = await bench.open({ generation: bench.generationAt(() => b) });
    const { items } = await other.generate('g');
    await bench.advance(60_000);
    expect(other.generation('g')).toMatchObject({
      status: 'failed',
      isRunning: false,
      canCancel: false,
      canRetry: false,
      canResume: false,
      isFollowedElsewhere: false,
      charged: 'yes',
      job: { id: 'job-1' },
      failure: {
        code: 'bad-input',
        resumable: false,
        message: expect.stringMatching(/a\.test.*b\.test.*Open the page/),
      },
    });
    await expect(items).rejects.toMatchObject({ code: 'bad-input' });
    for (const type of ['CANCEL', 'CHECK', 'RESUME', 'RETRY', 'DISMISS'] as const) await other.send({ type, id: 'g' });
    // The store is read again.
    await bench.store.upsertItems([{ id: 'old', url: '', prompt: '' }]);
    await bench.advance(60_000);
    expect(other.statuses()).toEqual({});
    expect([bench.submits.length, bench.reads.length, bench.cancels.length]).toEqual([...before, 0]);
    expect(other.emittedNames()).toEqual([]);
    expect(await bench.storedGenerations()).toEqual(['g']);
    await other.close();

    const again = await bench.open();
    bench.finish('job-1');
    await bench.advance(60_000);
    expect(again.statuses()).toEqual({ g: 'completed' });
    expect(again.emittedNames()).toEqual(['generation.completed g', 'item.added g/0']);
    expect(again.view().items[0]?.renewFrom?.origin).toBe(a);
  });

  it('M6: is not submitted there either, though its submit may be repeated', async () => {
    const bench = clientBench({ origin: a, idempotentSubmit: true, script: hold });
    const first = await bench.open();
    await first.generate('g');
    await first.close();
    const other = await bench.open({ generation: bench.generationAt(b) });
    await bench.advance(60_000);
    expect([bench.submits.length, other.generation('g')?.status, other.generation('g')?.charged]).toEqual([
      1,
      'failed',
      'maybe',
    ]);
    await other.close();
    await bench.open();
    await bench.advance(60_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['g', 'g']);
  });

  it('M6: leaves the list, or is shown with its items, once a page with its origin has ended it', async () => {
    const bench = clientBench({ origin: a });
    const right = await bench.open();
    const wrong = await bench.open({ generation: bench.generationAt(b) });
    await right.generate('g');
    await bench.advance(3_000);
    expect(wrong.statuses()).toEqual({ g: 'failed' });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(wrong.generation('g')).toMatchObject({ status: 'completed', failure: undefined, items: [{ id: 'g/0' }] });
    expect(wrong.emittedNames()).toEqual([]);
  });

  it('M6: has an id that no other backend submits', async () => {
    const bench = clientBench({ origin: a });
    const first = await bench.open();
    await first.generate('g');
    const other = await bench.open({ generation: bench.generationAt(b) });
    // Before the other one has read the store.
    const unread = await bench.open({
      generation: bench.generationAt(b),
      store: { ...bench.store, readGenerations: () => new Promise(() => {}) },
    });
    const { items } = await unread.generate('g');
    await bench.advance(10_000);
    await expect(items).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining(a) });
    expect([bench.submits.length, other.generation('g')?.status]).toEqual([1, 'failed']);
    expect(await bench.storedGenerations()).toEqual(['g']);
  });

  it.each([
    ['was stored without an origin', undefined, b],
    ['meets an adapter without one', a, undefined],
    [
      'meets an adapter that does not know its origin',
      a,
      () => {
        throw Error('no page');
      },
    ],
  ])('M6: is followed if it %s', async (_, stored, own) => {
    const bench = clientBench({ origin: stored });
    const first = await bench.open();
    await first.generate('g');
    await first.close();
    const next = await bench.open({ generation: bench.generationAt(own) });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(next.statuses()).toEqual({ g: 'completed' });
  });
});

describe('two clients on one store', () => {
  it.each([true, false])(
    'A4: neither list, submit, follow nor clear what the other one submits (idempotent: %s)',
    async idempotentSubmit => {
      const bench = clientBench({ idempotentSubmit, script: hold });
      const mine = await bench.open({ name: 'mine' });
      await mine.generate('g');
      const other = await bench.open({ name: 'other' });
      await bench.advance(20_000);
      expect([bench.submits.length, other.statuses()]).toEqual([1, {}]);
      expect(await bench.storedGenerations()).toEqual(['g']);
      expect(other.emittedNames()).toEqual([]);
    },
  );

  it('A4: share the gallery, and each tells its own end', async () => {
    const bench = clientBench();
    const [mine, other] = [await bench.open({ name: 'mine' }), await bench.open({ name: 'other' })];
    await mine.generate('g');
    await other.generate('h');
    bench.finish('job-1');
    bench.finish('job-2');
    await bench.advance(10_000);
    expect([mine.statuses(), other.statuses()]).toEqual([{ g: 'completed' }, { h: 'completed' }]);
    expect([mine.items().toSorted(), other.items().toSorted()]).toEqual([
      ['g/0', 'h/0'],
      ['g/0', 'h/0'],
    ]);
    expect(mine.emittedNames()).not.toContain('generation.completed h');
    expect(bench.submits).toHaveLength(2);
  });

  it('A4: do not submit an id that the other one uses, and say whose it is', async () => {
    const bench = clientBench();
    const mine = await bench.open({ name: 'mine' });
    await mine.generate('g');
    const other = await bench.open({ name: 'other' });
    const { items } = await other.generate('g');
    await bench.advance(5_000);
    await expect(items).rejects.toMatchObject({
      code: 'bad-input',
      failure: { charged: 'no' },
      message: expect.stringContaining('client "mine"'),
    });
    expect(bench.submits).toHaveLength(1);
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(mine.statuses()).toEqual({ g: 'completed' });
  });

  it('A4: take what version 0.1.0 has stored without a name', async () => {
    const bench = clientBench();
    const first = await bench.open();
    await first.generate('g');
    await first.close();
    await bench.store.updateGeneration('g', stored => {
      const { name: _, origin: __, ...old } = stored ?? expect.fail('nothing is stored');
      return old;
    });
    bench.finish('job-1');
    const next = await bench.open({ name: 'any', generation: bench.generationAt(b) });
    await bench.advance(10_000);
    await flush();
    expect(next.statuses()).toEqual({ g: 'completed' });
  });
});
