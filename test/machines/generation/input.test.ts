import { createGenerationMachine, isGenerationError, type ResumeToken, runGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { flush, generation, job, started, streaming } from '../../support/scripted-generation.js';

/** An input out of JavaScript or a storage. */
function begun(input: unknown) {
  const { adapter, world, calls } = generation();
  const machine = createGenerationMachine(adapter, { environment: world.environment });
  const actor = createActor(machine, { input: JSON.parse(JSON.stringify(input)), clock: world.clock });
  const emitted: unknown[] = [];
  actor.on('*', event => emitted.push(event));
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  return { emitted, calls, snapshot: actor.getSnapshot() };
}
const whole = { version: 2, id: 'g-1', idempotencyKey: 'key-1', job, cancelRequested: false };

describe('an input that cannot be used', () => {
  it.each([
    { input: { id: 5 }, says: 'a value of type number as `id`' },
    { input: { id: '' }, says: 'an empty text as `id`' },
    { input: { id: null }, says: 'a value of type null as `id`' },
    { input: {}, says: 'a value of type undefined as `id`' },
    { input: [], says: 'a value of type undefined as `id`' },
    { input: { id: 'g-1', idempotencyKey: 7 }, says: 'generation g-1 has a value of type number as `idempotencyKey`' },
    { input: { id: 'g-1', idempotencyKey: '' }, says: 'generation g-1 has an empty text as `idempotencyKey`' },
  ])('fails, says why, and submits nothing: $input', async ({ input, says }) => {
    const { emitted, calls, snapshot } = begun(input);
    await flush();
    expect(snapshot.status).toBe('done');
    expect(emitted).toMatchObject([
      {
        type: 'failed',
        failure: {
          code: 'bad-input',
          charged: 'no',
          retryable: false,
          resumable: false,
          message: expect.stringContaining(says),
        },
      },
    ]);
    expect(calls()).toEqual([]);
  });

  it.each([
    { resume: 'token', says: 'it is a value of type string' },
    { resume: [whole], says: 'it is a value of type array' },
    { resume: { job: {} }, says: 'its `id` is a value of type undefined' },
    { resume: { ...whole, job: undefined, version: '2' }, says: 'its `version` is a value of type string' },
    { resume: { ...whole, job: undefined, id: 5 }, says: 'its `id` is a value of type number' },
    { resume: { ...whole, job: undefined, id: '' }, says: 'its `id` is an empty text' },
    { resume: { ...whole, job: {} }, says: 'it has a `job.id` of type undefined' },
    { resume: { ...whole, job: { id: ' ' } }, says: 'it has an empty `job.id`' },
    { resume: { ...whole, job: null }, says: 'it has a `job` of type null' },
    { resume: { ...whole, job: undefined, idempotencyKey: 5 }, says: 'a member is missing or has the wrong type' },
    { resume: { ...whole, job: undefined, startedAt: 'then' }, says: 'a member is missing or has the wrong type' },
  ])('is a token that cannot be read: $resume', async ({ resume, says }) => {
    const { emitted, calls } = begun({ id: 'g-1', resume });
    await flush();
    expect(emitted).toMatchObject([
      { type: 'failed', failure: { code: 'bad-input', charged: 'maybe', message: expect.stringContaining(says) } },
    ]);
    expect(calls()).toEqual([]);
  });

  it('keeps the id where one can be read, for the page to tell it by', async () => {
    const ids = [5, '', undefined, {}].map(id => begun({ id }).emitted);
    await flush();
    expect(ids.flat()).toMatchObject([{ id: '5' }, { id: '' }, { id: '' }, { id: '' }]);
  });

  it('is not the absence of a token', async () => {
    const { emitted, calls } = begun({ id: 'g-1', resume: null });
    await flush();
    expect(calls()).toMatchObject([{ kind: 'submit' }, { kind: 'events' }]);
    expect(emitted).toMatchObject([{ type: 'submitted' }]);
  });

  it('names the job of its token, which is charged', async () => {
    const { emitted } = begun({ id: 5, resume: { ...whole, id: 5 } });
    await flush();
    expect(emitted).toMatchObject([{ type: 'failed', job, failure: { charged: 'yes', resumable: true, job } }]);
  });
});

describe('a token with a job', () => {
  it.each([
    { idempotencyKey: 5 },
    { cancelRequested: 'yes' },
    { progress: 'half' },
    { progress: null },
    { startedAt: 'then', deadlineAt: null },
    { lastEventId: 42 },
    { step: null },
    { step: 'x' },
    { job: { id: 7 } },
  ])('is followed as far as it can be read: %o', async change => {
    const resume: ResumeToken = Object.assign({ ...whole, id: 'generation-1' }, change);
    const run = generation({ resume });
    await flush();
    expect(run.submits).toEqual([]);
    expect(run.streams).toMatchObject([{ about: { id: String(Object(change).job?.id ?? job.id) } }]);
    expect(run.streams[0]?.lastEventId).toBeUndefined();
    expect(run.view()).toMatchObject({ status: 'connecting', progress: undefined });
    expect(run.token()).toMatchObject({ version: 2, cancelRequested: false, idempotencyKey: expect.any(String) });
    await run.advance(419_999);
    expect(run.outcomes()).toEqual([]);
  });
});

describe('the key of a token with a job', () => {
  it.each([
    { given: 'key-1', own: undefined, is: 'key-1' },
    { given: 'key-1', own: 'own', is: 'key-1' },
    { given: '', own: 'own', is: 'own' },
    { given: 5, own: undefined, is: 'generation-1' },
  ])('is its own, or else that of the input: $given, $own', ({ given, own, is }) => {
    const resume = { ...whole, id: 'generation-1', idempotencyKey: given } as unknown as ResumeToken;
    expect(generation({ resume, ...(own && { idempotencyKey: own }) }).token().idempotencyKey).toBe(is);
  });
});

describe('a token of a newer version', () => {
  const newer = { ...whole, version: 3, id: 'generation-1', since: 'then' } as unknown as ResumeToken;

  it('keeps its job, and asks for an update instead of another generation', async () => {
    const run = generation({ resume: newer });
    await run.send({ type: 'GENERATE', input: { prompt: 'again' } });
    expect(run.calls()).toEqual([]);
    const [outcome] = run.outcomes();
    expect(outcome).toMatchObject({
      type: 'failed',
      job,
      failure: { code: 'bad-input', job, charged: 'yes', retryable: false, resumable: true },
    });
    const { message } = run.view().failure ?? expect.unreachable();
    expect(message).toMatch(/job-1.*Update this page or the library/);
    expect(message).not.toMatch(/generate again|submit again/i);
  });

  it('stays as it is, for the version that can read it', async () => {
    const run = generation({ resume: newer });
    await flush();
    expect(run.token()).toEqual(newer);
  });

  it('without a job may have been charged', async () => {
    const run = generation({ resume: Object.assign({ ...newer }, { job: undefined }) });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'failed', job: undefined, failure: { charged: 'maybe' } }]);
    expect(run.view().failure?.message).not.toMatch(/generate again|submit again/i);
  });

  it('is not replaced by an older one in the error of a run', async () => {
    const { adapter } = generation();
    const error = await runGeneration(createGenerationMachine(adapter), { prompt: 'a' }, { resume: newer }).catch(
      (reason: unknown) => reason,
    );
    expect(isGenerationError(error) && error.failure).toMatchObject({ code: 'bad-input', job });
    expect(error).not.toHaveProperty('resumeToken');
  });
});

describe('the token of another generation', () => {
  it('stays as it is, because it is the only way to its job', async () => {
    const resume = (await streaming()).token();
    const run = generation({ id: 'generation-2', resume });
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'failed', id: 'generation-2', job: undefined }]);
    expect(run.view().failure?.message).toContain('belongs to generation generation-1, not to generation-2.');
    expect(run.token()).toEqual(resume);
  });

  it('of a generation that ended well is a token like any other', async () => {
    const run = await started();
    expect(run.token()).toMatchObject({ id: 'generation-1', job });
  });
});
