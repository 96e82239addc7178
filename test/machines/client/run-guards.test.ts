import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/machines/client/run.actions.js';
import { runChildInputs } from '../../../src/machines/client/run.child-inputs.js';
import { runGuards } from '../../../src/machines/client/run.guards.js';
import type { AnyRunEvent, RunContext } from '../../../src/machines/client/run.types.js';
import { storedView } from '../../../src/machines/client/run.view.js';
import { newStored, type StoredChange } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import type { Failure } from '../../../src/machines/generation/generation.port.js';
import type { TestItem } from '../../support/client-context.js';

type Context = RunContext<string, string, TestItem>;

const now = 10_000;
const job = { id: 'job-1' };
const own = newStored('a', 9_000, { name: 'pictures', origin: 'https://a.test' });
const withJob = { ...own, token: { ...own.token, job } };
const failure: Failure = { ...createFailure('network', ''), charged: 'maybe' };
const ended = { ...own, ended: { status: 'completed' as const } };

const base: Context = {
  id: 'a',
  runId: 'run/0',
  origin: 'found',
  stored: own,
  hasLock: false,
  isLockUnavailable: false,
  hasLostLock: false,
  isRequesting: false,
  token: own.token,
  isRepeated: false,
  items: [],
};

const guardsWith = (canFind = false, canForbid = false) =>
  runGuards<string, string, TestItem>(
    sentAt => sentAt === 5,
    { canFind, canForbid },
    () => now,
    2_000,
  );
type Name = keyof ReturnType<typeof guardsWith>;

const is = (name: Name, more: Partial<Context> = {}, event: Partial<AnyRunEvent> = {}, guards = guardsWith()) =>
  guards[name]({ context: { ...base, ...more }, event: { type: 'X', ...event } });
const failed = (
  more: Partial<Failure> = {},
  of: { readonly id: string } | undefined = undefined,
): Partial<Context> => ({
  result: { id: 'a', status: 'failed', failure: { ...failure, ...more }, job: of },
});
const completed: Partial<Context> = { result: { id: 'a', status: 'completed', output: 'x', job } };
const cancelled = (charged: 'yes' | 'no' | 'maybe', of: typeof job | undefined = undefined): Partial<Context> => ({
  result: { id: 'a', status: 'cancelled', stopped: true, charged, job: of },
});
const requested = { ...own.token, cancelRequested: true };

