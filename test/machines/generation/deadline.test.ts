import { addDuration, policyFor } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  cancelled,
  error,
  failed,
  flush,
  generation,
  job,
  jobFailure,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

/** A generation whose deadline has just passed, with its last read in flight. */
async function expiring(options: Parameters<typeof streaming>[0] = {}) {
  const run = await streaming(options);
  await run.advance(419_999);
  run.script.read = () => {};
  await run.advance(1);
  return run;
}

describe('the deadline', () => {
  it.each([
    ['image', 420_000],
    ['video', 900_000],
  ] as const)('of the preset for an %s is %d ms after the job was accepted', async (kind, deadlineMs) => {
    const run = await started({ policy: policyFor(kind), submit: () => {} });
    await run.advance(50_000);
    run.submits[0]?.answer({ job });
    await run.advance(deadlineMs - 1);
    expect(run.view().status).toBe('polling');
    await run.advance(1);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it.each([0, 5_000])(
    'stays where it is when the clock is set back while an end is expected, after %d ms',
    async afterMs => {
      // Its estimate changes with the time alone, twice or more.
      const run = await streaming({ history: addDuration(undefined, [11_000, 13_000]) });
      await run.advance(afterMs);
      run.world.skip(-90_000);
      await run.advance(419_999 - afterMs);
      run.script.read = () => {};
      expect(run.actor.getSnapshot().matches('expiring')).toBe(false);
      await run.advance(1);
      expect(run.actor.getSnapshot().matches('expiring')).toBe(true);
    },
  );

  it('grants one last read, and no stream', async () => {
    const run = await expiring();
    expect(run.read()).toMatchObject({ at: 420_000, about: job });
    expect(run.liveCallCount()).toBe(1);
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'none', failure: undefined, canCancel: true });
  });

  it('gives way to a success of the last read', async () => {
    const run = await expiring();
    run.read().answer(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed', output: { url: 'https://files.test/1.png' } }]);
  });

  it.each([
    ['failed', failed, { failure: { ...jobFailure, job } }],
    ['cancelled', cancelled, { stopped: true }],
  ] as const)('gives way to a job that the last read finds %s', async (type, answer, rest) => {
    const run = await expiring();
    run.read().answer(answer);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type, ...rest }]);
  });

  const resumable = {
    type: 'failed',
    job,
    failure: { code: 'deadline', resumable: true, retryable: false, job },
  } as const;

  it('is a failure that can be followed and not repeated when the job goes on', async () => {
    const run = await expiring();
    run.read().answer(pending);
    await flush();
    expect(run.outcomes()).toMatchObject([resumable]);
    expect(run.liveCallCount()).toBe(0);
    expect(run.world.clock.timerCount).toBe(0);
  });

  it.each(['network', 'unauthorized', 'not-found', 'rate-limited'] as const)(
    'is that failure when the last read fails: %s',
    async code => {
      const run = await expiring();
      run.read().refuse(error(code, { retryAfterMs: 60_000 }));
      await flush();
      expect(run.outcomes()).toMatchObject([resumable]);
    },
  );

  it('is that failure when the last read hangs for 30 s', async () => {
    const run = await expiring();
    await run.advance(29_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(1);
    expect(run.outcomes()).toMatchObject([resumable]);
  });

  it('takes a read in flight for too old to be the last one', async () => {
    const run = await streaming({ ignoresAbort: true });
    await run.advance(419_000);
    run.script.read = () => {};
    await run.send({ type: 'CHECK' });
    await run.advance(1_000);
    expect(run.reads.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
    expect(run.read().at).toBe(420_000);
  });

  it('is not put off by what happens', async () => {
    const run = await streaming();
    for (let step = 0; step < 42; step += 1) {
      run.stream().alive();
      run.stream().push({ kind: 'pending', progress: step / 42 });
      await run.send({ type: 'CHECK' });
      await run.world.emit('woke');
      await run.advance(10_000);
    }
    expect(run.outcomes()).toMatchObject([resumable]);
  });

  it('is not a matter of timers: a machine that slept has its last read as soon as anything happens', async () => {
    const run = await streaming();
    run.world.skip(600_000);
    const reads = run.reads.length;
    await run.advance(15_000);
    expect(run.reads.length - reads).toBe(1);
    expect(run.outcomes()).toMatchObject([resumable]);
  });

  it('can lie as far away as a timer can', async () => {
    const run = await streaming({ policy: { deadlineMs: 2 ** 31 - 1 } });
    await run.advance(1_000_000);
    expect(run.view().status).not.toBe('failed');
  });
});

describe('waking late', () => {
  it('grants one last read, which wins if it is a success', async () => {
    const run = await streaming();
    await run.world.emit('asleep');
    run.world.skip(600_000);
    run.script.read = call => call.answer(succeeded);
    await run.world.emit('woke');
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
    expect(run.readTimes()).toEqual([0, 0]);
  });

  it('is a failure that can be followed when the job goes on', async () => {
    const run = await streaming();
    await run.world.emit('asleep');
    run.world.skip(600_000);
    await run.world.emit('woke');
    expect(run.view().failure).toMatchObject({ code: 'deadline', resumable: true });
    expect(run.reads).toHaveLength(2);
  });

  it('waits for the page when it falls asleep in its last read', async () => {
    const run = await expiring();
    await run.world.emit('asleep');
    expect(run.liveCallCount()).toBe(0);
    await run.advance(600_000);
    expect(run.outcomes()).toEqual([]);
    run.script.read = call => call.answer(succeeded);
    await run.world.emit('woke');
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });
});

describe('resuming', () => {
  it('late grants one last read, and no stream', async () => {
    const before = await streaming();
    await before.world.emit('asleep');
    before.world.skip(600_000);
    const { world } = before;
    const run = generation({ resume: before.token(), world, read: call => call.answer(succeeded) });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
    expect(run.readTimes()).toEqual([0]);
    expect(run.streams).toEqual([]);
    expect(run.submits).toEqual([]);
  });

  it('keeps the deadline of the job', async () => {
    const before = await streaming();
    await before.advance(300_000);
    const { world } = before;
    before.actor.stop();
    const run = generation({ resume: before.token(), world });
    await run.advance(119_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(1);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });
});
