import type { StoredGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  crashMessage,
  interruptedMessage,
  refusedTooOften,
  tombstoneMessage,
  unreadableMessage,
} from '../../../src/machines/client/client.messages.js';
import {
  idTakenFailure,
  isOfClient,
  isOfOrigin,
  originOf,
  otherOriginFailure,
} from '../../../src/machines/client/ownership.js';
import { isPassing, isRefusedForNow, isRefusedTooOften } from '../../../src/machines/client/run.refusals.js';
import { endedView, liveView, storedView, tombstoneView } from '../../../src/machines/client/run.view.js';
import {
  asSubmitted,
  failedStored,
  newStored,
  renewed,
  resumableOf,
  submitWindowLeftMs,
  toSubmitWindowMs,
  withCancelRequest,
  withFailure,
  withOutcomeEmitted,
  withProgress,
} from '../../../src/machines/client/stored-generation.js';
import {
  asEnded,
  excessEnds,
  toResultEnd,
  toStoredEnd,
  unlessEnded,
  withoutTombstone,
} from '../../../src/machines/client/tombstone.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { resolvePolicy } from '../../../src/machines/generation/generation.policy.js';
import type { Failure } from '../../../src/machines/generation/generation.port.js';

const job = { id: 'job-1' };
const failure: Failure = { ...createFailure('unreachable', 'no answer', job), status: 503 };
const base = newStored('a', 10, { name: 'pictures', origin: 'https://a.test', description: { prompt: 'fog' } });
const withJob: StoredGeneration = { ...base, token: { ...base.token, job } };

describe('what is stored of a generation', () => {
  it('has its id as its key, unless another key is sent again', () => {
    expect(base).toEqual({
      version: 1,
      token: { version: 1, id: 'a', idempotencyKey: 'a', startedAt: undefined, cancelRequested: false },
      createdAt: 10,
      updatedAt: 10,
      name: 'pictures',
      origin: 'https://a.test',
      description: { prompt: 'fog' },
    });
    const again = newStored('b', 10, { unanswered: { idempotencyKey: 'a', sentAt: 3 } });
    expect(again.token).toMatchObject({ id: 'b', idempotencyKey: 'a', startedAt: 3 });
    expect(again).not.toHaveProperty('unanswered');
  });

  it('is first sent at its submit, and the first time counts', () => {
    expect(asSubmitted(base, 20)).toMatchObject({ token: { startedAt: 20 }, createdAt: 10, updatedAt: 20 });
    expect(asSubmitted(asSubmitted(base, 20), 30)).toMatchObject({ token: { startedAt: 20 }, updatedAt: 30 });
  });

  it('may be submitted by another tab for the time of a submit and half a minute', () => {
    const policy = resolvePolicy({ submitTimeoutMs: 5_000, submitPatienceMs: 2_000 });
    expect(toSubmitWindowMs(policy)).toBe(37_000);
    const left = (now: number) => submitWindowLeftMs({ stored: { ...base, updatedAt: 100 } }, now, 50);
    expect([100, 110, 150, 200].map(left)).toEqual([50, 40, 0, 0]);
    // A date ahead counts as now.
    expect(left(90)).toBe(50);
    expect(left(Number.NaN)).toBe(50);
  });

  it.each([
    ['progress', withProgress(base.token, 'half', 20)],
    ['a failure', withFailure({ ...base, failure }, 20)],
    ['a cancel', withCancelRequest(20)],
    ['an outcome', withOutcomeEmitted(20)],
    ['an end', asEnded({ status: 'completed' }, 20)],
    ['nothing', withoutTombstone],
  ])('is not stored again by %s once it was removed', (_, change) => {
    expect(change(undefined)).toBeUndefined();
  });

  it('takes progress, and keeps the cancel of another tab', () => {
    const token = { ...base.token, job, progress: 0.5 };
    expect(withProgress(token, 'half', 20)(base)).toMatchObject({ token, message: 'half', updatedAt: 20 });
    const cancelled = { ...base, token: { ...base.token, cancelRequested: true } };
    expect(withProgress(token, undefined, 20)(cancelled)?.token.cancelRequested).toBe(true);
    expect(withProgress({ ...token, cancelRequested: true }, undefined, 20)(base)?.token.cancelRequested).toBe(true);
    expect(withProgress(token, undefined, 20)(base)?.token.cancelRequested).toBe(false);
  });

  it('takes a failure with the job to resume, and without a message', () => {
    const failed = failedStored(
      { ...base, message: 'half', token: { ...base.token, cancelRequested: true } },
      failure,
      job,
    );
    expect(failed).toMatchObject({ token: { job, cancelRequested: false }, message: undefined, failure });
    expect(withFailure(failed, 30)({ ...base, message: 'half' })).toMatchObject({
      token: { job },
      failure,
      message: undefined,
      updatedAt: 30,
    });
    expect(resumableOf(failed)).toBe(failed);
    expect(resumableOf({ ...failed, failure: { ...failure, resumable: false } })).toBeUndefined();
    expect(resumableOf(base)).toBeUndefined();
  });

  it('takes a cancel, and an outcome once', () => {
    expect(withCancelRequest(20)(base)).toMatchObject({ token: { cancelRequested: true }, updatedAt: 20 });
    const emitted = withOutcomeEmitted(20)(base);
    expect(emitted).toMatchObject({ isOutcomeEmitted: true, updatedAt: 20 });
    expect(withOutcomeEmitted(30)(emitted)).toBe(emitted);
  });

  it('is resumed with the same job, a new deadline and no failure', () => {
    const token = {
      ...withJob.token,
      deadlineAt: 1,
      queuedMs: 2,
      runningMs: 3,
      step: undefined,
      cancelRequested: true,
      startedAt: 4,
    };
    const again = renewed({ ...withJob, token, failure }, 40);
    expect(again.token).toEqual({
      ...token,
      deadlineAt: undefined,
      queuedMs: undefined,
      runningMs: undefined,
      cancelRequested: false,
    });
    expect(again).toMatchObject({ failure: undefined, updatedAt: 40, createdAt: 10 });
  });
});

