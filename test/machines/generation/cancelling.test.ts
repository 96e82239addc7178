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

  it.each([pending, changed, { kind: 'ignored' }] as const)('reads at once when the answer is $kind', async answer => {
    const run = await asked();
    run.cancels[0]?.answer(answer);
    await flush();
    expect(run.reads).toHaveLength(2);
    expect(run.view().status).toBe('cancelling');
    run.read().answer(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('M1: is completed when the backend refuses because the job is done', async () => {
    for (const code of ['bad-input', 'not-found', 'job-failed'] as const) {
      const run = await asked();
      run.cancels[0]?.refuse(error(code));
      await flush();
      run.read().answer(succeeded);
      await flush();
      expect(run.outcomes()).toMatchObject([{ type: 'completed', job }]);
      expect(run.cancels).toHaveLength(1);
    }
  });

  it('M1: goes on reading while the backend stops the job late, after 0.5, 1, 2 and 4 s', async () => {
    const run = await asked();
    run.script.read = call => call.answer(pending);
    run.cancels[0]?.answer(pending);
    await flush();
    const [, first = 0] = run.readTimes();
    await run.advance(3_600);
    expect(run.readTimes().slice(1)).toEqual([first, first + 500, first + 1_500, first + 3_500]);
    expect(run.view()).toMatchObject({ status: 'cancelling', isRunning: true });
    run.script.read = call => call.answer(cancelled);
    await run.advance(4_000);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
  });

  it.each(['network', 'timeout', 'rate-limited', 'busy'] as const)(
    'M1: is sent again after a refusal by %s',
    async code => {
      const run = await asked();
      run.script.read = call => call.answer(pending);
      run.cancels[0]?.refuse(error(code));
      await run.advance(600);
      expect(run.cancels).toHaveLength(2);
      run.cancels[1]?.answer(cancelled);
      await flush();
      expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
    },
  );

  it('M1: waits as long as the refusal asks before the command is sent again', async () => {
    const run = await asked();
    run.script.read = call => call.answer(pending);
    run.cancels[0]?.refuse(error('rate-limited', { retryAfterMs: 3_000 }));
    await run.advance(2_900);
    expect(run.cancels).toHaveLength(1);
    await run.advance(200);
    expect(run.cancels).toHaveLength(2);
  });

  it('M1: is sent again when it was not answered for 30 s', async () => {
    const run = await asked();
    await run.advance(30_000);
    expect(run.cancels[0]?.signal.aborted).toBe(true);
    expect(run.view().status).toBe('cancelling');
    run.read().answer(pending);
    await run.advance(600);
    expect(run.cancels).toHaveLength(2);
  });

  it.each([
    ['the backend says that it runs', pending],
    ['a read fails', error('unauthorized')],
  ])('is cancelled, and not known to be stopped, when for 10 s %s', async (_, answer) => {
    const run = await asked();
    run.script.read = call => ('kind' in answer ? call.answer(answer) : call.refuse(answer));
    run.cancels[0]?.answer(pending);
    await run.advance(9_900);
    expect(run.outcomes()).toEqual([]);
    await run.advance(200);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'yes', job }]);
    const count = run.calls().length;
    await run.advance(3_600_000);
    expect(run.calls()).toHaveLength(count);
  });

  it('is cancelled, and not known to be stopped, when a read hangs for 10 s', async () => {
    const run = await asked();
    run.cancels[0]?.answer(pending);
    await run.advance(10_000);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
    expect(run.read().signal.aborted).toBe(true);
  });

  it.each([error('payment-required'), 'no', undefined, Object.create(null)])(
    'is cancelled, and not known to be stopped, when the backend refuses and the job runs on',
    async thrown => {
      const run = await asked();
      run.script.read = call => call.answer(pending);
      run.cancels[0]?.refuse(thrown);
      await run.advance(30_000);
      expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
    },
  );

  it('is cancelled, and not known to be stopped, when the adapter throws instead of rejecting', async () => {
    const run = await asked({ cancel: () => JSON.parse('no json') });
    run.script.read = call => call.answer(pending);
    await run.advance(40_000);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
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
