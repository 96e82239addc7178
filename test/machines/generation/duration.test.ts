import { addDuration, type JobDuration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { generation, pending, started, streaming, succeeded } from '../../support/scripted-generation.js';

type Run = Awaited<ReturnType<typeof started>>;
const withoutStream = { without: ['events'] } as const;
const durationOf = (run: Pick<Run, 'actor'>): JobDuration | undefined => run.actor.getSnapshot().output?.duration;

describe('the duration of a job', () => {
  it('lies between the last read that found it pending and the first that found it done', async () => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [4_000] } });
    await run.advance(9_000);
    run.script.read = call => call.answer(succeeded);
    await run.advance(5_000);
    expect(durationOf(run)).toEqual([8_000, 12_000]);
  });

  it('is exact where the end was heard on an open stream', async () => {
    const run = await streaming();
    await run.advance(7_300);
    run.stream().push(succeeded);
    await run.advance(0);
    expect(durationOf(run)).toEqual([7_300, 7_300]);
  });

  it('is exact from a second after the stream has opened', async () => {
    const run = await started({ read: () => {} });
    run.stream().open();
    await run.advance(1_000);
    run.stream().push(succeeded);
    await run.advance(0);
    expect(durationOf(run)).toEqual([1_000, 1_000]);
  });

  it.each([
    { pendingMs: 25_000, endMs: 55_000, what: 'within a minute of it' },
    { pendingMs: 30_000, endMs: 90_000, what: 'a minute after it' },
    { pendingMs: 100_000, endMs: 170_000, what: 'long after it, but not twice as late' },
    { pendingMs: 70_000, endMs: 140_000, what: 'twice as late' },
  ])('is an interval where the page was away, and the job is found done $what', async ({ pendingMs, endMs }) => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [5_000], deadlineMs: 9_000_000 } });
    await run.advance(pendingMs);
    run.world.emit('asleep');
    run.script.read = call => call.answer(succeeded);
    await run.advance(endMs - pendingMs);
    run.world.emit('woke');
    await run.advance(0);
    expect(durationOf(run)).toEqual([pendingMs, endMs]);
  });

  it('is unknown where the clock was set back during the submit', async () => {
    const run = await started({ ...withoutStream, submit: () => {}, read: call => call.answer(succeeded) });
    run.world.skip(-3_600_000);
    run.submits[0]?.answer({ job: { id: 'job-1' } });
    await run.advance(1_000);
    expect(run.view().status).toBe('completed');
    expect(durationOf(run)).toBeUndefined();
  });

  it('is unknown where the clock was set back during the job', async () => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [5_000] } });
    await run.advance(100_000);
    run.world.skip(-50_000);
    run.script.read = call => call.answer(succeeded);
    await run.advance(60_000);
    expect(run.view().status).toBe('completed');
    expect(durationOf(run)).toBeUndefined();
  });

  it.each([
    { how: 'cancelled', command: { type: 'CANCEL' } },
    { how: 'completed', command: { type: 'CHECK' } },
  ] as const)('is unknown of a job that was seen in the queue only, and is $how', async ({ how, command }) => {
    const run = await started({
      ...withoutStream,
      policy: { pollDelayMs: [2_000] },
      submit: call => call.answer({ job: { id: 'job-1' }, update: { kind: 'pending', phase: 'queued' } }),
      read: call => call.answer({ kind: 'pending', phase: 'queued' }),
      cancel: call => call.answer({ kind: 'cancelled' }),
    });
    await run.advance(5_000);
    run.script.read = call => call.answer(succeeded);
    await run.send(command);
    await run.advance(1_000);
    expect(run.view().status).toBe(how);
    expect(durationOf(run)).toBeUndefined();
  });

  it('is an interval where the stream told it on opening, because that may be old', async () => {
    const run = await started({ read: () => {} });
    await run.advance(3_000);
    run.stream().open();
    run.stream().push(succeeded);
    await run.advance(0);
    expect(durationOf(run)).toEqual([0, 3_000]);
  });

  it('is that of the backend where it tells one', async () => {
    const run = await started({
      ...withoutStream,
      read: call => call.answer({ ...succeeded, durationMs: 2_345 } as never),
    });
    expect(durationOf(run)).toEqual([2_345, 2_345]);
  });

  it.each([-1, '2345', Number.NaN])('is not that of the backend where that is %j', async durationMs => {
    const run = await started({ ...withoutStream, read: call => call.answer({ ...succeeded, durationMs } as never) });
    expect(durationOf(run)).toEqual([0, 0]);
  });

  it('counts neither the submit nor the time in the queue', async () => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [2_000] }, submit: () => {} });
    await run.advance(50_000);
    run.script.read = call => call.answer({ kind: 'pending', phase: 'queued' });
    run.submits[0]?.answer({ job: { id: 'job-1' } });
    await run.advance(40_000);
    run.script.read = call => call.answer({ kind: 'pending', phase: 'running' });
    await run.advance(5_000);
    run.script.read = call => call.answer(succeeded);
    await run.advance(2_000);
    const [from = 0, to = 0] = durationOf(run) ?? [];
    expect(from).toBeGreaterThanOrEqual(2_000);
    expect(to).toBeLessThanOrEqual(6_000);
  });

  it('has no end where the job was cancelled', async () => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [2_000] } });
    await run.advance(5_000);
    await run.send({ type: 'CANCEL' });
    run.cancels[0]?.answer({ kind: 'cancelled' });
    await run.advance(0);
    expect(run.view().status).toBe('cancelled');
    expect(durationOf(run)).toEqual([4_000, null]);
  });

  it('has no end where the job was given up at its deadline', async () => {
    const run = await started({ ...withoutStream, policy: { deadlineMs: 9_000, pollDelayMs: [2_000] } });
    await run.advance(60_000);
    expect(run.view().failure?.code).toBe('deadline');
    expect(durationOf(run)?.[1]).toBeNull();
  });

  it('has no end where the page slept until long after it', async () => {
    const run = await started({ ...withoutStream, policy: { pollDelayMs: [2_000], deadlineMs: 9_000_000 } });
    await run.advance(4_000);
    run.world.emit('asleep');
    run.script.read = call => call.answer(succeeded);
    await run.advance(600_000);
    run.world.emit('woke');
    await run.advance(0);
    expect(durationOf(run)).toEqual([4_000, null]);
  });

  it('is unknown of a job that another session has submitted, and that is done at the first read', async () => {
    const token = {
      version: 2,
      id: 'generation-1',
      idempotencyKey: 'generation-1',
      job: { id: 'job-1' },
      startedAt: 1_800_000_000_000 - 100_000,
      cancelRequested: false,
    } as const;
    const run = generation({ ...withoutStream, resume: token, read: call => call.answer(succeeded) });
    await run.advance(0);
    expect(run.view().status).toBe('completed');
    expect(durationOf(run)).toBeUndefined();
  });

  it('is unknown of a job that is followed again after its deadline, because its age begins again', async () => {
    const token = {
      version: 2,
      id: 'generation-1',
      idempotencyKey: 'generation-1',
      job: { id: 'job-1' },
      startedAt: 1_800_000_000_000 - 500_000,
      cancelRequested: false,
    } as const;
    const run = generation({ ...withoutStream, resume: token, policy: { pollDelayMs: [2_000] } });
    await run.advance(3_000);
    run.script.read = call => call.answer(succeeded);
    await run.advance(2_000);
    expect(run.view().status).toBe('completed');
    expect(durationOf(run)).toBeUndefined();
  });

  it('is unknown of a failed job', async () => {
    const run = await started({ ...withoutStream, read: call => call.answer(pending) });
    run.script.read = call => call.answer({ kind: 'failed', failure: { code: 'job-failed' } } as never);
    await run.advance(2_000);
    expect(run.view().status).toBe('failed');
    expect(durationOf(run)).toBeUndefined();
  });

  it('can be added to a history', async () => {
    const run = await started({
      ...withoutStream,
      read: call => call.answer({ ...succeeded, durationMs: 2_345 } as never),
    });
    const duration = durationOf(run) ?? [0, 0];
    expect(addDuration(undefined, duration)).toEqual({ version: 1, jobs: [[2_350, 2_350]] });
  });
});
