import { describe, expect, it } from 'vitest';
import { flush, generation, job, pending, started, streaming } from '../../support/scripted-generation.js';

const queued = { kind: 'pending', phase: 'queued', backendPosition: 3, message: 'Waiting for a GPU' } as const;
const running = { kind: 'pending', phase: 'running' } as const;
const withoutStream = { without: ['events'] } as const;
const policy = { deadlineMs: 60_000, queueDeadlineMs: 300_000 };

describe('what is shown', () => {
  it('W23: is cleared by null, and kept where the backend says nothing', async () => {
    const run = await streaming();
    run.stream().push(queued);
    run.stream().push(pending);
    await flush();
    expect(run.view()).toMatchObject({ phase: 'queued', backendPosition: 3, message: 'Waiting for a GPU' });
    run.stream().push({ kind: 'pending', message: null, backendPosition: null });
    await flush();
    expect(run.view()).toMatchObject({ phase: 'queued', backendPosition: undefined, message: undefined });
  });

  it('W23: has no position in the queue once the job runs', async () => {
    const run = await streaming();
    run.stream().push(queued);
    run.stream().push({ kind: 'pending', phase: 'running', progress: 0.92 });
    run.stream().push({ kind: 'pending', backendPosition: 1 });
    await flush();
    expect(run.view()).toMatchObject({ phase: 'running', backendPosition: undefined, progress: 0.92 });
  });

  it('says when the backend expects the result, as a time', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'pending', etaMs: 12_000 });
    await flush();
    const expectedAt = run.world.environment.now() + 12_000;
    await run.advance(5_000);
    expect(run.view().expectedAt).toBe(expectedAt);
  });

  it('has the cost and the expiry of the outcome', async () => {
    const run = await streaming();
    const cost = { amount: 0.04, unit: 'USD' };
    run.stream().push({ kind: 'succeeded', output: { url: 'https://files.test/1.png' }, expiresAt: 7, cost });
    await flush();
    expect(run.view()).toMatchObject({ status: 'completed', expiresAt: 7, cost });
    expect(run.outcomes()).toMatchObject([{ expiresAt: 7, cost }]);
  });

  it('says that a cancelled job goes on, where the backend says so', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'cancelled', charged: 'yes', stopped: false });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'yes' }]);
  });

  it('says what a cancelled job is charged, as the backend says it', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'cancelled', charged: 'no' });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, charged: 'no' }]);
  });

  it.each([
    { said: {}, charged: 'maybe', cost: undefined },
    {
      said: { charged: 'yes', cost: { amount: 0.02, unit: 'USD' } },
      charged: 'yes',
      cost: { amount: 0.02, unit: 'USD' },
    },
  ] as const)(
    'says of a job that was stopped on request what it costs: $charged for $said',
    async ({ said, ...told }) => {
      const run = await streaming();
      await run.send({ type: 'CANCEL' });
      run.cancels[0]?.answer({ kind: 'cancelled', ...said });
      await flush();
      expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, ...told }]);
      expect(run.view()).toMatchObject({ status: 'cancelled', stopped: true, ...told });
    },
  );
});

