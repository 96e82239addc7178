import { describe, expect, it } from 'vitest';
import {
  cancelled,
  error,
  flush,
  generation,
  job,
  pending,
  started,
  succeeded,
} from '../../support/scripted-generation.js';

const replays = { idempotentSubmit: 'replays' } as const;
const input = { prompt: 'a lighthouse' };
const busy = (retryAfterMs?: number) => error('busy', { charged: 'no', ...(retryAfterMs && { retryAfterMs }) });
const inProgress = error('busy', { charged: 'maybe', retryAfterMs: 1_000 });
const lost = error('network', { charged: 'maybe' });

describe('a submit that the backend refuses for now', () => {
  it('M4: fails at once without patience, and tells how long to wait', async () => {
    const run = await started({ submit: call => call.refuse(busy(7_000)) });
    expect(run.submits).toHaveLength(1);
    expect(run.outcomes()).toMatchObject([
      { type: 'failed', failure: { code: 'busy', charged: 'no', retryAfterMs: 7_000 } },
    ]);
  });

  it.each(['busy', 'rate-limited'] as const)('M4: is sent again after the wait with the same key: %s', async code => {
    const run = await started({
      policy: { submitPatienceMs: 60_000 },
      submit: call => call.refuse(error(code, { charged: 'no', retryAfterMs: 7_000 })),
    });
    expect(run.view()).toMatchObject({
      status: 'submitting',
      canCancel: true,
      retryAt: run.world.environment.now() + 7_000,
    });
    await run.advance(6_999);
    expect(run.submits).toHaveLength(1);
    run.script.submit = call => call.answer({ job });
    await run.advance(1);
    expect(run.submits).toMatchObject([{ about: input }, { about: input, at: 7_000 }]);
    expect(new Set(run.submits.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(run.view()).toMatchObject({ status: 'connecting', retryAt: undefined, job });
  });

  it('waits longer each time where the backend names no time, and ends with the patience', async () => {
    const run = await started({ policy: { submitPatienceMs: 20_000 }, submit: call => call.refuse(busy()) });
    await run.advance(60_000);
    expect(run.submits.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 8_000, 18_000]);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'busy', charged: 'no' } }]);
  });

  it('is sent again at the last moment of the patience', async () => {
    const run = await started({ policy: { submitPatienceMs: 7_000 }, submit: call => call.refuse(busy(7_000)) });
    await run.advance(60_000);
    expect(run.submits.map(({ at }) => at)).toEqual([0, 7_000]);
  });

  it.each(['maybe', 'yes'] as const)('is not sent again where the refusal is charged: %s', async charged => {
    const run = await started({
      policy: { submitPatienceMs: 60_000 },
      submit: call => call.refuse(error('rate-limited', { charged, retryAfterMs: 1_000 })),
    });
    await run.advance(60_000);
    expect(run.submits).toHaveLength(1);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'rate-limited', charged } }]);
  });

  it('is cancelled in its wait, and is not charged', async () => {
    const run = await started({ policy: { submitPatienceMs: 60_000 }, submit: call => call.refuse(busy(7_000)) });
    await run.send({ type: 'CANCEL' });
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, charged: 'no' }]);
    await run.advance(60_000);
    expect(run.submits).toHaveLength(1);
  });

  it('is followed no further once it is accepted after DETACH', async () => {
    const run = await started({ policy: { submitPatienceMs: 60_000 }, submit: call => call.refuse(busy(7_000)) });
    await run.send({ type: 'DETACH' });
    run.script.submit = call => call.answer({ job });
    await run.advance(60_000);
    expect(run.actor.getSnapshot().value).toBe('detached');
    expect(run.streams).toEqual([]);
  });

  it.each(['payment-required', 'bad-input', 'unauthorized', 'moderated'] as const)(
    'is not sent again after %s',
    async code => {
      const run = await started({
        policy: { submitPatienceMs: 60_000 },
        submit: call => call.refuse(error(code, { charged: 'no', retryAfterMs: 1_000 })),
      });
      expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code } }]);
    },
  );

  it('is charged if the refusal says so, whatever became of an earlier submit', async () => {
    const resume = (await started({ says: replays, submit: () => {} })).token();
    const run = generation({
      resume,
      says: replays,
      submit: call => call.refuse(error('bad-input', { charged: 'yes' })),
    });
    await run.send({ type: 'GENERATE', input });
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'bad-input', charged: 'yes' } }]);
  });

  it('claims nothing about an earlier submit that may have arrived', async () => {
    const before = await started({ says: replays, submit: () => {} });
    const run = generation({
      resume: before.token(),
      says: replays,
      submit: call => call.refuse(error('payment-required')),
    });
    await run.send({ type: 'GENERATE', input });
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'payment-required', charged: 'maybe' } }]);
  });
});

