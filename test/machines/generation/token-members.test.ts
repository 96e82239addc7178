import { isResumeToken, type ResumeToken, toResumeToken } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { initialContext } from '../../../src/machines/generation/generation.actions.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { fromResumeToken, isKnownVersion, isNewerVersion } from '../../../src/machines/generation/generation.token.js';

const token = { version: 2, id: 'g-1', idempotencyKey: 'key', cancelRequested: false } as const;

const step = {
  lossCount: 2,
  reopenAfterMs: 3_000,
  busyUntil: 1_800_000_000_000,
  readCount: 4,
  readTimeoutCount: 3,
  isJobSeen: true,
  isMissing: true,
  unansweredMs: 7_000,
  cancelReadCount: 8,
  isCancelUnanswered: true,
  mayHaveArrived: true,
};

const nothing = {
  shown: { progress: undefined, phase: undefined },
  estimate: { shown: undefined, isTold: false, isLate: false },
  clock: { phase: 'running', queuedMs: 0, runningMs: 0 },
  busyUntil: undefined,
  stream: { lossCount: 0, lastEventId: undefined, reopenAfterMs: undefined, isTelling: false },
  reads: { count: 0, timeoutCount: 0, isReadRequested: false, isMissing: false },
  health: { isJobSeen: false, unansweredMs: 0, markedAt: 0 },
  cancel: { readCount: 0, isUnanswered: false },
};

/** A token as a storage may have it. */
const anything = (members: object): ResumeToken => Object.assign({ ...token }, members);

describe('what a token brings along', () => {
  it('is nothing without a token, and without its optional members', () => {
    expect(fromResumeToken(undefined)).toEqual(nothing);
    expect(fromResumeToken(token)).toEqual(nothing);
  });

  it('is each of its members', () => {
    const given = anything({
      ...{ progress: 0.4, phase: 'queued', queuedMs: 1, runningMs: 9, lastEventId: '42', expectedAt: 7, step },
    });
    expect(fromResumeToken(given)).toEqual({
      shown: { progress: 0.4, phase: 'queued' },
      estimate: { shown: { expectedAt: 7, lowAt: undefined, highAt: undefined }, isTold: true, isLate: false },
      clock: { phase: 'queued', queuedMs: 1, runningMs: 9 },
      busyUntil: 1_800_000_000_000,
      stream: { lossCount: 2, lastEventId: '42', reopenAfterMs: 3_000, isTelling: false },
      reads: { count: 4, timeoutCount: 3, isReadRequested: false, isMissing: true },
      health: { isJobSeen: true, unansweredMs: 7_000, markedAt: 0 },
      cancel: { readCount: 8, isUnanswered: true },
    });
  });

  it.each([
    { progress: 0, shown: 0, seen: true },
    { progress: 1, shown: 1, seen: true },
    { progress: 45, shown: 1, seen: true },
    { progress: -0.1, shown: undefined, seen: false },
    { progress: Number.NaN, shown: undefined, seen: false },
  ])('is a progress of 0 to 1, by which the job was seen: $progress', ({ progress, shown, seen }) => {
    const brought = fromResumeToken(anything({ progress }));
    expect(brought.shown.progress).toBe(shown);
    expect(brought.health.isJobSeen).toBe(seen);
  });

  it.each([
    { phase: 'running', shown: 'running', clock: 'running' },
    { phase: 'paused', shown: undefined, clock: 'running' },
  ])('is a phase that is known: $phase', ({ phase, shown, clock }) => {
    const brought = fromResumeToken(anything({ phase }));
    expect(brought.shown.phase).toBe(shown);
    expect(brought.clock.phase).toBe(clock);
  });

  it.each([-1, 2 ** 31, Number.NaN, '5', null])('is no number out of range, and nothing of another type: %s', value => {
    const names = Object.keys(step).filter(name => name !== 'busyUntil');
    const given = anything({
      queuedMs: value,
      runningMs: value,
      step: Object.fromEntries(names.map(name => [name, value])),
    });
    expect(fromResumeToken(given)).toEqual(nothing);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '5', null])('is no wait until a time that is none: %s', busyUntil => {
    expect(fromResumeToken(anything({ step: { busyUntil } }))).toEqual(nothing);
  });

  it('is that the job was seen, also without a progress', () => {
    expect(fromResumeToken(anything({ step: { isJobSeen: true } })).health.isJobSeen).toBe(true);
  });

  it('is the longest time that a timer can wait', () => {
    expect(fromResumeToken(anything({ queuedMs: 2 ** 31 - 1 })).clock.queuedMs).toBe(2 ** 31 - 1);
  });
});

