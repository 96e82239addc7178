import { describe, expect, it } from 'vitest';
import { flush, pending, started, streaming, succeeded } from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;

describe('a page asleep', () => {
  it.each([
    ['connecting', () => started()],
    ['streaming', () => streaming()],
    ['reading', () => streaming({ read: () => {} })],
    ['polling', () => started(withoutStream)],
    ['waiting to reopen', () => started({ events: stream => stream.end() })],
  ])('has neither stream nor read: %s', async (_, begin) => {
    const run = await begin();
    await run.world.emit('asleep');
    expect(run.calls().filter(({ kind, signal }) => kind !== 'submit' && !signal.aborted)).toEqual([]);
    const calls = run.calls().length;
    await run.send({ type: 'CHECK' });
    await run.advance(300_000);
    expect(run.calls()).toHaveLength(calls);
    expect(run.outcomes()).toEqual([]);
  });

  it('reads at once on waking, and listens again', async () => {
    const run = await streaming();
    run.stream().id('42');
    await run.advance(2_000);
    await run.world.emit('asleep');
    await run.advance(100_000);
    await run.world.emit('woke');
    expect(run.readTimes()).toEqual([0, 102_000]);
    expect(run.streams.map(({ at, lastEventId }) => [at, lastEventId])).toEqual([
      [0, undefined],
      [102_000, '42'],
    ]);
    run.stream().push(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('does not listen again where there is no stream', async () => {
    const run = await started(withoutStream);
    await run.world.emit('asleep');
    await run.world.emit('woke');
    await run.advance(60_000);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'refused' });
  });

  it('hears nothing of what it has stopped', async () => {
    const run = await streaming({ read: () => {}, ignoresAbort: true });
    await run.world.emit('asleep');
    run.stream().push(succeeded);
    run.read().answer(succeeded);
    await flush();
    expect(run.outcomes()).toEqual([]);
  });

  it('stays asleep however often it is told so', async () => {
    const run = await streaming();
    await run.world.emit('asleep');
    await run.world.emit('asleep');
    await run.advance(60_000);
    expect(run.calls()).toHaveLength(3);
    await run.world.emit('woke');
    expect(run.streams).toHaveLength(2);
  });
});

describe('waking', () => {
  it('restarts a read in flight that began before an unnoticed sleep', async () => {
    const run = await streaming({ read: () => {} });
    await run.advance(2_000);
    run.world.skip(20_000);
    await run.world.emit('woke');
    expect(run.reads.map(({ at, signal }) => [at, signal.aborted])).toEqual([
      [0, true],
      [2_000, false],
    ]);
  });

  it('without having slept reads at once and keeps the stream', async () => {
    const run = await streaming();
    await run.advance(7_000);
    await run.world.emit('woke');
    expect(run.readTimes()).toEqual([0, 7_000]);
    expect(run.streamTimes()).toEqual([0]);
    expect(run.view().connection).toBe('open');
  });

  it('opens a lost stream at once', async () => {
    const run = await started({ events: stream => stream.end() });
    await run.advance(40_000);
    await run.world.emit('woke');
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 40_000]);
  });

  it('is one read, however often it is told within a second', async () => {
    const run = await started(withoutStream);
    await run.advance(7_000);
    for (let times = 0; times < 5; times += 1) await run.world.emit('woke');
    await run.advance(1_000);
    expect(run.readTimes().slice(3)).toEqual([7_000, 8_000]);
  });
});

describe('offline', () => {
  it('waits 30 s between two reads, and never forbids one', async () => {
    const run = await started(withoutStream);
    await run.advance(2_000);
    await run.world.emit('offline');
    await run.advance(100_000);
    // The wait that had begun is kept.
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 33_000, 63_000, 93_000]);
  });

  it('reads when asked to', async () => {
    const run = await started(withoutStream);
    await run.world.emit('offline');
    await run.advance(20_000);
    const reads = run.reads.length;
    await run.send({ type: 'CHECK' });
    expect(run.reads).toHaveLength(reads + 1);
  });

  it('does not shorten a longer wait that the backend asked for', async () => {
    const run = await started({
      ...withoutStream,
      read: call => call.answer({ kind: 'pending', readAfterMs: 50_000 }),
    });
    await run.world.emit('offline');
    await run.advance(49_999);
    expect(run.readTimes()).toEqual([0]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([0, 50_000]);
  });

  it('believes what it reads nevertheless', async () => {
    const run = await started(withoutStream);
    await run.world.emit('offline');
    run.script.read = call => call.answer(succeeded);
    await run.advance(31_000);
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('keeps the stream, which may know better', async () => {
    const run = await streaming();
    await run.world.emit('offline');
    run.stream().push(pending);
    await flush();
    expect(run.view()).toMatchObject({ status: 'streaming', connection: 'open' });
  });

  it('reads at once and opens a lost stream at once when it is over', async () => {
    const run = await started({ events: stream => stream.end() });
    await run.world.emit('offline');
    await run.advance(45_000);
    await run.world.emit('online');
    expect(run.readTimes().at(-1)).toBe(45_000);
    expect(run.streamTimes().at(-1)).toBe(45_000);
  });
});

describe('the watch over the page', () => {
  it('is one while the job is followed, and none after it', async () => {
    const run = await streaming();
    expect(run.world.listenerCount).toBe(1);
    run.stream().push(succeeded);
    await flush();
    expect(run.world.listenerCount).toBe(0);
  });
});
