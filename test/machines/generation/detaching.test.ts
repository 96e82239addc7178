import { toResumeToken } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  cancelled,
  failed,
  flush,
  job,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

describe('DETACH while the job is followed', () => {
  it('closes the stream, stops the reads and leaves no timer', async () => {
    const run = await streaming();
    await run.send({ type: 'DETACH' });
    expect(run.stream().signal.aborted).toBe(true);
    const before = run.calls().length;
    await run.advance(3_600_000);
    expect(run.calls()).toHaveLength(before);
    expect(run.outcomes()).toEqual([]);
  });

  it('is shown as connecting: the job goes on', async () => {
    const run = await streaming();
    await run.send({ type: 'DETACH' });
    expect(run.view()).toMatchObject({ status: 'connecting', connection: 'none', isRunning: true });
  });

  it('keeps what the token needs', async () => {
    const run = await streaming();
    await run.send({ type: 'DETACH' });
    expect(toResumeToken(run.actor.getSnapshot())).toMatchObject({ job, cancelRequested: false });
  });

  it('follows again with ATTACH, at once, on the same deadline', async () => {
    const run = await streaming();
    const { deadlineAt } = toResumeToken(run.actor.getSnapshot());
    await run.send({ type: 'DETACH' });
    await run.advance(60_000);
    const streams = run.streams.length;
    await run.send({ type: 'ATTACH' });
    expect(run.streams).toHaveLength(streams + 1);
    expect(toResumeToken(run.actor.getSnapshot()).deadlineAt).toBe(deadlineAt);
    run.stream().push(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed', job }]);
  });

  it('reads once more when it is attached after its deadline', async () => {
    const run = await streaming();
    await run.send({ type: 'DETACH' });
    await run.advance(3_600_000);
    const reads = run.reads.length;
    await run.send({ type: 'ATTACH' });
    expect(run.reads).toHaveLength(reads + 1);
    run.reads.at(-1)?.answer(pending);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'deadline', resumable: true } }]);
  });

  it('is cancelled by CANCEL, also while detached', async () => {
    const run = await streaming();
    await run.send({ type: 'DETACH' });
    await run.send({ type: 'CANCEL' });
    expect(run.cancels).toHaveLength(1);
    run.cancels[0]?.answer(cancelled);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
  });
});

describe('DETACH while submitting', () => {
  it('never aborts the POST, keeps the job and does not follow it', async () => {
    const run = await started({ submit: () => {} });
    await run.send({ type: 'DETACH' });
    expect(run.submits[0]?.signal.aborted).toBe(false);
    run.submits[0]?.answer({ job });
    await flush();
    expect(run.emitted).toEqual([{ type: 'submitted', id: 'generation-1', job }]);
    await run.advance(3_600_000);
    expect(run.reads).toEqual([]);
    expect(run.streams).toEqual([]);
    expect(toResumeToken(run.actor.getSnapshot()).job).toEqual(job);
  });

  it('is forgotten when ATTACH comes before the answer', async () => {
    const run = await started({ submit: () => {} });
    await run.send({ type: 'DETACH' });
    await run.send({ type: 'ATTACH' });
    run.submits[0]?.answer({ job });
    await flush();
    expect(run.view()).toMatchObject({ status: 'connecting', job });
    expect(run.streams).toHaveLength(1);
  });

  it('tells an outcome that the answer holds', async () => {
    const run = await started({ submit: () => {} });
    await run.send({ type: 'DETACH' });
    run.submits[0]?.answer({ job, update: succeeded });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed', job }]);
  });
});

describe('DETACH during the last read', () => {
  it('decides nothing: the stream’s failure is checked again after ATTACH', async () => {
    const run = await streaming();
    run.script.read = () => {};
    run.stream().push(failed);
    await flush();
    expect(run.actor.getSnapshot().value).toEqual({ verifying: 'reading' });
    await run.send({ type: 'DETACH' });
    expect(run.outcomes()).toEqual([]);
    await run.send({ type: 'ATTACH' });
    expect(run.view()).toMatchObject({ isRunning: true, failure: undefined });
  });
});

describe('DETACH', () => {
  it('changes nothing before GENERATE, nor while a cancel is under way', async () => {
    const run = await streaming();
    await run.send({ type: 'CANCEL' });
    await run.send({ type: 'DETACH' });
    expect(run.view().status).toBe('cancelling');
    run.cancels[0]?.answer(cancelled);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true }]);
  });
});
