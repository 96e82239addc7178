import { describe, expect, it } from 'vitest';
import { changed, error, flush, pending, started, streaming } from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;
const longLived = { policy: { deadlineMs: 3_600_000 } };

describe('polling', () => {
  it('reads at once, then after 1, 2, 5, 10, 10 s', async () => {
    const run = await started(withoutStream);
    await run.advance(40_000);
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000, 28_000, 38_000]);
    expect(run.reads.every(({ about }) => about === run.view().job)).toBe(true);
  });

  it.each([Number.NaN, -1])('takes a hint of %d ms for none', async retryAfterMs => {
    const run = await started({ ...withoutStream, read: call => call.refuse(error('rate-limited', { retryAfterMs })) });
    await run.advance(20_000);
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000]);
  });

  it.each([
    [0, [0, 1_000, 2_600, 6_600, 14_600, 22_600]],
    [1, [0, 1_200, 3_600, 9_600, 21_600]],
  ])('is spread by ±20 %, but never closer than 1 s: chance %d', async (chance, times) => {
    const run = await started({ ...withoutStream, submit: () => {} });
    run.world.chance = chance;
    run.submits[0]?.answer({ job: { id: 'job-1' } });
    await run.advance(23_000);
    expect(run.readTimes()).toEqual(times);
  });

  it('counts its waits from the answer', async () => {
    const run = await started({ ...withoutStream, read: () => {} });
    await run.advance(4_000);
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 5_000]);
  });

  it.each([
    [4_000, 4_000],
    [20, 1_000],
    [600_000, 300_000],
    [Number.POSITIVE_INFINITY, 300_000],
    [Number.NaN, 1_000],
    [-5, 1_000],
  ])('takes a hint of %d ms as a wait of %d ms', async (readAfterMs, wait) => {
    const run = await started({
      ...withoutStream,
      ...longLived,
      read: call => call.answer({ kind: 'pending', readAfterMs }),
    });
    await run.advance(wait - 1);
    expect(run.readTimes()).toEqual([0]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([0, wait]);
  });

  it('forgets a hint with the next answer', async () => {
    const run = await started({
      ...withoutStream,
      read: call => call.answer({ kind: 'pending', readAfterMs: 60_000 }),
    });
    run.script.read = call => call.answer(pending);
    await run.advance(62_000);
    expect(run.readTimes()).toEqual([0, 60_000, 62_000]);
  });

  it('T7: gives a read that hangs up after 5 s, the next ones after 10, 20, 30 and 30 s, and reads again', async () => {
    const run = await started({
      ...withoutStream,
      ...longLived,
      read: () => {},
      policy: { pollDelayMs: [1_000], maxOutageMs: 600_000 },
    });
    await run.advance(4_999);
    expect(run.read().signal.aborted).toBe(false);
    await run.advance(1);
    expect(run.read().signal.aborted).toBe(true);
    await run.advance(120_000);
    expect(run.readTimes()).toEqual([0, 6_000, 17_000, 38_000, 69_000, 100_000]);
    expect(run.reads.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
  });

  it('T7: is patient for 5 s again after an answer', async () => {
    const run = await started({ ...withoutStream, read: () => {}, policy: { pollDelayMs: [1_000] } });
    await run.advance(6_000);
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 6_000, 7_000]);
    await run.advance(4_999);
    expect(run.read().signal.aborted).toBe(false);
    await run.advance(1);
    expect(run.read().signal.aborted).toBe(true);
  });

  it('T7: waits for no read longer than for any other request', async () => {
    const run = await started({ ...withoutStream, read: () => {}, policy: { requestTimeoutMs: 2_000 } });
    await run.advance(2_000);
    expect(run.read().signal.aborted).toBe(true);
  });

  it('waits as long as the backend demands, whatever asks meanwhile', async () => {
    const run = await started({ read: call => call.refuse(error('rate-limited', { retryAfterMs: 30_000 })) });
    await run.advance(10_000);
    run.script.read = call => call.answer(pending);
    for (let asked = 0; asked < 4; asked += 1) {
      await run.advance(5_000);
      await run.send({ type: 'CHECK' });
      run.stream().open();
      run.stream().push(changed);
      run.stream().end();
      await run.advance(1_000);
    }
    expect(run.readTimes()).toEqual([10_000]);
    await run.advance(6_500);
    expect(run.readTimes()).toEqual([10_000, 40_000]);
  });

  it('waits at most 5 min, whatever the backend demands', async () => {
    const run = await started({
      ...withoutStream,
      ...longLived,
      read: call => call.refuse(error('rate-limited', { retryAfterMs: 86_400_000 })),
    });
    await run.advance(300_000);
    expect(run.readTimes()).toEqual([0, 300_000]);
  });
});