describe('what a generation leaves to its token', () => {
  const whole = {
    ...token,
    job: { id: 'job-1' },
    startedAt: 7,
    deadlineAt: 9,
    phase: 'queued',
    lastEventId: '42',
  } as const;
  const again = (resume: ResumeToken) => toResumeToken({ context: initialContext({ input: { id: 'g-1', resume } }) });

  it('is all that it has got from the last one', () => {
    const given: ResumeToken = {
      ...whole,
      progress: 0.4,
      queuedMs: 1,
      runningMs: 2,
      step: { ...step, mayHaveArrived: false },
    };
    expect(again(given)).toEqual(given);
  });

  it.each([
    { queuedMs: 5, runningMs: 0 },
    { queuedMs: 0, runningMs: 5 },
  ])('is how long it was followed in each phase: %o', spent => {
    expect(again({ ...whole, ...spent })).toMatchObject(spent);
  });

  it('is no time in a phase where there was none', () => {
    expect(Object.keys(again({ ...whole, queuedMs: 0, runningMs: 0 }))).not.toContain('queuedMs');
  });

  it.each([
    { what: 'was not sent', count: 0, failure: undefined, before: false, is: false },
    { what: 'is under way', count: 1, failure: undefined, before: false, is: true },
    { what: 'was refused', count: 1, failure: createFailure('busy', 'No.'), before: false, is: false },
    {
      what: 'was refused after one without an answer',
      count: 2,
      failure: createFailure('busy', 'No.'),
      before: true,
      is: true,
    },
  ])('is whether a submit may have arrived that $what', ({ count, failure, before, is }) => {
    const context = initialContext({ input: { id: 'g-1' } });
    const submit = { ...context.submit, count, failure, mayHaveArrived: before };
    expect(toResumeToken({ context: { ...context, submit } }).step?.mayHaveArrived).toBe(is);
  });
});

describe('a token', () => {
  it.each([
    { phase: 'queued' },
    { step: {} },
    { lastEventId: '' },
    { queuedMs: 1, runningMs: 2, startedAt: 0, deadlineAt: -1, progress: 0 },
    { job: { id: 'job-1', url: 'x' } },
    { version: 1 },
  ])('is recognised with %o', members => {
    expect(isResumeToken({ ...token, ...members })).toBe(true);
  });

  it.each([
    { phase: 7 },
    { step: 'x' },
    { step: null },
    { lastEventId: 1 },
    { queuedMs: '1' },
    { runningMs: Number.NaN },
    { startedAt: null },
    { deadlineAt: Number.POSITIVE_INFINITY },
    { progress: '1' },
    { expectedAt: 'soon' },
    { job: null },
    { job: { id: '' } },
    { idempotencyKey: '' },
    { cancelRequested: undefined },
    { version: 0 },
  ])('is not recognised with %o', members => {
    expect(isResumeToken({ ...token, ...members })).toBe(false);
  });

  it('has a version that is known', () => {
    expect([0, 1, 2, 3, '1', undefined].map(isKnownVersion)).toEqual([false, true, true, false, false, false]);
    const newer = [-1, 0, 1, 2, 3, 99, '3', Number.NaN, undefined].map(isNewerVersion);
    expect(newer).toEqual([false, false, false, false, true, true, false, false, false]);
  });
});
