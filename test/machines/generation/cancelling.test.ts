import { describe, expect, it } from 'vitest';
import {
  cancelled,
  changed,
  error,
  failed,
  flush,
  job,
  jobFailure,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

const byHand = { submit: () => {} };

describe('CANCEL while submitting', () => {
  it('is shown at once and never aborts the POST', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    expect(run.view()).toMatchObject({ status: 'cancelling', canCancel: false });
    await run.advance(119_999);
    expect(run.submits[0]?.signal.aborted).toBe(false);
    expect(run.calls()).toHaveLength(1);
  });

  it('asks the backend to stop the job as soon as it is known', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    await run.advance(30_000);
    run.submits[0]?.answer({ job });
    await flush();
    expect(run.cancels).toMatchObject([{ about: job, at: 30_000 }]);
    expect(run.emitted).toEqual([{ type: 'submitted', id: 'generation-1', job }]);
    run.cancels[0]?.answer();
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
    expect(run.streams).toEqual([]);
    expect(run.reads).toEqual([]);
  });

  it.each([
    ['completed', succeeded],
    ['failed', failed],
    ['cancelled', cancelled],
  ] as const)('is %s when the answer already holds that outcome', async (type, update) => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.answer({ job, update });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type, job }]);
    expect(run.cancels).toEqual([]);
  });

  it('is cancelled when the submit is refused', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(error('payment-required'));
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, charged: 'no', job: undefined }]);
  });

  it('is cancelled, perhaps charged and not known to be stopped, when the answer is lost', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(error('network', { charged: 'maybe' }));
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'maybe' }]);
  });

  it('is cancelled, perhaps charged, after 120 s without an answer', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CANCEL' });
    await run.advance(120_000);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'maybe' }]);
  });
});

describe('cancelling', () => {
  async function asked(options: Parameters<typeof streaming>[0] = {}) {
    const run = await streaming(options);
    run.script.read = () => {};
    await run.send({ type: 'CANCEL' });
    return run;
  }

  it.each([
    ['completed', succeeded, { output: { url: 'https://files.test/1.png' } }],
    ['failed', failed, { failure: { ...jobFailure, job } }],
    ['cancelled', cancelled, { stopped: true }],
    ['cancelled', undefined, { stopped: true }],
  ] as const)('is %s when the backend answers %o', async (type, answer, rest) => {
    const run = await asked();
    run.cancels[0]?.answer(answer);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type, job, ...rest }]);
    expect(run.readTimes()).toEqual([0]);
  });

  it.each([pending, changed, { kind: 'ignored' }] as const)('reads once when the answer is $kind', async answer => {
    const run = await asked();
    run.cancels[0]?.answer(answer);
    await flush();
    expect(run.reads).toHaveLength(2);
    expect(run.view().status).toBe('cancelling');
    run.read().answer(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it.each([
    ['has stopped', cancelled, true],
    ['goes on', pending, false],
    ['has changed', changed, false],
  ] as const)('is cancelled when that read says that the job %s', async (_, answer, stopped) => {
    const run = await asked();
    run.cancels[0]?.answer(pending);
    await flush();
    run.read().answer(answer);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped, job }]);
    await run.advance(3_600_000);
    expect(run.reads).toHaveLength(2);
  });

  it('is cancelled, and not known to be stopped, when that read fails', async () => {
    const run = await asked();
    run.cancels[0]?.answer(pending);
    await flush();
    run.read().refuse(error('unauthorized'));
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
  });

  it('is cancelled, and not known to be stopped, when that read hangs for 30 s', async () => {
    const run = await asked();
    run.cancels[0]?.answer(pending);
    await run.advance(29_999);
    expect(run.view().status).toBe('cancelling');
    await run.advance(1);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
  });

  it.each([error('network'), 'no', undefined, Object.create(null)])(
    'is cancelled, and not known to be stopped, when the backend refuses',
    async thrown => {
      const run = await asked();
      run.cancels[0]?.refuse(thrown);
      await flush();
      expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
    },
  );

  it('is cancelled, and not known to be stopped, when the adapter throws instead of rejecting', async () => {
    const run = await asked({ cancel: () => JSON.parse('no json') });
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
  });

  it('is cancelled, and not known to be stopped, after 30 s without an answer', async () => {
    const run = await asked();
    await run.advance(29_999);
    expect(run.view().status).toBe('cancelling');
    await run.advance(1);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
    expect(run.cancels[0]?.signal.aborted).toBe(true);
  });

  it('is not ended by the deadline', async () => {
    const run = await streaming({ policy: { deadlineMs: 20_000 } });
    await run.advance(19_000);
    await run.send({ type: 'CANCEL' });
    await run.advance(10_000);
    expect(run.view().status).toBe('cancelling');
    run.cancels[0]?.answer(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('hears nothing late', async () => {
    const run = await asked({ ignoresAbort: true });
    run.stream().push(failed);
    run.stream().push(pending);
    run.stream().end();
    await run.advance(30_000);
    run.cancels[0]?.answer(succeeded);
    run.stream().push(succeeded);
    await run.advance(3_600_000);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false }]);
  });
});
