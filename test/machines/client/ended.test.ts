import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, done, type Item } from '../../support/client-bench.js';

const refused = {
  kind: 'failed',
  failure: {
    code: 'moderated',
    message: 'The prompt was refused.',
    retryable: false,
    resumable: false,
    charged: 'no',
    details: { prompt: 'secret' },
  },
} as const;

/** What is left of ended generations. */
const endsIn = async (store: ReturnType<typeof clientBench>['store']) =>
  (await store.readGenerations()).flatMap(({ token, ended }) => (ended ? [[token.id, ended.status]] : []));

describe('the id of a generation that has ended', () => {
  it.each([true, false])(
    'A5: is not submitted by another tab, which gets the items (idempotent: %s)',
    async idempotentSubmit => {
      const bench = clientBench({ idempotentSubmit });
      const [a, b] = [await bench.open(), await bench.open()];
      bench.finish('job-1', done('job-1', 2));
      const first = await a.generate('g');
      const second = await b.generate('g');
      await bench.advance(10_000);
      await expect(first.items).resolves.toMatchObject([{ id: 'g/0' }, { id: 'g/1' }]);
      await expect(second.items).resolves.toMatchObject([{ id: 'g/0' }, { id: 'g/1' }]);
      expect([a.statuses(), b.statuses()]).toEqual([{ g: 'completed' }, { g: 'completed' }]);
      expect(bench.submits).toHaveLength(1);
      expect([...a.emittedNames(), ...b.emittedNames()].filter(name => name === 'generation.completed g')).toHaveLength(
        1,
      );
    },
  );

  it.each([true, false])(
    'A5: is known after a reload, whose handle resolves (idempotent: %s)',
    async idempotentSubmit => {
      const bench = clientBench({ idempotentSubmit });
      const first = await bench.open();
      bench.finish('job-1');
      await first.generate('g');
      await bench.advance(5_000);
      await first.close();
      const next = await bench.open();
      await bench.advance(1_000);
      expect(next.statuses()).toEqual({});
      const { items } = await next.generate('g', 'another prompt');
      await bench.advance(1_000);
      await expect(items).resolves.toMatchObject([{ id: 'g/0', prompt: 'a lighthouse' }]);
      expect(next.generation('g')).toMatchObject({ status: 'completed', isRunning: false, job: { id: 'job-1' } });
      expect(next.emittedNames()).toEqual([]);
      expect(bench.submits).toHaveLength(1);
    },
  );

  it('A5: is known after 20 newer ends, and finds items beyond those that are shown', async () => {
    const bench = clientBench({ limit: 3 });
    const page = await bench.open();
    for (let count = 1; count <= 25; count += 1) {
      bench.finish(`job-${count}`);
      await page.generate(`g-${count}`);
      await bench.advance(3_000);
    }
    expect(page.generation('g-1')).toBeUndefined();
    const { items } = await page.generate('g-1');
    await bench.advance(3_000);
    await expect(items).resolves.toMatchObject([{ id: 'g-1/0' }]);
    expect(bench.submits).toHaveLength(25);
    expect(page.items()).toEqual(['g-25/0', 'g-24/0', 'g-23/0']);
  });

  it('A5: tells the true reason of a failure, in another tab and after a reload', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    bench.finish('job-1', refused);
    const handles = [await a.generate('g'), await b.generate('g')];
    await bench.advance(5_000);
    await expect(handles[0]?.items).rejects.toMatchObject({ code: 'moderated', message: 'The prompt was refused.' });
    await expect(handles[1]?.items).rejects.toMatchObject({
      code: 'moderated',
      message: expect.stringMatching(/g has failed before, with the code moderated \(charged: no\)/),
    });
    await a.close();
    const next = await bench.open();
    const { items } = await next.generate('g');
    await bench.advance(1_000);
    await expect(items).rejects.toMatchObject({
      code: 'moderated',
      failure: { charged: 'no', resumable: false, job: { id: 'job-1' } },
    });
    expect([bench.submits.length, next.emittedNames()]).toEqual([1, []]);
  });

  it('A5: tells that it was cancelled', async () => {
    const bench = clientBench();
    const first = await bench.open();
    await first.generate('g');
    await first.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(15_000);
    expect(first.statuses()).toEqual({ g: 'cancelled' });
    await first.close();
    const next = await bench.open();
    const { items } = await next.generate('g');
    await bench.advance(1_000);
    await expect(items).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('was cancelled'),
    });
    expect(bench.submits).toHaveLength(1);
  });

  it('A5: is not changed by a write that the store carries out later', async () => {
    const bench = clientBench();
    const late: (() => Promise<unknown>)[] = [];
    let count = 0;
    const page = await bench.open({
      store: {
        ...bench.store,
        async updateGeneration(id, change) {
          count += 1;
          // The first one stores the wish, and the second one its job.
          if (count !== 2) return bench.store.updateGeneration(id, change);
          late.push(() => bench.store.updateGeneration(id, change));
          return new Promise(() => {});
        },
      },
    });
    await page.generate('g');
    await bench.advance(10_000);
    bench.finish('job-1');
    await bench.advance(20_000);
    expect([page.statuses(), late.length]).toEqual([{ g: 'completed' }, 1]);
    const ends = await bench.store.readGenerations();
    expect(ends).toMatchObject([{ token: { id: 'g' }, ended: { status: 'completed' } }]);
    await Promise.all(late.map(write => write()));
    expect(await bench.store.readGenerations()).toEqual(ends);
  });

  it('A5: shows the result of a page that closed between storing the items and the job', async () => {
    const bench = clientBench({ idempotentSubmit: true });
    const first = await bench.open({
      store: {
        ...bench.store,
        updateGeneration: async (id, change) =>
          bench.store.updateGeneration(id, found => (found ? found : change(found))),
      },
    });
    bench.finish('job-1');
    await first.generate('g');
    await bench.advance(5_000);
    await first.close();
    expect([await bench.storedGenerations(), await bench.storedItems()]).toEqual([['g'], ['g/0']]);
    const next = await bench.open();
    await bench.advance(5_000);
    expect([next.statuses(), next.items(), next.emittedNames(), bench.submits.length]).toEqual([
      { g: 'completed' },
      ['g/0'],
      [],
      1,
    ]);
    expect(await endsIn(bench.store)).toEqual([['g', 'completed']]);
  });

  it('A5: does not tell that nothing was charged of an id that runs in an earlier session', async () => {
    const bench = clientBench();
    const first = await bench.open();
    await first.generate('g');
    await bench.advance(2_000);
    await first.close();
    const next = await bench.open();
    next.client.generate({ prompt: 'again' }, { id: 'g' });
    await next.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(15_000);
    expect(bench.cancels.map(({ about }) => about)).toEqual([{ id: 'job-1' }]);
    expect(next.generation('g')).toMatchObject({ status: 'cancelled', charged: 'maybe' });
    expect(bench.submits).toHaveLength(1);
  });

  it('A5: leaves little behind: no input, no details, and the newest 200', async () => {
    const bench = clientBench({
      concurrency: 300,
      describe: () => ({ words: 'secret' }),
      idempotentSubmit: true,
      script: { submit: call => call.answer({ job: { id: `job-${bench.submits.length}`, request: 'secret' } }) },
    });
    const page = await bench.open();
    for (let count = 1; count <= 205; count += 1) {
      bench.finish(`job-${count}`, refused);
      page.client.generate({ prompt: `secret ${count}` }, { id: `g-${count}` });
    }
    await bench.advance(60_000);
    const stored = await bench.store.readGenerations();
    expect(stored).toHaveLength(200);
    expect(JSON.stringify(stored)).not.toContain('secret');
    expect(JSON.stringify(stored[0]).length).toBeLessThan(600);
  });

  it('A5: is not followed again by a dismissed failure, nor listed in the other tab', async () => {
    const bench = clientBench({ policy: { deadlineMs: 20_000 } });
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(60_000);
    expect(b.generation('g')?.canResume).toBe(true);
    await a.send({ type: 'DISMISS', id: 'g' });
    await bench.advance(1_000);
    expect([a.statuses(), b.statuses()]).toEqual([{}, {}]);
    await b.close();
    const next = await bench.open();
    const { items } = await next.generate('g');
    await bench.advance(1_000);
    await expect(items).rejects.toMatchObject({ code: 'deadline', failure: { resumable: false } });
    expect(bench.submits).toHaveLength(1);
  });

  it('A5: stays ended whatever another tab writes late', async () => {
    const store = memoryStore<Item>();
    const bench = clientBench({ store, locks: undefined });
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(2_000);
    bench.finish('job-1');
    await bench.advance(10_000);
    for (const page of [a, b]) expect(page.statuses()).toEqual({ g: 'completed' });
    await bench.advance(60_000);
    expect(await endsIn(store)).toEqual([['g', 'completed']]);
    expect(await bench.storedGenerations()).toEqual([]);
  });
});
