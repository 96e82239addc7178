import { describe, expect, it } from 'vitest';
import { error, pending, started, streaming } from '../../support/scripted-generation.js';

describe('reopening', () => {
  const lasting = { policy: { deadlineMs: 3_600_000 } };

  it('waits 1, 5, 30, 60, 300, 300 s', async () => {
    const run = await started({ ...lasting, events: stream => stream.fail(error('network')) });
    await run.advance(1_000_000);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 96_000, 396_000, 696_000, 996_000]);
  });

  it('is not hurried by a stream that opens, pings and shows other jobs', async () => {
    const run = await started({
      events: stream => {
        stream.open();
        stream.alive();
        stream.push({ kind: 'ignored' });
        stream.end();
      },
    });
    await run.advance(100_000);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 96_000]);
  });

  it('T4: is not hurried by a snapshot on opening', async () => {
    const run = await started({
      events: stream => {
        stream.open();
        stream.push(pending);
        stream.end();
      },
    });
    await run.advance(100_000);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 96_000]);
  });

  it('T4: takes fewer requests than plain polling where a proxy cuts each stream after 2 s', async () => {
    const run = await streaming();
    for (let second = 1; second <= 20; second += 1) {
      await run.advance(1_000);
      const { signal, at } = run.stream();
      const age = run.world.clock.now() - at;
      if (!signal.aborted && age === 0) run.stream().push(pending);
      if (age === 2_000) run.stream().end();
    }
    expect(run.streamTimes()).toEqual([0, 3_000, 10_000]);
    expect(run.calls().length).toBeLessThan(20);
  });

  it('T4: begins anew after a stream that has lived for 30 s', async () => {
    const run = await started({ events: stream => stream.end() });
    await run.advance(30_000);
    run.script.events = stream => stream.open();
    await run.advance(6_000);
    await run.advance(30_000);
    run.stream().end();
    await run.advance(1_000);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 67_000]);
  });

  it('T4: does not count the time in which it was silent', async () => {
    const run = await started({ events: stream => stream.end() });
    await run.advance(30_000);
    run.script.events = stream => stream.open();
    await run.advance(6_000);
    await run.advance(45_000 + 59_999);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000]);
    await run.advance(1);
    expect(run.streamTimes()).toEqual([0, 1_000, 6_000, 36_000, 141_000]);
  });

  it('is spread by ±20 %', async () => {
    const run = await started({ events: stream => stream.end() });
    run.world.chance = 0;
    await run.advance(5_000);
    // The first wait was chosen before.
    expect(run.streamTimes()).toEqual([0, 1_000, 5_000]);
  });

  it('goes on after the last event id that it was told', async () => {
    const run = await streaming();
    run.stream().id('41');
    run.stream().id('42');
    run.stream().end();
    await run.advance(1_000);
    expect(run.streams.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '42']);
  });

  it('waits as long as the stream asked for', async () => {
    const run = await streaming();
    run.stream().retry(20_000);
    run.stream().end();
    await run.advance(40_000);
    expect(run.streamTimes()).toEqual([0, 20_000]);
  });

  it('waits as long as a refusal asked for, and at most 5 min', async () => {
    const run = await started(lasting);
    run.stream().fail(error('rate-limited', { retryAfterMs: 20_000 }));
    await run.advance(20_000);
    run.stream().fail(error('rate-limited', { retryAfterMs: 86_400_000 }));
    await run.advance(320_000);
    expect(run.streamTimes()).toEqual([0, 20_000, 320_000]);
  });

  it('waits no longer than a read was asked to, once its own wait is over', async () => {
    const run = await started({ read: () => {} });
    run.stream().end();
    await run.advance(900);
    run.read().refuse(error('rate-limited', { retryAfterMs: 1_500 }));
    await run.advance(2_000);
    expect(run.streamTimes()).toEqual([0, 2_400]);
  });

  it('opens only one stream at a time', async () => {
    const run = await streaming({ ignoresAbort: true });
    for (let steps = 0; steps < 200; steps += 1) {
      await run.advance(1_900);
      expect(run.streams.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
    }
    expect(run.streams.length).toBeGreaterThan(2);
  });
});
