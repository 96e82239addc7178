import { describe, expect, it } from 'vitest';
import type { ScriptedStream } from '../../support/scripted-adapter.js';
import {
  error,
  failed,
  flush,
  type Output,
  opened,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

type Run = Awaited<ReturnType<typeof streaming>>;

describe('a stream that tells', () => {
  it('only the outcome leaves the reads to the polling schedule', async () => {
    const run = await streaming({ says: { stream: { tells: 'outcome' } } });
    await run.advance(20_000);
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000]);
    expect(run.view().connection).toBe('open');
    run.stream().push(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('the states of the job needs no second opinion on a failure', async () => {
    const run = await streaming({ says: { stream: { tells: 'states' } } });
    const reads = run.reads.length;
    run.stream().push(failed);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'job-failed' } }]);
    expect(run.reads).toHaveLength(reads);
  });

  it.each([
    ['ends', (run: Run) => run.stream().end()],
    ['breaks', (run: Run) => run.stream().fail(error('network'))],
    ['is refused', (run: Run) => run.stream().fail(error('not-found'))],
    ['falls asleep', (run: Run) => run.world.emit('asleep')],
    ['is silent for 45 s', (run: Run) => run.advance(45_000)],
  ])('the job itself ends with it as interrupted, and is not opened again: it %s', async (_, lose) => {
    const says = { stream: { tells: 'states', isJob: true } } as const;
    const run = await streaming({ says, read: call => call.answer({ kind: 'ignored' }) });
    await lose(run);
    await flush();
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'interrupted', charged: 'maybe', resumable: false } }]);
    expect(run.streams).toHaveLength(1);
  });

  it('what changes is confirmed by a read', async () => {
    const run = await streaming();
    const reads = run.reads.length;
    run.stream().push(failed);
    await flush();
    expect(run.reads).toHaveLength(reads + 1);
  });
});

describe('a stream beside a read that gets no answer', () => {
  it('E3: gives way if it has shown nothing of its job, and the job is read', async () => {
    const run = await opened({ read: () => {} });
    await run.advance(15_999);
    expect(run.reads).toHaveLength(2);
    run.script.read = call => call.answer(succeeded);
    expect(run.stream().signal.aborted).toBe(false);
    run.stream().alive();
    await run.advance(1);
    expect(run.stream().signal.aborted).toBe(true);
    await run.advance(1_000);
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('E3: stays open if it has shown the job', async () => {
    const run = await opened({ read: () => {} });
    await run.advance(2_000);
    run.stream().push(pending);
    await run.advance(38_000);
    expect(run.stream().signal.aborted).toBe(false);
  });
});

describe('connecting', () => {
  it('opens one stream and holds the reads for 10 s', async () => {
    const run = await started();
    await run.advance(9_999);
    expect(run.streamTimes()).toEqual([0]);
    expect(run.readTimes()).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'connecting', connection: 'connecting' });
  });

  it('starts the reads after 10 s and leaves the stream listening', async () => {
    const run = await started();
    await run.advance(10_000);
    expect(run.readTimes()).toEqual([10_000]);
    expect(run.stream().signal.aborted).toBe(false);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'connecting' });
  });

  it('is over with the first update of an adapter that does not say that the stream is open', async () => {
    const run = await started();
    await run.advance(5_000);
    run.stream().push(pending);
    await flush();
    expect(run.view().status).toBe('streaming');
    expect(run.readTimes()).toEqual([5_000]);
  });

  it('loses nothing of a stream whose headers come after 15 s', async () => {
    const run = await started();
    await run.advance(15_000);
    expect(run.readTimes()).toEqual([10_000, 11_000, 13_000]);
    run.stream().open();
    await flush();
    expect(run.readTimes()).toEqual([10_000, 11_000, 13_000, 15_000]);
    expect(run.view()).toMatchObject({ status: 'streaming', connection: 'open' });
    await run.advance(3_000);
    run.stream().push(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
    expect(run.streamTimes()).toEqual([0]);
  });

  it('starts the reads at once when the stream is lost before it opened', async () => {
    const run = await started();
    await run.advance(3_000);
    run.stream().fail(error('network', { status: 500 }));
    await flush();
    expect(run.readTimes()).toEqual([3_000]);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'lost' });
  });

  it('takes an adapter without events for a stream refused at once', async () => {
    const run = await started({ without: ['events'] });
    expect(run.readTimes()).toEqual([0]);
    await run.advance(400_000);
    expect(run.streams).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'refused' });
  });

  it('never asks again for a stream that does not exist', async () => {
    const run = await started();
    run.stream().fail(error('not-found'));
    await run.advance(400_000);
    expect(run.streamTimes()).toEqual([0]);
    expect(run.readTimes().slice(0, 2)).toEqual([0, 1_000]);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'refused' });
  });
});