describe('the end of a generation', () => {
  it('is its outcome, without texts', () => {
    expect(toStoredEnd({ status: 'completed', charged: 'yes' })).toEqual({ status: 'completed' });
    expect(toStoredEnd({ status: 'failed', failure: { ...failure, details: { prompt: 'secret' } } })).toEqual({
      status: 'failed',
      charged: 'yes',
      failure: {
        code: 'unreachable',
        message: '',
        retryable: false,
        resumable: false,
        charged: 'yes',
        status: 503,
        job: { id: 'job-1' },
      },
    });
    expect(toStoredEnd({ status: 'cancelled', stopped: true, charged: 'no' })).toEqual({
      status: 'cancelled',
      stopped: true,
      charged: 'no',
    });
    // What nobody has said is not known.
    expect(toStoredEnd({})).toEqual({ status: 'cancelled', stopped: false, charged: 'maybe' });
    expect(toStoredEnd({ failure: { ...failure, job: undefined } }).failure?.job).toBeUndefined();
  });

  it('is that of its result', () => {
    expect(toResultEnd({ id: 'a', status: 'completed', output: 1, job })).toEqual({ status: 'completed' });
    expect(toResultEnd({ id: 'a', status: 'failed', failure, job })).toMatchObject({
      status: 'failed',
      charged: 'yes',
    });
    expect(toResultEnd({ id: 'a', status: 'cancelled', stopped: true, charged: 'no', job })).toEqual({
      status: 'cancelled',
      stopped: true,
      charged: 'no',
    });
    expect(toResultEnd(undefined)).toEqual({ status: 'cancelled', stopped: false, charged: 'maybe' });
  });

  it('leaves its id, its key and the id of its job, and no text', () => {
    const whole: StoredGeneration = {
      ...withJob,
      token: { ...withJob.token, job: { ...job, request: { prompt: 'secret' } }, cancelRequested: true, progress: 1 },
      message: 'secret',
      input: { prompt: 'secret' },
    };
    expect(asEnded({ status: 'completed' }, 50)(whole)).toEqual({
      version: 1,
      token: { version: 1, id: 'a', idempotencyKey: 'a', job, cancelRequested: false },
      name: 'pictures',
      origin: 'https://a.test',
      createdAt: 10,
      updatedAt: 50,
      ended: { status: 'completed' },
    });
    expect(asEnded({ status: 'completed' }, 50)(base)?.token.job).toBeUndefined();
  });

  it('stays as it was first, unless a later one has brought a result', () => {
    const cancelled = { status: 'cancelled', stopped: true, charged: 'no' } as const;
    const completed = { status: 'completed' } as const;
    const first = asEnded(cancelled, 50)(base);
    expect(asEnded({ ...cancelled, charged: 'maybe' }, 60)(first)).toBe(first);
    const brought = asEnded(completed, 60)(first);
    expect(brought).toMatchObject({ ended: completed, updatedAt: 60 });
    expect(asEnded(cancelled, 70)(brought)).toBe(brought);
    expect(asEnded(completed, 70)(brought)).toBe(brought);
  });

  it('is changed by nothing else, and removed alone', () => {
    const ended = asEnded({ status: 'completed' }, 50)(base);
    expect(unlessEnded(() => undefined)(ended)).toBe(ended);
    expect(unlessEnded(() => undefined)(base)).toBeUndefined();
    expect(unlessEnded(() => base)(undefined)).toBe(base);
    expect(withoutTombstone(ended)).toBeUndefined();
    expect(withoutTombstone(base)).toBe(base);
  });

  it('is kept of the 200 newest', () => {
    const ends = Array.from({ length: 203 }, (_, at) => ({
      ...newStored(`g${at}`, at, {}),
      ended: { status: 'completed' as const },
    }));
    expect(excessEnds(ends)).toEqual(['g2', 'g1', 'g0']);
    expect(excessEnds([...ends].reverse())).toEqual(['g2', 'g1', 'g0']);
    expect(excessEnds(ends.slice(3))).toEqual([]);
  });
});

