import { GenerationError } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  cancelled,
  error,
  failed,
  generation,
  job,
  jobFailure,
  pending,
  started,
  succeeded,
} from '../../support/scripted-generation.js';
import { flush } from '../../support/simulated-world.js';

const byHand = { submit: () => {} };

describe('before GENERATE', () => {
  it('calls nothing, however long it waits', async () => {
    const run = generation();
    await run.advance(3_600_000);
    expect(run.calls()).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'idle', connection: 'none', canCancel: false });
  });

  it.each(['CANCEL', 'CHECK'] as const)('ignores %s', async type => {
    const run = generation();
    await run.send({ type });
    await run.advance(60_000);
    expect(run.calls()).toEqual([]);
    await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    expect(run.view().status).toBe('connecting');
  });
});

describe('submitting', () => {
  it('sends the input once with the idempotency key', async () => {
    const run = await started({ ...byHand, idempotencyKey: 'key-1' });
    expect(run.submits).toMatchObject([{ about: { prompt: 'a lighthouse' }, idempotencyKey: 'key-1', at: 0 }]);
    expect(run.view()).toMatchObject({ status: 'submitting', connection: 'none', canCancel: true, job: undefined });
  });

  it('takes the id for the key where none is given', async () => {
    const run = await started({ ...byHand, id: 'generation-7' });
    expect(run.submits).toMatchObject([{ idempotencyKey: 'generation-7' }]);
  });

  it('ignores a second GENERATE, while it submits and later', async () => {
    const run = await started(byHand);
    await run.send({ type: 'GENERATE', input: { prompt: 'another' } });
    run.submits[0]?.answer({ job });
    await run.advance(1_000);
    await run.send({ type: 'GENERATE', input: { prompt: 'another' } });
    expect(run.submits).toHaveLength(1);
    expect(run.submits[0]?.about).toEqual({ prompt: 'a lighthouse' });
  });

  it('neither reads nor listens before it is accepted', async () => {
    const run = await started(byHand);
    await run.send({ type: 'CHECK' });
    await run.advance(119_999);
    expect(run.calls()).toHaveLength(1);
  });

  it('announces the job once, and follows it', async () => {
    const run = await started();
    expect(run.emitted).toEqual([{ type: 'submitted', id: 'generation-1', job }]);
    expect(run.view()).toMatchObject({ status: 'connecting', connection: 'connecting', job });
    expect(run.streams).toMatchObject([{ about: job, lastEventId: undefined }]);
  });

  it('shows what the answer says of a job that goes on', async () => {
    const update = { kind: 'pending', progress: 0.2, message: 'Queued', backendPosition: 3 } as const;
    const run = await started({ submit: call => call.answer({ job, update }) });
    expect(run.view()).toMatchObject({ status: 'connecting', progress: 0.2, message: 'Queued', backendPosition: 3 });
  });

  it.each([
    ['completed', succeeded, { output: { url: 'https://files.test/1.png' } }],
    ['failed', failed, { failure: { ...jobFailure, job } }],
    ['cancelled', cancelled, { stopped: true }],
  ] as const)('is %s at once when the answer holds that outcome', async (type, update, outcome) => {
    const run = await started({ submit: call => call.answer({ job, update }) });
    expect(run.emitted).toEqual([
      { type: 'submitted', id: 'generation-1', job },
      expect.objectContaining({ type, id: 'generation-1', job, ...outcome }),
    ]);
    await run.advance(3_600_000);
    expect(run.calls()).toHaveLength(1);
  });

  it('fails with what the backend refuses it for, and asks no second time', async () => {
    const run = await started({
      submit: call => call.refuse(error('payment-required', { status: 402, details: { required: 3 } })),
    });
    expect(run.outcomes()).toMatchObject([
      { type: 'failed', failure: { code: 'payment-required', status: 402, details: { required: 3 }, charged: 'no' } },
    ]);
    await run.advance(3_600_000);
    expect(run.calls()).toHaveLength(1);
  });

  it('says that it may be charged where the error says nothing', async () => {
    const run = await started({ submit: call => call.refuse(new TypeError('fetch failed')) });
    expect(run.view().failure).toMatchObject({ code: 'network', charged: 'maybe' });
  });

  it('is interrupted after 120 s without an answer, perhaps charged and neither retryable nor resumable', async () => {
    const run = await started(byHand);
    await run.advance(119_999);
    expect(run.view().status).toBe('submitting');
    await run.advance(1);
    expect(run.view().failure).toMatchObject({
      code: 'interrupted',
      charged: 'maybe',
      retryable: false,
      resumable: false,
    });
  });

  it('is not ended by the deadline', async () => {
    const run = await started({ ...byHand, policy: { deadlineMs: 5_000 } });
    await run.advance(60_000);
    run.submits[0]?.answer({ job });
    await run.advance(4_000);
    expect(run.view().status).toBe('connecting');
  });

  it('is not ended by a page that falls asleep', async () => {
    const run = await started(byHand);
    await run.world.emit('asleep');
    await run.advance(60_000);
    expect(run.submits[0]?.signal.aborted).toBe(false);
    await run.world.emit('woke');
    run.submits[0]?.answer({ job });
    await run.advance(0);
    expect(run.view().status).toBe('connecting');
  });

  it('is tried while offline', async () => {
    const run = generation();
    await run.world.emit('offline');
    await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    expect(run.submits).toHaveLength(1);
  });

  it('hears no answer after its time is up', async () => {
    const run = await started({ ...byHand, ignoresAbort: true });
    await run.advance(120_000);
    run.submits[0]?.answer({ job, update: succeeded });
    await run.advance(3_600_000);
    expect(run.outcomes()).toMatchObject([{ type: 'failed' }]);
    expect(run.calls()).toHaveLength(1);
  });
});