describe('a run chooses', () => {
  it.each<[Name, Partial<Context>, boolean]>([
    ['isRequested', { origin: 'requested' }, true],
    ['isRequested', { origin: 'resumed' }, false],
    ['isResumed', { origin: 'resumed' }, true],
    ['isResumed', { origin: 'found' }, false],
    ['hasLock', { hasLock: true }, true],
    ['hasLock', {}, false],
    ['isLockUnavailable', { isLockUnavailable: true }, true],
    ['isLockUnavailable', {}, false],
    ['mayBeSubmitting', {}, true],
    ['mayBeSubmitting', { stored: { ...own, updatedAt: now - 2_000 } }, false],
    ['mayBeSubmitting', { stored: withJob }, false],
    ['hasJob', { token: withJob.token }, true],
    ['hasJob', { stored: withJob }, false],
    ['isCancelRequested', { token: requested }, true],
    ['isCancelRequested', {}, false],
    ['hasLostLock', { hasLostLock: true, stored: withJob }, true],
    ['hasLostLock', { hasLostLock: true }, false],
    ['hasLostLock', { stored: withJob }, false],
    ['isLeaving', { leaving: 'stored' }, true],
    ['isLeaving', {}, false],
    ['isForgotten', { leaving: 'forgotten' }, true],
    ['isForgotten', { leaving: 'stored' }, false],
    ['isRequesting', { isRequesting: true }, true],
    ['isRequesting', {}, false],
    ['hasLeft', { leaving: 'stored' }, true],
    ['hasLeft', { leaving: 'stored', isRequesting: true }, false],
    ['hasLeft', {}, false],
    ['isOutcomeOpen', cancelled('no'), false],
    ['isOutcomeOpen', cancelled('no', job), true],
    ['isOutcomeOpen', cancelled('maybe'), true],
    ['isOutcomeOpen', failed(), true],
    ['isOutcomeOpen', failed({ charged: 'no' }), false],
    ['isOutcomeOpen', failed({}, job), false],
    ['isOutcomeOpen', completed, false],
    ['isOutcomeOpen', {}, false],
    ['isFailed', failed(), true],
    ['isFailed', completed, false],
    ['isFailed', {}, false],
    ['isCompleted', completed, true],
    ['isCompleted', failed(), false],
    ['isCompleted', {}, false],
    ['isFailureStored', { stored: { ...own, failure } }, true],
    ['isFailureStored', {}, false],
    ['isRefusedForNow', failed({ code: 'busy', charged: 'no' }), true],
    ['isRefusedForNow', failed({ code: 'busy', charged: 'no' }, job), false],
    ['isRefusedForNow', failed({ code: 'busy' }), false],
    ['isRefusedForNow', completed, false],
    ['isRefusedForNow', {}, false],
    ['isRefusedTooOften', { refusals: { count: 10, firstAt: now - 600_000 } }, true],
    ['isRefusedTooOften', {}, false],
    ['isSubmitUnanswered', failed(), true],
    ['isSubmitUnanswered', failed({}, job), false],
    ['isSubmitUnanswered', failed({ charged: 'no' }), false],
    ['isSubmitUnanswered', completed, false],
    ['isSubmitUnanswered', {}, false],
    ['isResumable', failed({ resumable: true }, job), true],
    ['isResumable', failed({ resumable: true }), false],
    ['isResumable', failed({}, job), false],
    ['isResumable', completed, false],
    ['isResumable', {}, false],
    ['isRepeatable', { getInput: () => 'fog', token: { ...own.token, startedAt: 5 } }, true],
    ['isRepeatable', { token: { ...own.token, startedAt: 5 } }, false],
    ['isRepeatable', { getInput: () => 'fog', token: { ...own.token, startedAt: 6 } }, false],
  ])('%s, by what it knows: %o is %s', (name, context, expected) => {
    expect(is(name, context)).toBe(expected);
  });

  it.each<[Name, Partial<Context>, Partial<AnyRunEvent>, boolean]>([
    ['hasJobWithoutLock', { isLockUnavailable: true }, { stored: withJob }, true],
    ['hasJobWithoutLock', { isLockUnavailable: true }, { stored: own }, false],
    ['hasJobWithoutLock', { isLockUnavailable: true }, {}, false],
    ['hasJobWithoutLock', {}, { stored: withJob }, false],
    ['isForgetting', {}, { isForgotten: true }, true],
    ['isForgetting', {}, { isForgotten: false }, false],
    ['isForgetting', {}, {}, false],
    ['isIdTaken', {}, {}, false],
    ['isIdTaken', {}, { stored: own }, false],
    ['isIdTaken', {}, { stored: { ...own, name: 'songs' } }, true],
    ['isIdTaken', {}, { stored: { ...own, origin: 'https://b.test' } }, true],
    ['isIdTaken', {}, { tombstone: { ...ended, name: 'songs' } }, true],
    ['isIdTaken', {}, { tombstone: ended }, false],
    ['isRemoved', {}, { tombstone: ended }, true],
    ['isRemoved', { origin: 'requested' }, { tombstone: ended }, true],
    ['isRemoved', {}, {}, true],
    ['isRemoved', {}, { stored: own }, false],
    ['isRemoved', { origin: 'requested' }, {}, false],
    ['hasItems', {}, { items: [{ id: 'a/0' }] }, true],
    ['hasItems', {}, { items: [] }, false],
    ['hasItems', {}, {}, false],
    ['isFound', {}, { stored: own }, true],
    ['isFound', {}, {}, false],
    ['isEndFound', {}, { tombstone: ended }, true],
    ['isEndFound', {}, {}, false],
    ['wasStored', {}, { wasStored: true, stored: own }, true],
    ['wasStored', {}, { wasStored: false, stored: own }, false],
    ['wasStored', { isSentAgain: true }, { wasStored: true, stored: own }, false],
    ['wasStored', { isSentAgain: true }, { wasStored: true, stored: { ...own, createdAt: 1 } }, true],
    ['isFailureFound', {}, { stored: { ...own, failure } }, true],
    ['isFailureFound', {}, { stored: own }, false],
    ['isFailureFound', {}, {}, false],
    ['isFailureFound', { origin: 'resumed' }, { stored: { ...own, failure } }, false],
    ['isCancelRequestedElsewhere', {}, { stored: { ...own, token: requested } }, true],
    ['isCancelRequestedElsewhere', { token: requested }, { stored: { ...own, token: requested } }, false],
    ['isCancelRequestedElsewhere', {}, { stored: own }, false],
    ['isCancelRequestedElsewhere', {}, {}, false],
  ])('%s, by what it hears: %o and %o is %s', (name, context, event, expected) => {
    expect(is(name, context, event)).toBe(expected);
  });

  it('by what its adapter can do with a key', () => {
    const [none, finds, forbids] = [guardsWith(), guardsWith(true), guardsWith(false, true)];
    const cancel = { token: requested };
    expect([none, finds, forbids].map(guards => is('isFindable', {}, {}, guards))).toEqual([false, true, false]);
    expect([none, finds, forbids].map(guards => is('isStoppableByKey', {}, {}, guards))).toEqual([false, true, true]);
    expect([none, finds, forbids].map(guards => is('isStoppable', cancel, {}, guards))).toEqual([false, true, true]);
    expect(is('isStoppable', {}, {}, finds)).toBe(false);
    // A submit that can be looked up is resumed by its key.
    expect(is('isResumable', failed({ resumable: true }), {}, finds)).toBe(true);
  });

  it('whether an earlier submit is asked for again', () => {
    const refused = {
      ...failed({ code: 'busy' }),
      isRepeated: true,
      getInput: () => 'fog',
      token: { ...own.token, startedAt: 5 },
    };
    expect(is('isReplayRefused', refused)).toBe(true);
    for (const more of [
      { isRepeated: false },
      { getInput: undefined },
      { token: own.token },
      failed({ code: 'busy' }, job),
      failed({ code: 'network' }),
      completed,
      { result: undefined },
    ])
      expect(is('isReplayRefused', { ...refused, ...more })).toBe(false);
  });

  it('what is worth a write', () => {
    expect(is('hasChanged', {})).toBe(false);
    expect(is('hasChanged', { origin: 'requested' })).toBe(true);
    expect(is('hasChanged', { token: requested })).toBe(true);
    const context = { token: withJob.token };
    expect(is('hasChanged', context)).toBe(true);
    const live = { ...storedView<string>(own, false), message: 'half' };
    expect(is('hasChanged', { ...context, savedFingerprint: fingerprintOf(context) })).toBe(false);
    expect(is('hasChanged', { ...context, live, savedFingerprint: fingerprintOf(context) })).toBe(true);
    expect(is('hasChanged', { ...context, live, savedFingerprint: fingerprintOf({ ...context, live }) })).toBe(false);
  });
});