describe('the view of a generation', () => {
  it('that is followed elsewhere says what is stored', () => {
    const token = { ...withJob.token, progress: 0.5, expectedAt: 99 };
    const view = storedView({ ...withJob, token, message: 'half' }, true);
    expect(view).toEqual({
      status: 'polling',
      connection: 'none',
      progress: 0.5,
      message: 'half',
      phase: undefined,
      backendPosition: undefined,
      previews: [],
      expectedAt: 99,
      lowAt: undefined,
      highAt: undefined,
      isLate: false,
      retryAt: undefined,
      output: undefined,
      expiresAt: undefined,
      cost: undefined,
      failure: undefined,
      stopped: undefined,
      charged: undefined,
      isRunning: true,
      canCancel: true,
      job,
      isFollowedElsewhere: true,
    });
    expect(storedView(base, false)).toMatchObject({
      status: 'submitting',
      isFollowedElsewhere: false,
      canCancel: true,
    });
    const cancelling = { ...withJob, token: { ...token, cancelRequested: true } };
    expect(storedView(cancelling, true)).toMatchObject({
      status: 'cancelling',
      canCancel: false,
      expectedAt: undefined,
    });
    expect(storedView({ ...withJob, token, message: 'half', failure }, true)).toMatchObject({
      status: 'failed',
      message: undefined,
      expectedAt: undefined,
      failure,
      charged: 'yes',
      isRunning: false,
      canCancel: false,
      isFollowedElsewhere: false,
    });
  });

  it('that has ended before says how, and not why', () => {
    const tombstone = { ...withJob, token: { ...withJob.token, expectedAt: 99, progress: 0.5 }, message: 'half' };
    expect(tombstoneView(tombstone, { status: 'completed' })).toMatchObject({
      status: 'completed',
      progress: 1,
      message: undefined,
      expectedAt: undefined,
      failure: undefined,
      isRunning: false,
      canCancel: false,
      isFollowedElsewhere: false,
    });
    expect(tombstoneView(tombstone, { status: 'cancelled', stopped: true, charged: 'no' })).toMatchObject({
      status: 'cancelled',
      progress: undefined,
      stopped: true,
      charged: 'no',
    });
    expect(tombstoneView(tombstone, { status: 'failed', failure, charged: 'yes' }).failure).toEqual({
      ...failure,
      message: tombstoneMessage('a', failure),
    });
  });

  const live = { ...storedView<number>(withJob, false), status: 'idle', isRunning: false, canCancel: false } as const;

  it('that is about to start runs already, and keeps the stored message', () => {
    const idle = { ...live, message: undefined };
    expect(liveView(idle, 'half')).toMatchObject({
      status: 'submitting',
      isRunning: true,
      canCancel: true,
      message: undefined,
    });
    const polling = { ...live, status: 'polling', isRunning: true, canCancel: true } as const;
    expect(liveView({ ...polling, message: undefined }, 'half')).toMatchObject({ status: 'polling', message: 'half' });
    expect(liveView({ ...polling, message: 'more' }, 'half')).toMatchObject({
      message: 'more',
      isFollowedElsewhere: false,
    });
    const failed = { ...live, status: 'failed', message: undefined } as const;
    expect(liveView(failed, 'half')).toMatchObject({
      status: 'failed',
      isRunning: false,
      canCancel: false,
      message: undefined,
    });
    expect(liveView({ ...polling, canCancel: false }, undefined).canCancel).toBe(false);
  });

  it('that has ended has its outcome, and nothing of its running', () => {
    const running = {
      ...storedView<number>(withJob, true),
      connection: 'open' as const,
      phase: 'running' as const,
      message: 'half',
      backendPosition: 3,
      progress: 0.5,
      expectedAt: 1,
      lowAt: 1,
      highAt: 1,
      isLate: true,
      retryAt: 1,
    };
    const atRest = {
      connection: 'none',
      phase: undefined,
      message: undefined,
      backendPosition: undefined,
      expectedAt: undefined,
      lowAt: undefined,
      highAt: undefined,
      isLate: false,
      retryAt: undefined,
      isRunning: false,
      canCancel: false,
      isFollowedElsewhere: false,
    };
    const cost = { amount: 1, unit: 'credits' };
    expect(endedView(running, { id: 'a', status: 'completed', output: 7, job, expiresAt: 9, cost })).toMatchObject({
      ...atRest,
      status: 'completed',
      progress: 1,
      output: 7,
      expiresAt: 9,
      cost,
      failure: undefined,
      stopped: undefined,
      charged: undefined,
    });
    expect(endedView(running, { id: 'a', status: 'failed', failure, job })).toMatchObject({
      ...atRest,
      status: 'failed',
      progress: 0.5,
      output: undefined,
      expiresAt: undefined,
      cost: undefined,
      failure,
      charged: 'yes',
      job,
    });
    expect(
      endedView(running, { id: 'a', status: 'cancelled', stopped: true, charged: 'no', job: undefined, cost }),
    ).toMatchObject({
      ...atRest,
      status: 'cancelled',
      stopped: true,
      charged: 'no',
      cost,
      job: undefined,
      failure: undefined,
    });
    expect(endedView({ ...running, failure }, undefined)).toMatchObject({ ...atRest, failure, job, progress: 0.5 });
  });
});