describe('streaming', () => {
  it('reads at once on opening, because what was published before is never sent again', async () => {
    const run = await started({ read: call => call.answer(succeeded) });
    await run.advance(2_000);
    run.stream().open();
    await flush();
    expect(run.readTimes()).toEqual([2_000]);
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('is lost after 45 s without a byte', async () => {
    const run = await streaming();
    await run.advance(10_500);
    run.stream().alive();
    await run.advance(44_999);
    expect(run.view()).toMatchObject({ status: 'streaming', connection: 'open' });
    await run.advance(1);
    expect(run.streams[0]?.signal.aborted).toBe(true);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'lost' });
  });

  it('is kept by pings', async () => {
    const run = await streaming();
    for (let pings = 0; pings < 20; pings += 1) {
      await run.advance(15_000);
      run.stream().alive();
    }
    expect(run.streamTimes()).toEqual([0]);
    expect(run.view().connection).toBe('open');
  });

  it('is kept by updates, which are bytes too', async () => {
    const run = await streaming();
    for (let updates = 0; updates < 10; updates += 1) {
      await run.advance(30_000);
      run.stream().push(pending);
    }
    expect(run.streamTimes()).toEqual([0]);
  });

  it('notifies of bytes at most once a second', async () => {
    const run = await streaming();
    await run.advance(2_000);
    let notifications = 0;
    run.actor.subscribe(() => {
      notifications += 1;
    });
    for (let bytes = 0; bytes < 500; bytes += 1) run.stream().alive();
    await flush();
    expect(notifications).toBe(1);
    await run.advance(999);
    run.stream().alive();
    expect(notifications).toBe(1);
    await run.advance(1);
    run.stream().alive();
    expect(notifications).toBe(2);
  });

  it('takes a clean end for lost, and not for done', async () => {
    const run = await streaming();
    await run.advance(20_000);
    run.stream().end();
    await flush();
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'lost' });
    expect(run.readTimes()).toEqual([0, 15_000, 20_000]);
  });

  it('reads at once whenever it is lost and whenever it is open again', async () => {
    const run = await streaming();
    for (const times of [
      [5_000, 6_000],
      [15_000, 20_000],
      [30_000, 60_000],
    ] as const) {
      run.stream().push(pending);
      await flush();
      await run.advance(times[0] - run.world.clock.now());
      run.stream().end();
      await run.advance(times[1] - times[0]);
      run.stream().open();
      await flush();
      expect(run.readTimes()).toEqual(expect.arrayContaining([...times]));
      expect(run.view().status).toBe('streaming');
    }
  });

  it('hears nothing of a stream it has left', async () => {
    const run = await streaming({ ignoresAbort: true });
    await run.advance(45_000);
    const [left] = run.streams;
    await run.advance(1_000);
    left?.alive();
    left?.id('late');
    left?.push({ kind: 'pending', message: 'late' });
    left?.push(succeeded);
    left?.end();
    await flush();
    expect(run.outcomes()).toEqual([]);
    expect(run.view()).toMatchObject({ connection: 'connecting', message: undefined });
    expect(run.token().lastEventId).toBeUndefined();
  });
});

describe('an adapter that misbehaves on its stream', () => {
  const misdeeds: readonly [string, (stream: ScriptedStream<Output>) => void][] = [
    ['throws at once', () => JSON.parse('no json')],
    ['fails with a text', stream => stream.fail('no')],
    ['fails without a reason', stream => stream.fail(undefined)],
    ['fails with an object without a prototype', stream => stream.fail(Object.create(null))],
    ['sends what no type allows', stream => stream.push(JSON.parse('null'))],
  ];

  it.each(misdeeds)('has lost its stream when it %s', async (_, events) => {
    const run = await started({ events });
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'lost' });
    await run.advance(1_000);
    expect(run.streamTimes()).toEqual([0, 1_000]);
  });
});