describe('reading while the stream is open', () => {
  it('leaves at most 15 s between two reads of a stream that only pings after it has told the state', async () => {
    const run = await streaming();
    for (let pings = 0; pings < 9; pings += 1) {
      await run.advance(5_000);
      run.stream().alive();
    }
    expect(run.readTimes()).toEqual([0, 15_000, 30_000, 45_000]);
  });

  it('leaves at most 15 s between two reads of a chattering stream', async () => {
    const run = await streaming();
    for (let step = 0; step < 121; step += 1) {
      run.stream().alive();
      run.stream().push({ kind: 'pending', progress: step / 200 });
      run.stream().push({ kind: 'ignored' });
      await run.advance(500);
    }
    expect(run.readTimes()).toEqual([0, 15_000, 30_000, 45_000, 60_000]);
  });

  it.each([
    [4_000, [0, 4_000, 8_000, 12_000]],
    [60_000, [0, 15_000]],
  ])('takes a hint of %d ms where it is sooner', async (readAfterMs, times) => {
    const run = await streaming({ read: call => call.answer({ kind: 'pending', readAfterMs }) });
    await run.advance(15_000);
    expect(run.readTimes()).toEqual(times);
  });

  it('reads at once when something changed', async () => {
    const run = await streaming();
    await run.advance(7_000);
    run.stream().push(changed);
    await flush();
    expect(run.readTimes()).toEqual([0, 7_000]);
  });

  it('reads once more for all that changed during a read', async () => {
    const run = await streaming({ read: () => {} });
    for (let times = 0; times < 5; times += 1) run.stream().push(changed);
    await run.advance(500);
    run.read().answer(pending);
    run.script.read = call => call.answer(pending);
    await run.advance(10_000);
    expect(run.readTimes()).toEqual([0, 500]);
  });

  it('reads at most once a second, apart from the first time, however often something changes', async () => {
    const run = await streaming();
    for (let step = 0; step < 100; step += 1) {
      run.stream().push(changed);
      await run.advance(100);
    }
    expect(run.readTimes()).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000]);
  });

  it('reads once more when the stream opens during a read', async () => {
    const run = await started({ read: () => {} });
    await run.advance(11_000);
    run.stream().open();
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([10_000]);
    run.read().answer(pending);
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([10_000, 12_000]);
  });

  it('never has two reads at a time', async () => {
    const run = await streaming({ read: () => {}, ignoresAbort: true });
    for (let step = 0; step < 300; step += 1) {
      await run.advance(700);
      if (step % 3 === 0) await run.send({ type: 'CHECK' });
      if (step % 5 === 0) run.stream().push(changed);
      if (step % 7 === 0) await run.world.emit('woke');
      if (step % 11 === 0) run.stream().end();
      if (step % 13 === 0) run.stream().open();
      if (step % 2 === 0) run.reads.at(-1)?.answer(pending);
      expect(run.reads.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
    }
    expect(run.reads.length).toBeGreaterThan(50);
  });
});

describe('CHECK', () => {
  it('reads at once while polling, and begins no second rhythm', async () => {
    const run = await started(withoutStream);
    await run.advance(20_000);
    await run.send({ type: 'CHECK' });
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000, 20_000]);
    await run.advance(10_000);
    expect(run.readTimes().slice(6)).toEqual([30_000]);
  });

  it('reads at once while streaming', async () => {
    const run = await streaming();
    await run.advance(4_000);
    await run.send({ type: 'CHECK' });
    await run.advance(14_999);
    expect(run.readTimes()).toEqual([0, 4_000]);
  });

  it('reads at once while connecting', async () => {
    const run = await started();
    await run.advance(4_000);
    await run.send({ type: 'CHECK' });
    expect(run.readTimes()).toEqual([4_000]);
    expect(run.streamTimes()).toEqual([0]);
  });

  it('is the read that is in flight', async () => {
    const run = await streaming({ read: () => {} });
    await run.send({ type: 'CHECK' });
    await run.send({ type: 'CHECK' });
    expect(run.read().signal.aborted).toBe(false);
    run.read().answer(pending);
    await run.advance(14_999);
    expect(run.readTimes()).toEqual([0]);
  });

  it('is one read after 1 s, however often it is asked for right after a read', async () => {
    const run = await streaming();
    for (let asked = 0; asked < 9; asked += 1) {
      await run.send({ type: 'CHECK' });
      await run.advance(100);
    }
    expect(run.readTimes()).toEqual([0]);
    await run.advance(10_000);
    expect(run.readTimes()).toEqual([0, 1_000]);
  });
});
