import type { GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, done, flush, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const day = 86_400_000;

describe('after a reload', () => {
  it('finds every running generation again, submits none twice, and shows what is stored', async () => {
    const bench = clientBench();
    const first = await bench.open();
    bench.finish('job-1', { kind: 'pending', progress: 0.4, message: 'drawing' });
    for (const id of ['a', 'b', 'c']) await first.generate(id, id);
    await bench.advance(5_000);
    await first.close();

    const second = await bench.open();
    expect(second.statuses()).toEqual({ a: 'polling', b: 'polling', c: 'polling' });
    expect(second.generation('a')).toMatchObject({
      progress: 0.4,
      message: 'drawing',
      description: { prompt: 'a' },
      startedAt: 1_800_000_000_000,
      isFollowedElsewhere: false,
    });
    for (const job of ['job-1', 'job-2', 'job-3']) bench.finish(job);
    await bench.advance(10_000);
    expect(second.items().sort()).toEqual(['a/0', 'b/0', 'c/0']);
    expect(
      second
        .view()
        .items.map(({ prompt }) => prompt)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(bench.submits).toHaveLength(3);
    expect(await bench.storedGenerations()).toEqual([]);
    // The earlier session emitted that they started.
    expect(second.emittedNames().filter(name => name.startsWith('generation.started'))).toEqual([]);
    expect(
      second
        .emittedNames()
        .filter(name => name.startsWith('generation.completed'))
        .sort(),
    ).toEqual(['generation.completed a', 'generation.completed b', 'generation.completed c']);
  });

  it('shows the stored progress before anything was read', async () => {
    const bench = clientBench();
    const first = await bench.open();
    bench.finish('job-1', { kind: 'pending', progress: 0.4, message: 'drawing' });
    await first.generate('a');
    await bench.advance(5_000);
    await first.close();
    // Who holds the name does not let it go.
    bench.locks.locks.request('pictures/a', { onChange: () => {}, canRelease: () => false });
    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({
      status: 'polling',
      progress: 0.4,
      message: 'drawing',
      isFollowedElsewhere: true,
      canCancel: true,
    });
  });

  it('fails a generation whose submit was interrupted: it may have been charged, and is not sent again', async () => {
    const bench = clientBench({ script: { submit: () => {} } });
    const first = await bench.open();
    await first.generate('a');
    expect(bench.submits).toHaveLength(1);
    await first.close();
    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'interrupted', charged: 'maybe', resumable: false, retryable: false },
    });
    expect(second.emittedNames()).toEqual(['generation.failed a']);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(bench.submits).toHaveLength(1);
  });

  it('sends an interrupted submit again with the same id and key if that is charged once and the input was stored', async () => {
    const bench = clientBench({ idempotentSubmit: true, script: { submit: () => {} } });
    const first = await bench.open();
    await first.generate('a', 'fog');
    await first.close();
    const second = await bench.open();
    expect(bench.submits.map(({ about, idempotencyKey }) => [about, idempotencyKey])).toEqual([
      [{ prompt: 'fog' }, 'a'],
      [{ prompt: 'fog' }, 'a'],
    ]);
    bench.finish('job-1');
    bench.submits[1]?.answer({ job: { id: 'job-1' } });
    await bench.advance(5_000);
    expect(second.items()).toEqual(['a/0']);
    expect(second.emittedNames()).toEqual(['generation.completed a', 'item.added a/0']);
  });

  it.each([
    ['a file', { prompt: 'fog', file: new Blob(['x']) }],
    ['a number that is none', { prompt: 'fog', steps: Number.NaN }],
    ['a date', { prompt: 'fog', at: new Date(0) }],
  ])('does not send it again if the input holds %s, which does not survive JSON', async (_, input) => {
    const bench = clientBench({ idempotentSubmit: true, script: { submit: () => {} } });
    const first = await bench.open();
    await first.send({ type: 'GENERATE', id: 'a', input });
    await first.close();
    const second = await bench.open();
    expect(second.generation('a')?.failure?.code).toBe('interrupted');
    expect(bench.submits).toHaveLength(1);
  });

  it('reads a generation that is past its deadline once before it fails', async () => {
    const bench = clientBench();
    const first = await bench.open();
    await first.generate('a');
    await first.generate('b');
    await first.close();
    bench.world.skip(2 * day);
    bench.finish('job-2');
    const reads = bench.reads.length;
    const second = await bench.open();
    expect(second.items()).toEqual(['b/0']);
    expect(second.generation('a')).toMatchObject({ status: 'failed', failure: { code: 'deadline' }, canResume: true });
    expect(bench.reads).toHaveLength(reads + 2);
  });

  it('shows a resumable failure for 24 hours, and emits nothing for it', async () => {
    const bench = clientBench({ policy: { deadlineMs: 20_000 } });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(60_000);
    await first.close();
    bench.world.skip(day - 60_000);
    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({ status: 'failed', canResume: true, isFollowedElsewhere: false });
    expect(second.emitted).toEqual([]);
    await second.close();
    bench.world.skip(60_000);
    const third = await bench.open();
    expect(third.view().generations).toEqual([]);
    await flush();
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('resumes a failed generation', async () => {
    const bench = clientBench({ policy: { deadlineMs: 20_000 } });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(60_000);
    await first.close();
    const second = await bench.open();
    bench.finish('job-1');
    await second.send({ type: 'RESUME', id: 'a' });
    await bench.advance(5_000);
    expect(second.items()).toEqual(['a/0']);
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('goes on with a cancel that was under way', async () => {
    const bench = clientBench({ script: { cancel: () => {} } });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(2_000);
    await first.send({ type: 'CANCEL', id: 'a' });
    await bench.advance(2_000);
    await first.close();
    const second = await bench.open();
    expect(bench.cancels).toHaveLength(2);
    bench.cancels[1]?.answer();
    await flush();
    expect(second.statuses()).toEqual({ a: 'cancelled' });
    expect(second.items()).toEqual([]);
  });

  it.each([false, true])(
    'A1 ends a generation that was cancelled during its submit as cancelled, and submits it no more (idempotentSubmit: %s)',
    async idempotentSubmit => {
      const bench = clientBench({ idempotentSubmit, script: { submit: () => {} } });
      const first = await bench.open();
      await first.generate('a');
      await first.send({ type: 'CANCEL', id: 'a' });
      expect(first.statuses()).toEqual({ a: 'cancelling' });
      await first.close();
      const second = await bench.open();
      expect(second.generation('a')).toMatchObject({ status: 'cancelled', stopped: false, charged: 'maybe' });
      expect(second.emittedNames()).toEqual(['generation.cancelled a']);
      await bench.advance(60_000);
      expect(bench.submits).toHaveLength(1);
      expect(await bench.storedGenerations()).toEqual([]);
    },
  );

  it('A1 stores a cancel during the submit again if the store failed', async () => {
    const bench = clientBench({ idempotentSubmit: true, script: { submit: () => {} } });
    let isFull = false;
    const first = await bench.open({
      store: {
        ...bench.store,
        updateGeneration: async (id, change) => {
          if (isFull) throw error('storage-full');
          return bench.store.updateGeneration(id, change);
        },
      },
    });
    await first.generate('a');
    isFull = true;
    await first.send({ type: 'CANCEL', id: 'a' });
    isFull = false;
    await bench.advance(1_000);
    await first.close();
    const second = await bench.open();
    expect(second.statuses()).toEqual({ a: 'cancelled' });
    expect(bench.submits).toHaveLength(1);
  });

  it('A1 goes on with a cancel that was requested between two saves', async () => {
    const bench = clientBench({ script: { cancel: () => {} } });
    const first = await bench.open();
    await first.generate('a');
    await first.send({ type: 'CANCEL', id: 'a' });
    expect(bench.cancels).toHaveLength(1);
    await first.close();
    const second = await bench.open();
    expect(second.statuses()).toEqual({ a: 'cancelling' });
    expect(bench.cancels).toHaveLength(2);
  });

  it('fails a generation whose job fails', async () => {
    const bench = clientBench();
    const first = await bench.open();
    await first.generate('a');
    await first.close();
    const failure = { code: 'job-failed', message: 'no', retryable: true, resumable: false, charged: 'no' } as const;
    bench.finish('job-1', { kind: 'failed', failure });
    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({ status: 'failed', canRetry: false });
    expect(second.emittedNames()).toEqual(['generation.failed a']);
    expect(await bench.storedGenerations()).toEqual([]);
  });
});

describe('a page that is killed', () => {
  /** A store whose calls can be made to be the last ones of a page. */
  function dyingStore() {
    const whole = memoryStore<Item>();
    const log: string[] = [];
    let dies: string | undefined;
    const never = new Promise<never>(() => {});
    const step = <TResult>(name: string, act: () => Promise<TResult>): Promise<TResult> => {
      log.push(name);
      if (dies === `before ${name}`) return never;
      const done = act();
      return dies === `after ${name}` ? never : done;
    };
    const store: GenerationStore<Item> = {
      ...whole,
      updateGeneration: (id, change) => step('updateGeneration', () => whole.updateGeneration(id, change)),
      upsertItems: items => step('upsertItems', () => whole.upsertItems(items)),
    };
    return { store, log, die: (at: string | undefined) => (dies = at) };
  }

  it('before the generation was stored has sent no submit, and leaves nothing', async () => {
    const { store, die } = dyingStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    die('before updateGeneration');
    await first.generate('a');
    expect(bench.submits).toEqual([]);
    await first.close();
    die(undefined);
    const second = await bench.open();
    expect(second.view().generations).toEqual([]);
  });

  it('stores the generation within generate, before anything but the lock is awaited', async () => {
    const { store, log } = dyingStore();
    const bench = clientBench({ store, locks: undefined });
    const page = await bench.open({ locks: undefined });
    page.client.generate({ prompt: 'fog' });
    expect(log).toEqual(['updateGeneration']);
    expect(bench.submits).toEqual([]);
  });

  it.each(['before upsertItems', 'after upsertItems'])(
    '%s shows the item once, in this session or the next',
    async at => {
      const { store, die } = dyingStore();
      const bench = clientBench({ store });
      const first = await bench.open();
      await first.generate('a');
      bench.finish('job-1');
      die(at);
      await bench.advance(3_000);
      await first.close();
      die(undefined);
      const second = await bench.open();
      await bench.advance(3_000);
      expect(second.items()).toEqual(['a/0']);
      expect(await bench.storedGenerations()).toEqual([]);
      expect(bench.submits).toHaveLength(1);
    },
  );

  it('between commit and removal repeats an upsert that changes nothing, and emits nothing', async () => {
    const { store, die } = dyingStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(1_500);
    bench.finish('job-1', done('job-1', 2));
    die('before updateGeneration');
    await bench.advance(3_000);
    expect(first.emittedNames()).toContain('generation.completed a');
    await first.close();
    die(undefined);
    expect(await bench.storedGenerations()).toEqual(['a']);
    const second = await bench.open();
    await bench.advance(3_000);
    expect(second.items()).toEqual(['a/0', 'a/1']);
    expect(second.emitted).toEqual([]);
    expect(second.statuses()).toEqual({ a: 'completed' });
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('that is offline for a while loses nothing: the generation can be resumed', async () => {
    const bench = clientBench({
      policy: { maxOutageMs: 5_000 },
      script: { read: call => call.refuse(error('network')) },
    });
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(60_000);
    expect(first.generation('a')).toMatchObject({ failure: { code: 'unreachable' }, canResume: true });
    await first.close();
    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({ failure: { code: 'unreachable' }, canResume: true });
  });
});
