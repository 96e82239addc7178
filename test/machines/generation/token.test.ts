import { isResumeToken } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  error,
  flush,
  type GenerationOptions,
  generation,
  job,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

type Run = Awaited<ReturnType<typeof started>>;

/** As after a reload: the old page is gone, and a new actor goes on from the token, a second later. */
async function reloaded(before: Run, options: GenerationOptions = {}) {
  const resume = before.token();
  before.actor.stop();
  await before.advance(1_000);
  const run = generation({ id: resume.id, resume, world: before.world, ...options });
  await flush();
  return run;
}

const followed: readonly [string, () => Promise<Run>][] = [
  ['connecting', () => started()],
  ['streaming', () => streaming()],
  ['polling', () => started({ without: ['events'] })],
  [
    'asleep',
    async () => {
      const run = await streaming();
      await run.world.emit('asleep');
      return run;
    },
  ],
  [
    'unreachable',
    async () => {
      const run = await started({ without: ['events'], read: call => call.refuse(error('network')) });
      await run.advance(140_000);
      return run;
    },
  ],
];

describe('a token without a job', () => {
  it('A1: of a generation that was to be cancelled is cancelled, and not bought', async () => {
    const before = await started({ submit: () => {} });
    await before.send({ type: 'CANCEL' });
    const resume = before.token();
    expect(resume.cancelRequested).toBe(true);
    expect(resume.job).toBeUndefined();
    const after = generation({ resume });
    await after.send({ type: 'GENERATE', input: { prompt: 'again' } });
    expect(after.submits).toEqual([]);
    expect(after.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'maybe' }]);
  });

  it('A1: is not bought a second time where the backend charges each submit', async () => {
    const before = await started({ submit: () => {} });
    const after = generation({ resume: before.token() });
    await after.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    expect(after.submits).toEqual([]);
    expect(after.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'interrupted', charged: 'maybe' } }]);
  });
});