describe('a run writes', () => {
  const inputs = runChildInputs<string, string, TestItem>(() => now);
  type Write =
    | 'store'
    | 'withdraw'
    | 'withdrawUnsent'
    | 'renew'
    | 'save'
    | 'storeFailure'
    | 'requestCancel'
    | 'setOutcomeEmitted'
    | 'end';
  const write = (name: Write, found: Parameters<StoredChange>[0], more: Partial<Context> = {}) => {
    const { id, change } = inputs[name]({ context: { ...base, ...more } });
    expect(id).toBe('a');
    return change(found);
  };
  const other = { ...own, createdAt: 1 };

  it('nothing over an end', () => {
    for (const name of [
      'store',
      'withdraw',
      'withdrawUnsent',
      'renew',
      'save',
      'storeFailure',
      'requestCancel',
      'setOutcomeEmitted',
    ] as const)
      expect(write(name, ended, { origin: 'requested' })).toBe(ended);
  });

  it('a new generation, unless there is one', () => {
    expect(write('store', undefined)).toMatchObject({ token: { startedAt: now }, updatedAt: now });
    expect(write('store', other)).toBe(other);
    expect(write('store', own)).toBe(own);
    // What it failed to withdraw is its own.
    expect(write('store', own, { isSentAgain: true })).toMatchObject({ token: { startedAt: now } });
    expect(write('store', other, { isSentAgain: true })).toBe(other);
  });

  it('that a submit was refused or not sent, unless another tab has cancelled or requested it', () => {
    expect(write('withdraw', own)).toBeUndefined();
    expect(write('withdraw', undefined)).toBeUndefined();
    const cancel = { ...own, token: requested };
    expect(write('withdraw', cancel)).toBe(cancel);
    expect(write('withdrawUnsent', own)).toBeUndefined();
    for (const kept of [other, withJob, cancel]) expect(write('withdrawUnsent', kept)).toBe(kept);
    expect(write('withdrawUnsent', undefined)).toBeUndefined();
  });

  it('what is resumed, also where it is stored no more', () => {
    expect(write('renew', { ...withJob, failure })).toMatchObject({
      token: { job },
      failure: undefined,
      updatedAt: now,
    });
    expect(write('renew', undefined)).toMatchObject({ token: { id: 'a' }, updatedAt: now });
  });

  it('its progress, and a requested generation that the store had failed to take', () => {
    const context = { token: withJob.token, live: { ...storedView<string>(own, false), message: 'half' } };
    expect(write('save', own, context)).toMatchObject({ token: { job }, message: 'half', updatedAt: now });
    expect(write('save', undefined, context)).toBeUndefined();
    expect(write('save', undefined, { ...context, origin: 'requested' })).toMatchObject({
      token: { job },
      message: 'half',
    });
    expect(write('requestCancel', own)).toMatchObject({ token: { cancelRequested: true } });
    expect(write('setOutcomeEmitted', own)).toMatchObject({ isOutcomeEmitted: true });
    expect(write('setOutcomeEmitted', undefined, { origin: 'requested' })).toMatchObject({ isOutcomeEmitted: true });
  });

  it('its failure', () => {
    const stored = { ...withJob, failure };
    expect(write('storeFailure', own, { stored })).toMatchObject({ failure, token: { job }, updatedAt: now });
    expect(write('storeFailure', undefined, { stored })).toBeUndefined();
    expect(write('storeFailure', undefined, { stored, origin: 'requested' })).toMatchObject({ failure });
  });

  it('its end, and none of what another tab has requested', () => {
    expect(write('end', own, completed)).toMatchObject({ ended: { status: 'completed' }, updatedAt: now });
    expect(write('end', other, completed)).toBe(other);
    expect(write('end', undefined, completed)).toBeUndefined();
    expect(write('end', undefined, { ...completed, origin: 'requested' })).toMatchObject({
      ended: { status: 'completed' },
    });
    expect(write('end', own, { ...cancelled('no'), tombstone: ended })).toMatchObject({
      ended: { status: 'completed' },
    });
    expect(write('end', own, cancelled('no'))).toMatchObject({
      ended: { status: 'cancelled', stopped: true, charged: 'no' },
    });
  });

  it('its items, and asks by its id', () => {
    const items = [{ id: 'a/0' }];
    expect(inputs.commit({ context: { ...base, items } })).toEqual({ id: 'a', items });
    for (const name of ['lock', 'read', 'findItems'] as const)
      expect(inputs[name]({ context: base })).toEqual({ id: 'a' });
    const history = { version: 1 } as never;
    expect(inputs.generation({ context: { ...base, history, token: withJob.token } })).toEqual({
      id: 'a',
      idempotencyKey: 'a',
      resume: withJob.token,
      history,
    });
  });
});
