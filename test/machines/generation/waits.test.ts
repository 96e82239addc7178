import { describe, expect, it } from 'vitest';
import { changed, error, flush, opened, pending, started, streaming } from '../../support/scripted-generation.js';

const longLived = { policy: { deadlineMs: 3_600_000 } };
const tooMany = (retryAfterMs: number) => error('rate-limited', { retryAfterMs });

describe('a wait that the stream is asked for', () => {
  it('T1: by Retry-After delays one opening', async () => {
    const run = await started({ ...longLived, read: call => call.answer(pending) });
    run.stream().fail(tooMany(60_000));
    await run.advance(60_000);
    expect(run.streamTimes()).toEqual([0, 60_000]);
    run.stream().end();
    await run.advance(5_000);
    expect(run.streamTimes()).toEqual([0, 60_000, 65_000]);
  });

  it('T1: by `retry:` delays all', async () => {
    const run = await started(longLived);
    run.stream().open();
    run.stream().retry(60_000);
    for (let times = 0; times < 3; times += 1) {
      run.stream().end();
      await run.advance(60_000);
    }
    expect(run.streamTimes()).toEqual([0, 60_000, 120_000, 180_000]);
  });

  it('T2: holds back the reads', async () => {
    const run = await started();
    run.stream().fail(tooMany(20_000));
    await run.advance(19_999);
    expect(run.readTimes()).toEqual([]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([20_000]);
  });

  it.each([
    ['polling', async () => opened()],
    ['watching', async () => streaming()],
  ])('T2: holds back reads that have begun: %s', async (_, begin) => {
    const run = await begin();
    await run.advance(4_000);
    const reads = run.reads.length;
    run.stream().fail(tooMany(20_000));
    await flush();
    await run.send({ type: 'CHECK' });
    await run.advance(19_999);
    expect(run.reads).toHaveLength(reads);
    await run.advance(1);
    expect(run.reads).toHaveLength(reads + 1);
  });

  it('T2: holds them back also where a change has still to be read', async () => {
    const run = await opened();
    await run.advance(4_000);
    await run.send({ type: 'CHECK' });
    const reads = run.reads.length;
    run.stream().push(changed);
    run.stream().fail(tooMany(20_000));
    await run.advance(19_999);
    expect([run.reads.length, run.streamTimes()]).toEqual([reads, [0]]);
    await run.advance(1);
    expect(run.reads).toHaveLength(reads + 1);
  });

  it('E8: is over at once for a page that wakes when it should be', async () => {
    const run = await started({ read: call => call.refuse(tooMany(20_000)), without: ['events'] });
    await run.advance(4_000);
    run.world.skip(60_000);
    await run.world.emit('woke');
    expect(run.reads).toHaveLength(2);
  });

  it('T2: does not stop the read in flight', async () => {
    const run = await opened({ read: () => {} });
    run.stream().fail(tooMany(20_000));
    await run.advance(1_000);
    expect(run.read().signal.aborted).toBe(false);
    run.read().answer(pending);
    await run.advance(18_999);
    expect(run.reads).toHaveLength(1);
    await run.advance(1);
    expect(run.reads).toHaveLength(2);
  });
});

describe('a wait that a read is asked for', () => {
  it('T2: holds back the stream', async () => {
    const run = await started({ read: call => call.refuse(tooMany(20_000)) });
    run.stream().fail(error('network'));
    await run.advance(19_999);
    expect(run.streamTimes()).toEqual([0]);
    await run.advance(1);
    expect(run.streamTimes()).toEqual([0, 20_000]);
  });

  it('T2: holds it back for as long as the longest', async () => {
    const run = await opened({ read: call => call.refuse(tooMany(10_000)) });
    await run.advance(4_000);
    run.stream().fail(tooMany(3_000));
    await run.advance(5_999);
    expect(run.calls()).toHaveLength(3);
    await run.advance(1);
    expect(run.readTimes()).toEqual([0, 10_000]);
    expect(run.streamTimes()).toEqual([0, 10_000]);
  });

  it('T2: is kept for the next step of a server', async () => {
    const run = await started({ read: call => call.refuse(tooMany(20_000)), without: ['events'] });
    expect(run.token().step).toMatchObject({ busyUntil: run.world.environment.now() + 20_000 });
  });
});

describe('waking', () => {
  it('T5: is one read each second at most, however often it is told', async () => {
    const run = await opened();
    await run.advance(20_000);
    const reads = run.reads.length;
    for (let times = 0; times < 30; times += 1) {
      await run.world.emit('online');
      await run.advance(100);
    }
    expect(run.reads.slice(reads).map(({ at }) => at)).toEqual([20_000, 21_000, 22_000, 23_000]);
  });

  it('T5: is one read each second at most, however often the page falls asleep', async () => {
    const run = await opened({ read: () => {} });
    await run.advance(500);
    for (let times = 0; times < 30; times += 1) {
      await run.world.emit('asleep');
      await run.world.emit('woke');
      await run.advance(100);
    }
    expect(run.readTimes()).toEqual([0, 1_000, 2_000, 3_000]);
    expect(run.streamTimes()).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('T5: keeps a read that is younger than its time-out', async () => {
    const run = await opened({ read: () => {} });
    await run.advance(4_000);
    await run.world.emit('woke');
    expect(run.reads.map(({ signal }) => signal.aborted)).toEqual([false]);
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 5_000]);
  });

  it('T5: makes a read anew that is older than its time-out, because the timers stood still', async () => {
    const run = await opened({ read: () => {} });
    run.world.skip(600_000);
    await run.world.emit('woke');
    expect(run.reads.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('T5: waits as long as the backend asked, for the stream and for the reads', async () => {
    const run = await started();
    run.stream().fail(tooMany(60_000));
    for (let times = 0; times < 5; times += 1) {
      await run.advance(10_000);
      await run.world.emit('asleep');
      await run.world.emit('woke');
    }
    expect(run.calls()).toHaveLength(2);
    await run.advance(10_000);
    expect(run.streamTimes()).toEqual([0, 60_000]);
    expect(run.readTimes()).toEqual([60_000]);
  });

  it('T5: opens a lost stream once a second at most', async () => {
    const run = await started({ events: stream => stream.end() });
    for (let times = 0; times < 30; times += 1) {
      await run.world.emit('online');
      await run.advance(100);
    }
    expect(run.streamTimes()).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('T5: keeps the last read', async () => {
    const run = await started({ without: ['events'], policy: { deadlineMs: 10_000 } });
    run.script.read = () => {};
    await run.advance(10_000);
    const reads = run.reads.length;
    for (let times = 0; times < 30; times += 1) await run.world.emit('online');
    expect(run.reads).toHaveLength(reads);
  });
});

describe('a stream that opens', () => {
  it('T6: and says nothing leaves the reads on the schedule', async () => {
    const run = await opened();
    await run.advance(20_000);
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000]);
    expect(run.view().connection).toBe('open');
  });

  it('T6: and only pings does, too', async () => {
    const run = await opened();
    for (let pings = 0; pings < 40; pings += 1) {
      run.stream().alive();
      await run.advance(500);
    }
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000]);
  });

  it.each([pending, changed])('T6: and tells the job makes reads rare: $kind', async update => {
    const run = await opened();
    await run.advance(2_500);
    run.stream().push(update);
    await run.advance(20_000);
    const told = update === changed ? [2_500, 17_500] : [16_000];
    expect(run.readTimes()).toEqual([0, 1_000, ...told]);
  });

  it('T6: after it was lost has to tell it again', async () => {
    const run = await streaming();
    await run.advance(5_000);
    run.stream().end();
    await run.advance(1_000);
    run.stream().open();
    await run.advance(6_000);
    expect(run.readTimes()).toEqual([0, 5_000, 6_000, 7_000, 12_000]);
  });

  it('T6: and tells nothing for 45 s leaves the reads to the schedule again', async () => {
    const run = await streaming();
    for (let pings = 0; pings < 8; pings += 1) {
      await run.advance(10_000);
      run.stream().alive();
    }
    expect(run.readTimes()).toEqual([0, 15_000, 30_000, 45_000, 55_000, 65_000, 75_000]);
  });
});

describe('a stream that is refused', () => {
  it('leaves the reads to the schedule, also where it has told the job before', async () => {
    const run = await streaming();
    await run.advance(2_000);
    run.stream().fail(error('not-found'));
    await run.advance(10_000);
    expect(run.view().connection).toBe('refused');
    expect(run.readTimes()).toEqual([0, 2_000, 3_000, 5_000, 10_000]);
  });
});

describe('a fast job', () => {
  it('T8: is read at once when something changes in the gap after the opening read', async () => {
    const run = await opened();
    await run.advance(300);
    run.stream().push(changed);
    await flush();
    expect(run.readTimes()).toEqual([0, 300]);
    run.stream().push(changed);
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 300, 1_300]);
  });

  it('T8: is read at once when something changed during the opening read', async () => {
    const run = await opened({ read: () => {} });
    run.stream().push(changed);
    await run.advance(40);
    run.read().answer(pending);
    await flush();
    expect(run.readTimes()).toEqual([0, 40]);
  });

  it('T8: waits where the backend asks for it', async () => {
    const run = await opened({ read: call => call.refuse(tooMany(20_000)) });
    run.stream().push(changed);
    await run.advance(19_999);
    expect(run.readTimes()).toEqual([0]);
  });

  it('T8: has not lost its stream that ends right after `changed`', async () => {
    const run = await opened({ read: () => {} });
    run.read().answer(pending);
    await run.advance(2_000);
    run.stream().push(changed);
    run.stream().end();
    await flush();
    expect(run.view().connection).toBe('connecting');
    expect(run.token().step).toMatchObject({ lossCount: 0 });
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.streams).toHaveLength(2);
  });

  it('T8: has not lost its stream that ends after it told of a change during a read', async () => {
    const run = await opened({ read: () => {} });
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.reads).toHaveLength(2);
    run.stream().push(changed);
    await flush();
    run.read().answer(pending);
    await flush();
    run.stream().end();
    await flush();
    expect(run.view().connection).toBe('connecting');
    expect(run.token().step).toMatchObject({ lossCount: 0 });
  });

  it('T8: has lost a stream that ends after the change was read', async () => {
    const run = await opened();
    await run.advance(2_000);
    run.stream().push(changed);
    await run.advance(100);
    run.stream().end();
    await flush();
    expect(run.view().connection).toBe('lost');
    expect(run.token().step).toMatchObject({ lossCount: 1 });
  });
});

describe('a stream that tells states', () => {
  const states = { says: { stream: { tells: 'states' } } } as const;

  it('T8: takes the place of the opening read', async () => {
    const run = await started(states);
    await run.advance(1_000);
    run.stream().open();
    await run.advance(499);
    run.stream().push(pending);
    await run.advance(14_000);
    expect(run.readTimes()).toEqual([]);
    await run.advance(1_000);
    expect(run.reads).toHaveLength(1);
  });

  it('T8: is read after 500 ms if it tells none', async () => {
    const run = await opened(states);
    await run.advance(499);
    expect(run.readTimes()).toEqual([]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([500]);
  });

  it('T8: is read at once if it is lost before', async () => {
    const run = await opened(states);
    await run.advance(100);
    run.stream().end();
    await flush();
    expect(run.readTimes()).toEqual([100]);
  });

  it('T8: takes the place of the read after each opening', async () => {
    const run = await opened({ ...states, policy: { reopenDelaysMs: [500] } });
    run.stream().push(pending);
    await run.advance(2_000);
    run.stream().end();
    await run.advance(500);
    run.stream().open();
    run.stream().push(pending);
    await run.advance(10_000);
    expect(run.readTimes()).toEqual([2_000]);
  });
});