describe('a token', () => {
  it.each(followed)('of a generation that is %s goes on without a second submit', async (_, begin) => {
    const before = await begin();
    const run = await reloaded(before);
    expect(run.submits).toEqual([]);
    expect(run.streams).toMatchObject([{ about: job }]);
    expect(run.view()).toMatchObject({ status: 'connecting', job, canCancel: true });
    run.stream().push(succeeded);
    await flush();
    expect(run.emitted).toMatchObject([{ type: 'completed', id: 'generation-1', job }]);
  });

  it('survives JSON whole, and is recognised', async () => {
    const run = await streaming();
    run.stream().id('42');
    run.stream().push({ kind: 'pending', progress: 0.4 });
    await flush();
    const token = run.token();
    expect(isResumeToken(token)).toBe(true);
    expect(token).toMatchObject({
      version: 2,
      id: 'generation-1',
      idempotencyKey: 'generation-1',
      job,
      lastEventId: '42',
      progress: 0.4,
      cancelRequested: false,
    });
    expect(Number(token.deadlineAt) - Number(token.startedAt)).toBe(420_000);
  });

  it('holds nothing of the input', async () => {
    const run = await started({ submit: () => {} });
    expect(JSON.stringify(run.token())).not.toContain('lighthouse');
    run.submits[0]?.answer({ job });
    await flush();
    expect(JSON.stringify(run.token())).not.toContain('lighthouse');
    expect(JSON.stringify(run.actor.getSnapshot().context)).not.toContain('lighthouse');
  });

  it.each([
    ['idle', () => generation()],
    ['submitting', () => started({ submit: () => {} })],
  ])('without a job does nothing by itself, and keeps the key: %s', async (_, begin) => {
    const before = await begin();
    const says = { idempotentSubmit: 'replays' } as const;
    const run = await reloaded(before, { resume: { ...before.token(), idempotencyKey: 'key-1' }, says });
    await run.advance(600_000);
    expect(run.calls()).toEqual([]);
    expect(run.view().status).toBe('idle');
    await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    expect(run.submits).toMatchObject([{ idempotencyKey: 'key-1' }]);
  });

  it('goes on cancelling where that was wanted', async () => {
    const before = await streaming();
    await before.send({ type: 'CANCEL' });
    const run = await reloaded(before);
    expect(run.view().status).toBe('cancelling');
    expect(run.cancels).toMatchObject([{ about: job }]);
    expect(run.streams).toEqual([]);
    run.cancels[0]?.answer();
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
  });

  it('that wanted to cancel before there was a job starts nothing', async () => {
    const before = await started({ submit: () => {} });
    await before.send({ type: 'CANCEL' });
    const run = await reloaded(before);
    await run.advance(600_000);
    expect(run.calls()).toEqual([]);
  });

  it('continues the stream after the last event', async () => {
    const before = await streaming();
    before.stream().id('42');
    const run = await reloaded(before);
    expect(run.stream().lastEventId).toBe('42');
  });

  it('lets progress not fall', async () => {
    const before = await streaming();
    before.stream().push({ kind: 'pending', progress: 0.6 });
    await flush();
    const run = await reloaded(before);
    expect(run.view().progress).toBe(0.6);
    run.stream().push({ kind: 'pending', progress: 0.3 });
    await flush();
    expect(run.view().progress).toBe(0.6);
    run.stream().push({ kind: 'pending', progress: 0.7 });
    await flush();
    expect(run.view().progress).toBe(0.7);
  });

  it('ignores GENERATE where there is a job', async () => {
    const run = await reloaded(await streaming());
    await run.send({ type: 'GENERATE', input: { prompt: 'another' } });
    expect(run.submits).toEqual([]);
  });

  it('without a deadline gives the job a new one', async () => {
    const before = await streaming();
    await before.advance(419_000);
    const { deadlineAt: _, ...resume } = before.token();
    const run = await reloaded(before, { resume });
    await run.advance(419_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(1);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('brings nothing along that is not its own', async () => {
    const outcome = { status: 'completed', output: { url: 'https://elsewhere.test/' } };
    const forged = { ...(await streaming()).token(), outcome, input: 'x', reads: null, shown: null, health: null };
    const run = generation({ resume: forged });
    await flush();
    expect(run.view()).toMatchObject({ status: 'connecting', output: undefined });
  });

  it('of another generation fails before anything is called', async () => {
    const run = generation({ resume: { ...(await streaming()).token(), id: 'generation-2' } });
    await flush();
    expect(run.outcomes()).toMatchObject([
      {
        type: 'failed',
        id: 'generation-1',
        job: undefined,
        failure: { code: 'bad-input', retryable: false, resumable: false },
      },
    ]);
    expect(run.calls()).toEqual([]);
  });
});

describe('isResumeToken', () => {
  const whole = { version: 1, id: 'generation-1', idempotencyKey: 'key-1', cancelRequested: false };

  it.each([
    [whole],
    [{ ...whole, job, lastEventId: '42', progress: 0.5, startedAt: 1, deadlineAt: 2, cancelRequested: true }],
  ])('knows %o', value => {
    expect(isResumeToken(value)).toBe(true);
  });

  it.each([
    [null],
    [undefined],
    ['token'],
    [7],
    [[]],
    [{}],
    [{ ...whole, version: 3 }],
    [{ ...whole, version: '1' }],
    [{ ...whole, id: '' }],
    [{ ...whole, id: 7 }],
    [{ ...whole, idempotencyKey: undefined }],
    [{ ...whole, cancelRequested: 'yes' }],
    [{ ...whole, job: 'job-1' }],
    [{ ...whole, job: {} }],
    [{ ...whole, job: { id: 7 } }],
    [{ ...whole, progress: 'half' }],
    [{ ...whole, deadlineAt: 'tomorrow' }],
    [{ ...whole, lastEventId: 42 }],
  ])('refuses %o', value => {
    expect(isResumeToken(value)).toBe(false);
  });
});