describe('whose a generation is', () => {
  it('is told by the name of a client, where one is stored', () => {
    expect(isOfClient({ name: 'a' }, { name: 'a' })).toBe(true);
    expect(isOfClient({ name: undefined }, { name: 'a' })).toBe(true);
    expect(isOfClient({ name: 'b' }, { name: 'a' })).toBe(false);
    expect(isOfClient({ name: 'b' }, { name: undefined })).toBe(false);
  });

  it('is told by the origin of a backend, where both are known', () => {
    expect(isOfOrigin({ origin: 'a' }, { origin: 'a' })).toBe(true);
    expect(isOfOrigin({ origin: 'a' }, { origin: 'b' })).toBe(false);
    expect(isOfOrigin({ origin: undefined }, { origin: 'b' })).toBe(true);
    expect(isOfOrigin({ origin: 'a' }, { origin: undefined })).toBe(true);
    expect(originOf({ origin: 'a' })).toBe('a');
    expect(originOf({ origin: () => 'b' })).toBe('b');
    expect(originOf({})).toBeUndefined();
    expect(
      originOf({
        origin: () => {
          throw Error('none');
        },
      }),
    ).toBeUndefined();
  });

  it('is told to the user', () => {
    const own = { name: 'pictures', origin: 'https://b.test' };
    expect(otherOriginFailure(withJob, own)).toEqual({
      code: 'bad-input',
      message:
        'Job job-1 of generation a belongs to https://a.test, and this page uses https://b.test. It is not followed, read, cancelled or submitted here, and it stays stored. Open the page with https://a.test to follow it.',
      retryable: false,
      resumable: false,
      charged: 'yes',
      job,
    });
    expect(otherOriginFailure(base, own)).toMatchObject({
      message: expect.stringMatching(/^Generation a belongs to https:\/\/a\.test,/),
      charged: 'maybe',
      job: undefined,
    });
    const taken = (owner: Parameters<typeof idTakenFailure>[1]) => idTakenFailure('a', owner);
    expect(taken(own)).toEqual({
      code: 'bad-input',
      message:
        'Generation a was not submitted: the store has a generation of this id that belongs to client "pictures" at https://b.test. Use another id.',
      retryable: false,
      resumable: false,
      charged: 'no',
    });
    expect(taken({ name: 'pictures' }).message).toContain('belongs to client "pictures". Use');
    expect(taken({ origin: 'https://b.test' }).message).toContain('belongs to https://b.test. Use');
  });
});