describe('the two deadlines', () => {
  it('T10: do not count the time in the queue as running', async () => {
    const run = await started({ ...withoutStream, policy, read: call => call.answer(queued) });
    await run.advance(200_000);
    expect(run.outcomes()).toEqual([]);
    run.script.read = call => call.answer(running);
    await run.advance(50_000);
    expect(run.outcomes()).toEqual([]);
    await run.advance(25_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline', resumable: true });
  });

  it('T10: begin with the running of a job that was queued when it was accepted', async () => {
    const run = await started({
      ...withoutStream,
      policy,
      submit: call => call.answer({ job, update: queued }),
      read: call => call.answer(queued),
    });
    await run.advance(30_000);
    run.script.read = call => call.answer(running);
    await run.advance(50_000);
    expect(run.outcomes()).toEqual([]);
    await run.advance(25_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('T10: end a job that stays queued', async () => {
    const run = await started({ ...withoutStream, policy, read: call => call.answer(queued) });
    await run.advance(300_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('add up the times of a job that is queued again', async () => {
    const run = await started({ ...withoutStream, policy, read: call => call.answer(running) });
    await run.advance(40_000);
    run.script.read = call => call.answer(queued);
    await run.advance(100_000);
    run.script.read = call => call.answer(running);
    await run.advance(35_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('go on over a reload', async () => {
    const before = await started({ ...withoutStream, policy, read: call => call.answer(running) });
    await before.advance(40_000);
    before.script.read = call => call.answer(queued);
    await before.advance(20_000);
    const resume = before.token();
    expect(resume).toMatchObject({ version: 2, phase: 'queued', queuedMs: 0 });
    before.actor.stop();
    const run = generation({
      ...withoutStream,
      policy,
      world: before.world,
      resume,
      read: call => call.answer(queued),
    });
    await run.advance(100_000);
    expect(run.outcomes()).toEqual([]);
    run.script.read = call => call.answer(running);
    await run.advance(35_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('restart nothing else when the phase changes', async () => {
    const run = await streaming();
    await run.advance(2_000);
    const calls = run.calls().length;
    run.stream().push(queued);
    run.stream().push(running);
    run.stream().push(queued);
    await flush();
    expect(run.calls()).toHaveLength(calls);
    expect(run.liveCallCount()).toBe(1);
  });
});

describe('a token out of a storage', () => {
  const token = { version: 2, id: 'generation-1', idempotencyKey: 'key-1', job, cancelRequested: false } as const;

  it('E7: of a session whose clock was ahead is followed no longer than the policy allows', async () => {
    const deadlineAt = 1_800_000_000_000 + 3_600_000 + 420_000;
    const run = generation({ ...withoutStream, resume: { ...token, deadlineAt } });
    await run.advance(420_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('A15: shows no progress above 1', async () => {
    const run = generation({ resume: { ...token, progress: 7 } });
    await flush();
    expect(run.view().progress).toBe(1);
  });

  it('takes numbers that are out of range for absent', async () => {
    const step = { lossCount: -3, readCount: Number.NaN, unansweredMs: Number.POSITIVE_INFINITY };
    const forged = { ...token, queuedMs: -1, runningMs: 1e300, phase: 'paused', step };
    const run = generation({ ...withoutStream, resume: JSON.parse(JSON.stringify(forged)) });
    await run.advance(1_000);
    expect(run.view().status).toBe('polling');
  });

  it('goes on with the losses, the outage and the cancel of a step before', async () => {
    const before = await streaming({ cancel: () => {} });
    before.stream().end();
    await before.advance(10);
    const { step } = before.token();
    expect(step).toMatchObject({ lossCount: 1, isJobSeen: true, isMissing: false, unansweredMs: 0 });
    const resume = { ...before.token(), step: { ...Object(step), unansweredMs: 119_000 } };
    const run = generation({ ...withoutStream, resume, read: call => call.refuse(new Error('down')) });
    await run.advance(15_000);
    expect(run.view().failure).toMatchObject({ code: 'unreachable' });
  });
});

describe('the answer to the submit', () => {
  const hint = { job, update: { kind: 'pending', readAfterMs: 5_000 } } as const;

  it('T3: says when to read first', async () => {
    const run = await started({ ...withoutStream, submit: call => call.answer(hint) });
    await run.advance(4_999);
    expect(run.reads).toEqual([]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([5_000]);
  });

  it('T3: says so beside a stream, too, whose events ask for a read at once', async () => {
    const run = await started({ submit: call => call.answer(hint) });
    run.stream().open();
    await run.advance(2_000);
    expect(run.reads).toEqual([]);
    run.stream().push({ kind: 'changed' });
    await flush();
    expect(run.readTimes()).toEqual([2_000]);
  });

  it('T3: says so from when it came, also where a stream was awaited meanwhile', async () => {
    const run = await started({
      submit: call => call.answer({ job, update: { kind: 'pending', readAfterMs: 15_000 } }),
      policy: { pollFallbackAfterMs: 10_000 },
    });
    await run.advance(14_999);
    expect(run.reads).toEqual([]);
    await run.advance(1);
    expect(run.readTimes()).toEqual([15_000]);
  });

  it('T3: does not make a reload wait', async () => {
    const before = await started({ submit: call => call.answer(hint) });
    const run = generation({ ...withoutStream, resume: before.token() });
    await flush();
    expect(run.readTimes()).toEqual([0]);
  });

  it('shows the state that it tells', async () => {
    const run = await started({ submit: call => call.answer({ job, update: queued }) });
    expect(run.view()).toMatchObject({ phase: 'queued', backendPosition: 3, message: 'Waiting for a GPU' });
  });
});