describe('a submit that is still in progress', () => {
  it('M3: is asked for again with the same key, and its job is followed', async () => {
    const run = await started({ says: replays, submit: call => call.refuse(inProgress) });
    await run.advance(2_999);
    expect(run.submits.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
    run.script.submit = call => call.answer({ job });
    await run.advance(1);
    expect(run.view()).toMatchObject({ status: 'connecting', job });
  });

  it('M3: ends as perhaps charged after submitTimeoutMs', async () => {
    const run = await started({ says: replays, submit: call => call.refuse(inProgress) });
    await run.advance(200_000);
    expect(run.submits.at(-1)?.at).toBe(120_000);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'busy', charged: 'maybe' } }]);
  });

  it('is cancelled once its job is known', async () => {
    const run = await started({ says: replays, submit: call => call.refuse(inProgress) });
    await run.send({ type: 'CANCEL' });
    expect(run.view().status).toBe('cancelling');
    run.script.submit = call => call.answer({ job });
    await run.advance(1_000);
    expect(run.cancels).toMatchObject([{ about: job }]);
  });

  it('is never claimed to be free after a later refusal', async () => {
    const run = await started({ says: replays, submit: call => call.refuse(inProgress) });
    run.script.submit = call => call.refuse(error('payment-required'));
    await run.advance(1_000);
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'payment-required', charged: 'maybe' } }]);
  });
});

describe('a submit whose answer is lost', () => {
  it('is looked up by its key, and its job is followed', async () => {
    const run = await started({
      submit: call => call.refuse(lost),
      find: call => call.answer({ job, update: pending }),
    });
    expect(run.finds).toMatchObject([{ about: 'generation-1' }]);
    expect(run.view()).toMatchObject({ status: 'connecting', job });
    expect(run.submits).toHaveLength(1);
  });

  it('is looked up after submitTimeoutMs, too', async () => {
    const run = await started({ submit: () => {}, find: call => call.answer({ job, update: succeeded }) });
    await run.advance(120_000);
    expect(run.emitted).toMatchObject([
      { type: 'submitted', job },
      { type: 'completed', job },
    ]);
  });

  it('is told as it failed where the backend knows nothing of it', async () => {
    const run = await started({ submit: call => call.refuse(lost), find: call => call.answer(undefined) });
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'network', charged: 'maybe', resumable: false } }]);
  });

  it('is looked up again while the backend does not answer', async () => {
    const run = await started({ submit: call => call.refuse(lost), find: call => call.refuse(lost) });
    await run.advance(3_000);
    expect(run.finds.map(({ at }) => at)).toEqual([0, 1_000, 3_000]);
    run.script.find = call => call.answer({ job });
    await run.advance(5_000);
    expect(run.view()).toMatchObject({ status: 'connecting', job });
  });

  it('ends as resumable where it cannot be looked up in time', async () => {
    const run = await started({ submit: call => call.refuse(lost), find: () => {} });
    await run.advance(120_000);
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'network', charged: 'maybe', resumable: true } }]);
  });

  it('is forbidden if it was to be cancelled', async () => {
    const run = await started({ submit: () => {}, cancelByKey: call => call.answer(undefined) });
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(lost);
    await flush();
    expect(run.forbids).toMatchObject([{ about: 'generation-1' }]);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, charged: 'no' }]);
  });

  it('is not forbidden as long as nobody cancels it', async () => {
    const run = await started({
      submit: call => call.refuse(lost),
      find: call => call.answer({ job }),
      cancelByKey: call => call.answer(undefined),
    });
    expect(run.forbids).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'connecting', job });
  });

  it('is forbidden if it is cancelled while it is looked up', async () => {
    const run = await started({
      submit: call => call.refuse(lost),
      find: () => {},
      cancelByKey: call => call.answer({ job, update: cancelled }),
    });
    await run.send({ type: 'CANCEL' });
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
  });

  it.each([false, 0, '', {}, []])('M1: is perhaps charged where it is forbidden with the answer %j', async answer => {
    const run = await started({ submit: () => {}, cancelByKey: call => call.answer(answer as never) });
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(lost);
    await run.advance(10_000);
    expect(run.forbids.length).toBeGreaterThan(1);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'maybe' }]);
  });

  it.each([false, 0, ''])(
    'M2: is looked up again after the answer %j, which does not say that it is unknown',
    async answer => {
      const run = await started({ submit: call => call.refuse(lost), find: call => call.answer(answer as never) });
      expect(run.outcomes()).toEqual([]);
      run.script.find = call => call.answer({ job });
      await run.advance(1_000);
      expect(run.view()).toMatchObject({ status: 'connecting', job });
    },
  );

  it('M2: is told as it failed where a lookup answers null, as JavaScript does for nothing', async () => {
    const run = await started({ submit: call => call.refuse(lost), find: call => call.answer(null as never) });
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'network', resumable: false } }]);
  });

  it('is perhaps charged where it cannot be forbidden', async () => {
    const run = await started({ submit: () => {}, cancelByKey: call => call.refuse(lost) });
    await run.send({ type: 'CANCEL' });
    run.submits[0]?.refuse(lost);
    await run.advance(10_000);
    expect(run.forbids.length).toBeGreaterThan(1);
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, charged: 'maybe' }]);
  });
});

