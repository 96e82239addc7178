import type { GenerationLocks } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import { clientBench, done, flush } from '../../support/client-bench.js';

const oncePerTab = (pages: readonly { emittedNames(): readonly string[] }[], words: string) =>
  pages.flatMap(page => page.emittedNames()).filter(name => name.startsWith(words));

describe('two tabs', () => {
  it('follow a generation once, both show its progress and its result, and one emits it', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g', 'fog');
    bench.finish('job-1', { kind: 'pending', progress: 0.3, message: 'drawing' });
    await bench.advance(4_000);
    expect(a.generation('g')).toMatchObject({ status: 'polling', isFollowedElsewhere: false });
    expect(b.generation('g')).toMatchObject({
      status: 'polling',
      progress: 0.3,
      message: 'drawing',
      isFollowedElsewhere: true,
      description: { prompt: 'fog' },
    });
    bench.finish('job-1');
    await bench.advance(5_000);
    expect([a.items(), b.items()]).toEqual([['g/0'], ['g/0']]);
    expect([a.statuses(), b.statuses()]).toEqual([{ g: 'completed' }, { g: 'completed' }]);
    expect(b.generation('g')?.items).toEqual(a.view().items);
    expect(b.emitted).toEqual([]);
    expect(a.emittedNames()).toEqual(['generation.started g', 'generation.completed g', 'item.added g/0']);
    expect(new Set(bench.reads.map(({ at }) => at)).size).toBe(bench.reads.length);
  });

  it('store progress at most once a second', async () => {
    const bench = clientBench({
      script: { read: call => call.answer({ kind: 'pending', progress: Math.min(0.9, bench.reads.length / 1_000) }) },
      policy: { minReadGapMs: 50, pollDelayMs: [50] },
    });
    let writes = 0;
    const counted = {
      ...bench.store,
      updateGeneration: (...call: Parameters<typeof bench.store.updateGeneration>) => {
        writes += 1;
        return bench.store.updateGeneration(...call);
      },
    };
    const page = await bench.open({ store: counted });
    await page.generate('g');
    const before = writes;
    await bench.advance(10_000);
    expect(bench.reads.length).toBeGreaterThan(100);
    expect(writes - before).toBeLessThanOrEqual(11);
    expect(writes - before).toBeGreaterThan(5);
  });

  it('take over what a closed tab has stored, without a submit', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(3_000);
    await a.close();
    await bench.advance(500);
    expect(b.generation('g')).toMatchObject({ status: 'polling', isFollowedElsewhere: false });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(b.items()).toEqual(['g/0']);
    expect(b.emittedNames()).toEqual(['generation.completed g', 'item.added g/0']);
    expect(bench.submits).toHaveLength(1);
  });

  it('hand a generation over with its lock: one stops at once, the other goes on', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(3_000);
    await bench.locks.steal('pictures/g');
    expect(a.generation('g')?.isFollowedElsewhere).toBe(true);
    expect(b.generation('g')?.isFollowedElsewhere).toBe(false);
    const reads = bench.reads.length;
    await bench.advance(10_000);
    // One reads, not two.
    expect(bench.reads.length - reads).toBeLessThanOrEqual(8);
    bench.finish('job-1');
    await bench.advance(10_000);
    expect([a.items(), b.items()]).toEqual([['g/0'], ['g/0']]);
    expect(oncePerTab([a, b], 'generation.completed')).toEqual(['generation.completed g']);
    expect([a.statuses(), b.statuses()]).toEqual([{ g: 'completed' }, { g: 'completed' }]);
  });

  it('release a lock only once there is a job, and not during a cancel', async () => {
    const bench = clientBench({ script: { submit: () => {}, cancel: () => {} } });
    const a = await bench.open();
    await a.generate('g');
    expect(bench.locks.canRelease('pictures/g')).toBe(false);
    // One that takes it all the same waits for the answer.
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await flush();
    expect(bench.locks.canRelease('pictures/g')).toBe(true);
    await a.send({ type: 'CANCEL', id: 'g' });
    expect(bench.locks.canRelease('pictures/g')).toBe(false);
  });

  it('do not stop a submit whose lock is lost, and hand the job over as soon as there is one', async () => {
    const bench = clientBench({ script: { submit: () => {} } });
    const a = await bench.open();
    await a.generate('g');
    bench.locks.locks.request('pictures/g', { onChange: () => {}, canRelease: () => false });
    await bench.locks.steal('pictures/g');
    expect(bench.submits[0]?.signal.aborted).toBe(false);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await flush();
    expect(a.generation('g')).toMatchObject({ isFollowedElsewhere: true, job: { id: 'job-1' } });
    expect((await bench.store.readGenerations())[0]?.token.job).toEqual({ id: 'job-1' });
  });

  it('cancel by the tab that follows, whichever gets the command', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(3_000);
    await b.send({ type: 'CANCEL', id: 'g' });
    expect(b.generation('g')).toMatchObject({ status: 'cancelling', canCancel: false });
    await bench.advance(1_000);
    expect(bench.cancels).toHaveLength(1);
    expect([a.statuses(), b.statuses()]).toEqual([{ g: 'cancelled' }, { g: 'cancelled' }]);
    expect(oncePerTab([a, b], 'generation.cancelled')).toEqual(['generation.cancelled g']);
  });

  it("see another tab's cancel request in the answer to their own write, and do not overwrite it", async () => {
    const bench = clientBench();
    // It is not notified of changes.
    const a = await bench.open({ store: { ...bench.store, watch: () => () => {} } });
    await a.generate('g');
    await bench.advance(1_500);
    const b = await bench.open();
    await b.send({ type: 'CANCEL', id: 'g' });
    await bench.advance(1_000);
    expect(bench.cancels).toEqual([]);
    bench.finish('job-1', { kind: 'pending', progress: 0.7 });
    await bench.advance(5_000);
    expect(bench.cancels).toHaveLength(1);
    expect(a.statuses()).toEqual({ g: 'cancelled' });
  });

  it('do not store a removed generation again', async () => {
    const bench = clientBench();
    const a = await bench.open();
    await a.generate('g');
    await bench.advance(1_500);
    await bench.store.updateGeneration('g', () => undefined);
    bench.finish('job-1', { kind: 'pending', progress: 0.7 });
    await bench.advance(20_000);
    expect(a.generation('g')).toMatchObject({ status: 'polling', progress: 0.7 });
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('read the store, and nothing else, on CHECK of a generation that the other follows', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(9_000);
    const reads = bench.reads.length;
    await b.send({ type: 'CHECK', id: 'g' });
    expect(bench.reads).toHaveLength(reads);
    expect(b.generation('g')?.isFollowedElsewhere).toBe(true);
  });

  it('share a failure: resumed or dismissed in one, it is so in the other', async () => {
    const bench = clientBench({ policy: { deadlineMs: 20_000 } });
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await a.generate('h');
    await bench.advance(60_000);
    expect(b.statuses()).toEqual({ g: 'failed', h: 'failed' });
    expect(oncePerTab([a, b], 'generation.failed')).toEqual(['generation.failed g', 'generation.failed h']);
    await b.send({ type: 'RESUME', id: 'g' });
    await a.send({ type: 'DISMISS', id: 'h' });
    await bench.advance(1_000);
    expect(a.generation('g')).toMatchObject({ status: 'polling', isFollowedElsewhere: true });
    expect(b.generation('g')).toMatchObject({ status: 'polling', isFollowedElsewhere: false });
    expect(b.generation('h')).toBeUndefined();
    bench.finish('job-1');
    await bench.advance(10_000);
    expect([a.items(), b.items()]).toEqual([['g/0'], ['g/0']]);
    expect(oncePerTab([a, b], 'generation.completed')).toEqual(['generation.completed g']);
  });

  it('remove in both what is removed in one', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    bench.finish('job-1', done('job-1', 2));
    await bench.advance(5_000);
    await b.send({ type: 'REMOVE', id: 'g/0' });
    await bench.advance(1_000);
    expect([a.items(), b.items()]).toEqual([['g/1'], ['g/1']]);
    expect(a.generation('g')?.items.map(({ id }) => id)).toEqual(['g/1']);
    expect([a, b].map(({ emittedNames }) => emittedNames().filter(word => word.startsWith('item.removed')))).toEqual([
      [],
      ['item.removed g/0'],
    ]);
    await a.send({ type: 'CLEAR' });
    await bench.advance(1_000);
    expect([a.items(), b.items()]).toEqual([[], []]);
  });

  it('do not start an id that the other has started', async () => {
    const bench = clientBench();
    const a = await bench.open();
    await a.generate('g');
    await bench.advance(3_000);
    const b = await bench.open();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await b.generate('g');
    warn.mockRestore();
    // And one that has not read the store yet.
    const c = await bench.open({ store: { ...bench.store, readGenerations: () => new Promise(() => {}) } });
    await c.generate('g');
    await bench.advance(5_000);
    expect(bench.submits).toHaveLength(1);
  });

  it('both follow without locks, and share the gallery and the events', async () => {
    const bench = clientBench({ locks: undefined });
    const [a, b] = [await bench.open({ locks: undefined }), await bench.open({ locks: undefined })];
    await a.generate('g');
    await bench.advance(3_000);
    expect([a, b].map(page => page.generation('g')?.isFollowedElsewhere)).toEqual([false, false]);
    bench.finish('job-1');
    await bench.advance(10_000);
    expect([a.items(), b.items()]).toEqual([['g/0'], ['g/0']]);
    expect(oncePerTab([a, b], 'generation.completed')).toEqual(['generation.completed g']);
    expect(oncePerTab([a, b], 'item.added')).toEqual(['item.added g/0']);
    expect([a.statuses(), b.statuses()]).toEqual([{ g: 'completed' }, { g: 'completed' }]);
  });

  it('do not take a submit of the other for an interrupted one, without locks', async () => {
    const bench = clientBench({ locks: undefined, script: { submit: () => {} } });
    const [a, b] = [await bench.open({ locks: undefined }), await bench.open({ locks: undefined })];
    await a.generate('g');
    await bench.advance(20_000);
    expect(b.generation('g')).toMatchObject({ status: 'submitting', isFollowedElsewhere: true });
    expect(await bench.storedGenerations()).toEqual(['g']);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await bench.advance(3_000);
    expect([a, b].map(page => page.generation('g')?.status)).toEqual(['polling', 'polling']);
    bench.finish('job-1');
    await bench.advance(20_000);
    expect(oncePerTab([a, b], 'generation.')).toEqual(['generation.started g', 'generation.completed g']);
  });

  it('know only by its age that a submit was interrupted, without locks', async () => {
    const bench = clientBench({ locks: undefined, script: { submit: () => {} } });
    const a = await bench.open({ locks: undefined });
    await a.generate('g');
    await a.close();
    const b = await bench.open({ locks: undefined });
    await bench.advance(149_000);
    expect(b.statuses()).toEqual({ g: 'submitting' });
    await bench.advance(2_000);
    expect(b.generation('g')?.failure?.code).toBe('interrupted');
    expect(bench.submits).toHaveLength(1);
  });

  it.each<[string, GenerationLocks]>([
    ['never answer', { request: () => () => {} }],
    [
      'throw',
      {
        request: () => {
          throw Error('no locks here');
        },
      },
    ],
    // As what is no function is, when it is called.
    ['return no function', { request: () => JSON.parse('7') }],
    [
      'report an unknown state',
      {
        request: (_, { onChange }) => {
          onChange(JSON.parse('"mine"'));
          return () => {};
        },
      },
    ],
  ])('runs a generation with locks that %s', async (_, locks) => {
    const bench = clientBench();
    const page = await bench.open({ locks });
    await page.generate('g');
    await bench.advance(2_000);
    expect(page.statuses()).toEqual({ g: 'polling' });
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.items()).toEqual(['g/0']);
  });

  it('release every lock when all has ended', async () => {
    const bench = clientBench();
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(2_000);
    expect(bench.locks.count('pictures/g')).toBe(2);
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(bench.locks.count('pictures/g')).toBe(0);
    await b.close();
  });

  it('count only what they follow themselves against their concurrency', async () => {
    const bench = clientBench({ concurrency: 1 });
    const [a, b] = [await bench.open(), await bench.open()];
    await a.generate('g');
    await bench.advance(1_000);
    await b.generate('h');
    expect(b.statuses()).toEqual({ g: 'polling', h: 'polling' });
    await a.close();
    await bench.advance(500);
    // What it takes over waits for its turn, before what nobody has paid for.
    await b.generate('i');
    expect(b.view().generations.map(({ id, status, queuePosition }) => [id, status, queuePosition])).toEqual([
      ['i', 'queued', 1],
      ['h', 'polling', undefined],
      ['g', 'queued', 0],
    ]);
  });
});