describe('an adapter that misbehaves on submit', () => {
  // Parsed, because no type allows them.
  const malformed = ['{}', 'null', '{"job":{}}', '{"job":{"id":""}}', '"job-1"'];

  it.each(malformed)('fails, perhaps charged, on the answer %s', async text => {
    const run = await started({ submit: call => call.answer(JSON.parse(text)) });
    expect(run.view()).toMatchObject({ status: 'failed', failure: { charged: 'maybe', retryable: false } });
    expect(run.emitted).toHaveLength(1);
  });

  it.each([
    ['an error', new Error('no')],
    ['a text', 'no'],
    ['nothing', undefined],
    ['an object without a prototype', Object.create(null)],
    ['an error that only bears the name', Object.assign(new Error('no'), { name: 'GenerationError' })],
  ])('fails when it rejects with %s', async (_, thrown) => {
    const run = await started({ submit: call => call.refuse(thrown) });
    expect(run.view()).toMatchObject({ status: 'failed', failure: { code: 'network', charged: 'maybe' } });
  });

  it('fails when it throws instead of rejecting', async () => {
    const run = await started({
      submit: () => {
        throw new GenerationError({ code: 'bad-input', message: 'No prompt.' });
      },
    });
    expect(run.view().failure).toMatchObject({ code: 'bad-input' });
  });

  it('takes an update of no known kind for pending', async () => {
    const run = await started({ submit: call => call.answer({ job, update: JSON.parse('{"kind":"dreaming"}') }) });
    expect(run.view().status).toBe('connecting');
  });

  it('follows the job when the answer only says that something changed', async () => {
    const run = await started({ submit: call => call.answer({ job, update: { kind: 'changed' } }) });
    run.script.read = call => call.answer(pending);
    expect(run.view().status).toBe('connecting');
  });
});

describe('a refused submit that names the job which it has begun', () => {
  const named = (resumable = true) => error('network', { charged: 'maybe', resumable, job: { id: 'job-7' } });

  it('keeps the job for its token', async () => {
    const run = await started({ submit: call => call.refuse(named()) });
    expect(run.outcomes()).toMatchObject([{ type: 'failed', job: { id: 'job-7' } }]);
    expect(run.token()).toMatchObject({ job: { id: 'job-7' } });
    const again = generation({ resume: run.token() });
    await flush();
    expect(again.submits).toEqual([]);
    expect(again.streams).toMatchObject([{ about: { id: 'job-7' } }]);
  });

  it('is not followed where the adapter says that it cannot be', async () => {
    const run = await started({ submit: call => call.refuse(named(false)) });
    expect(run.view().failure).toMatchObject({ job: { id: 'job-7' }, resumable: false });
    expect(run.token().job).toBeUndefined();
  });

  it('is told to who has cancelled meanwhile', async () => {
    const run = await started({ submit: () => {} });
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(named());
    await flush();
    expect(run.outcomes()).toMatchObject([
      { type: 'cancelled', stopped: false, charged: 'maybe', job: { id: 'job-7' } },
    ]);
  });

  it('has none once the backend says that it was never accepted', async () => {
    const find = (call: { answer(value: undefined): void }) => call.answer(undefined);
    const run = await started({ submit: call => call.refuse(named()), find });
    expect(run.view().failure).toMatchObject({ resumable: false });
    expect(run.token().job).toBeUndefined();
  });
});