describe('a submit of an earlier session', () => {
  const interrupted = async () => (await started({ submit: () => {} })).token();

  it('is looked up before anything else', async () => {
    const run = generation({ resume: await interrupted(), says: replays, find: call => call.answer({ job }) });
    await run.send({ type: 'GENERATE', input });
    expect(run.submits).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'connecting', job });
  });

  it('is sent again with the same key where the backend knows nothing of it and replays keys', async () => {
    const run = generation({ resume: await interrupted(), says: replays, find: call => call.answer(undefined) });
    await run.send({ type: 'GENERATE', input });
    expect(run.submits).toMatchObject([{ about: input, idempotencyKey: 'generation-1' }]);
  });

  it.each([
    { what: 'the backend charges each submit', says: {}, isAsked: true },
    { what: 'nobody has given the input again', says: replays, isAsked: false },
  ])('is not sent again after a lookup that knows nothing of it, where $what', async ({ says, isAsked }) => {
    const run = generation({ resume: await interrupted(), says, find: call => call.answer(undefined) });
    if (isAsked) await run.send({ type: 'GENERATE', input });
    await flush();
    expect(run.finds).toHaveLength(1);
    expect(run.submits).toEqual([]);
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'interrupted', charged: 'maybe', resumable: false } }]);
  });

  it('ends as resumable where the lookup is never answered', async () => {
    const run = generation({ resume: await interrupted(), find: () => {} });
    await run.advance(120_000);
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'interrupted', charged: 'maybe', resumable: true } }]);
  });

  it.each([
    ['rejects keys', { idempotentSubmit: 'rejects' } as const],
    ['charges each submit', {}],
    ['has forgotten the key', { idempotentSubmit: true, idempotencyWindowMs: 60_000 }],
  ])('is not sent again where the backend %s', async (_, says) => {
    const resume = await interrupted();
    const run = generation({ resume: { ...resume, startedAt: Number(resume.startedAt) - 60_000 }, says });
    await run.send({ type: 'GENERATE', input });
    expect(run.submits).toEqual([]);
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'interrupted', charged: 'maybe' } }]);
  });

  it('A1: is forbidden if it was to be cancelled', async () => {
    const resume = { ...(await interrupted()), cancelRequested: true };
    const run = generation({ resume, says: replays, cancelByKey: call => call.answer({ job }) });
    await flush();
    expect(run.submits).toEqual([]);
    expect(run.cancels).toMatchObject([{ about: job }]);
  });

  it('A1: is looked up and cancelled where it cannot be forbidden', async () => {
    const resume = { ...(await interrupted()), cancelRequested: true };
    const run = generation({ resume, says: replays, find: call => call.answer({ job }) });
    await flush();
    expect(run.cancels).toMatchObject([{ about: job }]);
  });
});