describe('a refusal of a submit', () => {
  const refusal = (code: Failure['code'], more: Partial<Failure> = {}): Failure => ({
    ...createFailure(code, ''),
    charged: 'no',
    ...more,
  });

  it('passes for a limit and a load', () => {
    expect(
      ['rate-limited', 'busy', 'network', 'bad-input'].map(code => isPassing(refusal(code as Failure['code']))),
    ).toEqual([true, true, false, false]);
  });

  it('is one for now if nothing was charged, and it passes or names a wait', () => {
    expect(isRefusedForNow(refusal('busy'))).toBe(true);
    expect(isRefusedForNow(refusal('busy', { charged: 'maybe' }))).toBe(false);
    expect(isRefusedForNow(refusal('network'))).toBe(false);
    expect(isRefusedForNow(refusal('timeout'))).toBe(false);
    for (const code of ['network', 'timeout'] as const)
      expect(isRefusedForNow(refusal(code, { retryAfterMs: 1 }))).toBe(true);
    expect(isRefusedForNow(refusal('moderated', { retryAfterMs: 1 }))).toBe(false);
  });

  it('is one too many after 10 of them and 10 minutes', () => {
    expect(isRefusedTooOften(undefined, 1e9)).toBe(false);
    expect(isRefusedTooOften({ count: 10, firstAt: 0 }, 600_000)).toBe(true);
    expect(isRefusedTooOften({ count: 10, firstAt: 0 }, 599_999)).toBe(false);
    expect(isRefusedTooOften({ count: 9, firstAt: 0 }, 600_000)).toBe(false);
  });
});

it('says what happened, to which generation, and what to do', () => {
  expect(crashMessage('a', job)).toBe(
    'The state machine of generation a stopped with an error. Resume the generation to follow job job-1 again.',
  );
  expect(crashMessage('a', undefined)).toBe(
    'The state machine of generation a stopped with an error. A job may be running and may have been charged, but it cannot be found again.',
  );
  expect(interruptedMessage('a')).toBe(
    'The page closed before the backend answered the submit of generation a. The job may be running and may have been charged, but it cannot be found again.',
  );
  expect(refusedTooOften('a', { ...failure, message: 'Busy.' })).toEqual({
    ...failure,
    message:
      'Busy. The backend has refused generation a for more than 10 minutes, and nothing was charged. Retry it later.',
    retryable: true,
  });
  expect(tombstoneMessage('a', failure)).toBe(
    'Generation a has failed before, with the code unreachable (charged: yes). The reason was told where it was followed. Generate again with another id.',
  );
  expect(unreadableMessage('a', 'no end')).toBe(
    'What the store holds of generation a cannot be read: no end. It is not followed here, and it stays stored. A job may be running and may have been charged. Correct the store, and reload the page.',
  );
});
